import type { MessagesSurface } from '../catalogue/resolve-surface-model.ts'
import type { Fidelity, ModelEntry } from '../catalogue/types.ts'
import { GatewayError } from '../failures/gateway-error.ts'
import { texts } from '../failures/texts.ts'
import { parseJson } from '../shapes/parse-json.ts'
import { findViolations, takeMember } from '../shapes/shape.ts'
import type { Warn } from './rule-context.ts'
import { findMessagesFault } from './rules.ts'
import { createMessagesShape } from './shape.ts'
import type { MessagesRequest } from './types.ts'
import { violationText } from './violation-text.ts'

/** The body of an Anthropic route, as far as it can be read before its model is known. */
export interface AnthropicEnvelope {
  readonly model: string
  readonly stream: boolean
  /** Everything else, unchecked; whoever parses the request makes it of this very object. */
  readonly fields: { [key: string]: unknown }
}

export interface AnthropicContext {
  readonly model: ModelEntry
  readonly fidelity: Fidelity
  readonly surface: MessagesSurface
  /** What the `anthropic-beta` header names. */
  readonly betas: readonly string[]
  /** Counting asks for no answer: `max_tokens` and `stream` are not needed. */
  readonly isCounting: boolean
  readonly warn?: Warn
}

/** Reads which model a Messages body is for, and whether its answer is streamed; throws in Anthropic's words. */
export function readAnthropicEnvelope(body: Uint8Array): AnthropicEnvelope {
  const parsed = parseJson(body)
  if (parsed.kind !== 'object') throw refusal(texts.anthropicInvalidJson)
  const fields = parsed.value
  const model = takeMember(fields, 'model')
  const stream = takeMember(fields, 'stream')
  if (model === undefined) throw refusal('model: Field required')
  if (typeof model !== 'string') throw refusal('model: Input should be a valid string')
  if (model === '') throw refusal('model: String should have at least 1 character')
  if (stream !== undefined && stream !== null && typeof stream !== 'boolean') {
    throw refusal('stream: Input should be a valid boolean')
  }
  return { model, stream: stream === true, fields }
}

/** Checks a Messages body for its model; throws a `GatewayError` in Anthropic's words, whatever the model's generation. */
export function parseAnthropicRequest(envelope: AnthropicEnvelope, context: AnthropicContext): MessagesRequest {
  const { model, fidelity, surface, betas, isCounting, warn } = context
  const completed = envelope.fields
  // The header `anthropic-version` says it on these routes; one client sends Bedrock's member as well (WIRE §1.3).
  if (completed['anthropic_version'] === undefined) completed['anthropic_version'] = 'bedrock-2023-05-31'
  // No answer is written, so no limit of one can be broken.
  if (isCounting) completed['max_tokens'] = model.maxOutputTokens ?? Number.MAX_SAFE_INTEGER
  if (betas.length > 0) completed['anthropic_beta'] = withHeader(completed['anthropic_beta'], betas)

  const violations = findViolations(shape, completed)
  if (violations.length > 0) throw refusal(violationText(violations, false))
  const request = completed as MessagesRequest // every member that the type names has just been checked
  const fault = findMessagesFault(request, { model, fidelity, wire: surface, byBedrock: false, warn })
  if (fault !== undefined) throw refusal(fault)
  checkUserId(request, surface, fidelity)
  return request
}

const shape = createMessagesShape({ isClosed: false, versions: ['bedrock-2023-05-31', '2026-10-21', '2023-06-01'] })

function withHeader(inBody: unknown, betas: readonly string[]): unknown {
  if (!Array.isArray(inBody)) return inBody === undefined ? betas : inBody
  const names: readonly unknown[] = inBody
  return [...new Set([...names, ...betas])]
}

/** WIRE §1.3: the runtime's route takes `user_id` for request metadata, and refuses the JSON that Claude Code sends. */
function checkUserId({ metadata }: MessagesRequest, surface: MessagesSurface, fidelity: Fidelity): void {
  const userId = metadata?.user_id
  if (surface !== 'runtime' || fidelity !== 'aws' || typeof userId !== 'string') return
  if (!/^[a-zA-Z0-9\s:_@$#=/+,\-.]*$/.test(userId)) throw refusal(texts.requestMetadataPattern)
}

function refusal(message: string): GatewayError {
  return new GatewayError('validation', message)
}
