import type { BedrockOptions } from '../options.ts'
import { type ApplicationProfiles, createApplicationProfiles } from './application-profiles.ts'
import { createAsk } from './ask.ts'
import type { ControlCall } from './control-call.ts'
import { type FoundationModel, parseFoundationModel } from './foundation-model.ts'
import { type InferenceProfile, parseInferenceProfile } from './inference-profile.ts'
import { type JsonRecord, textIn } from './json-fields.ts'
import { createLoggingConfiguration, type LoggingConfiguration } from './logging-configuration.ts'
import { createModelAccess, type ModelAccess } from './model-access.ts'
import { createModelInvocationJobs, type ModelInvocationJobs } from './model-invocation-jobs.ts'
import { pathLabel } from './path-label.ts'

/** Which models to list; all of them unless told otherwise. */
export interface FoundationModelFilters {
  /** `Anthropic`; AWS's documents leave open whether the case matters `[?]`. */
  readonly byProvider?: string | undefined
  readonly byCustomizationType?: 'FINE_TUNING' | 'CONTINUED_PRE_TRAINING' | 'DISTILLATION' | undefined
  readonly byOutputModality?: 'TEXT' | 'IMAGE' | 'EMBEDDING' | undefined
  readonly byInferenceType?: 'ON_DEMAND' | 'PROVISIONED' | undefined
}

/** Which profiles to list, and how many a page. */
export interface InferenceProfileFilters {
  readonly typeEquals?: 'SYSTEM_DEFINED' | 'APPLICATION' | undefined
  /** 1 to 1000, which is what is asked for unless told otherwise. */
  readonly maxResults?: number | undefined
}

/**
 * Bedrock's control plane (WIRE §7). A refusal rejects as `BedrockFailureError`, with AWS's code and the request
 * id in its `failure`; a call without usable credentials as `CredentialError`; one without an answer as what `fetch` throws.
 */
export interface Control extends ModelAccess, ApplicationProfiles, LoggingConfiguration, ModelInvocationJobs {
  listFoundationModels(filters?: FoundationModelFilters, call?: ControlCall): Promise<readonly FoundationModel[]>
  /** By a base id or the ARN of a foundation model. */
  getFoundationModel(modelIdentifier: string, call?: ControlCall): Promise<FoundationModel>
  /** Page after page, as they are asked for; an account has one page or a few, and at most a hundred are followed. */
  listInferenceProfiles(
    filters?: InferenceProfileFilters,
    call?: ControlCall,
  ): AsyncGenerator<readonly InferenceProfile[], void, undefined>
  /** By a profile's id or ARN, of either type. */
  getInferenceProfile(inferenceProfileIdentifier: string, call?: ControlCall): Promise<InferenceProfile>
}

/** A server that hands out tokens for ever is not followed for ever. */
const mostPages = 100

/** Opens the control plane of one Region, with the credentials, limits and repeats that the options say. */
export function createControl(options: BedrockOptions = {}): Control {
  const ask = createAsk(options)

  async function* listInferenceProfiles(filters: InferenceProfileFilters = {}, call: ControlCall = {}) {
    const { typeEquals, maxResults = 1000 } = filters
    let nextToken: string | undefined
    for (let page = 0; page < mostPages; page += 1) {
      // The query spells the member `typeEquals` as `type` (WIRE §7.2).
      const query = { maxResults: String(maxResults), type: typeEquals, nextToken }
      const { answer, refuse } = await ask({
        operation: 'ListInferenceProfiles',
        path: '/inference-profiles',
        query,
        ...call,
      })
      yield listIn(answer, 'inferenceProfileSummaries', refuse).flatMap((value) => parseInferenceProfile(value) ?? [])
      const token = textIn(answer, 'nextToken')
      if (token === undefined || token === '') return
      if (token === nextToken) throw refuse('answered with pages that do not end: one names itself as the next')
      nextToken = token
    }
  }

  return {
    ...createModelAccess(ask),
    ...createApplicationProfiles(ask),
    ...createLoggingConfiguration(ask),
    ...createModelInvocationJobs(ask),
    listInferenceProfiles,
    async listFoundationModels(filters = {}, call = {}) {
      const { byProvider, byCustomizationType, byOutputModality, byInferenceType } = filters
      const query = { byProvider, byCustomizationType, byOutputModality, byInferenceType }
      const { answer, refuse } = await ask({
        operation: 'ListFoundationModels',
        path: '/foundation-models',
        query,
        ...call,
      })
      return listIn(answer, 'modelSummaries', refuse).flatMap((value) => parseFoundationModel(value) ?? [])
    },
    async getFoundationModel(modelIdentifier, call = {}) {
      const path = `/foundation-models/${pathLabel('modelIdentifier', modelIdentifier)}`
      const { answer, refuse } = await ask({ operation: 'GetFoundationModel', path, ...call })
      const model = parseFoundationModel(answer['modelDetails'])
      if (model === undefined) throw refuse('answered without modelDetails and its modelId')
      return model
    },
    async getInferenceProfile(inferenceProfileIdentifier, call = {}) {
      const path = `/inference-profiles/${pathLabel('inferenceProfileIdentifier', inferenceProfileIdentifier)}`
      const { answer, refuse } = await ask({ operation: 'GetInferenceProfile', path, ...call })
      const profile = parseInferenceProfile(answer)
      if (profile === undefined) throw refuse('answered without inferenceProfileId')
      return profile
    },
  }
}

function listIn(answer: JsonRecord, name: string, refuse: (why: string) => Error): readonly unknown[] {
  const list: unknown = answer[name]
  if (!Array.isArray(list)) throw refuse(`answered without ${name}`)
  return list
}
