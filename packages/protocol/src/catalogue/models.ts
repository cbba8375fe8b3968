import guide from './guide.json' with { type: 'json' }
import data from './models.json' with { type: 'json' }
import { defaultRoutes, type Route } from './default-routes.ts'
import { oneOf } from './one-of.ts'
import type {
  GuideScope,
  InferenceProfile,
  InferenceType,
  Lifecycle,
  LifecycleState,
  Modality,
  ModelEntry,
  ProfileEvidence,
  ProfileScope,
} from './types.ts'

// What the compiler sees of the files: fields and their kinds. The words in them are narrowed below, once, at load.
interface RawProfile {
  readonly scope: string
  readonly name?: string | undefined
  readonly evidence: string
  readonly source: string
  readonly routes?: ReadonlyArray<{ readonly from: string; readonly to?: string | undefined }> | undefined
}

interface RawModel {
  readonly modelId: string
  readonly modelName: string
  readonly aliases: readonly string[]
  readonly family: string
  readonly inputModalities: readonly string[]
  readonly outputModalities: readonly string[]
  readonly streaming: boolean
  readonly inferenceTypes: readonly string[]
  readonly lifecycle: {
    readonly status: string | null
    readonly startOfLifeTime?: string | undefined
    readonly legacyTime?: string | undefined
    readonly publicExtendedAccessTime?: string | undefined
    readonly endOfLifeTime?: string | undefined
    readonly reported?: { readonly status: string; readonly on: string; readonly source: string } | undefined
  }
  readonly contextWindow: number | null
  readonly maxOutputTokens: number | null
  readonly minCacheableTokens: number | null
  readonly contextBeta?: { readonly beta: string; readonly contextWindow: number; readonly source: string } | undefined
  readonly contextVariants?: readonly string[] | undefined
  readonly regions?: string | undefined
  readonly profiles: readonly RawProfile[]
  readonly sources: ModelEntry['sources']
}

const geographies = ['us', 'eu', 'jp', 'au', 'apac', 'in', 'us-gov'] as const
const profileScopes: readonly ProfileScope[] = ['global', ...geographies]
const evidences: readonly ProfileEvidence[] = ['measured', 'documented', 'guide']
const families: ReadonlyArray<ModelEntry['family']> = ['haiku', 'sonnet', 'opus', 'fable', 'mythos']
const modalities: readonly Modality[] = ['TEXT', 'IMAGE', 'EMBEDDING']
const inferenceTypes: readonly InferenceType[] = ['ON_DEMAND', 'PROVISIONED', 'INFERENCE_PROFILE']
const states: readonly LifecycleState[] = ['ACTIVE', 'LEGACY', 'EOL']
const guideScopes: readonly GuideScope[] = ['global', 'us', 'eu', 'jp', 'apac']

/** How profile names spell their scope. */
const scopeNames: Readonly<Record<ProfileScope, string>> = {
  global: 'Global',
  us: 'US',
  eu: 'EU',
  jp: 'JP',
  au: 'AU',
  apac: 'APAC',
  in: 'IN',
  'us-gov': 'US-GOV',
}

const guideRows = new Map(guide.models.map((row) => [row.modelId, row]))

/** Every Claude model that any source names, the newest first. */
export const models: readonly ModelEntry[] = data.models.map(toModelEntry)

function toModelEntry(raw: RawModel): ModelEntry {
  const { aliases, contextBeta, contextVariants, lifecycle, profiles: rawProfiles, regions, ...same } = raw
  const scopes = toGuide(raw.modelId)
  const profiles = toProfiles(raw, rawProfiles, scopes)
  const listed = regions?.split(' ') ?? [...new Set(Object.values(profiles).flatMap(startRegions))].toSorted()
  return {
    ...same,
    providerName: 'Anthropic',
    // Bedrock's version suffix is no part of Anthropic's own name (WIRE §5.2).
    anthropicName: raw.modelId.replace('anthropic.', '').replace(/-v\d+(?::\d+)?$/, ''),
    aliases,
    family: oneOf(families, raw.family),
    inputModalities: raw.inputModalities.map((word) => oneOf(modalities, word)),
    outputModalities: raw.outputModalities.map((word) => oneOf(modalities, word)),
    inferenceTypes: raw.inferenceTypes.map((word) => oneOf(inferenceTypes, word)),
    lifecycle: toLifecycle(lifecycle),
    ...(contextBeta === undefined ? {} : { contextBeta }),
    contextVariants: contextVariants ?? [],
    regions: listed,
    profiles,
    ...(scopes === undefined ? {} : { guide: scopes }),
  }
}

/** A profile that only the guide names is no reason to list the model where measured data does not. */
function startRegions(profile: InferenceProfile): readonly string[] {
  return profile.evidence === 'guide' ? [] : profile.sourceRegions
}

function toLifecycle(raw: RawModel['lifecycle']): Lifecycle {
  const { status, reported, startOfLifeTime, legacyTime, publicExtendedAccessTime, endOfLifeTime } = raw
  return {
    status: status === null ? null : oneOf(states, status),
    ...(startOfLifeTime === undefined ? {} : { startOfLifeTime }),
    ...(legacyTime === undefined ? {} : { legacyTime }),
    ...(publicExtendedAccessTime === undefined ? {} : { publicExtendedAccessTime }),
    ...(endOfLifeTime === undefined ? {} : { endOfLifeTime }),
    ...(reported === undefined ? {} : { reported: { ...reported, status: oneOf(states, reported.status) } }),
  }
}

function toGuide(modelId: string): ModelEntry['guide'] {
  const row = guideRows.get(modelId)
  if (row === undefined) return undefined
  const yes = (scope: GuideScope): boolean => oneOf(['Yes', 'No'], row.scopes[scope].answer) === 'Yes'
  return {
    deprecated: row.deprecated,
    scopes: { global: yes('global'), us: yes('us'), eu: yes('eu'), jp: yes('jp'), apac: yes('apac') },
  }
}

function toProfiles(
  model: RawModel,
  raws: readonly RawProfile[],
  guideRow: ModelEntry['guide'],
): Partial<Record<ProfileScope, InferenceProfile>> {
  const profiles: Partial<Record<ProfileScope, InferenceProfile>> = {}
  for (const raw of raws) profiles[oneOf(profileScopes, raw.scope)] = toProfile(model, raw)
  for (const scope of guideScopes) {
    if (guideRow?.scopes[scope] !== true || profiles[scope] !== undefined) continue
    profiles[scope] = toProfile(model, { scope, evidence: 'guide', source: 'guide' })
  }
  return profiles
}

function toProfile(model: RawModel, raw: RawProfile): InferenceProfile {
  const scope = oneOf(profileScopes, raw.scope)
  const destinationRegions = new Map<string, readonly string[]>()
  for (const route of raw.routes ?? defaultRoutes[scope]) addRoute(destinationRegions, route)
  return {
    profileId: `${scope}.${model.modelId}`,
    scope,
    modelId: model.modelId,
    name: raw.name ?? `${scopeNames[scope]} Anthropic ${model.modelName}`,
    evidence: oneOf(evidences, raw.evidence),
    source: raw.source,
    sourceRegions: [...destinationRegions.keys()].toSorted(),
    destinationRegions,
  }
}

function addRoute(
  destinations: Map<string, readonly string[]>,
  route: { readonly from: string; readonly to?: Route['to'] | undefined },
): void {
  for (const region of route.from.split(' ')) destinations.set(region, route.to?.split(' ') ?? ['', region])
}
