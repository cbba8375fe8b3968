import type { APIRequest, Middleware, MiddlewareNext } from '@anthropic-ai/sdk/client'
import { APIError } from '@anthropic-ai/sdk/core/error'
import type { JsonObject } from '@outcrop/protocol'
import type { BedrockOptions } from '../options.ts'
import type { Platform } from '../platform.ts'
import { BedrockConnectionError } from '../reliability/connection-error.ts'
import { TimeLimitError } from '../reliability/time-limit-error.ts'
import type { Route } from '../transport/read-settings.ts'
import { createTransport, type Transport } from '../transport/create-transport.ts'
import type { FinalRequestOptions } from './core-types.ts'
import { BedrockConfigurationError, BedrockCredentialError, BedrockTimeoutError } from './errors.ts'
import { holdError } from './held-errors.ts'
import { sentHeaders } from './sent-headers.ts'
import { withSdkErrors } from './results-body.ts'
import { toSdkError } from './thrown-errors.ts'

/** What the backend needs of its client, which may have changed since it was made. */
export interface BackendClient {
  readonly apiKey: string | null
  readonly baseURL: string
  readonly skipAuth: boolean
  readonly maxRetries: number
  readonly middleware: readonly Middleware[]
}

/** The body of a request as the core was given it; `text` is what the core made of it, where anybody could see it. */
interface KnownBody {
  readonly value: JsonObject
  readonly text: string | undefined
}

/** Answers a client's requests by asking Bedrock. */
export interface Backend {
  /** Runs inside all middleware of the client's owner. */
  readonly middleware: Middleware
  /** Remembers what a request has as its body, so that it need not be read from the text again. */
  know(options: FinalRequestOptions, body: KnownBody): void
}

/** Creates the backend of a client; throws what the transport throws for options that cannot be meant. */
export function createBackend(options: BedrockOptions, platform: Platform, client: BackendClient): Backend {
  const bodies = new WeakMap<FinalRequestOptions, KnownBody>()
  const transportFor = transports(options, platform, client)

  async function send(request: APIRequest, next: MiddlewareNext, asked: FinalRequestOptions | undefined) {
    const { url, method = 'GET', body, headers: given, ...init } = request
    const headers = new Headers(given)
    const sent = sentHeaders(headers, client.skipAuth)
    const via: Via = (wireUrl, wireInit) => next({ ...wireInit, url: wireUrl, headers: addHeaders(wireInit, sent) })
    const routed: RoutedInit = { ...init, [viaCore]: via }
    try {
      const exchange = { url, method, headers, body: bodyOf(body, asked && bodies.get(asked), headers) }
      return withSdkErrors(await transportFor(url, headers).send(exchange, routed))
    } catch (error) {
      return answerThrown(error, isUnseenEnd(headers, asked, client))
    }
  }

  return {
    middleware: (request, next, { options: asked }) => send(request, next, asked),
    know: (asked, body) => bodies.set(asked, body),
  }
}

/** How the core sends what the transport makes of a request: with its own time limit, log and traces. */
type Via = (url: string, init: RequestInit) => Promise<Response>

const viaCore = Symbol('via core')

type RoutedInit = RequestInit & { readonly [viaCore]?: Via }

/** Requests of the core's go back through it; those that are of nobody's call go straight. */
const throughCore: Route =
  (fetch) =>
  async (input, init: RoutedInit = {}) => {
    const { [viaCore]: via, ...rest } = init
    return via === undefined || input instanceof Request ? fetch(input, rest) : via(input.toString(), rest)
  }

/** What a caller has set beside what the transport says itself; it is not signed, so that proxies may change it. */
function addHeaders(init: RequestInit, sent: Readonly<Record<string, string>>): Headers {
  const headers = new Headers(init.headers)
  for (const [name, value] of Object.entries(sent)) if (!headers.has(name)) headers.set(name, value)
  return headers
}

/** The transport of a request: the client's own, unless the request has an API key or a place of its own. */
function transports(
  options: BedrockOptions,
  platform: Platform,
  client: BackendClient,
): (url: string, headers: Headers) => Transport {
  const create = (more?: BedrockOptions): Transport => createTransport({ ...options, ...more }, platform, throughCore)
  const own = create()
  const ownKey = client.apiKey
  const ownBase = baseOf(client.baseURL)
  let other: { readonly more: BedrockOptions; readonly transport: Transport } | undefined
  return (url, headers) => {
    const more = { ...otherKey(headers, ownKey, client), ...otherBase(url, ownBase) }
    if (more.apiKey === undefined && more.baseURL === undefined) return own
    const isKnown = other?.more.apiKey === more.apiKey && other?.more.baseURL === more.baseURL
    const found = other !== undefined && isKnown ? other : { more, transport: create(more) }
    other = found
    return found.transport
  }
}

// A client that signs keeps its word, whatever else is said; one with a key may be told another for a request.
function otherKey(headers: Headers, ownKey: string | null, { skipAuth }: BackendClient): { readonly apiKey?: string } {
  const key = /^Bearer (.+)$/i.exec(headers.get('authorization') ?? '')?.[1]
  return ownKey === null || skipAuth || key === undefined || key === ownKey ? {} : { apiKey: key }
}

// `client.baseURL` may be set, and middleware may send a request elsewhere.
function otherBase(url: string, ownBase: string): { readonly baseURL?: string } {
  const base = baseOf(url)
  return base === ownBase || !apiPath.test(new URL(url).pathname) ? {} : { baseURL: base }
}

const apiPath = /\/v1\/(?:messages|models)(?:\/.*)?$/

/** A URL as far as it says where an API is. */
function baseOf(url: string): string {
  const { origin, pathname } = new URL(url)
  return origin + pathname.replace(apiPath, '').replace(/\/$/, '')
}

/** The body that the core was given, unless somebody has put another text in its place. */
function bodyOf(
  body: unknown,
  known: KnownBody | undefined,
  headers: Headers,
): string | Uint8Array | JsonObject | undefined {
  const isKnown = known !== undefined && (body === undefined || body === known.text)
  const given = isKnown ? known.value : typeof body === 'string' || body instanceof Uint8Array ? body : undefined
  const userProfile = headers.get('anthropic-user-profile-id')
  if (userProfile === null || given === undefined || given instanceof Uint8Array) return given
  const value = typeof given === 'string' ? (JSON.parse(given) as JsonObject) : given
  return { user_profile_id: userProfile, ...value }
}

/** Whether nothing but the caller would see what comes of this attempt: no further one, and no middleware. */
function isUnseenEnd(headers: Headers, asked: FinalRequestOptions | undefined, client: BackendClient): boolean {
  const most = asked?.maxRetries ?? client.maxRetries
  const isLast = Number(headers.get('x-stainless-retry-count') ?? 0) >= most
  return isLast && client.middleware.length === 0 && (asked?.middleware ?? []).length === 0
}

/** Throws what the core repeats rightly, and holds what it would repeat in vain or tell in words of its own. */
function answerThrown(thrown: unknown, isUnseenEnd: boolean): Response {
  const error = toSdkError(thrown, new Headers())
  if (!(error instanceof APIError)) throw error
  const isRepeatable =
    (thrown instanceof BedrockConnectionError || thrown instanceof TimeLimitError) && thrown.retryable && !isUnseenEnd
  if (isRepeatable) throw error
  return holdError(error, error.status ?? statusOf(error))
}

/** What Anthropic would have answered, as far as middleware is concerned. */
function statusOf(error: APIError): number {
  if (error instanceof BedrockCredentialError) return 401
  if (error instanceof BedrockConfigurationError) return 400
  return error instanceof BedrockTimeoutError ? 408 : 502
}
