import { GatewayError, type Message, type MessagesSurface, type ModelEntry, toAnthropicError } from '@outcrop/protocol'
import type { Reply } from '../../exchange.ts'
import { errorReply, type Headers } from './aws-json.ts'

/** The headers that every answer of a surface begins with. */
export function surfaceHeaders(surface: MessagesSurface, requestId: string, contentType: string): Headers {
  const headers: [string, string][] = [
    ['Content-Type', contentType],
    ['x-amzn-RequestId', requestId],
  ]
  // Anthropic's own API answers `request-id`; nobody has recorded it from Bedrock (WIRE §13).
  if (surface === 'plain') headers.push(['request-id', anthropicRequestId(requestId)])
  return headers
}

/** A request id as Anthropic's error objects on Bedrock carry it (WIRE §5.2). */
function anthropicRequestId(requestId: string): string {
  return `req_bdrk_${requestId.replaceAll('-', '')}`
}

/** A whole answer of a Messages surface: compact JSON. */
export function surfaceReply(surface: MessagesSurface, requestId: string, value: unknown, extra: Headers): Reply {
  return {
    status: 200,
    headers: [...surfaceHeaders(surface, requestId, 'application/json'), ...extra],
    body: Buffer.from(JSON.stringify(value)),
  }
}

/** The answer to `messages`: the message itself. */
export function createdReply(surface: MessagesSurface, requestId: string, message: Message, extra: Headers): Reply {
  return surfaceReply(surface, requestId, message, extra)
}

/** A refusal in the surface's own envelope. */
export function surfaceErrorReply(
  surface: MessagesSurface,
  requestId: string,
  error: GatewayError,
  extra: Headers,
): Reply {
  // [?] WIRE §5.6: on the runtime the front door answers as everywhere else, and only the model's side as Anthropic.
  if (surface === 'runtime' && error.row.layer !== 'service') return errorReply(requestId, error, extra)
  const { status, type } = statusOf(surface, error)
  return objectReply(surface, requestId, { status, type, message: error.message }, extra)
}

interface ErrorObject {
  readonly status: number
  readonly type: string
  readonly message: string
}

function objectReply(surface: MessagesSurface, requestId: string, error: ErrorObject, extra: Headers): Reply {
  const { status, type, message } = error
  const body = { type: 'error', error: { type, message }, request_id: anthropicRequestId(requestId) }
  return {
    status,
    headers: [...surfaceHeaders(surface, requestId, 'application/json'), ...extra],
    body: Buffer.from(JSON.stringify(body)),
  }
}

const credentialCodes: ReadonlySet<GatewayError['code']> = new Set([
  'unrecognizedClient',
  'expiredToken',
  'invalidSignature',
  'missingAuthentication',
  'incompleteSignature',
  'unauthorizedKey',
])

/** Mantle answers 401 to a credential for another service (WIRE §2.3), as Anthropic does to every bad one; [?] the rest. */
export function statusOf(
  surface: MessagesSurface,
  error: GatewayError,
): { readonly status: number; readonly type: string } {
  if (surface !== 'runtime' && credentialCodes.has(error.code)) return { status: 401, type: 'authentication_error' }
  const { status, anthropicStatus = status, anthropic } = error.row
  return { status: anthropicStatus, type: anthropic }
}

/** The refusal of a method that a path does not have. */
export function wrongMethodReply(surface: MessagesSurface, requestId: string, message: string): Reply {
  // [?] 405 is HTTP's own; the envelope is Anthropic's.
  return objectReply(surface, requestId, { status: 405, type: 'invalid_request_error', message }, [])
}

/** One model in Anthropic's shape. */
export function anthropicModel(model: ModelEntry): { readonly id: string; readonly [key: string]: unknown } {
  return {
    type: 'model',
    id: model.anthropicName,
    display_name: model.modelName,
    created_at: new Date(createdAt(model)).toISOString().replace('.000Z', 'Z'),
  }
}

/** When a model came to Bedrock, in milliseconds; the epoch where no source says. */
export function createdAt({ lifecycle }: ModelEntry): number {
  return Date.parse(lifecycle.startOfLifeTime ?? '') || 0
}

const mostModels = 1000

/** A page of Anthropic's list of models; throws in Anthropic's words for parameters that it cannot mean. */
export function anthropicModels(models: readonly ModelEntry[], rawQuery: string): unknown {
  const query = new URLSearchParams(rawQuery)
  const limit = readLimit(query.get('limit'))
  const all = models.map(anthropicModel)
  const before = query.get('before_id')
  const start = placeOf(all, query, 'after_id', -1) + 1
  const end = placeOf(all, query, 'before_id', all.length)
  const range = all.slice(start, Math.max(end, start))
  const data = before === null ? range.slice(0, limit) : range.slice(-limit)
  return {
    data,
    has_more: data.length < range.length,
    first_id: data[0]?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
  }
}

/** Where the model stands that a cursor names; throws when the list has no such model, as it would begin anew for ever. */
function placeOf(
  all: ReadonlyArray<{ readonly id: string }>,
  query: URLSearchParams,
  cursor: 'after_id' | 'before_id',
  otherwise: number,
): number {
  const id = query.get(cursor)
  if (id === null) return otherwise
  const place = all.findIndex((model) => model.id === id)
  if (place < 0) throw new GatewayError('validation', `${cursor}: ${id.slice(0, 200)} is no model of this list`) // [?]
  return place
}

function readLimit(text: string | null): number {
  if (text === null) return 20
  const limit = /^\d{1,4}$/.test(text) ? Number(text) : 0
  if (limit >= 1 && limit <= mostModels) return limit
  throw new GatewayError('validation', `limit: Input should be a whole number from 1 to ${mostModels}`) // [?]
}

/** The `data` of an `error` event: a failure after the status line. */
export function errorEvent(requestId: string, error: GatewayError): string {
  return toAnthropicError(error, anthropicRequestId(requestId)).body
}
