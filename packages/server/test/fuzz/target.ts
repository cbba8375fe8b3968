import fc from 'fast-check'
import type { Watchdog } from './watchdog.ts'

/** What is fuzzed: inputs, and a check that throws when one of them is taken badly. */
interface TargetSpec<Input> {
  readonly name: string
  /** How many inputs `npm test` tries. */
  readonly runs: number
  /** Its share of the time of a long run. */
  readonly weight: number
  /** Opens what the inputs go to, once for all of them. */
  readonly open: () => Opened<Input> | Promise<Opened<Input>>
}

interface Opened<Input> {
  readonly inputs: fc.Arbitrary<Input>
  readonly check: (input: Input) => void | Promise<void>
  /** The input as its reader needs it to understand the failure. */
  readonly show: (input: Input) => string
  /** Checks what can only be seen at the end, and closes what was opened. */
  readonly close?: () => Promise<void>
}

/** How long and from where a target is fuzzed. */
interface FuzzOptions {
  readonly seed: number
  /** Where to begin again, as a failure names it. */
  readonly path?: string
  /** How long it may go on; without it `npm test`'s number of inputs decides. */
  readonly milliseconds?: number
  readonly watchdog: Watchdog
}

export interface FuzzTarget {
  readonly name: string
  readonly weight: number
  /** Resolves with the number of inputs tried; rejects with the smallest input found that is taken badly. */
  fuzz(options: FuzzOptions): Promise<number>
}

/** However slow the machine is, a bounded run ends. */
const mostMilliseconds = 30_000
const mostShown = 8_000

/** Makes a target, whatever type its inputs have. */
export function createTarget<Input>({ name, runs, weight, open }: TargetSpec<Input>): FuzzTarget {
  return {
    name,
    weight,
    async fuzz({ seed, path, milliseconds, watchdog }) {
      const { inputs, check, show, close } = await open()
      const property = fc.asyncProperty(inputs, async (input) => {
        watchdog.beat()
        await check(input)
      })
      watchdog.watch(name, seed)
      const details = await fc.check(property, {
        seed,
        ...(path !== undefined && { path }),
        numRuns: milliseconds === undefined ? runs : Number.MAX_SAFE_INTEGER,
        interruptAfterTimeLimit: milliseconds ?? mostMilliseconds,
      })
      watchdog.rest()
      if (!details.failed) {
        await close?.()
        return details.numRuns
      }
      await close?.().catch(() => {})
      const shown = details.counterexample === null ? '' : abridge(show(details.counterexample[0]))
      throw new Error(
        `${name} fails after ${details.numRuns} inputs and ${details.numShrinks} shrinks, with seed ${seed}\n` +
          `input: ${shown}\n` +
          `again: npm run fuzz -- --target ${name} --seed ${seed} --path ${details.counterexamplePath ?? ''}`,
        { cause: details.errorInstance },
      )
    },
  }
}

/** What repeats is counted instead, and what is endless cut: the whole input comes back with its seed and path. */
function abridge(text: string): string {
  const counted = text.replaceAll(
    /(.{1,12}?)\1{15,}/gs,
    (whole, piece: string) => `${piece}«×${whole.length / piece.length}»`,
  )
  return counted.length > mostShown ? `${counted.slice(0, mostShown)}… (${text.length} characters)` : counted
}
