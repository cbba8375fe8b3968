import { decodeModelIdLabel, type JsonObject } from '@outcrop/protocol'
import type { BedrockCallOptions } from '../options.ts'
import { readCallOptions } from './read-call-options.ts'

/** What a caller of Anthropic's API asks for, as far as Bedrock has it too. */
export type AnthropicOperation = 'messages' | 'countTokens' | 'listModels' | 'retrieveModel'

/** A request in Anthropic's shape: what an SDK hands to `fetch`. */
export interface Exchange {
  readonly method: string
  /** Absolute or a path; only what Anthropic's API defines of it counts. */
  readonly url: string
  readonly headers?: Readonly<Record<string, string>> | Headers | undefined
  /** JSON as text, as bytes, or parsed already. */
  readonly body?: string | Uint8Array | JsonObject | undefined
}

/** A request of Anthropic's API, read and checked. */
export interface AnthropicCall {
  readonly operation: AnthropicOperation
  /** The body without `model`, `stream` and `bedrock`. */
  readonly body: JsonObject
  readonly model: string
  readonly stream: boolean
  /** What the header `anthropic-beta` names. */
  readonly betas: readonly string[]
  /** What the header `anthropic-version` says. */
  readonly version: string | undefined
  readonly bedrock: BedrockCallOptions
  readonly query: URLSearchParams
  /** How often the caller has tried already: a caller that counts repeats by itself. */
  readonly repeat: number | undefined
}

/** Why a request is none that Bedrock has. */
export interface CallFault {
  readonly status: 400 | 404 | 405
  readonly message: string
}

/** Reads a request of Anthropic's API by the end of its path, so that base URLs may have prefixes. */
export function readAnthropicCall(exchange: Exchange): AnthropicCall | CallFault {
  const { pathname, searchParams: query } = new URL(exchange.url, 'http://localhost')
  const route = routes.find(({ path }) => path.test(pathname))
  if (route === undefined) {
    return {
      status: 404,
      message: `Bedrock has nothing at ${pathname}: it has /v1/messages, /v1/messages/count_tokens, /v1/messages/batches and /v1/models.`,
    }
  }
  if (exchange.method.toUpperCase() !== route.method) {
    return { status: 405, message: `${pathname} takes ${route.method}, not ${exchange.method}.` }
  }
  const headers = exchange.headers instanceof Headers ? exchange.headers : new Headers(exchange.headers)
  const repeat = headers.get('x-stainless-retry-count')
  const shared = {
    operation: route.operation,
    query,
    repeat: repeat === null || !/^\d{1,4}$/.test(repeat) ? undefined : Number(repeat),
  }
  if (route.method === 'GET') {
    const model = decodeModelIdLabel(route.path.exec(pathname)?.[1] ?? '')
    if (model === undefined) return { status: 400, message: `The model id in ${pathname} is badly escaped.` }
    return { ...shared, body: {}, model, stream: false, betas: [], version: undefined, bedrock: {} }
  }
  const body = readBody(exchange.body)
  if (body === undefined) return { status: 400, message: `The body of ${pathname} has to be a JSON object.` }
  const bedrock = readCallOptions(body['bedrock'])
  if ('fault' in bedrock) return { status: 400, message: bedrock.fault }
  return { ...shared, ...readMessagesBody(body, headers), bedrock }
}

const routes = [
  { method: 'POST', path: /\/v1\/messages$/, operation: 'messages' },
  { method: 'POST', path: /\/v1\/messages\/count_tokens$/, operation: 'countTokens' },
  { method: 'GET', path: /\/v1\/models$/, operation: 'listModels' },
  { method: 'GET', path: /\/v1\/models\/(.+)$/, operation: 'retrieveModel' },
] as const satisfies ReadonlyArray<{ method: 'GET' | 'POST'; path: RegExp; operation: AnthropicOperation }>

/** The JSON object that a body is; `undefined` where it is none. */
export function readBody(body: Exchange['body']): JsonObject | undefined {
  if (body === undefined) return undefined
  if (typeof body === 'object' && !(body instanceof Uint8Array)) return body
  try {
    const parsed: unknown = JSON.parse(typeof body === 'string' ? body : new TextDecoder().decode(body))
    return isJsonObject(parsed) ? parsed : undefined
  } catch {
    return undefined
  }
}

/** Tells whether a parsed value is a JSON object. */
function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function readMessagesBody(whole: JsonObject, headers: Headers) {
  const { model, stream, bedrock: _, ...body } = whole
  return {
    body,
    model: typeof model === 'string' ? model : '',
    stream: stream === true,
    betas: splitBetas(headers.get('anthropic-beta')),
    version: headers.get('anthropic-version') ?? undefined,
  }
}

/** The betas that a header names. */
export function splitBetas(header: string | null): readonly string[] {
  return (header ?? '')
    .split(',')
    .map((beta) => beta.trim())
    .filter((beta) => beta !== '')
}
