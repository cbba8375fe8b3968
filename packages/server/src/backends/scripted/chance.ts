import type { Fault, FaultName } from '../../faults.ts'
import { seedRandom } from '../simulator/random.ts'

/** How often which faults come of themselves. */
export interface FaultChance {
  /** From 0, never, to 1, always. */
  readonly rate: number
  readonly kinds: readonly FaultName[]
  /** Equal seeds give the same faults to the same row of calls. */
  readonly seed: string
}

/** Decides call after call whether something goes wrong; a second run with the same seed decides the same. */
export function createChance({ rate, kinds, seed }: FaultChance): { next(): Fault | undefined; reset(): void } {
  let calls = 0
  const [first, ...others] = kinds
  return {
    next() {
      if (rate <= 0 || first === undefined) return undefined
      const random = seedRandom(seed, 'fault', calls++)
      if (random.next() >= rate * 0x1_0000_0000) return undefined
      return { kind: random.pick([first, ...others]) }
    },
    reset() {
      calls = 0
    },
  }
}
