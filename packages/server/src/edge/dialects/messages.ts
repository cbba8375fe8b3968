import {
  GatewayError,
  type Message,
  type MessagesSurface,
  type ModelEntry,
  type MantleModel,
  toAnthropicError,
} from '@outcrop/protocol'
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
function statusOf(surface: MessagesSurface, error: GatewayError): { readonly status: number; readonly type: string } {
  if (surface !== 'runtime' && credentialCodes.has(error.code)) return { status: 401, type: 'authentication_error' }
  return { status: error.row.status, type: error.row.anthropic }
}

/** The refusal of a method that a path does not have. */
export function wrongMethodReply(surface: MessagesSurface, requestId: string, message: string): Reply {
  // [?] 405 is HTTP's own; the envelope is Anthropic's.
  return objectReply(surface, requestId, { status: 405, type: 'invalid_request_error', message }, [])
}

/** Mantle's refusal of Claude on an OpenAI route, word for word (WIRE §5.6). */
export function openAiRefusal(requestId: string, message: string): Reply {
  const error = { code: 'validation_error', message, param: null, type: 'invalid_request_error' }
  return {
    status: 400,
    headers: surfaceHeaders('mantle', requestId, 'application/json'),
    body: Buffer.from(JSON.stringify({ error })),
  }
}

/** Mantle's list of models, in OpenAI's shape. */
export function openAiModels(models: readonly MantleModel[]): unknown {
  const data = models.map(({ mantleId, model }) => ({
    id: mantleId,
    object: 'model',
    created: Math.floor(createdAt(model) / 1000),
    owned_by: 'anthropic', // [?]
  }))
  return { object: 'list', data }
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

/** When a model came to Bedrock; the epoch where no source says. */
function createdAt({ lifecycle }: ModelEntry): number {
  return Date.parse(lifecycle.startOfLifeTime ?? '') || 0
}

const mostModels = 1000

/** A page of Anthropic's list of models; throws in Anthropic's words for parameters that it cannot mean. */
export function anthropicModels(models: readonly ModelEntry[], rawQuery: string): unknown {
  const query = new URLSearchParams(rawQuery)
  const limit = readLimit(query.get('limit'))
  const all = models.map(anthropicModel)
  const after = query.get('after_id')
  const before = query.get('before_id')
  const start = after === null ? 0 : all.findIndex(({ id }) => id === after) + 1
  const end = before === null ? all.length : all.findIndex(({ id }) => id === before)
  const range = all.slice(start, Math.max(end, start))
  const data = before === null ? range.slice(0, limit) : range.slice(-limit)
  return {
    data,
    has_more: data.length < range.length,
    first_id: data[0]?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
  }
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
