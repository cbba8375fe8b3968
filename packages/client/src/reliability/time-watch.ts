import type { TimeLimits } from '../options.ts'
import { TimeLimitError } from './time-limit-error.ts'

type Limit = keyof TimeLimits

/** The clocks of one attempt: whatever is waited for too long ends it. */
export interface TimeWatch {
  /** Which limit ran out, if one did. */
  readonly expired: TimeLimitError | undefined
  /** Starts the clock of a limit that is not running yet; `ms` is what is left of it, where that is less. */
  start(limit: Limit, ms?: number): void
  stop(limit: Limit): void
  /** Stops all; nothing expires after it. */
  end(): void
}

// Timers of every platform take a longer wait for none at all.
const longestTimerMs = 2 ** 31 - 1

/** Creates the clocks of an attempt; `expire` is called once, with the limit that ran out. */
export function createTimeWatch(limits: TimeLimits, expire: (error: TimeLimitError) => void): TimeWatch {
  const timers = new Map<Limit, ReturnType<typeof setTimeout>>()
  let expired: TimeLimitError | undefined
  let isOver = false

  function end(): void {
    isOver = true
    for (const timer of timers.values()) clearTimeout(timer)
    timers.clear()
  }

  return {
    get expired() {
      return expired
    },
    start(limit, left) {
      const ms = limits[limit] ?? 0
      if (isOver || !(ms > 0 && ms <= longestTimerMs) || timers.has(limit)) return
      const runOut = (): void => {
        end()
        expired = new TimeLimitError(limit, ms)
        expire(expired)
      }
      timers.set(limit, setTimeout(runOut, Math.max(0, Math.min(ms, left ?? ms))))
    },
    stop(limit) {
      clearTimeout(timers.get(limit))
      timers.delete(limit)
    },
    end,
  }
}
