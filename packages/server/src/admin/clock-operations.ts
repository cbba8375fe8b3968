import { GatewayError, type Json } from '@outcrop/protocol'
import type { Clock } from '../clock.ts'
import type { AdminOperation } from './operation.ts'

/** The endpoint's clock: read, set and moved (`{"now": "2027-01-08T08:00:00Z"}` or `{"advanceMs": 60000}`). */
export const clockOperations = {
  'GET clock': ({ services }) => tell(services.clock),
  'POST clock': ({ services: { clock }, input }) => {
    const { now, advanceMs } = readMove(input)
    if (now !== undefined) clock.set(now)
    else clock.advance(advanceMs ?? 0)
    return tell(clock)
  },
} as const satisfies Readonly<Record<string, AdminOperation>>

function tell(clock: Clock): object {
  return { now: new Date(clock.now()).toISOString(), aheadMs: clock.ahead() }
}

/** Times that `Date` can print, with room to go on from there. */
const latest = Date.UTC(9999, 0)

function refuse(): never {
  throw new GatewayError(
    'validation',
    'Expected {"now": "2027-01-08T08:00:00Z"} to set the clock, or {"advanceMs": 60000} to move it.',
  )
}

function readMove(input: Json | undefined): { readonly now?: number; readonly advanceMs?: number } {
  if (typeof input !== 'object' || input === null || !('now' in input !== 'advanceMs' in input)) return refuse()
  const { now, advanceMs } = input as { readonly now?: Json; readonly advanceMs?: Json }
  if (now !== undefined) {
    const time = typeof now === 'string' ? Date.parse(now) : NaN
    return time >= 0 && time < latest ? { now: time } : refuse()
  }
  const isWhole = typeof advanceMs === 'number' && Number.isSafeInteger(advanceMs)
  return isWhole && Math.abs(advanceMs) < latest ? { advanceMs } : refuse()
}
