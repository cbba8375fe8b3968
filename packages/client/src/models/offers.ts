import {
  geographiesOf,
  type InferenceProfile,
  isRegion,
  isServedInRegion,
  type ModelEntry,
  modelVersion,
  partitionOf,
  profileIn,
  type ProfileScope,
  type Scope,
} from '@outcrop/protocol'
import type { ScopePreference } from '../options.ts'
import type { LiveProfile } from './live-profiles.ts'
import type { TargetContext } from './model-target.ts'
import { anthropicNameIn } from './model-name.ts'
import { type Reach, staysInside } from './residency.ts'

/** An id that a model can be called by in a Region, and where that is answered. */
export interface Offer extends Reach {
  readonly scope: Scope
  readonly modelId: string
}

/** A model of the catalogue, or the base id of one that is newer. */
export type Callable = { readonly model: ModelEntry } | { readonly model?: undefined; readonly baseId: string }

const defaultOrder: readonly ScopePreference[] = ['global', 'geo', 'in-region']

/**
 * Lists the ids that a model can be called by in a Region, in the order of preference and inside the residency; and whether
 * the catalogue had to guess, because what was measured names none.
 */
export function offersIn(
  region: string,
  callable: Callable,
  context: TargetContext,
): { readonly offers: readonly Offer[]; readonly isGuess: boolean } {
  const order = context.scope ?? defaultOrder
  for (const [tier, list] of tiersOf(region, callable, context).entries()) {
    const inside = list().filter((offer) => staysInside(context.residency, region, offer))
    const offers = order.flatMap((preference) => inside.filter(({ scope }) => preferenceOf(scope) === preference))
    if (offers.length > 0) return { offers, isGuess: tier > 0 }
  }
  return { offers: [], isGuess: false }
}

/** The scopes of all ids that any truth has for a model in a Region, whatever the order and the residency. */
export function scopesIn(region: string, callable: Callable, context: TargetContext): readonly Scope[] {
  const [surest] = tiersOf(region, callable, context)
  return surest?.().map(({ scope }) => scope) ?? []
}

/** Where ids come from, the surest first. */
function tiersOf(region: string, callable: Callable, context: TargetContext): ReadonlyArray<() => readonly Offer[]> {
  const live = context.live?.get(region)
  if (live !== undefined) {
    const onDemand = live.onDemand
    return [() => [...liveOffers(live.profiles, callable), ...isLiveOnDemand(onDemand, callable, region)]]
  }
  const { model } = callable
  if (model === undefined) return [() => newModelOffers(region, callable.baseId)]
  const measured = (): readonly Offer[] => [
    ...profilesFor(model, region, (scope) => {
      const profile = profileIn(model, scope, 'aws')
      return profile?.destinationRegions.has(region) === true ? profile : undefined
    }),
    ...inRegionOffers(isServedInRegion(model, region), model.modelId),
  ]
  // The guide enforces no source Regions, and the measured data know eighteen Regions alone.
  const guide = (): readonly Offer[] => [
    ...profilesFor(model, region, (scope) => profileIn(model, scope, 'guide')),
    // Nothing says of these that they are served through profiles alone: Opus 5.5 is in-Region in eu-west-2.
    ...inRegionOffers(isServedInRegion(model, region) || model.sources.inferenceTypes === 'assumed', model.modelId),
  ]
  const unrecorded = (): readonly Offer[] => unrecordedOffers(region, model)
  return context.fidelity === 'guide' ? [guide] : [measured, guide, unrecorded]
}

/** Documentation names profiles of India and GovCloud, and no source which models have them (WIRE §9.2): newer ones might. */
function unrecordedOffers(region: string, model: ModelEntry): readonly Offer[] {
  if (modelVersion(model) < 405) return []
  return geographiesOf(region)
    .filter((scope) => (scope === 'in' || scope === 'us-gov') && model.profiles[scope] === undefined)
    .map((scope) => ({ scope, modelId: `${scope}.${model.modelId}` }))
}

function preferenceOf(scope: Scope): ScopePreference {
  return scope === 'global' || scope === 'in-region' ? scope : 'geo'
}

function inRegionOffers(isServed: boolean, modelId: string): readonly Offer[] {
  return isServed ? [{ scope: 'in-region', modelId }] : []
}

function profilesFor(
  model: ModelEntry,
  region: string,
  find: (scope: ProfileScope) => InferenceProfile | undefined,
): readonly Offer[] {
  return scopesAround(region).flatMap((scope): readonly Offer[] => {
    const profile = find(scope)
    return profile === undefined
      ? []
      : [{ scope, modelId: profile.profileId, destinations: destinationsFrom(profile, region) }]
  })
}

/** A Region that no source recorded may route to wherever the profile routes from any other. */
export function destinationsFrom(profile: InferenceProfile, region: string): readonly string[] {
  return profile.destinationRegions.get(region) ?? [...new Set([...profile.destinationRegions.values()].flat())]
}

/** `global`, which GovCloud, China and the sovereign cloud have not, and the geographies of a Region. */
function scopesAround(region: string): readonly ProfileScope[] {
  return [...(partitionOf(region) === 'aws' ? (['global'] as const) : []), ...geographiesOf(region)]
}

/** Newer models are served through profiles; what their Regions are is not known. `apac` is of older models (WIRE §9.2). */
function newModelOffers(region: string, baseId: string): readonly Offer[] {
  const scopes = scopesAround(region).filter((scope) => scope !== 'apac')
  return [...scopes.map((scope) => ({ scope, modelId: `${scope}.${baseId}` })), { scope: 'in-region', modelId: baseId }]
}

function liveOffers(profiles: readonly LiveProfile[], callable: Callable): readonly Offer[] {
  return profiles.flatMap(({ profileId, isApplication, modelId, destinations }): readonly Offer[] => {
    const scope = profileId.slice(0, profileId.indexOf('.'))
    if (isApplication || !isModel(modelId, callable) || !isScope(scope)) return []
    return [{ scope, modelId: profileId, destinations }]
  })
}

function isLiveOnDemand(
  onDemand: ReadonlySet<string> | undefined,
  callable: Callable,
  region: string,
): readonly Offer[] {
  if (onDemand !== undefined) {
    const modelId = [...onDemand].find((id) => isModel(id, callable))
    return modelId === undefined ? [] : [{ scope: 'in-region', modelId }]
  }
  const { model } = callable
  return model === undefined ? [] : inRegionOffers(isServedInRegion(model, region), model.modelId)
}

/** New models may turn out to carry a version in their ids. */
function isModel(modelId: string, callable: Callable): boolean {
  if (callable.model !== undefined) return modelId === callable.model.modelId
  return modelId === callable.baseId || anthropicNameIn(modelId) === anthropicNameIn(callable.baseId)
}

const scopes: ReadonlySet<string> = new Set(['global', 'us', 'eu', 'jp', 'au', 'apac', 'in', 'us-gov'])

/** Whether a word is a prefix of profiles that the catalogue knows. */
export function isScope(word: string): word is ProfileScope {
  return scopes.has(word)
}

/** Whether a profile of a scope can be called from a Region, as far as the scope alone tells. */
export function coversRegion(scope: string, region: string): boolean {
  if (scope === 'global') return partitionOf(region) === 'aws'
  return !isRegion(region) || !isScope(scope) || geographiesOf(region).some((geography) => geography === scope)
}
