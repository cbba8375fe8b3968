import { type BilledItem, parseUsd, type PicoUsd, printUsd, sumUsd } from '@outcrop/protocol'
import type { Settlement } from '../settlement.ts'

/** What is counted of calls, and added up. */
export interface UsageCounts {
  readonly answered: number
  readonly abandoned: number
  readonly failed: number
  readonly inputTokens: number
  readonly outputTokens: number
  readonly cacheReadTokens: number
  readonly cacheWrite5mTokens: number
  readonly cacheWrite1hTokens: number
  /** Calls that used something of which no source gives a price. */
  readonly unknownCosts: number
  /** What all others cost, in US dollars as an exact decimal. */
  readonly usd: string
}

/** Counts that are added to; `usd` is exact and no text. */
export type UsageSums = { -readonly [Name in Exclude<keyof UsageCounts, 'usd'>]: number } & { usd: PicoUsd }

/** Nothing, to be added to. */
export function noSums(): UsageSums {
  return {
    answered: 0,
    abandoned: 0,
    failed: 0,
    inputTokens: 0,
    outputTokens: 0,
    cacheReadTokens: 0,
    cacheWrite5mTokens: 0,
    cacheWrite1hTokens: 0,
    unknownCosts: 0,
    usd: sumUsd([]),
  }
}

/** Adds a call that is over. */
export function addCall(sums: UsageSums, { outcome, usage: used, cost }: Settlement): void {
  sums[outcome] += 1
  if (used === undefined) return
  if (cost === undefined || cost.total.kind === 'unknown') sums.unknownCosts += 1
  else sums.usd = sumUsd([sums.usd, cost.total.usd])
  if (cost === undefined) return
  for (const { item, tokens } of cost.items) sums[columns[item]] += tokens
  if (cost.total.kind === 'unknown') for (const { item, tokens } of cost.total.missing) sums[columns[item]] += tokens
}

const columns = {
  input: 'inputTokens',
  batchInput: 'inputTokens',
  output: 'outputTokens',
  batchOutput: 'outputTokens',
  cacheRead: 'cacheReadTokens',
  cacheWrite5m: 'cacheWrite5mTokens',
  cacheWrite1h: 'cacheWrite1hTokens',
  cacheWrite: 'cacheWrite5mTokens', // nothing says for how long; its cost is unknown
} as const satisfies Readonly<Record<BilledItem, Exclude<keyof UsageSums, 'usd'>>>

/** Both together. */
export function plus(one: UsageSums, two: UsageSums): UsageSums {
  return {
    answered: one.answered + two.answered,
    abandoned: one.abandoned + two.abandoned,
    failed: one.failed + two.failed,
    inputTokens: one.inputTokens + two.inputTokens,
    outputTokens: one.outputTokens + two.outputTokens,
    cacheReadTokens: one.cacheReadTokens + two.cacheReadTokens,
    cacheWrite5mTokens: one.cacheWrite5mTokens + two.cacheWrite5mTokens,
    cacheWrite1hTokens: one.cacheWrite1hTokens + two.cacheWrite1hTokens,
    unknownCosts: one.unknownCosts + two.unknownCosts,
    usd: sumUsd([one.usd, two.usd]),
  }
}

/** Sums of what was counted before. */
export function toSums(counts: UsageCounts): UsageSums {
  const usd = parseUsd(counts.usd)
  if (usd === undefined) throw new Error(`the ledger of usage has ${counts.usd} dollars`)
  return { ...onlyCounts(counts), usd }
}

/** Sums as they are written down and answered. */
export function toCounts(sums: UsageSums): UsageCounts {
  return { ...onlyCounts(sums), usd: printUsd(sums.usd) }
}

function onlyCounts(from: Omit<UsageCounts, 'usd'>): Omit<UsageCounts, 'usd'> {
  const { answered, abandoned, failed, unknownCosts } = from
  const { inputTokens, outputTokens, cacheReadTokens, cacheWrite5mTokens, cacheWrite1hTokens } = from
  const tokens = { inputTokens, outputTokens, cacheReadTokens, cacheWrite5mTokens, cacheWrite1hTokens }
  return { answered, abandoned, failed, ...tokens, unknownCosts }
}
