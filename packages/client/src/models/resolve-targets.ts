import { lifecycleState, lifecycleWarning, type ModelEntry, partitionOf } from '@outcrop/protocol'
import { mantleTargets } from './mantle-targets.ts'
import { anthropicNameIn } from './model-name.ts'
import { modelFault, type ModelFault, type ModelTarget, type ResolvedCall, type TargetContext } from './model-target.ts'
import { type Callable, offersIn } from './offers.ts'
import { type Asked, readAsked } from './read-asked.ts'
import { isInside, nameResidency } from './residency.ts'
import { sayNotServed } from './say-not-served.ts'
import { foundationTargets, type Found, otherTargets, profileTargets, resourceTargets } from './said-targets.ts'

/**
 * Finds where a `model` is called, in the order of trying: the scopes inside the first Region, then those of the failover
 * Regions (M13). A model's name or base id becomes the right profile; a profile id or an ARN is taken as said, and an ARN's
 * Region wins. What may leave the residency is never returned.
 */
export function resolveTargets(asked: string, context: TargetContext): ResolvedCall | ModelFault {
  const read = readAsked(asked)
  if (read.kind === 'refused') return read
  const region = regionOf(read) ?? context.region
  const { residency } = context
  if (residency !== undefined && !isInside(residency, region)) {
    const message = `The Region ${region} is outside the residency ${nameResidency(residency)}: call a Region inside it.`
    return modelFault('outside-residency', message)
  }
  const here: TargetContext = { ...context, region, failover: failoverOf(region, context) }
  const found = here.wire === 'mantle' ? mantleTargets(read, here) : findTargets(read, here)
  if (found.kind === 'refused') return found
  const model = 'model' in read ? read.model : found.model
  return {
    kind: 'resolved',
    asked,
    ...(model === undefined ? {} : { model }),
    ...nameOf(found.baseId ?? idOf(read), model),
    targets: found.targets,
    warnings: [...found.warnings, ...failoverWarnings(context)],
  }
}

function findTargets(read: Asked, context: TargetContext): Found | ModelFault {
  switch (read.kind) {
    case 'model':
      return modelTargets({ model: read.model }, context)
    case 'new-model':
      return modelTargets({ baseId: read.baseId }, context)
    case 'profile':
      return profileTargets(read, context)
    case 'foundation-model':
      return foundationTargets(read, context)
    case 'resource':
      return resourceTargets(read.arn, context)
    case 'other':
      return otherTargets(read.id, context)
  }
}

function modelTargets(callable: Callable, context: TargetContext): Found | ModelFault {
  const { model } = callable
  const targets: ModelTarget[] = []
  const warnings: string[] = []
  for (const region of [context.region, ...(context.failover ?? [])]) {
    const { offers, isGuess } = offersIn(region, callable, context)
    for (const { scope, modelId } of offers) targets.push({ region, modelId, scope })
    // Of a retired model the warning of its end says more.
    if (isGuess && !isRetired(model, context))
      warnings.push(`No measured data name ${offers[0]?.modelId ?? ''} in ${region}: it is tried all the same.`)
  }
  const ending = model === undefined ? undefined : lifecycleWarning(model, context.now)
  if (targets.length === 0) {
    const mayStay = context.scope === undefined || context.scope.includes('in-region')
    if (!isRetired(model, context) || !mayStay) return sayNotServed(callable, context)
    // No list names it any more; Bedrock says best what has become of it.
    targets.push({ region: context.region, modelId: model.modelId, scope: 'in-region' })
  }
  return { kind: 'found', targets, warnings: ending === undefined ? warnings : [...warnings, ending] }
}

/** Its end by the catalogue; dates of retirement have moved before, so Bedrock is asked all the same. */
function isRetired(model: ModelEntry | undefined, { now }: TargetContext): model is ModelEntry {
  return model !== undefined && lifecycleState(model, now) === 'EOL'
}

/** An ARN's Region wins; a global profile lists models without one. */
function regionOf(read: Asked): string | undefined {
  const region = 'arn' in read ? read.arn?.region : undefined
  return region === '' ? undefined : region
}

/** Never another partition: keys and ids of one mean nothing in another. */
function failoverOf(region: string, { failover = [], residency }: TargetContext): readonly string[] {
  const isUsable = (other: string): boolean =>
    other !== region &&
    partitionOf(other) === partitionOf(region) &&
    (residency === undefined || isInside(residency, other))
  return [...new Set(failover)].filter(isUsable)
}

function failoverWarnings({ failover = [], residency }: TargetContext): readonly string[] {
  if (residency === undefined) return []
  return failover
    .filter((region) => !isInside(residency, region))
    .map(
      (region) =>
        `The failover Region ${region} is outside the residency ${nameResidency(residency)}: it is never called.`,
    )
}

function nameOf(id: string, model: ModelEntry | undefined): { readonly anthropicName?: string } {
  const name = model?.anthropicName ?? anthropicNameIn(id)
  return name === undefined ? {} : { anthropicName: name }
}

function idOf(read: Asked): string {
  if (read.kind === 'new-model' || read.kind === 'profile') return read.baseId
  if (read.kind === 'foundation-model') return read.arn.id
  return read.kind === 'other' ? read.id : ''
}
