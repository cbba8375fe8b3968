import { isRecord, type JsonRecord, textIn, wordsIn } from './json-fields.ts'

/** A word of Bedrock's that it may add to. */
type Open<Word extends string> = Word | (string & {})

/** A model as the control plane tells of it (WIRE §7.1); what an answer left out is absent, times are ISO 8601. */
export interface FoundationModel {
  readonly modelId: string
  readonly modelArn?: string | undefined
  readonly modelName?: string | undefined
  readonly providerName?: string | undefined
  readonly inputModalities: ReadonlyArray<Open<'TEXT' | 'IMAGE'>>
  readonly outputModalities: ReadonlyArray<Open<'TEXT' | 'IMAGE' | 'EMBEDDING'>>
  readonly responseStreamingSupported?: boolean | undefined
  readonly customizationsSupported: readonly string[]
  readonly inferenceTypesSupported: ReadonlyArray<Open<'ON_DEMAND' | 'INFERENCE_PROFILE' | 'PROVISIONED'>>
  readonly modelLifecycle?: ModelLifecycle | undefined
}

/** Where a model stands in its life. */
export interface ModelLifecycle {
  readonly status?: Open<'ACTIVE' | 'LEGACY'> | undefined
  readonly startOfLifeTime?: string | undefined
  readonly legacyTime?: string | undefined
  readonly publicExtendedAccessTime?: string | undefined
  readonly endOfLifeTime?: string | undefined
}

/** Reads one model of an answer; `undefined` when it does not say which. */
export function parseFoundationModel(value: unknown): FoundationModel | undefined {
  const modelId = isRecord(value) ? textIn(value, 'modelId') : undefined
  if (!isRecord(value) || modelId === undefined || modelId === '') return undefined
  const streaming = value['responseStreamingSupported']
  const lifecycle = value['modelLifecycle']
  return {
    modelId,
    modelArn: textIn(value, 'modelArn'),
    modelName: textIn(value, 'modelName'),
    providerName: textIn(value, 'providerName'),
    inputModalities: wordsIn(value, 'inputModalities'),
    outputModalities: wordsIn(value, 'outputModalities'),
    responseStreamingSupported: typeof streaming === 'boolean' ? streaming : undefined,
    customizationsSupported: wordsIn(value, 'customizationsSupported'),
    inferenceTypesSupported: wordsIn(value, 'inferenceTypesSupported'),
    modelLifecycle: isRecord(lifecycle) ? parseLifecycle(lifecycle) : undefined,
  }
}

function parseLifecycle(record: JsonRecord): ModelLifecycle {
  return {
    status: textIn(record, 'status'),
    startOfLifeTime: textIn(record, 'startOfLifeTime'),
    legacyTime: textIn(record, 'legacyTime'),
    publicExtendedAccessTime: textIn(record, 'publicExtendedAccessTime'),
    endOfLifeTime: textIn(record, 'endOfLifeTime'),
  }
}
