import { parseModelId } from '@outcrop/protocol'

/** An inference profile as an account really has it. */
export interface LiveProfile {
  readonly profileId: string
  readonly arn: string
  readonly isApplication: boolean
  /** The base id of the model that it routes to. */
  readonly modelId: string
  /** Where it routes to; the empty string is anywhere. */
  readonly destinations: readonly string[]
}

/** What a Region offers an account. */
export interface LiveRegion {
  readonly profiles: readonly LiveProfile[]
  /** Base ids that the Region answers on demand; absent where nobody asked ListFoundationModels. */
  readonly onDemand?: ReadonlySet<string> | undefined
}

/** The most profiles or models that are kept of an answer, and destinations of a profile: real accounts have hundreds. */
const maxEntries = 10_000
const maxDestinations = 100

/**
 * Parses a page of ListInferenceProfiles (WIRE §7.2); entries that make no sense are left out, and profiles of anything but
 * one model as well. `nextToken` asks for the page after it.
 */
export function parseProfilePage(answer: unknown): {
  readonly profiles: readonly LiveProfile[]
  readonly nextToken?: string | undefined
} {
  const token = memberOf(answer, 'nextToken')
  const profiles: LiveProfile[] = []
  for (const summary of listIn(answer, 'inferenceProfileSummaries')) {
    const profile = parseProfile(summary)
    if (profile !== undefined) profiles.push(profile)
  }
  return { profiles, ...(typeof token === 'string' && token !== '' ? { nextToken: token } : {}) }
}

/** Parses one profile: an entry of ListInferenceProfiles, or GetInferenceProfile's answer. */
export function parseProfile(summary: unknown): LiveProfile | undefined {
  const profileId = memberOf(summary, 'inferenceProfileId')
  const arn = memberOf(summary, 'inferenceProfileArn')
  if (typeof profileId !== 'string' || typeof arn !== 'string') return undefined
  const parsed = parseModelId(arn)
  // The id is sent in a URL: it has to be one, and the one that the ARN names.
  if (parsed === undefined || parsed.kind === 'name' || parsed.id !== profileId) return undefined
  const isApplication = parsed.kind === 'application-inference-profile'
  if (!isApplication && parsed.kind !== 'inference-profile') return undefined
  const status = memberOf(summary, 'status')
  if (status !== undefined && status !== 'ACTIVE') return undefined
  const routes = parseRoutes(listIn(summary, 'models'))
  return routes === undefined ? undefined : { profileId, arn, isApplication, ...routes }
}

/** Parses ListFoundationModels into the base ids that the Region answers on demand (WIRE §7.1). */
export function parseOnDemandModels(answer: unknown): ReadonlySet<string> {
  const onDemand = new Set<string>()
  for (const summary of listIn(answer, 'modelSummaries')) {
    const modelId = memberOf(summary, 'modelId')
    if (typeof modelId !== 'string' || parseModelId(modelId)?.kind !== 'name') continue
    if (listIn(summary, 'inferenceTypesSupported').includes('ON_DEMAND')) onDemand.add(modelId)
  }
  return onDemand
}

function parseRoutes(models: readonly unknown[]): Pick<LiveProfile, 'modelId' | 'destinations'> | undefined {
  const destinations: string[] = []
  let modelId: string | undefined
  if (models.length > maxDestinations) return undefined
  for (const model of models) {
    const arn = memberOf(model, 'modelArn')
    const parsed = typeof arn === 'string' ? parseModelId(arn) : undefined
    // One unreadable destination makes all of them worth nothing: nobody could say where a call stays.
    if (parsed?.kind !== 'foundation-model' || (modelId !== undefined && parsed.id !== modelId)) return undefined
    modelId = parsed.id
    destinations.push(parsed.region)
  }
  return modelId === undefined ? undefined : { modelId, destinations }
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined
}

function listIn(value: unknown, name: string): readonly unknown[] {
  const list = memberOf(value, name)
  return Array.isArray(list) ? list.slice(0, maxEntries) : []
}
