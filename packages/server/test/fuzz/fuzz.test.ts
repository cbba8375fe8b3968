import { afterAll, describe, expect, it } from 'vitest'
import { bodies } from './targets/bodies.ts'
import { calibration } from './targets/calibration.ts'
import { configuration } from './targets/configuration.ts'
import { connections } from './targets/connections.ts'
import { documents } from './targets/documents.ts'
import { endpoint } from './targets/endpoint.ts'
import { frames } from './targets/frames.ts'
import { growth } from './targets/growth.ts'
import { ids } from './targets/ids.ts'
import { keys } from './targets/keys.ts'
import { sigv4 } from './targets/sigv4.ts'
import { sse } from './targets/sse.ts'
import { createWatchdog } from './watchdog.ts'

// `npm test` tries the same inputs every time; `npm run fuzz` sets these and goes on for as long as it is told.
const seed = Number(process.env['OUTCROP_FUZZ_SEED'] ?? 20_261_125)
const seconds = process.env['OUTCROP_FUZZ_SECONDS']
const only = process.env['OUTCROP_FUZZ_TARGET']
const path = process.env['OUTCROP_FUZZ_PATH']

const targets = [
  frames,
  sse,
  sigv4,
  ids,
  keys,
  bodies,
  configuration,
  endpoint,
  documents,
  connections,
  growth,
  calibration,
]
const chosen = only === undefined ? targets : targets.filter(({ name }) => name === only)
if (chosen.length === 0) {
  const names = targets.map(({ name }) => name).join(', ')
  throw new Error(`there is no target "${only}": expected one of ${names}`)
}
const weights = chosen.reduce((sum, { weight }) => sum + weight, 0)
const watchdog = createWatchdog(30_000)

afterAll(() => watchdog.close())

describe('whatever comes', () => {
  it.each(chosen)('is taken well by what reads $name', { timeout: 86_400_000 }, async (target) => {
    const { name, weight } = target
    const milliseconds = seconds === undefined ? undefined : (Number(seconds) * 1000 * weight) / weights
    const inputs = await target.fuzz({
      seed,
      watchdog,
      ...(path !== undefined && { path }),
      ...(milliseconds !== undefined && { milliseconds }),
    })
    if (seconds !== undefined) console.log(`${name}: ${inputs} inputs`)
    expect(inputs).toBeGreaterThan(0)
  })
})
