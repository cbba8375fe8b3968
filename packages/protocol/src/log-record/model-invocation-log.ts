import type { Json } from '../messages/types.ts'
import { isObject, type UnknownObject } from '../shapes/shape.ts'

/** A call as Bedrock logs it: `schemaType` ModelInvocationLog, `schemaVersion` 1.0 (WIRE §8.2). */
export interface ModelInvocationLog {
  readonly schemaType: 'ModelInvocationLog'
  readonly schemaVersion: '1.0'
  /** ISO 8601, when the call was made. */
  readonly timestamp: string
  readonly accountId: string
  readonly identity?: { readonly arn: string } | undefined
  readonly region: string
  readonly requestId: string
  /** `InvokeModel`, `InvokeModelWithResponseStream`, `Converse`, `ConverseStream`. */
  readonly operation: string
  /** As called: an id, a profile's id or a whole ARN. */
  readonly modelId: string
  /** Where the model ran, for profiles that go from Region to Region. */
  readonly inferenceRegion?: string | undefined
  /** What the caller sent to find the call by. */
  readonly requestMetadata?: Readonly<Record<string, string>> | undefined
  /** Only of calls that failed. */
  readonly errorCode?: string | undefined
  readonly status?: string | number | undefined
  readonly input: LoggedInput
  /** Absent where a call failed. */
  readonly output?: LoggedOutput | undefined
}

/** What was asked. */
export interface LoggedInput {
  readonly inputContentType?: string | undefined
  readonly inputBodyJson?: Json | undefined
  /** Where the body is instead, when it is over 100 KB or no text: `s3://…/data/{requestId}_input.json.gz`. */
  readonly inputBodyS3Path?: string | undefined
  readonly inputTokenCount?: number | undefined
  readonly cacheReadInputTokenCount?: number | undefined
  readonly cacheWriteInputTokenCount?: number | undefined
}

/** What was answered. */
export interface LoggedOutput {
  readonly outputContentType?: string | undefined
  /** The answer; of InvokeModelWithResponseStream a list of its events. */
  readonly outputBodyJson?: Json | undefined
  readonly outputBodyS3Path?: string | undefined
  readonly outputTokenCount?: number | undefined
}

const required = ['timestamp', 'accountId', 'region', 'requestId', 'operation', 'modelId'] as const

/**
 * Reads a record of Bedrock's log, members that are not known yet included; `undefined` for what is none, or one of another
 * version.
 */
export function readModelInvocationLog(value: unknown): ModelInvocationLog | undefined {
  if (!isObject(value)) return undefined
  if (value['schemaType'] !== 'ModelInvocationLog' || value['schemaVersion'] !== '1.0') return undefined
  if (!required.every((name) => typeof value[name] === 'string')) return undefined
  return isSide(value['input']) && isSide(value['output']) && isObject(value['input'])
    ? (value as UnknownObject & ModelInvocationLog) // what callers rely on has just been looked at
    : undefined
}

const counts = ['inputTokenCount', 'cacheReadInputTokenCount', 'cacheWriteInputTokenCount', 'outputTokenCount']

/** Whether it may be what was asked or answered: absent, or counts that are numbers. */
function isSide(value: unknown): boolean {
  if (value === undefined || value === null) return true
  return isObject(value) && counts.every((name) => ['number', 'undefined'].includes(typeof value[name]))
}
