import { findModel, type Json, type ModelEntry, parseModelId } from '@outcrop/protocol'
import { type FoundationModel, parseFoundationModel } from '../control/foundation-model.ts'
import { type InferenceProfile, parseInferenceProfile } from '../control/inference-profile.ts'
import { BedrockFailureError } from '../reliability/bedrock-failure.ts'
import { isJsonList, isJsonObject } from './request-parts.ts'

/** Asks the control plane for a path with its query; throws `BedrockFailureError` for what it refuses. */
export type AskControl = (path: string) => Promise<Json>

/** Something of Claude that an account may call in a Region, by the very id that is called. */
export interface AccountModel {
  readonly id: string
  readonly kind: 'global' | 'geo' | 'in-region' | 'application'
  readonly name: string
  /** The base id of the model that answers. */
  readonly baseId: string
  /** What the catalogue knows of that. */
  readonly model: ModelEntry | undefined
  /** What the Region says of it; absent where its list does not name it, or may not be read. */
  readonly summary: FoundationModel | undefined
  readonly profile: InferenceProfile | undefined
}

/**
 * Lists what an account may call of Claude: the models that a Region serves on demand, and the profiles, system's and the
 * account's own. A caller who may read one of the lists gets what that says.
 */
export async function listAccountModels(ask: AskControl): Promise<readonly AccountModel[]> {
  const [models, system, own] = await Promise.allSettled([
    listFoundationModels(ask),
    listProfiles(ask, 'SYSTEM_DEFINED'),
    listProfiles(ask, 'APPLICATION'),
  ])
  if (models.status === 'rejected' && system.status === 'rejected') throw models.reason
  for (const list of [models, system, own]) if (list.status === 'rejected' && !isRefusal(list.reason)) throw list.reason
  const summaries = new Map(valueOf(models).map((summary) => [summary.modelId, summary]))
  const profiles = [...valueOf(system), ...valueOf(own)]
  return [
    ...[...summaries.values()].filter(isOnDemand).map(fromSummary),
    ...profiles.flatMap((profile) => fromProfile(profile, summaries)),
  ]
}

function isRefusal(error: unknown): boolean {
  return error instanceof BedrockFailureError && (error.failure.status === 403 || error.failure.status === 404)
}

function valueOf<Item>(settled: PromiseSettledResult<readonly Item[]>): readonly Item[] {
  return settled.status === 'fulfilled' ? settled.value : []
}

async function listFoundationModels(ask: AskControl): Promise<readonly FoundationModel[]> {
  const answer = await ask('/foundation-models?byProvider=Anthropic')
  return listIn(answer, 'modelSummaries').flatMap((value) => {
    const summary = parseFoundationModel(value)
    return summary?.modelId.startsWith(anthropics) === true ? [summary] : []
  })
}

const anthropics = 'anthropic.'
/** A server that hands out tokens for ever is not followed for ever. */
const mostPages = 100

async function listProfiles(ask: AskControl, type: string): Promise<readonly InferenceProfile[]> {
  const profiles: InferenceProfile[] = []
  let token = ''
  for (let page = 0; page < mostPages; page += 1) {
    const more = token === '' ? '' : `&nextToken=${encodeURIComponent(token)}`
    const answer = await ask(`/inference-profiles?maxResults=1000&type=${type}${more}`)
    profiles.push(...listIn(answer, 'inferenceProfileSummaries').flatMap((value) => parseInferenceProfile(value) ?? []))
    const next = isJsonObject(answer) ? answer['nextToken'] : undefined
    // A page that names itself as the next would be the next for ever.
    if (typeof next !== 'string' || next === '' || next === token) break
    token = next
  }
  return profiles
}

function listIn(answer: Json, member: string): readonly Json[] {
  const list = isJsonObject(answer) ? answer[member] : undefined
  return isJsonList(list) ? list : []
}

function isOnDemand({ inferenceTypesSupported }: FoundationModel): boolean {
  return inferenceTypesSupported.includes('ON_DEMAND')
}

function fromSummary(summary: FoundationModel): AccountModel {
  const { modelId, modelName = modelId } = summary
  return {
    id: modelId,
    kind: 'in-region',
    name: modelName,
    baseId: modelId,
    model: findModel(modelId),
    summary,
    profile: undefined,
  }
}

function fromProfile(
  profile: InferenceProfile,
  summaries: ReadonlyMap<string, FoundationModel>,
): readonly AccountModel[] {
  const { inferenceProfileId, inferenceProfileArn, inferenceProfileName, type, status, models } = profile
  const baseId = parseModelId(models[0]?.modelArn ?? '')?.id
  if (baseId?.startsWith(anthropics) !== true || (status !== undefined && status !== 'ACTIVE')) return []
  const isOwn = type === 'APPLICATION'
  return [
    {
      // The short id of an account's own profile is nothing that can be told from other ids.
      id: isOwn ? (inferenceProfileArn ?? inferenceProfileId) : inferenceProfileId,
      kind: isOwn ? 'application' : inferenceProfileId.startsWith('global.') ? 'global' : 'geo',
      name: inferenceProfileName ?? inferenceProfileId,
      baseId,
      model: findModel(baseId),
      summary: summaries.get(baseId),
      profile,
    },
  ]
}
