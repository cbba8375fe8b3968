/** The one clock of cache lifetimes, quotas, jobs and lifecycles. Who calls is checked by the machine's own, as its signers do. */
export interface Clock {
  /** Milliseconds of the epoch. */
  readonly now: () => number
  /** How far it is ahead of the machine's clock, in milliseconds; negative when behind. */
  readonly ahead: () => number
  /**
   * Calls back once, when it has reached a time (milliseconds of the epoch), by passing or by being moved; at the end of the turn
   * when that is past already. Gives what takes the wish back. A pending wish does not keep the process alive.
   */
  readonly at: (time: number, callback: () => void) => () => void
  /** Moves it to a time, forwards or backwards. */
  readonly set: (time: number) => void
  /** Moves it forward; backwards when negative. */
  readonly advance: (milliseconds: number) => void
  /** Takes back every pending wish. */
  readonly stop: () => void
}

interface Alarm {
  readonly time: number
  readonly callback: () => void
}

/** `setTimeout` takes no more; a longer wait is taken in steps. */
const longestTimerMs = 2_147_483_647

/** Creates a clock that goes with the machine's until somebody moves it. */
export function createClock(machine: () => number = Date.now, ahead = 0): Clock {
  let offset = ahead
  let timer: NodeJS.Timeout | undefined
  const alarms = new Set<Alarm>()
  const now = (): number => machine() + offset

  function arm(): void {
    clearTimeout(timer)
    let next = Infinity
    for (const { time } of alarms) next = Math.min(next, time)
    if (next === Infinity) return
    timer = setTimeout(ring, Math.min(Math.max(0, next - now()), longestTimerMs))
    timer.unref()
  }

  function ring(): void {
    // In the order of their times: a job is scheduled before it expires, however far the clock was moved.
    const due = [...alarms].filter(({ time }) => time <= now()).sort((a, b) => a.time - b.time)
    for (const alarm of due) {
      if (alarms.delete(alarm)) alarm.callback()
    }
    arm()
  }

  function move(by: number): void {
    offset += by
    arm()
  }

  return {
    now,
    ahead: () => offset,
    at(time, callback) {
      const alarm: Alarm = { time, callback }
      alarms.add(alarm)
      arm()
      return () => {
        if (alarms.delete(alarm)) arm()
      }
    },
    set: (time) => move(time - now()),
    advance: move,
    stop() {
      alarms.clear()
      clearTimeout(timer)
    },
  }
}
