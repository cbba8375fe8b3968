import { oneOf } from './one-of.ts'
import data from './prices.json' with { type: 'json' }
import type { Price, PriceItem, PriceRow } from './types.ts'

// Apart from the models, so that who never asks for a price does not load the list.
interface RawPriceRow extends Readonly<Partial<Record<PriceItem, Price | undefined>>> {
  readonly scope: string
  readonly aboveInputTokens?: number | undefined
}

const scopes: ReadonlyArray<PriceRow['scope']> = ['global', 'regional', 'all']
const items = [
  'input',
  'output',
  'cacheWrite5m',
  'cacheWrite1h',
  'cacheRead',
  'batchInput',
  'batchOutput',
] as const satisfies readonly PriceItem[]

const prices = new Map(
  Object.entries<readonly RawPriceRow[]>(data).map(([modelId, rows]) => [modelId, rows.map(toPriceRow)]),
)

/** The prices of a model by its base id; none where no source gives any. */
export function pricesOf(modelId: string): readonly PriceRow[] {
  return prices.get(modelId) ?? []
}

const bounds = new Map([...prices].map(([modelId, rows]) => [modelId, boundsIn(rows)]))
const none: readonly number[] = []

/** The numbers of input tokens beyond which a model has other prices in some scope, the greatest first. */
export function longContextBounds(modelId: string): readonly number[] {
  return bounds.get(modelId) ?? none
}

function boundsIn(rows: readonly PriceRow[]): readonly number[] {
  const found = new Set<number>()
  for (const { aboveInputTokens } of rows) if (aboveInputTokens !== undefined) found.add(aboveInputTokens)
  return [...found].sort((a, b) => b - a)
}

function toPriceRow(raw: RawPriceRow): PriceRow {
  const row: { -readonly [Key in keyof PriceRow]: PriceRow[Key] } = { scope: oneOf(scopes, raw.scope) }
  if (raw.aboveInputTokens !== undefined) row.aboveInputTokens = raw.aboveInputTokens
  for (const item of items) {
    const price = raw[item]
    if (price !== undefined) row[item] = price
  }
  return row
}
