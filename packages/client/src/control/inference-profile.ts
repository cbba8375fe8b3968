import { isRecord, textIn } from './json-fields.ts'

/** A profile as the control plane tells of it (WIRE §7.2); what an answer left out is absent, times are ISO 8601. */
export interface InferenceProfile {
  readonly inferenceProfileId: string
  readonly inferenceProfileArn?: string | undefined
  readonly inferenceProfileName?: string | undefined
  readonly description?: string | undefined
  /** What it leads to; that of a `global.` profile has no Region. */
  readonly models: ReadonlyArray<{ readonly modelArn: string }>
  readonly status?: 'ACTIVE' | (string & {}) | undefined
  readonly type?: 'SYSTEM_DEFINED' | 'APPLICATION' | (string & {}) | undefined
  readonly createdAt?: string | undefined
  readonly updatedAt?: string | undefined
}

/** Reads one profile of an answer; `undefined` when it does not say which. */
export function parseInferenceProfile(value: unknown): InferenceProfile | undefined {
  const inferenceProfileId = isRecord(value) ? textIn(value, 'inferenceProfileId') : undefined
  if (!isRecord(value) || inferenceProfileId === undefined || inferenceProfileId === '') return undefined
  const models: readonly unknown[] = Array.isArray(value['models']) ? value['models'] : []
  return {
    inferenceProfileId,
    inferenceProfileArn: textIn(value, 'inferenceProfileArn'),
    inferenceProfileName: textIn(value, 'inferenceProfileName'),
    description: textIn(value, 'description'),
    models: models.flatMap((model) => {
      const modelArn = isRecord(model) ? textIn(model, 'modelArn') : undefined
      return modelArn === undefined ? [] : [{ modelArn }]
    }),
    status: textIn(value, 'status'),
    type: textIn(value, 'type'),
    createdAt: textIn(value, 'createdAt'),
    updatedAt: textIn(value, 'updatedAt'),
  }
}
