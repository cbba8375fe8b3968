import { isRecord, type JsonRecord, textIn } from '../control/json-fields.ts'
import { failureEnvelope } from '../reliability/failure-response.ts'
import { readFailure } from '../reliability/read-failure.ts'

/** What came of one request, as Anthropic's API tells of it. */
export interface IndividualResponse {
  readonly custom_id: string
  readonly result:
    | { readonly type: 'succeeded'; readonly message: JsonRecord }
    | { readonly type: 'errored'; readonly error: object }
    | { readonly type: 'canceled' | 'expired' }
}

/** What is known of a job beside its records. */
export interface ResultContext {
  readonly region: string
  /** An id or an ARN. */
  readonly modelId: string
  /** What Anthropic calls the model, where that is known. */
  readonly anthropicName: string | undefined
}

/** Reads a record of a job's output (WIRE §7.5). */
export function toIndividualResponse(record: JsonRecord, context: ResultContext): IndividualResponse {
  const custom_id = textIn(record, 'recordId') ?? ''
  const { error, modelOutput } = record
  if (isRecord(error)) return { custom_id, result: erroredBy(error, context) }
  if (!isRecord(modelOutput) || !Array.isArray(modelOutput['content'])) {
    const message = 'The record of the batch has neither a message nor an error.'
    return { custom_id, result: errored('api_error', message) }
  }
  return { custom_id, result: { type: 'succeeded', message: completed(modelOutput, custom_id, context) } }
}

/** A request that a job has no record of, though it should. */
export function errored(type: string, message: string) {
  return { type: 'errored', error: { type: 'error', error: { type, message }, request_id: null } } as const
}

function erroredBy(error: JsonRecord, { region, modelId }: ResultContext): IndividualResponse['result'] {
  const { errorCode } = error
  const message = textIn(error, 'errorMessage')
  const isStatus = typeof errorCode === 'number' && errorCode >= 400 && errorCode <= 599
  const failure = readFailure({
    status: isStatus ? errorCode : 500,
    headers: new Headers(
      typeof errorCode === 'string' && /^\w{1,64}$/.test(errorCode) ? { 'x-amzn-errortype': errorCode } : {},
    ),
    body: JSON.stringify({ message }),
    region,
    modelId,
  })
  return { type: 'errored', error: failureEnvelope(failure) }
}

/** Whatever InvokeModel left out of a Message, so that code for Anthropic's batches finds it. */
function completed(message: JsonRecord, customId: string, context: ResultContext): JsonRecord {
  const { anthropicName, modelId, region } = context
  const { usage } = message
  return {
    id: `msg_batch_${customId}`,
    type: 'message',
    role: 'assistant',
    model: anthropicName ?? modelId,
    stop_reason: null,
    stop_sequence: null,
    ...message,
    // Anthropic's own word for it, by which `costOfMessage` knows the price.
    ...(isRecord(usage) && { usage: { ...usage, service_tier: 'batch' } }),
    // What else a price depends on: batches are read when the client that began them is long gone.
    'amazon-bedrock-batch': { modelId, region },
  }
}
