import { platform } from '#platform'
import type { Authorizer } from '../credentials/create-authorizer.ts'
import type { BedrockOptions } from '../options.ts'
import { BedrockFailureError } from '../reliability/bedrock-failure.ts'
import { BedrockConnectionError, isConnectionError } from '../reliability/connection-error.ts'
import { isUnknownOperation, readFailure } from '../reliability/read-failure.ts'
import { connectionBackoffMs, nextStep } from '../reliability/retry-policy.ts'
import { TimeLimitError } from '../reliability/time-limit-error.ts'
import { pause } from '../transport/pause.ts'
import type { Audience, HttpRequest } from '../transport/http-request.ts'
import { throughProxies } from '../transport/through-proxies.ts'
import { readText } from './read-text.ts'

/** A small request, and all that it takes to send it. */
export interface Errand {
  readonly request: HttpRequest
  readonly audience: Audience
  readonly authorizer: Authorizer
  readonly options: BedrockOptions
  readonly signal?: AbortSignal | undefined
  /** Brings the body of a refusal to JSON, where the service refuses in another language. */
  readonly refusalAsJson?: (text: string) => string
}

/** A successful answer, read to its end. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

/** Nothing that is asked here takes a server longer; `timeouts.total` sets another limit. */
const usualTotalMs = 60_000
const usualRetries = 2

/**
 * Sends a small request and reads its answer: with one search for other credentials when these have expired, and repeats
 * where the next attempt may succeed, all within `timeouts.total`. A refusal rejects as `BedrockFailureError`.
 */
export async function sendControl(errand: Errand): Promise<Answer> {
  const { options } = errand
  const totalMs = options.timeouts?.total ?? usualTotalMs
  const limit = new AbortController()
  const timer =
    totalMs > 0 && totalMs < 2 ** 31
      ? setTimeout(() => limit.abort(new TimeLimitError('total', totalMs)), totalMs)
      : undefined
  const signal = errand.signal === undefined ? limit.signal : AbortSignal.any([errand.signal, limit.signal])
  try {
    return await sendUntilAnswered({ ...errand, signal })
  } finally {
    clearTimeout(timer)
  }
}

async function sendUntilAnswered(errand: Errand & { readonly signal: AbortSignal }): Promise<Answer> {
  const { options, authorizer, audience, signal } = errand
  const { maxRetries = usualRetries, random = Math.random } = options
  let refreshed = false
  for (let attempt = 0; ; attempt += 1) {
    const request = await authorizer.authorize(errand.request, audience, signal)
    try {
      return await sendOnce(request, errand)
    } catch (error) {
      signal.throwIfAborted()
      if (isExpired(error) && !refreshed) {
        refreshed = true
        if (await authorizer.refresh(request)) continue
      }
      const waitMs = attempt < maxRetries ? waitAfter(error, attempt, random) : undefined
      if (waitMs === undefined) throw error
      await pause(waitMs, signal)
    }
  }
}

// Looked up at each call, like `globalThis.fetch` in anybody's code.
const platformFetch = throughProxies((url, init) => globalThis.fetch(url, init), platform)

async function sendOnce(request: HttpRequest, errand: Errand): Promise<Answer> {
  const { options, audience, signal, refusalAsJson = (text) => text } = errand
  const { fetch = platformFetch, now = Date.now } = options
  const { url, method, headers, body } = request
  const init: RequestInit = {
    method,
    headers,
    redirect: 'manual',
    // What was signed is never shared memory, the one kind that `fetch` does not take.
    ...(body !== undefined && { body: body as BodyInit }),
    ...(signal !== undefined && { signal }),
  }
  try {
    const response = await fetch(url, init)
    const text = await readText(response)
    const { status } = response
    if (response.ok && !isUnknownOperation(status, text)) return { status, headers: response.headers, text }
    const { region } = audience
    const body = refusalAsJson(text)
    throw new BedrockFailureError(readFailure({ status, headers: response.headers, body, region, nowMs: now() }))
  } catch (error) {
    throw isConnectionError(error) ? new BedrockConnectionError(error, { region: audience.region, url }) : error
  }
}

const expiries: ReadonlySet<string | undefined> = new Set(['ExpiredTokenException', 'ExpiredToken', 'RequestExpired'])

function isExpired(error: unknown): boolean {
  return error instanceof BedrockFailureError && expiries.has(error.failure.awsCode)
}

/** How long to wait before the next attempt; `undefined` where it has no better chance. */
function waitAfter(error: unknown, attempt: number, random: () => number): number | undefined {
  if (error instanceof BedrockConnectionError) return error.retryable ? connectionBackoffMs(attempt, random) : undefined
  if (!(error instanceof BedrockFailureError)) return undefined
  const step = nextStep(error.failure, attempt, random)
  return step.kind === 'repeat' ? step.afterMs : undefined
}
