import type { ConverseRequest } from '../converse/types.ts'
import type { JsonObject, StopDetails, StopReason, Usage } from '../messages/types.ts'
import { isObject } from '../shapes/shape.ts'
import { isStopReason } from './stop-reason.ts'

/** What an answer of Messages says and Converse has no word for, as far as it was asked for and given. */
export interface AnswerFields {
  readonly id?: string
  readonly model?: string
  readonly stop_reason?: StopReason
  readonly stop_sequence?: string
  readonly stop_details?: StopDetails | null
  readonly usage?: Pick<Usage, 'cache_creation' | 'output_tokens_details' | 'service_tier'>
}

// The pointers lead into the message of an answer, and into the event `message_delta` of a stream (WIRE §6.1). [?] Just
// those to `stop_sequence` are recorded of AWS; a pointer that leads nowhere finds nothing. The most needed first.
const pointers = [
  '/stop_sequence',
  '/delta/stop_sequence',
  '/stop_reason',
  '/delta/stop_reason',
  '/stop_details',
  '/delta/stop_details',
  '/usage',
  '/model',
  '/id',
] as const

const most = 10

/** The fields to ask an answer for: the caller's own, and as many more as it takes to say the answer in Messages. */
export function answerFieldPaths({
  additionalModelResponseFieldPaths: own = [],
}: Pick<ConverseRequest, 'additionalModelResponseFieldPaths'>): readonly string[] {
  const more = pointers.filter((pointer) => !own.includes(pointer))
  return [...own, ...more.slice(0, Math.max(0, most - own.length))]
}

/** Reads those fields out of an answer or of a stream's `messageStop`; what is not as it should be is passed over. */
export function readAnswerFields(fields: JsonObject | undefined): AnswerFields {
  const delta = fields?.['delta']
  // What stands in the message and in its last event has one meaning: an answer has the one, a stream the other.
  const { id, model, stop_reason, stop_sequence, stop_details, usage } = {
    ...fields,
    ...(isObject(delta) ? delta : {}),
  }
  return {
    ...(typeof id === 'string' ? { id } : {}),
    ...(typeof model === 'string' ? { model } : {}),
    ...(isStopReason(stop_reason) ? { stop_reason } : {}),
    ...(typeof stop_sequence === 'string' ? { stop_sequence } : {}),
    ...(isStopDetails(stop_details) ? { stop_details } : {}),
    ...(isObject(usage) ? { usage: readUsage(usage) } : {}),
  }
}

/** Null is what models after 4.6 say where they did not refuse. */
function isStopDetails(value: unknown): value is StopDetails | null {
  return value === null || (isObject(value) && value['type'] === 'refusal')
}

/** The counts that Converse has no member for. */
function readUsage({ cache_creation, output_tokens_details, service_tier }: Readonly<Record<string, unknown>>) {
  return {
    ...(isCacheCreation(cache_creation) ? { cache_creation } : {}),
    ...(isTokenDetails(output_tokens_details) ? { output_tokens_details } : {}),
    ...(typeof service_tier === 'string' ? { service_tier } : {}),
  }
}

function isCacheCreation(value: unknown): value is NonNullable<Usage['cache_creation']> {
  return (
    isObject(value) &&
    typeof value['ephemeral_5m_input_tokens'] === 'number' &&
    typeof value['ephemeral_1h_input_tokens'] === 'number'
  )
}

function isTokenDetails(value: unknown): value is NonNullable<Usage['output_tokens_details']> {
  return isObject(value) && typeof value['thinking_tokens'] === 'number'
}
