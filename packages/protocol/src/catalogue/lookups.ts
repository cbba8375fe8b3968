import { parseModelId } from '../ids/model-id.ts'
import { models } from './models.ts'
import { geographiesOf } from './regions.ts'
import type { Fidelity, GuideScope, InferenceProfile, ModelEntry, ProfileScope, Scope } from './types.ts'

/** What an id in the catalogue stands for. */
export type KnownId =
  | { readonly kind: 'base'; readonly model: ModelEntry }
  | { readonly kind: 'profile'; readonly model: ModelEntry; readonly scope: ProfileScope }
  /** A base id with a context suffix, which only provisioned throughput serves. */
  | { readonly kind: 'variant'; readonly model: ModelEntry }

// Maps, because their keys come from outside and must never meet a prototype.
const knownIds = new Map<string, KnownId>()
const modelsByAlias = new Map<string, ModelEntry>()

for (const model of models) {
  knownIds.set(model.modelId, { kind: 'base', model })
  for (const suffix of model.contextVariants) knownIds.set(`${model.modelId}:${suffix}`, { kind: 'variant', model })
  for (const { profileId, scope } of Object.values(model.profiles)) {
    knownIds.set(profileId, { kind: 'profile', model, scope })
  }
  for (const name of [...model.aliases, spelled(model.modelName)]) {
    // The newest model comes first and keeps the name: two are called Claude 3.5 Sonnet.
    if (!modelsByAlias.has(name)) modelsByAlias.set(name, model)
  }
}

/** Looks an id up as Bedrock knows it: base ids, profile ids and context variants, but no alias and no ARN. */
export function lookUpId(id: string): KnownId | undefined {
  return knownIds.get(id)
}

/**
 * Finds the model that a person means by a base id, a profile id, an ARN of either, an alias (`claude-opus-4-6`,
 * `opus-4.6`) or a name (`Claude Opus 4.6`), whatever the case.
 */
export function findModel(text: string): ModelEntry | undefined {
  const trimmed = text.trim()
  const parsed = parseModelId(trimmed)
  const known = knownIds.get(parsed?.id ?? trimmed) ?? knownIds.get(trimmed.toLowerCase())
  if (known !== undefined) return known.model
  const name = spelled(trimmed)
  return modelsByAlias.get(name) ?? modelsByAlias.get(`claude-${name}`)
}

/** Gives a model's profile in a scope, as far as it exists in the chosen fidelity. */
export function profileIn(model: ModelEntry, scope: ProfileScope, fidelity: Fidelity): InferenceProfile | undefined {
  const profile = model.profiles[scope]
  if (profile === undefined) return undefined
  if (fidelity === 'guide' && model.guide !== undefined && isGuideScope(scope)) {
    return model.guide.scopes[scope] ? profile : undefined
  }
  return profile.evidence === 'guide' ? undefined : profile
}

/** Tells whether the Region itself answers a model's base id on demand. */
export function isServedInRegion(model: ModelEntry, region: string): boolean {
  return model.inferenceTypes.includes('ON_DEMAND') && model.regions.includes(region)
}

/** Finds the profile that keeps a call in the caller's own geography, the narrowest geography first. */
export function geographicProfile(model: ModelEntry, region: string, fidelity: Fidelity): InferenceProfile | undefined {
  for (const geography of geographiesOf(region)) {
    const profile = profileIn(model, geography, fidelity)
    if (profile !== undefined) return profile
  }
  return undefined
}

const scopeOrder: readonly ProfileScope[] = ['global', 'us', 'eu', 'jp', 'au', 'apac', 'in', 'us-gov']

/** Lists the scopes that a model answers in, `global` first and in-Region last. */
export function scopesOf(model: ModelEntry, fidelity: Fidelity): readonly Scope[] {
  const scopes: Scope[] = scopeOrder.filter((scope) => profileIn(model, scope, fidelity) !== undefined)
  return model.inferenceTypes.includes('ON_DEMAND') ? [...scopes, 'in-region'] : scopes
}

function isGuideScope(scope: ProfileScope): scope is GuideScope {
  return scope === 'global' || scope === 'us' || scope === 'eu' || scope === 'jp' || scope === 'apac'
}

/** Brings names and aliases to one spelling: `Claude Opus 4.6` and `claude_opus-4.6` are `claude-opus-4-6`. */
function spelled(name: string): string {
  return name.toLowerCase().replaceAll(/[ ._]/g, '-')
}
