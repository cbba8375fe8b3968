import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { BilledUsage } from './billed-tokens.ts'
import { type Cost, type CostInput, costOf, describeMissing } from './cost.ts'
import { findModel } from './lookups.ts'
import { models } from './models.ts'
import { parseUsd, type PicoUsd, printUsd, sumUsd } from './pico-usd.ts'
import { pricesOf } from './prices.ts'
import type { ModelEntry, PriceItem, PriceRow } from './types.ts'

function model(name: string): ModelEntry {
  const found = findModel(name)
  if (found === undefined) throw new Error(`no model ${name}`)
  return found
}

type Call = Omit<CostInput, 'model' | 'usage'>

function cost(name: string, call: Call, usage: Partial<BilledUsage>): Cost {
  return costOf({ model: model(name), ...call, usage: { input_tokens: 0, output_tokens: 0, ...usage } })
}

/** The total in dollars, or the prices that it lacks. */
function total(name: string, call: Call, usage: Partial<BilledUsage>): string {
  const { total: sum } = cost(name, call, usage)
  return sum.kind === 'known' ? printUsd(sum.usd) : describeMissing(sum.missing)
}

const everything: BilledUsage = {
  input_tokens: 1000,
  output_tokens: 200,
  cache_read_input_tokens: 50_000,
  cache_creation_input_tokens: 3000,
  cache_creation: { ephemeral_5m_input_tokens: 1000, ephemeral_1h_input_tokens: 2000 },
  service_tier: 'standard',
}

describe('costOf', () => {
  it('says item by item what a call cost, at which price, and who says so', () => {
    expect(cost('claude-haiku-4-5', { scope: 'global' }, everything)).toEqual({
      items: [
        { item: 'input', tokens: 1000, price: { usd: '1', source: 'genaiPrices' }, cost: 1_000_000_000n },
        { item: 'cacheWrite5m', tokens: 1000, price: { usd: '1.25', source: 'genaiPrices' }, cost: 1_250_000_000n },
        { item: 'cacheWrite1h', tokens: 2000, price: { usd: '2', source: 'offer' }, cost: 4_000_000_000n },
        { item: 'cacheRead', tokens: 50_000, price: { usd: '0.1', source: 'genaiPrices' }, cost: 5_000_000_000n },
        { item: 'output', tokens: 200, price: { usd: '5', source: 'genaiPrices' }, cost: 1_000_000_000n },
      ],
      total: { kind: 'known', usd: 12_250_000_000n },
    })
  })

  it('takes 0.011 millionths for a cached Haiku token', () => {
    expect(total('claude-haiku-5-5', { scope: 'us' }, { cache_read_input_tokens: 1 })).toBe('0.000000011')
  })

  it.each([
    ['claude-opus-4-6', 'global', '0.00625'],
    ['claude-opus-4-6', 'us', '0.006875'],
    ['claude-opus-4-6', 'jp', '0.006875'],
    ['claude-opus-4-6', 'apac', '0.006875'],
    ['claude-opus-4-6', 'in-region', '0.006875'],
    ['claude-sonnet-4', 'global', '0.00375'],
    ['claude-sonnet-4', 'eu', '0.00375'],
    ['claude-3-haiku', 'in-region', '0.0003125'],
  ] as const)('takes the price of %s that holds in the scope %s', (name, scope, expected) => {
    expect(total(name, { scope, region: 'us-east-1' }, { input_tokens: 1000, output_tokens: 50 })).toBe(expected)
  })

  it('takes half for a batch, whoever says that it is one', () => {
    const usage = { input_tokens: 1000, output_tokens: 50 }
    expect(total('claude-opus-4-6', { scope: 'global', isBatch: true }, usage)).toBe('0.003125')
    expect(total('claude-opus-4-6', { scope: 'global' }, { ...usage, service_tier: 'batch' })).toBe('0.003125')
  })

  it('costs nothing where no token was used, even where no price is known', () => {
    expect(total('claude-mythos-5', { scope: 'us' }, {})).toBe('0')
  })

  it('takes null and absence for no tokens, as official clients write them', () => {
    const usage = {
      input_tokens: 1000,
      cache_creation: null,
      cache_creation_input_tokens: null,
      cache_read_input_tokens: undefined,
      service_tier: null,
    }
    expect(total('claude-opus-4-6', { scope: 'global' }, usage)).toBe('0.005')
  })

  it.each([-1, 0.5, Number.NaN, Infinity, 2 ** 53])('refuses %s tokens', (tokens) => {
    expect(() => cost('claude-opus-4-6', { scope: 'global' }, { cache_read_input_tokens: tokens })).toThrow(
      `usage.cache_read_input_tokens is ${tokens}: a count of tokens is a whole number, zero or more`,
    )
  })
})

describe('tokens that were written to the cache', () => {
  const written = { cache_creation_input_tokens: 1000 }

  it('were kept for five minutes unless the caller says for how long', () => {
    expect(total('claude-opus-4-5', { scope: 'global' }, written)).toBe('0.00625')
    expect(total('claude-opus-4-5', { scope: 'global', cacheTtl: '1h' }, written)).toBe('0.01')
  })

  it('have no known price where the request mixed both', () => {
    expect(total('claude-opus-4-5', { scope: 'global', cacheTtl: 'mixed' }, written)).toBe(
      'cacheWrite: the usage does not say how long the cache keeps them',
    )
  })

  it('are counted once: by the split, and what the sum has beyond it', () => {
    const split = { ephemeral_5m_input_tokens: 100, ephemeral_1h_input_tokens: 200 }
    const items = (sum: number) =>
      cost('claude-opus-4-8', { scope: 'global' }, { cache_creation_input_tokens: sum, cache_creation: split }).items
    expect(items(300).map(({ item, tokens }) => [item, tokens])).toEqual([
      ['cacheWrite5m', 100],
      ['cacheWrite1h', 200],
    ])
    expect(items(0)).toEqual(items(300))
    expect(items(1000).map(({ item, tokens }) => [item, tokens])).toEqual([
      ['cacheWrite5m', 800],
      ['cacheWrite1h', 200],
    ])
  })
})

describe('a long request', () => {
  it('costs more from the first token beyond the bound on, cached ones included', () => {
    const long = { cache_read_input_tokens: 90_000, output_tokens: 1000 }
    expect(total('claude-haiku-5-5', { scope: 'global' }, { ...long, input_tokens: 10_000 })).toBe('0.0024')
    expect(total('claude-haiku-5-5', { scope: 'global' }, { ...long, input_tokens: 10_001 })).toBe('0.0120005')
  })

  it('does not grow long by its answer', () => {
    expect(total('claude-haiku-5-5', { scope: 'global' }, { input_tokens: 1, output_tokens: 100_000 })).toBe(
      '0.0500001',
    )
  })

  it('keeps its price on every other model', () => {
    expect(total('claude-opus-5-5', { scope: 'global' }, { input_tokens: 900_000 })).toBe('3.6')
  })

  it.each([
    ['regional', { scope: 'us' }, 'input, cacheWrite5m, output'],
    ['in a batch', { scope: 'global', isBatch: true }, 'batchInput, cacheWrite5m, batchOutput'],
  ] as const)('has no known price when it is %s, rather than that of a short one', (_, call, items) => {
    const usage = { input_tokens: 100_000, output_tokens: 5, cache_creation_input_tokens: 1 }
    expect(total('claude-haiku-5-5', call, usage)).toBe(`${items}: no source gives a price for so many input tokens`)
  })
})

describe('an unknown price', () => {
  it('makes the total unknown and is named, while the rest keeps its cost', () => {
    const usage = { input_tokens: 1000, output_tokens: 7, cache_creation_input_tokens: 20, cache_read_input_tokens: 30 }
    expect(cost('claude-3-haiku', { scope: 'us' }, usage)).toEqual({
      items: [
        { item: 'input', tokens: 1000, price: { usd: '0.25', source: 'genaiPrices' }, cost: 250_000_000n },
        { item: 'output', tokens: 7, price: { usd: '1.25', source: 'genaiPrices' }, cost: 8_750_000n },
      ],
      total: {
        kind: 'unknown',
        missing: [
          { item: 'cacheWrite5m', tokens: 20, because: 'notPriced' },
          { item: 'cacheRead', tokens: 30, because: 'notPriced' },
        ],
      },
    })
  })

  it.each([
    ['claude-mythos-5', { scope: 'us' }, {}, 'input: no source gives a price'],
    ['claude-opus-4-6', { scope: 'us-gov' }, {}, 'input: no source gives the prices of this partition'],
    [
      'claude-opus-4-6',
      { scope: 'in-region', region: 'us-gov-west-1' },
      {},
      'input: no source gives the prices of this partition',
    ],
    [
      'claude-opus-4-6',
      { scope: 'us' },
      { service_tier: 'flex' },
      'input: no source gives the prices of this service tier',
    ],
    [
      'claude-opus-4-6',
      { scope: 'us' },
      { service_tier: 'priority' },
      'input: no source gives the prices of this service tier',
    ],
    ['claude-opus-4-6', { scope: 'us', latency: 'optimized' }, {}, 'input: no source gives the prices of this latency'],
    [
      'claude-opus-4-6',
      { scope: 'us', isBatch: true },
      { input_tokens: 0, cache_read_input_tokens: 1 },
      'cacheRead: no source gives a price for batches',
    ],
    [
      'claude-opus-4-1',
      { scope: 'us', now: Date.parse('2026-10-08T08:00:00Z') },
      {},
      'input: public extended access costs more, and no source says how much',
    ],
  ] as const)('of %s with %j and %j is said to be one', (name, call, usage, expected) => {
    expect(total(name, call, { input_tokens: 1, ...usage })).toBe(expected)
  })

  it('is none before the extended access begins, nor with the words for what is usual', () => {
    const now = Date.parse('2026-10-08T07:59:59Z')
    const usage = { input_tokens: 1, service_tier: 'default' }
    expect(total('claude-opus-4-1', { scope: 'us', now, latency: 'standard' }, usage)).toBe('0.000015')
  })
})

const items: readonly PriceItem[] = [
  'input',
  'output',
  'cacheWrite5m',
  'cacheWrite1h',
  'cacheRead',
  'batchInput',
  'batchOutput',
]

/** Every price of the catalogue by its place: `anthropic.claude-opus-5 global input`. */
function pricesIn(scope: PriceRow['scope']): ReadonlyMap<string, bigint> {
  const found = new Map<string, bigint>()
  for (const { modelId } of models) {
    for (const row of pricesOf(modelId).filter((candidate) => candidate.scope === scope)) {
      for (const item of items) {
        const text = row[item]?.usd
        const above = row.aboveInputTokens === undefined ? '' : ` above ${row.aboveInputTokens}`
        if (text !== undefined) found.set(`${modelId} ${item}${above}`, parseUsd(text) ?? -1n)
      }
    }
  }
  return found
}

function known(input: CostInput): PicoUsd {
  const { total: sum } = costOf(input)
  if (sum.kind === 'unknown') throw new Error(describeMissing(sum.missing))
  return sum.usd
}

describe('the price list', () => {
  it('takes for a regional call exactly 1.1 times the global price, on every model and item that has both', () => {
    const global = pricesIn('global')
    const regional = pricesIn('regional')
    const both = [...global.keys()].filter((place) => regional.has(place))
    expect(both).toHaveLength(98)
    expect(both.filter((place) => (regional.get(place) ?? 0n) * 10n !== (global.get(place) ?? 0n) * 11n)).toEqual([])
  })

  it('has both prices of every item, but for the long requests of Haiku 5.5', () => {
    const global = pricesIn('global')
    const regional = pricesIn('regional')
    expect([...regional.keys()].filter((place) => !global.has(place))).toEqual([])
    expect([...global.keys()].filter((place) => !regional.has(place))).toEqual([
      'anthropic.claude-haiku-5-5 input above 100000',
      'anthropic.claude-haiku-5-5 output above 100000',
      'anthropic.claude-haiku-5-5 cacheWrite5m above 100000',
      'anthropic.claude-haiku-5-5 cacheRead above 100000',
    ])
  })

  it('gives a token of every item a whole number of 10⁻¹² dollars', () => {
    const all = (['global', 'regional', 'all'] as const).flatMap((scope) => Array.from(pricesIn(scope)))
    expect(all).toHaveLength(252)
    expect(all.filter(([, price]) => price <= 0n || price % 1_000_000n !== 0n)).toEqual([])
  })

  it('adds up: calls cost together what their tokens cost in one, to the last 10⁻¹²', () => {
    const tokens = fc.nat({ max: 4000 })
    const usage = fc.record({
      input_tokens: tokens,
      output_tokens: tokens,
      cache_read_input_tokens: tokens,
      cache_creation: fc.record({ ephemeral_5m_input_tokens: tokens, ephemeral_1h_input_tokens: tokens }),
    })
    const priced = models.filter(({ modelId }) =>
      pricesOf(modelId).some(({ cacheWrite1h }) => cacheWrite1h !== undefined),
    )
    const call = fc.record({ model: fc.constantFrom(...priced), scope: fc.constantFrom('global', 'us', 'in-region') })
    fc.assert(
      fc.property(call, fc.array(usage, { maxLength: 5 }), (about, usages) => {
        const sum = (read: (one: (typeof usages)[number]) => number) => usages.reduce((all, one) => all + read(one), 0)
        const together = {
          input_tokens: sum((one) => one.input_tokens),
          output_tokens: sum((one) => one.output_tokens),
          cache_read_input_tokens: sum((one) => one.cache_read_input_tokens),
          cache_creation: {
            ephemeral_5m_input_tokens: sum((one) => one.cache_creation.ephemeral_5m_input_tokens),
            ephemeral_1h_input_tokens: sum((one) => one.cache_creation.ephemeral_1h_input_tokens),
          },
        }
        const apart = usages.map((one) => known({ ...about, usage: one }))
        expect(sumUsd(apart)).toBe(known({ ...about, usage: together }))
      }),
    )
  })
})
