import {
  createControl,
  type BedrockOptions,
  type FoundationModel,
  type InferenceProfile,
} from '@outcrop/client/control'
import { findModel } from '@outcrop/protocol'
import { toCommandFailure } from '../endpoint/to-command-failure.ts'
import { printable } from '../io.ts'
import type { ModelRow } from './rows.ts'

/** What a running endpoint lists: its foundation models by Anthropic, and the profiles that lead to them. */
export async function servedRows(options: BedrockOptions & { readonly baseURL: string }): Promise<ModelRow[]> {
  try {
    const control = createControl(options)
    const [models, profiles] = await Promise.all([
      control.listFoundationModels({ byProvider: 'Anthropic' }),
      collect(control.listInferenceProfiles({ typeEquals: 'SYSTEM_DEFINED' })),
    ])
    const profileIds = profiles.map(({ inferenceProfileId }) => inferenceProfileId)
    return models.map((model) => toRow(model, profileIds))
  } catch (cause) {
    throw toCommandFailure(cause, options.baseURL)
  }
}

function toRow(model: FoundationModel, profileIds: readonly string[]): ModelRow {
  const { modelId, modelName = '', inferenceTypesSupported, modelLifecycle } = model
  const scopes = profileIds.filter((id) => id.endsWith(`.${modelId}`)).map((id) => id.slice(0, -modelId.length - 1))
  return {
    modelId: printable(modelId),
    modelName: printable(modelName),
    scopes: (inferenceTypesSupported.includes('ON_DEMAND') ? [...scopes, 'in-region'] : scopes).map(printable),
    // No list of Bedrock's names it; the catalogue does.
    contextWindow: findModel(modelId)?.contextWindow ?? null,
    status: printable(modelLifecycle?.status ?? 'ACTIVE'),
  }
}

async function collect(pages: AsyncIterable<readonly InferenceProfile[]>): Promise<InferenceProfile[]> {
  const all: InferenceProfile[] = []
  for await (const page of pages) all.push(...page)
  return all
}
