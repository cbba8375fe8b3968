import { partitionOf } from '../ids/partition.ts'
import { type BilledItem, billedTokens, type BilledTokens, type BilledUsage, type CacheTtl } from './billed-tokens.ts'
import { costOfTokens, parseUsd, type PicoUsd, sumUsd } from './pico-usd.ts'
import { longContextBounds, pricesOf } from './prices.ts'
import type { ModelEntry, Price, PriceItem, PriceRow, Scope } from './types.ts'

/** A call that was answered, as far as its price depends on it. */
export interface CostInput {
  readonly model: ModelEntry
  readonly scope: Scope
  readonly usage: BilledUsage
  /** The Region that was called: prices are known of the `aws` partition alone. */
  readonly region?: string
  readonly isBatch?: boolean
  /** When it was answered, in milliseconds of the epoch: models in public extended access cost more. */
  readonly now?: number
  /** What the request asked of the cache, for usage that does not split its writes; 5 minutes, as Claude, unless told otherwise. */
  readonly cacheTtl?: CacheTtl | 'mixed'
  /** `performanceConfig.latency`. */
  readonly latency?: string | undefined
  /** What was asked for, where the usage does not say what it got. */
  readonly serviceTier?: string | undefined
}

/** What the tokens of one price cost. */
export interface CostItem {
  readonly item: PriceItem
  readonly tokens: number
  /** For a million tokens, and where it comes from: a key of `catalogueSources`. */
  readonly price: Price
  readonly cost: PicoUsd
}

/** Tokens whose price no source gives. */
export interface MissingPrice {
  readonly item: BilledItem
  readonly tokens: number
  readonly because: MissingPriceReason
}

/** Why a price is missing. */
export type MissingPriceReason = keyof typeof reasons

/** What a call cost at list prices: each item that has a price, and a total that is unknown where one has none. */
export interface Cost {
  readonly items: readonly CostItem[]
  readonly total:
    | { readonly kind: 'known'; readonly usd: PicoUsd }
    | { readonly kind: 'unknown'; readonly missing: readonly MissingPrice[] }
}

/** The words for each reason. */
export const reasons = {
  notPriced: 'no source gives a price',
  longContext: 'no source gives a price for so many input tokens',
  batch: 'no source gives a price for batches',
  cacheTtl: 'the usage does not say how long the cache keeps them',
  extendedAccess: 'public extended access costs more, and no source says how much',
  partition: 'no source gives the prices of this partition',
  serviceTier: 'no source gives the prices of this service tier',
  latency: 'no source gives the prices of this latency',
} as const

/** Says what a call cost, to the last 10⁻¹² of a dollar (WIRE §9.4); a price that no source gives is unknown, never zero. */
export function costOf(input: CostInput): Cost {
  const { usage, cacheTtl = '5m' } = input
  const isBatch = input.isBatch === true || usage.service_tier === 'batch'
  const tokens = billedTokens(usage, isBatch, cacheTtl)
  const obstacle = findObstacle(input, usage.service_tier)
  const above = longContextTier(input.model, tokens)
  const row = obstacle === undefined ? findRow(input, above) : undefined
  const items: CostItem[] = []
  const missing: MissingPrice[] = []
  for (const billed of tokens) {
    const price = row === undefined ? undefined : priceOf(billed.item, row, isBatch)
    if (price !== undefined) items.push({ ...price, tokens: billed.tokens, cost: costAt(price.price, billed.tokens) })
    else missing.push({ ...billed, because: obstacle ?? reasonFor(billed.item, isBatch, above) })
  }
  if (missing.length > 0) return { items, total: { kind: 'unknown', missing } }
  return { items, total: { kind: 'known', usd: sumUsd(items.map(({ cost }) => cost)) } }
}

/** Says in one line which prices are missing, and why: `cacheRead, output: no source gives a price`. */
export function describeMissing(missing: readonly MissingPrice[]): string {
  const items = new Map<MissingPriceReason, BilledItem[]>()
  for (const { item, because } of missing) items.set(because, [...(items.get(because) ?? []), item])
  return [...items].map(([because, names]) => `${names.join(', ')}: ${reasons[because]}`).join('; ')
}

/** What puts every price of a call out of the price list. */
export function findObstacle(
  { model, scope, region, now, latency, serviceTier }: Omit<CostInput, 'usage'>,
  usedTier?: string | null,
): MissingPriceReason | undefined {
  if (scope === 'us-gov' || (region !== undefined && partitionOf(region) !== 'aws')) return 'partition'
  if (!isPricedTier(usedTier) || !isPricedTier(serviceTier)) return 'serviceTier'
  if (latency !== undefined && latency !== 'standard') return 'latency'
  const { publicExtendedAccessTime: extended } = model.lifecycle
  return extended !== undefined && now !== undefined && now >= Date.parse(extended) ? 'extendedAccess' : undefined
}

/** Converse says `default`, Messages `standard`; WIRE §9.4 knows no price of `flex`, `priority` and `reserved`. */
function isPricedTier(tier: string | null | undefined): boolean {
  return (tier ?? 'default') === 'default' || tier === 'standard' || tier === 'batch'
}

/**
 * Names the tier of a long request by its lower bound. [?] WIRE §9.4 gives the prices "above 100K input tokens" and no more.
 * Not proven: that cached tokens count towards the bound, that all tokens of the request and its answer take the higher
 * price rather than those beyond the bound, and that regional calls have the same bound.
 */
function longContextTier({ modelId }: ModelEntry, tokens: readonly BilledTokens[]): number | undefined {
  const bounds = longContextBounds(modelId)
  if (bounds.length === 0) return undefined
  const inputs = tokens.filter(({ item }) => item !== 'output' && item !== 'batchOutput')
  const size = inputs.reduce((sum, billed) => sum + billed.tokens, 0)
  return bounds.find((bound) => size > bound)
}

/** The prices of a scope, for requests beyond a bound. */
export function findRow(
  { model, scope }: Pick<CostInput, 'model' | 'scope'>,
  above: number | undefined,
): PriceRow | undefined {
  const wanted = scope === 'global' ? 'global' : 'regional'
  return pricesOf(model.modelId).find(
    (row) => (row.scope === wanted || row.scope === 'all') && row.aboveInputTokens === above,
  )
}

function priceOf(item: BilledItem, row: PriceRow, isBatch: boolean): Pick<CostItem, 'item' | 'price'> | undefined {
  if (item === 'cacheWrite' || (isBatch && isCached(item))) return undefined
  const price = row[item]
  return price === undefined ? undefined : { item, price }
}

function isCached(item: BilledItem): boolean {
  return item.startsWith('cache')
}

function reasonFor(item: BilledItem, isBatch: boolean, above: number | undefined): MissingPriceReason {
  if (item === 'cacheWrite') return 'cacheTtl'
  if (above !== undefined) return 'longContext'
  return isBatch ? 'batch' : 'notPriced'
}

/** Prices by their texts, of which the catalogue has a few dozen: every call would read the same ones. */
const parsed = new Map<string, PicoUsd>()

function costAt({ usd }: Price, tokens: number): PicoUsd {
  const known = parsed.get(usd)
  if (known !== undefined) return costOfTokens(tokens, known)
  const perMillion = parseUsd(usd)
  if (perMillion === undefined) throw new Error(`the catalogue has a price of ${usd}, which is no amount of dollars`)
  parsed.set(usd, perMillion)
  return costOfTokens(tokens, perMillion)
}
