import type { ModelInvocationType } from '@outcrop/protocol'
import type { Identity } from '../call.ts'

/** A record of a job, as whoever answers it sees it. */
export interface RecordCall {
  /** A UUID, the same whenever the record is answered. */
  readonly requestId: string
  readonly caller: Identity
  /** The job's model, as its caller named it. */
  readonly modelId: string
  readonly type: ModelInvocationType
  /** The record's `modelInput` in JSON. */
  readonly body: Uint8Array
  /** Aborts when nobody wants the answer any more. */
  readonly signal: AbortSignal
}

/** The body that the online operation would have answered with, and its tokens. */
export interface RecordAnswer {
  readonly output: object
  readonly inputTokens: number
  readonly outputTokens: number
}

/** Answers a record as the online operation answers a call; throws what it would have refused as a `GatewayError`. */
export type AnswerRecord = (record: RecordCall) => Promise<RecordAnswer>

/** Throws Bedrock's refusal of a model that a caller does not have, or may not use. */
export type CheckModel = (modelId: string, caller: Identity) => void
