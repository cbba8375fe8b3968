/** How fast an answer comes. */
export interface Pace {
  /** Tokens a second of a streamed answer; 0 sends them as fast as they are read. */
  readonly tokensPerSecond: number
  /** How long an answer waits before its first token. */
  readonly firstTokenMs: number
}

/** Waits so many milliseconds, or rejects with the signal's reason as soon as it aborts. */
export type Sleep = (milliseconds: number, signal: AbortSignal) => Promise<void>

/** Tells one stream when its tokens are due. */
export interface Pacer {
  /** Resolves when the token with this number, counted from 0, is due; rejects when the call is aborted. */
  until(token: number): Promise<void> | undefined
}

/** Below this a timer is not worth an abort listener: the stream looks at its signal when it wakes. */
const shortSleepMs = 50
/** An unpaced stream lets others run after so many tokens. */
const unpacedBurst = 64

/** Waits by a timer; a long wait ends at once when the call is aborted. */
export const sleepByTimer: Sleep = (milliseconds, signal) =>
  new Promise((resolve, reject) => {
    if (milliseconds < shortSleepMs) {
      setTimeout(() => {
        if (signal.aborted) reject(reasonOf(signal))
        else resolve()
      }, milliseconds)
      return
    }
    const finish = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', finish)
      if (signal.aborted) reject(reasonOf(signal))
      else resolve()
    }
    const timer = setTimeout(finish, milliseconds)
    signal.addEventListener('abort', finish)
  })

/**
 * Schedules tokens against the start of the stream, so that late timers never add up; tokens that are due already
 * follow without a timer, so that a fast pace costs one timer a burst.
 */
export function createPacer(pace: Pace, now: () => number, sleep: Sleep, signal: AbortSignal): Pacer {
  const start = now() + pace.firstTokenMs
  const msPerToken = pace.tokensPerSecond > 0 ? 1000 / pace.tokensPerSecond : 0
  const wait = async (due: number): Promise<void> => {
    for (let left = due - now(); left > 0; left = due - now()) await sleep(Math.ceil(left), signal)
  }
  return {
    until(token) {
      signal.throwIfAborted()
      const due = start + token * msPerToken
      if (due > now()) return wait(due)
      return token % unpacedBurst === unpacedBurst - 1 ? breathe(signal) : undefined
    },
  }
}

/** Lets other work run before this stream goes on. */
async function breathe(signal: AbortSignal): Promise<void> {
  await new Promise((resolve) => {
    setImmediate(resolve)
  })
  signal.throwIfAborted()
}

function reasonOf(signal: AbortSignal): Error {
  const reason: unknown = signal.reason
  return reason instanceof Error ? reason : new Error('The call was aborted', { cause: reason })
}
