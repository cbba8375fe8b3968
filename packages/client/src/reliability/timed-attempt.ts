import type { TimeLimits } from '../options.ts'
import type { TimeLimitError } from './time-limit-error.ts'
import { createTimeWatch } from './time-watch.ts'
import { createUnlimitedDispatcher } from './undici-dispatcher.ts'
import { watchBody } from './watched-body.ts'

/** How an answer is waited for. */
export interface AnswerKind {
  readonly isStream: boolean
  readonly isWithinTotal: boolean
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
): TimedAttempt {
  const aborting = new AbortController()
  let told = late
  const watch = createTimeWatch(limits, (error) => {
    told(error)
    aborting.abort(error)
    letGo()
  })
  const letGo = passAbort(init.signal, aborting)
  const end = (): void => {
    watch.end()
    letGo()
  }
  watch.start('total', (limits.total ?? 0) - spentMs)
  watch.start('firstByte')
  const answer = { isTold: false, isComplete: false, isReceived: false }
  const dispatcher = createUnlimitedDispatcher('dispatcher' in init ? init.dispatcher : undefined, {
    waiting() {
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
  const timed: RequestInit & { readonly dispatcher: unknown } = { ...init, signal: aborting.signal, dispatcher }
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
