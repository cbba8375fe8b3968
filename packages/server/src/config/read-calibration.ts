import { readFile } from 'node:fs/promises'
import { type CalibratedFamily, type Calibration, calibrationLimits as limits } from '../calibration/calibration.ts'
import type { Place, Problem } from './problem.ts'
import { map, readSource, value } from './read-file.ts'
import { anyNumber, wholeNumber } from './settings.ts'

/** Reads what `outcrop calibrate --out` wrote; notes everything that is wrong. */
export async function readCalibration(
  file: string,
  place: Place,
  problems: Problem[],
): Promise<Calibration | undefined> {
  let source: string
  try {
    source = await readFile(file, 'utf8')
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : cause
    const message = `expected a file of outcrop calibrate, found ${code === 'ENOENT' ? 'nothing' : String(code)} at ${file}`
    problems.push({ place, setting: 'simulator.calibration', message })
    return undefined
  }
  const found = readSource(source, { file, env: {}, shape: calibrationShape })
  problems.push(...found.problems)
  const families = found.value?.families ?? {}
  for (const [name, { multiplier, calls }] of Object.entries(families)) {
    if (multiplier !== undefined && calls !== undefined) continue
    const at = found.places.get(`families.${name}`) ?? place
    problems.push({ place: at, setting: `families.${name}`, message: 'expected a multiplier and a number of calls' })
  }
  return families as Calibration // each family has both numbers, or a problem ends the start
}

const family = map<CalibratedFamily>({
  multiplier: value(anyNumber(limits.leastMultiplier, limits.mostMultiplier)),
  frameTokens: value(wholeNumber(0, limits.mostFrameTokens, 'tokens')),
  calls: value(wholeNumber(1, limits.mostCalls, 'calls')),
  errorPercent: value(anyNumber(0, limits.mostErrorPercent)),
})

const calibrationShape = map<{ families: Partial<Record<keyof Calibration, Partial<CalibratedFamily>>> }>({
  families: map<Record<keyof Calibration, Partial<CalibratedFamily>>>({ v3: family, 'v4.7': family, v5: family }),
})
