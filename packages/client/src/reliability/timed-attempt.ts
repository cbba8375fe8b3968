import type { TimeLimits } from '../options.ts'
import type { TimeLimitError } from './time-limit-error.ts'
import { createTimeWatch } from './time-watch.ts'
import { type Abort, createUnlimitedDispatcher } from './undici-dispatcher.ts'
import { watchBody } from './watched-body.ts'

/** How an answer is waited for. */
interface AnswerKind {
  readonly isStream: boolean
  readonly isWithinTotal: boolean
}

/** What is known of a `fetch` and of those who call it. */
export interface FetchPlatform {
  /** It sends by the dispatcher that it is given, as an earlier request has shown. */
  hasDispatcher: boolean
  /** Every signal lives as long as its request. */
  readonly ownsSignals: boolean
}

/** One request under limits of time. */
export interface TimedAttempt {
  readonly init: RequestInit
  /** Which limit ran out, if one did. */
  readonly expired: () => TimeLimitError | undefined
  /** Nobody waits any more: clocks stop, and the caller's signal is let go. */
  end(): void
  /** Takes the answer's headers for the end of what was waited for so far; its body is under limits from now on. */
  receive(response: Response, kind: AnswerKind): Response
}

/** Starts the clocks of a request; `late` is told of the limit that runs out before there are headers. */
export function startAttempt(
  init: RequestInit,
  limits: TimeLimits,
  spentMs: number,
  late: (error: TimeLimitError) => void,
  platform: FetchPlatform,
): TimedAttempt {
  // Where the dispatcher ends requests, a signal of our own would cost as much as all the clocks; but Node's fetch leaves its
  // listeners on a signal until memory is collected, so one that outlives the request is not handed on.
  const isSpared = platform.hasDispatcher && (platform.ownsSignals || !init.signal)
  const aborting = isSpared ? undefined : new AbortController()
  let abort: Abort = (error) => aborting?.abort(error)
  let told = late
  const watch = createTimeWatch(limits, (error) => {
    told(error)
    abort(error)
    letGo()
  })
  const letGo = aborting === undefined ? () => {} : passAbort(init.signal, aborting)
  const end = (): void => {
    watch.end()
    letGo()
  }
  watch.start('total', (limits.total ?? 0) - spentMs)
  watch.start('firstByte')
  const answer = { isTold: false, isComplete: false, isReceived: false }
  const dispatcher = createUnlimitedDispatcher('dispatcher' in init ? init.dispatcher : undefined, {
    waiting(end) {
      platform.hasDispatcher = true
      if (aborting === undefined) abort = end
      answer.isTold = true
      answer.isComplete = false // a redirect is another request
      watch.start('connect')
    },
    connected: () => watch.stop('connect'),
    ended() {
      answer.isComplete = true
      if (answer.isReceived) end()
    },
  })
  const timed: RequestInit & { readonly dispatcher: unknown } = {
    ...init,
    ...(aborting !== undefined && { signal: aborting.signal }),
    dispatcher,
  }
  return {
    init: timed,
    expired: () => watch.expired,
    end,
    receive(response, { isStream, isWithinTotal }) {
      answer.isReceived = true
      watch.stop('connect')
      if (!isStream) watch.stop('firstByte')
      if (!isWithinTotal) watch.stop('total')
      const { body } = response
      if (body === null || answer.isComplete) end()
      // A whole answer needs no look at its pieces where its end is told.
      if (body === null || (!isStream && answer.isTold)) return response
      return new Response(watchBody(body, { watch, end, listen: (next) => (told = next) }), response)
    },
  }
}

/** Hands the caller's abort on; what it gives lets go of the caller's signal. */
function passAbort(signal: AbortSignal | null | undefined, aborting: AbortController): () => void {
  if (signal === null || signal === undefined) return () => {}
  const pass = (): void => aborting.abort(signal.reason)
  if (signal.aborted) pass()
  else signal.addEventListener('abort', pass)
  return () => signal.removeEventListener('abort', pass)
}
