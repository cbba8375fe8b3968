import {
  catalogueSources,
  type ModelEntry,
  type Price,
  type PriceItem,
  type PriceRow,
  pricesOf,
} from '@outcrop/protocol'
import { align, shortCount } from './rows.ts'

/** What a million tokens of one kind cost, by scope; `null` where no source gives a price. */
export interface PriceLine {
  readonly item: PriceItem
  /** It holds for requests of more input tokens than this. */
  readonly aboveInputTokens: number | null
  /** Through a global profile. */
  readonly global: Price | null
  /** Through the profile of a geography, and in the Region. */
  readonly regional: Price | null
}

const items = [
  'input',
  'output',
  'cacheWrite5m',
  'cacheWrite1h',
  'cacheRead',
  'batchInput',
  'batchOutput',
] as const satisfies readonly PriceItem[]

/** Every price of a model, those that no source gives included: short requests first. */
export function priceLines({ modelId }: ModelEntry): readonly PriceLine[] {
  const rows = pricesOf(modelId)
  const bounds = new Set(rows.flatMap(({ aboveInputTokens }) => aboveInputTokens ?? []))
  return [null, ...[...bounds].sort((a, b) => a - b)].flatMap((aboveInputTokens) =>
    items.map((item) => ({
      item,
      aboveInputTokens,
      global: priceIn(rows, 'global', aboveInputTokens, item),
      regional: priceIn(rows, 'regional', aboveInputTokens, item),
    })),
  )
}

function priceIn(
  rows: readonly PriceRow[],
  scope: 'global' | 'regional',
  above: number | null,
  item: PriceItem,
): Price | null {
  const row = rows.find(
    (one) => (one.scope === scope || one.scope === 'all') && (one.aboveInputTokens ?? null) === above,
  )
  return row?.[item] ?? null
}

/** Prints prices as a table, and below it what its sources are and how old. */
export function printPrices(lines: readonly PriceLine[]): string {
  const table = align([
    ['  US dollars a million tokens', 'global', 'source', 'geography, in-region', 'source'],
    ...lines.map(({ item, aboveInputTokens: above, global, regional }) => [
      `  ${item}${above === null ? '' : `, above ${shortCount(above)} tokens in`}`,
      ...toCells(global),
      ...toCells(regional),
    ]),
  ])
  const sources = new Set(
    lines.flatMap(({ global, regional }) => [global?.source ?? [], regional?.source ?? []].flat()),
  )
  return table + [...sources].map((id) => `  ${id}: ${catalogueSources[id] ?? id}\n`).join('')
}

function toCells(price: Price | null): readonly [usd: string, source: string] {
  return price === null ? ['unknown', '-'] : [price.usd, price.source]
}
