import { parseHttpDate } from '@outcrop/protocol'
import { fail, type Finding, ok, skipped, warn } from './check.ts'
import type { Patient } from './patient.ts'

/** A signature holds for five minutes around the server's time (WIRE §2.1). */
const mostSkewMs = 300_000
/** From here on the clock is worth a look: it drifts, and the limit is near. */
const muchSkewMs = 60_000

/** Compares this machine's clock with the endpoint's. */
export async function checkClock(patient: Patient): Promise<readonly Finding[]> {
  const visit = await patient.visit().catch(() => undefined)
  if (visit === undefined) return [skipped('the endpoint did not answer, so there is no clock to compare with')]
  const theirs = parseHttpDate(visit.headers['date'] ?? '')
  if (theirs === undefined) return [skipped('the endpoint does not tell its time')]
  // Their clock is told in whole seconds, so it is on average half of one ahead of what it says.
  const skewMs = visit.at - (theirs + 500)
  const seconds = Math.round(Math.abs(skewMs) / 1000)
  if (seconds <= 1) return [ok('within a second of the endpoint')]
  const found = `this machine is ${seconds} s ${skewMs > 0 ? 'ahead of' : 'behind'} the endpoint; signatures may be off by ${mostSkewMs / 1000} s`
  if (Math.abs(skewMs) <= muchSkewMs) return [ok(found)]
  const todo = 'set the clock of this machine by the network (NTP)'
  if (Math.abs(skewMs) <= mostSkewMs) return [warn(found, todo)]
  const credentials = await patient.credentials().catch(() => undefined)
  // A key is no signature: only its own end is judged by a clock, and that by the endpoint's.
  if (credentials?.kind === 'bearer' || credentials?.kind === 'none') return [warn(found, todo)]
  return [fail(found, todo)]
}
