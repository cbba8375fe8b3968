import { type BilledUsage, burndownOf, type ModelEntry, texts } from '@outcrop/protocol'
import type { QuotaKind, QuotaPool, QuotaUse } from '../quota.ts'
import { Throttled } from '../throttled.ts'
import type { ReserveCall } from './admission.ts'
import type { PoolLimits } from './quota-rules.ts'
import { createDay, createMinute, type QuotaWindow } from './quota-windows.ts'

/** The quotas that the calls of one account, Region, scope, endpoint and model take from together. */
export interface Pool {
  readonly key: QuotaPool
  /** How many tokens of a runtime quota one output token takes. */
  readonly burndown: number
  /** In the order in which a call is checked against them. */
  readonly counters: readonly Counter[]
}

/** One quota. */
interface Counter {
  readonly kind: QuotaKind
  readonly limit: number
  readonly window: QuotaWindow
  /** What running calls may still take. */
  reserved: number
}

/** An amount for each of a pool's counters. */
export type Amounts = readonly number[]

/** Creates a pool that nothing was taken from. */
export function createPool(
  key: QuotaPool,
  { limits, burndown }: PoolLimits,
  model: Pick<ModelEntry, 'anthropicName'>,
): Pool {
  return {
    key,
    burndown: burndown ?? burndownOf(model).burndown,
    counters: limits.map(([kind, limit]) => {
      return { kind, limit, window: kind === 'tokensPerDay' ? createDay() : createMinute(), reserved: 0 }
    }),
  }
}

/** What a model may answer that no source gives a maximum for: as much as any does. */
const unknownMaximum = 128_000

/**
 * The most that a call may take before it is known what it takes: its input and `max_tokens` (WIRE §10). Mantle checks the same sum
 * against its input quota; that it holds `max_tokens` of the output quota too, where AWS cuts the answer short, is ours [?].
 */
export function amountsToReserve({ counters }: Pool, { model, maxTokens, inputTokens }: ReserveCall): Amounts {
  const output = maxTokens ?? model.maxOutputTokens ?? unknownMaximum
  let input: number | undefined
  return counters.map(({ kind }) => {
    if (kind === 'requestsPerMinute') return 1
    if (kind === 'outputTokensPerMinute') return output
    return (input ??= inputTokens()) + output
  })
}

/** Takes a call's most from every quota of its pool, or from none: then it throws Bedrock's throttling for the first that has less. */
export function takeReservation({ counters }: Pool, amounts: Amounts, now: number, tellsWait: boolean): void {
  for (const [at, counter] of counters.entries()) {
    const { kind, limit, window, reserved } = counter
    const amount = amounts[at] ?? 0
    const missing = window.used(now) + reserved + amount - limit
    if (missing <= 0) continue
    throw new Throttled(words[kind], tellsWait && amount <= limit ? waitMs(window, now, missing) : undefined)
  }
  for (const [at, counter] of counters.entries()) {
    // A request is one, whatever becomes of it [?]; tokens are settled.
    if (counter.kind === 'requestsPerMinute') counter.window.take(now, 1)
    else counter.reserved += amounts[at] ?? 0
  }
}

/** Gives back what a call reserved. */
export function releaseReservation({ counters }: Pool, amounts: Amounts): void {
  for (const [at, counter] of counters.entries()) {
    if (counter.kind !== 'requestsPerMinute') counter.reserved -= amounts[at] ?? 0
  }
}

/**
 * Takes what a call used (WIRE §10): input, cache writes, and output times the burndown; cache reads are free. Mantle's input quota
 * keeps the output that `max_tokens` was reserved for, and knows no burndown (AWS: quotas-mantle).
 */
export function takeUsage({ counters, burndown }: Pool, usage: BilledUsage, now: number): void {
  const input = countOf(usage.input_tokens) + countOf(usage.cache_creation_input_tokens)
  const output = countOf(usage.output_tokens)
  for (const { kind, window } of counters) {
    if (kind === 'outputTokensPerMinute') window.take(now, output)
    else if (kind === 'inputTokensPerMinute') window.take(now, input + output)
    else if (kind !== 'requestsPerMinute') window.take(now, input + Math.ceil(output * burndown))
  }
}

/** A count that is none, as a script or another server may answer it, takes nothing. */
function countOf(tokens: number | null | undefined): number {
  return Number.isSafeInteger(tokens) ? Math.max(0, tokens ?? 0) : 0
}

/** What is left of a pool. */
export function describeUse({ counters }: Pool, now: number): readonly QuotaUse[] {
  return counters.map(({ kind, limit, window, reserved }) => {
    return { kind, limit, used: window.used(now), reserved, freesAt: window.nextFreeAt(now) }
  })
}

/** WIRE §5.5. [?] Which of them mantle says. */
const words: Readonly<Record<QuotaKind, string>> = {
  requestsPerMinute: texts.tooManyRequests,
  tokensPerMinute: texts.tooManyTokens,
  tokensPerDay: texts.tooManyTokensPerDay,
  inputTokensPerMinute: texts.tooManyTokens,
  outputTokensPerMinute: texts.tooManyTokens,
}

/** What running calls hold comes back nobody knows when: a second at least. */
function waitMs(window: QuotaWindow, now: number, missing: number): number {
  return Math.max(1_000, window.freeAt(now, missing) - now)
}
