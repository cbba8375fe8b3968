import type { PriceItem } from './types.ts'

/** How long the cache keeps what is written to it. */
export type CacheTtl = '5m' | '1h'

/** The part of a Messages usage that is paid for; answers of any client fit, with `null` for what they do not say. */
export interface BilledUsage {
  /** Input that the cache neither gave nor took. */
  readonly input_tokens: number
  readonly output_tokens: number
  readonly cache_read_input_tokens?: number | null | undefined
  readonly cache_creation_input_tokens?: number | null | undefined
  readonly cache_creation?:
    { readonly ephemeral_5m_input_tokens: number; readonly ephemeral_1h_input_tokens: number } | null | undefined
  readonly service_tier?: string | null | undefined
}

/** What is counted apart; `cacheWrite` are writes of which nothing says how long they are kept. */
export type BilledItem = PriceItem | 'cacheWrite'

/** Tokens that one price holds for. */
export interface BilledTokens {
  readonly item: BilledItem
  readonly tokens: number
}

/** Counts the tokens of each price, without those that there are none of. */
export function billedTokens(usage: BilledUsage, isBatch: boolean, ttl: CacheTtl | 'mixed'): readonly BilledTokens[] {
  const { cache_creation: split } = usage
  const fiveMinutes = count('cache_creation.ephemeral_5m_input_tokens', split?.ephemeral_5m_input_tokens)
  const hour = count('cache_creation.ephemeral_1h_input_tokens', split?.ephemeral_1h_input_tokens)
  // Recorded answers of models before Opus 4.8 have the sum alone (WIRE §5.2).
  const written = count('cache_creation_input_tokens', usage.cache_creation_input_tokens)
  const unsplit = Math.max(0, written - fiveMinutes - hour)
  const tokens: BilledTokens[] = []
  const add = (item: BilledItem, count: number): void => {
    if (count > 0) tokens.push({ item, tokens: count })
  }
  add(isBatch ? 'batchInput' : 'input', count('input_tokens', usage.input_tokens))
  add('cacheWrite5m', fiveMinutes + (ttl === '5m' ? unsplit : 0))
  add('cacheWrite1h', hour + (ttl === '1h' ? unsplit : 0))
  add('cacheWrite', ttl === 'mixed' ? unsplit : 0)
  add('cacheRead', count('cache_read_input_tokens', usage.cache_read_input_tokens))
  add(isBatch ? 'batchOutput' : 'output', count('output_tokens', usage.output_tokens))
  return tokens
}

function count(field: string, value: number | null | undefined): number {
  const tokens = value ?? 0
  if (Number.isSafeInteger(tokens) && tokens >= 0) return tokens
  throw new RangeError(`usage.${field} is ${tokens}: a count of tokens is a whole number, zero or more`)
}
