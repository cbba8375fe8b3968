import type { Clock } from './clock.ts'
import type { Log } from './log.ts'
import type { StatePart } from './state-part.ts'

/** How far a clock may be away from the machine's, in milliseconds: times stay such that `Date` can print them. */
const farthestMs = Date.UTC(9999, 0)

/** What a clock holds: how far it was moved; as new, it is `ahead` of the machine's by so many milliseconds. */
export function createClockPart(clock: Clock, ahead = 0): StatePart {
  return {
    name: 'clock',
    save: () => ({ aheadMs: clock.ahead() }),
    load(saved) {
      const aheadMs = saved === undefined ? ahead : readAhead(saved)
      if (aheadMs === undefined) throw new Error('expected {"aheadMs": milliseconds}, how far the clock is ahead')
      clock.advance(aheadMs - clock.ahead())
    },
    changes: () => clock.ahead(),
  }
}

function readAhead(saved: unknown): number | undefined {
  const aheadMs = typeof saved === 'object' && saved !== null && 'aheadMs' in saved ? saved.aheadMs : undefined
  return typeof aheadMs === 'number' && Math.abs(aheadMs) <= farthestMs ? aheadMs : undefined
}

/** Sets the clock where the start wants it; else says where it was left before the restart, which is easily forgotten. */
export function resumeClock(clock: Clock, ahead: number | undefined, log: Log): void {
  if (ahead !== undefined) clock.advance(ahead - clock.ahead())
  const seconds = Math.round(clock.ahead() / 1_000)
  if (ahead !== undefined || seconds === 0) return
  log.warn(
    `the clock is ${Math.abs(seconds)} s ${seconds > 0 ? 'ahead of' : 'behind'} the machine's, as it was when the endpoint stopped: ` +
      'POST /admin/clock sets it',
  )
}
