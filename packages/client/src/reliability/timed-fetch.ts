import type { TimeLimits } from '../options.ts'
import { startAttempt } from './timed-attempt.ts'

/**
 * How long is waited where the caller does not say, in milliseconds.
 *
 * - `connect`: a connection to any Region stands within a second; 10 s leave room for lost packets and proxies.
 * - `firstByte` and `idle`: 30 minutes, in which a model writes the longest answer that there is (128,000 tokens at 70 a second). One
 *   that thinks all of it in silence lives, since Bedrock sends no pings (WIRE §4.3), and a socket that nobody serves any
 *   more does not wait for ever. Who never lets a model think in silence may want 60 s.
 * - `total`: 10 minutes for a whole answer, as Anthropic's SDKs wait and beyond which they ask for a stream; none for streams.
 */
const defaultTimeLimits = {
  connect: 10_000,
  firstByte: 1_800_000,
  idle: 1_800_000,
  total: 600_000,
} as const satisfies TimeLimits

/** What is known of the call that an attempt belongs to. */
interface TimedCall {
  /** Whether a stream is asked for; absent: whether one came, and until then the `total` of a whole answer holds. */
  readonly isStream?: boolean | undefined
  /** Milliseconds that its earlier attempts and their waits took: `total` holds for all of them together. */
  readonly spentMs?: number | undefined
}

/** Who calls a timed fetch. */
export interface Callers {
  /** They make a signal for each request and forget it. */
  readonly ownsSignals?: boolean | undefined
}

/** `fetch` under limits of time; what runs out rejects with `TimeLimitError`, while the body is read too. */
export type TimedFetch = (url: string | URL | Request, init?: RequestInit, call?: TimedCall) => Promise<Response>

/**
 * Puts limits of time on a fetch, and takes Node's own of 300 s away, so that a model that thinks in silence is not cut off. Aborting
 * `init.signal`, cancelling the body and a limit that runs out all free the socket at once. On platforms that do not tell when a
 * connection stands `connect` is part of `firstByte`.
 */
export function createTimedFetch(
  fetch: typeof globalThis.fetch,
  limits: TimeLimits = {},
  { ownsSignals = false }: Callers = {},
): TimedFetch {
  const platform = { hasDispatcher: false, ownsSignals }
  return (url, init = {}, { isStream, spentMs = 0 } = {}) =>
    new Promise((resolve, reject) => {
      const attempt = startAttempt(init, effectiveLimits(limits, isStream), spentMs, reject, platform)
      const ask = async (): Promise<Response> => {
        const response = await fetch(url, attempt.init)
        const streams = isStream ?? isEventStream(response)
        return attempt.receive(response, { isStream: streams, isWithinTotal: !streams || limits.total !== undefined })
      }
      ask().then(resolve, (error: unknown) => {
        attempt.end()
        reject(attempt.expired() ?? error)
      })
    })
}

function effectiveLimits(limits: TimeLimits, isStream: boolean | undefined): TimeLimits {
  return {
    connect: limits.connect ?? defaultTimeLimits.connect,
    firstByte: isStream === false ? 0 : (limits.firstByte ?? defaultTimeLimits.firstByte),
    idle: limits.idle ?? defaultTimeLimits.idle,
    total: limits.total ?? (isStream === true ? 0 : defaultTimeLimits.total),
  }
}

function isEventStream({ headers }: Response): boolean {
  return /event-?stream/i.test(headers.get('content-type') ?? '')
}
