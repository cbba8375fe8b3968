import type { BedrockFailure } from './bedrock-failure.ts'

/** The longest wait that a server can ask for: a longer one is told to the caller at once. */
const longestWaitMs = 60_000

/** What decides whether a failure may be repeated; `originalStatus` is the model's own, where Bedrock passes it on. */
export interface FailureFacts {
  readonly status: number
  readonly awsCode?: string | undefined
  readonly message: string
  readonly originalStatus?: number | undefined
}

/** What to do after a failed attempt: repeat it after a wait, or tell the caller. */
export type NextStep =
  { readonly kind: 'repeat'; readonly afterMs: number } | { readonly kind: 'tell'; readonly failure: BedrockFailure }

/** What a caller that repeats by itself is told. */
export interface Steering {
  readonly shouldRetry: boolean
  readonly retryAfterMs?: number | undefined
}

const repeatableStatuses: ReadonlySet<number> = new Set([408, 409, 424, 429])
const refusalsOfModels: ReadonlySet<number> = new Set([400, 401, 403, 404, 413, 422])

/** Tells whether the same call may succeed at the same place in a minute (WIRE §3.3); never for another 4xx. */
export function isRepeatable({ status, message, originalStatus }: FailureFacts): boolean {
  // A day's quota does not come back within a minute; another Region has its own.
  if (status === 429 && isDailyQuota(message)) return false
  if (status === 424 && refusalsOfModels.has(originalStatus ?? 0)) return false
  // 501 and 505 say that this server never will.
  return repeatableStatuses.has(status) || (status >= 500 && status !== 501 && status !== 505)
}

/** Tells whether another Region may answer what this one did not: what may be repeated, and a quota used up for the day. */
export function mayFailOver(failure: BedrockFailure): boolean {
  return failure.retryable || (failure.status === 429 && isDailyQuota(failure.message))
}

function isDailyQuota(message: string): boolean {
  return /\bper day\b/i.test(message)
}

interface Backoff {
  readonly firstMs: number
  readonly mostMs: number
}

// Quotas are counted in windows of 60 s (WIRE §10) and Bedrock never says when one ends, so waits grow to a window.
const throttled: Backoff = { firstMs: 10_000, mostMs: 60_000 }
// A model that is loaded when it is called.
const notReady: Backoff = { firstMs: 2_000, mostMs: 30_000 }
const other: Backoff = { firstMs: 500, mostMs: 8_000 }

/**
 * Decides after the failure of an attempt, counted from 0. Waits are full jitter: any length up to a bound that doubles with
 * every attempt, so that callers who were refused together do not come back together. A Retry-After is obeyed up to
 * `longestWaitMs`; how often to repeat is the caller's to count. `random` gives a value of [0, 1).
 */
export function nextStep(failure: BedrockFailure, attempt: number, random: () => number): NextStep {
  if (!failure.retryable) return { kind: 'tell', failure }
  const asked = failure.retryAfterMs
  if (asked === undefined || asked === 0)
    return { kind: 'repeat', afterMs: backoffMs(backoffOf(failure), attempt, random) }
  return asked <= longestWaitMs ? { kind: 'repeat', afterMs: Math.ceil(asked) } : { kind: 'tell', failure }
}

/** Why a call is not repeated though it might be, for its caller: the server asks for more patience than we have. */
export function sayTooLong(retryAfterMs: number | undefined): string | undefined {
  if (retryAfterMs === undefined || retryAfterMs <= longestWaitMs) return undefined
  return `The server asks to wait ${Math.ceil(retryAfterMs / 1000)} s, longer than the ${longestWaitMs / 1000} s that this client waits.`
}

/** How long to wait after a connection that failed, by the same rule as other failures that are no throttles. */
export function connectionBackoffMs(attempt: number, random: () => number): number {
  return backoffMs(other, attempt, random)
}

/** What to tell a caller that repeats by itself (it sends `x-stainless-retry-count`), in headers that it understands. */
export function steering(failure: BedrockFailure, attempt: number, random: () => number): Steering {
  const step = nextStep(failure, attempt, random)
  return step.kind === 'repeat' ? { shouldRetry: true, retryAfterMs: step.afterMs } : { shouldRetry: false }
}

function backoffOf({ status, awsCode }: BedrockFailure): Backoff {
  if (awsCode === 'ModelNotReadyException') return notReady
  return status === 429 ? throttled : other
}

// At least a millisecond: Anthropic's SDKs take 0 for nothing said.
function backoffMs({ firstMs, mostMs }: Backoff, attempt: number, random: () => number): number {
  return Math.max(1, Math.round(random() * Math.min(mostMs, firstMs * 2 ** attempt)))
}
