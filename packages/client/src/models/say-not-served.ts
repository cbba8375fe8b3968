import { type ModelEntry, profileIn, type Scope, scopesOf } from '@outcrop/protocol'
import { modelFault, type ModelFault, type TargetContext } from './model-target.ts'
import { type Callable, offersIn, scopesIn } from './offers.ts'
import { nameResidency } from './residency.ts'

/** The id that a person should use for a model in a Region: the first that the policy allows. */
export function bestIdIn(region: string, callable: Callable, context: TargetContext): string | undefined {
  return offersIn(region, callable, context).offers[0]?.modelId
}

/** Refuses a model that no scope serves here: outside the residency, outside the asked scopes, or not in the Region at all. */
export function sayNotServed(callable: Callable, context: TargetContext): ModelFault {
  const { region, residency } = context
  const name = callable.model === undefined ? callable.baseId : callable.model.modelName
  const here = scopesIn(region, callable, context)
  if (residency !== undefined && here.length > 0) {
    const message = `No scope of ${name} in ${region} stays inside the residency ${nameResidency(residency)}: it has ${here.join(', ')} there.`
    return modelFault('outside-residency', message)
  }
  if (here.length > 0) {
    const asked = context.scope?.join(', ') ?? ''
    return modelFault(
      'not-served',
      `${name} has the scopes ${here.join(', ')} in ${region}, and only ${asked} was asked for.`,
    )
  }
  const places = callable.model === undefined ? '' : sayPlaces(callable.model)
  return modelFault('not-served', `${name} cannot be called from ${region}.${places}`)
}

function sayPlaces(model: ModelEntry): string {
  const places = scopesOf(model, 'aws').map((scope) => `${scope}${sayRegions(model, scope)}`)
  return places.length === 0
    ? ' No source names a Region that serves it.'
    : ` It is served in the scopes ${places.join(', ')}.`
}

function sayRegions(model: ModelEntry, scope: Scope): string {
  const regions = scope === 'in-region' ? model.regions : profileIn(model, scope, 'aws')?.sourceRegions
  return regions === undefined || regions.length === 0 ? '' : ` (from ${regions.join(', ')})`
}
