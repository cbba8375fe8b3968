import {
  geographiesOf,
  isServedInRegion,
  lifecycleState,
  lifecycleWarning,
  type ModelArn,
  type ModelEntry,
  models,
  printModelId,
} from '@outcrop/protocol'
import type { LiveProfile } from './live-profiles.ts'
import { modelFault, type ModelFault, type ModelTarget, type TargetContext } from './model-target.ts'
import { coversRegion, destinationsFrom, isScope } from './offers.ts'
import type { Asked, AskedProfile } from './read-asked.ts'
import { isInside, nameResidency, type Reach, staysInside } from './residency.ts'
import { bestIdIn } from './say-not-served.ts'

/** Targets, and the model where only looking told it. */
export interface Found {
  readonly kind: 'found'
  readonly targets: readonly ModelTarget[]
  readonly warnings: readonly string[]
  readonly model?: ModelEntry | undefined
  /** The base id of a model that only looking told. */
  readonly baseId?: string | undefined
}

/** Takes a profile id or its ARN as said: in its Region, and in the failover Regions where the same profile is callable. */
export function profileTargets(asked: AskedProfile, context: TargetContext): Found | ModelFault {
  const { region } = context
  const { profileId, model } = asked
  if (!isCallable(asked, region, context)) {
    const better = model === undefined ? undefined : bestIdIn(region, { model }, context)
    const advice = better === undefined ? 'call a Region of its geography' : `use ${better} there`
    return modelFault('wrong-geography', `The profile ${profileId} cannot be called from ${region}: ${advice}.`)
  }
  if (!staysInside(context.residency, region, reachOf(asked, region, context)))
    return leaves(profileId, region, context)
  const regions = [region, ...(context.failover ?? [])].filter(
    (other) =>
      other === region ||
      (isCallable(asked, other, context) && staysInside(context.residency, other, reachOf(asked, other, context))),
  )
  const scope = isScope(asked.scope) ? asked.scope : undefined
  const targets = regions.map((other) => ({ region: other, modelId: idIn(asked, other), scope }))
  return { kind: 'found', targets, warnings: endingOf(model, context) }
}

/** Takes a foundation model's ARN as said; a model that is served through profiles alone has no answer to it. */
export function foundationTargets(
  { arn, model }: Extract<Asked, { kind: 'foundation-model' }>,
  context: TargetContext,
): Found | ModelFault {
  const { region } = context
  const isProfileOnly =
    model !== undefined && !model.inferenceTypes.includes('ON_DEMAND') && model.sources.inferenceTypes !== 'assumed'
  if (isProfileOnly && context.fidelity !== 'guide') {
    const better = bestIdIn(region, { model }, context)
    const advice = better === undefined ? '' : `: use ${better}`
    return modelFault('profile-only', `${model.modelName} is served through inference profiles alone${advice}.`)
  }
  const isHere = model === undefined || isServedInRegion(model, region)
  const warnings = isHere ? [] : [`No source says that ${region} itself serves ${arn.id}: it is tried all the same.`]
  const targets: readonly ModelTarget[] = [{ region, modelId: printModelId(arn), scope: 'in-region' }]
  return { kind: 'found', targets, warnings: [...warnings, ...endingOf(model, context)] }
}

/** Takes every other ARN as said: it names something of one account in one Region. */
export function resourceTargets(arn: ModelArn, context: TargetContext): Found | ModelFault {
  const { region, live, residency } = context
  const modelId = printModelId(arn)
  const profile = live?.get(region)?.profiles.find((one) => one.arn === modelId)
  const reach: Reach = staysInRegion.has(arn.kind) ? { scope: 'in-region' } : reachOfProfile(region, profile)
  if (!staysInside(residency, region, reach)) return leaves(modelId, region, context, profile === undefined)
  const model = models.find((one) => one.modelId === profile?.modelId)
  return {
    kind: 'found',
    targets: [{ region, modelId, scope: reach.scope }],
    warnings: [],
    model,
    baseId: profile?.modelId,
  }
}

/** An application profile has no scope in its name: where it routes to tells. */
function reachOfProfile(region: string, profile: LiveProfile | undefined): Reach {
  if (profile === undefined) return {}
  const { destinations } = profile
  if (destinations.includes('')) return { scope: 'global', destinations }
  if (destinations.every((destination) => destination === region)) return { scope: 'in-region', destinations }
  const scope = geographiesOf(region).find((geography) => destinations.every((one) => isInside(geography, one)))
  return { scope, destinations }
}

const staysInRegion: ReadonlySet<ModelArn['kind']> = new Set([
  'provisioned-model',
  'custom-model',
  'custom-model-deployment',
  'imported-model',
  'sagemaker-endpoint',
])

/** Sends an id as said of which the grammar alone is known. */
export function otherTargets(id: string, context: TargetContext): Found | ModelFault {
  const { region, residency } = context
  // Anything may be behind it; a model's own id, `maker.model`, is answered in the Region.
  const scope = /^[a-z0-9]+\.[a-z0-9-]+(?::\d+)?$/.test(id) ? 'in-region' : undefined
  if (residency !== undefined && scope === undefined) return leaves(id, region, context, true)
  return { kind: 'found', targets: [{ region, modelId: id, scope }], warnings: [] }
}

function leaves(id: string, region: string, context: TargetContext, isUnknown = false): ModelFault {
  const residency = context.residency === undefined ? '' : nameResidency(context.residency)
  const message = isUnknown
    ? `Nothing tells where ${id} is answered, so a call may leave the residency ${residency}: name the profile that it stands for, or allow bedrock:GetInferenceProfile, which tells.`
    : `A call of ${id} from ${region} may be answered outside the residency ${residency}: name the model alone, and the client finds a profile that stays inside.`
  return modelFault('outside-residency', message)
}

function isCallable({ scope, profileId }: AskedProfile, region: string, { live }: TargetContext): boolean {
  const offered = live?.get(region)
  return offered === undefined
    ? coversRegion(scope, region)
    : offered.profiles.some((one) => one.profileId === profileId)
}

function reachOf({ scope, profileId, model }: AskedProfile, region: string, { live }: TargetContext): Reach {
  const offered = live?.get(region)?.profiles.find((one) => one.profileId === profileId)
  if (!isScope(scope)) return { destinations: offered?.destinations }
  const profile = model?.profiles[scope]
  const known = profile === undefined ? undefined : destinationsFrom(profile, region)
  return { scope, destinations: offered?.destinations ?? known }
}

function idIn({ arn, profileId }: AskedProfile, region: string): string {
  return arn === undefined ? profileId : printModelId({ ...arn, region })
}

function endingOf(model: ModelEntry | undefined, { now }: TargetContext): readonly string[] {
  // An id that is spelled out is sent even so: dates of retirement have moved before.
  const warning =
    model === undefined || lifecycleState(model, now) === 'ACTIVE' ? undefined : lifecycleWarning(model, now)
  return warning === undefined ? [] : [warning]
}
