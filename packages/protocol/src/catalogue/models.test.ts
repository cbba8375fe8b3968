import { describe, expect, it } from 'vitest'
import { measuredRoutes } from './measured-routes.fixture.ts'
import { models } from './models.ts'
import { pricesOf } from './prices.ts'
import { catalogueSources } from './provenance.ts'
import { regions } from './regions.ts'
import type { PriceRow } from './types.ts'

const byName = new Map(models.map((model) => [model.modelId.replace('anthropic.', ''), model]))

// WIRE §9.1: context / most output, the newest model first; blank is unknown.
const limits = `
  claude-haiku-5-5               | 1M / 128K
  claude-sonnet-5-5              | 1M / 128K
  claude-opus-5-5                | 1M / 128K
  claude-fable-5-1               | 1M / 128K
  claude-opus-5                  | 1M / 128K
  claude-sonnet-5                | 1M / 128K
  claude-fable-5                 | 1M / 128K
  claude-opus-4-8                | 1M / 128K
  claude-opus-4-7                | 1M / 128K
  claude-sonnet-4-6              | 1M / 64K
  claude-opus-4-6-v1             | 1M / 128K
  claude-opus-4-5-20251101-v1:0  | 200K / 64K
  claude-haiku-4-5-20251001-v1:0 | 200K / 64K
  claude-sonnet-4-5-20250929-v1:0 | 200K / 64K
  claude-opus-4-1-20250805-v1:0  | 200K / 32K
  claude-sonnet-4-20250514-v1:0  | 200K / 64K
  claude-3-7-sonnet-20250219-v1:0 | 200K / 64K
  claude-3-5-haiku-20241022-v1:0 | 200K / 8K
  claude-3-5-sonnet-20241022-v2:0 | 200K / 8K
  claude-3-5-sonnet-20240620-v1:0 | 200K / 8K
  claude-3-haiku-20240307-v1:0   | 200K / 4K
  claude-3-sonnet-20240229-v1:0  | 200K / 4K
  claude-opus-4-20250514-v1:0    | 200K / 32K
  claude-3-opus-20240229-v1:0    | 200K / 4K
  claude-mythos-preview          | /
  claude-mythos-5                | /
  claude-mythos-5-1              | /
`

// WIRE §9.3.
const cacheMinimums = [
  ['claude-opus-5', 512],
  ['claude-sonnet-5', 1024],
  ['claude-fable-5', 512],
  ['claude-opus-4-8', 1024],
  ['claude-opus-4-7', 2048],
  ['claude-sonnet-4-6', 2048],
  ['claude-opus-4-6-v1', 4096],
  ['claude-opus-4-5-20251101-v1:0', 4096],
  ['claude-haiku-4-5-20251001-v1:0', 4096],
  ['claude-sonnet-4-5-20250929-v1:0', 1024],
  ['claude-opus-4-1-20250805-v1:0', 1024],
  ['claude-sonnet-4-20250514-v1:0', 1024],
  ['claude-3-7-sonnet-20250219-v1:0', 1024],
  ['claude-3-5-haiku-20241022-v1:0', 2048],
  ['claude-3-5-sonnet-20241022-v2:0', 1024],
  ['claude-opus-4-20250514-v1:0', 1024],
] as const

// WIRE §9.4, dollars per million tokens: input, output, cache write 5m and 1h, cache read, batch; blank is unknown.
const prices = `
  claude-haiku-5-5               | global   | 0.1    | 0.5    | 0.125  | 0.2    | 0.01   | 0.05 / 0.25
  claude-haiku-5-5               | regional | 0.11   | 0.55   | 0.1375 | 0.22   | 0.011  | 0.055 / 0.275
  claude-sonnet-5-5              | global   | 2      | 10     | 2.5    | 4      | 0.1    | 1 / 5
  claude-sonnet-5-5              | regional | 2.2    | 11     | 2.75   | 4.4    | 0.11   | 1.1 / 5.5
  claude-opus-5-5                | global   | 4      | 20     | 5      | 8      | 0.2    | 2 / 10
  claude-opus-5-5                | regional | 4.4    | 22     | 5.5    | 8.8    | 0.22   | 2.2 / 11
  claude-fable-5-1               | global   | 10     | 50     | 12.5   | 20     | 0.25   | 5 / 25
  claude-fable-5-1               | regional | 11     | 55     | 13.75  | 22     | 0.275  | 5.5 / 27.5
  claude-opus-5                  | global   | 5      | 25     | 6.25   | 10     | 0.5    | 2.5 / 12.5
  claude-opus-5                  | regional | 5.5    | 27.5   | 6.875  | 11     | 0.55   | 2.75 / 13.75
  claude-sonnet-5                | global   | 2      | 10     | 2.5    | 4      | 0.2    | 1 / 5
  claude-sonnet-5                | regional | 2.2    | 11     | 2.75   | 4.4    | 0.22   | 1.1 / 5.5
  claude-fable-5                 | global   | 10     | 50     | 12.5   | 20     | 1      | 5 / 25
  claude-fable-5                 | regional | 11     | 55     | 13.75  | 22     | 1.1    | 5.5 / 27.5
  claude-opus-4-8                | global   | 5      | 25     | 6.25   | 10     | 0.5    | 2.5 / 12.5
  claude-opus-4-8                | regional | 5.5    | 27.5   | 6.875  | 11     | 0.55   | 2.75 / 13.75
  claude-opus-4-7                | global   | 5      | 25     | 6.25   | 10     | 0.5    | 2.5 / 12.5
  claude-opus-4-7                | regional | 5.5    | 27.5   | 6.875  | 11     | 0.55   | 2.75 / 13.75
  claude-sonnet-4-6              | global   | 3      | 15     | 3.75   | 6      | 0.3    | 1.5 / 7.5
  claude-sonnet-4-6              | regional | 3.3    | 16.5   | 4.125  | 6.6    | 0.33   | 1.65 / 8.25
  claude-opus-4-6-v1             | global   | 5      | 25     | 6.25   | 10     | 0.5    | 2.5 / 12.5
  claude-opus-4-6-v1             | regional | 5.5    | 27.5   | 6.875  | 11     | 0.55   | 2.75 / 13.75
  claude-opus-4-5-20251101-v1:0  | global   | 5      | 25     | 6.25   | 10     | 0.5    | 2.5 / 12.5
  claude-opus-4-5-20251101-v1:0  | regional | 5.5    | 27.5   | 6.875  | 11     | 0.55   | 2.75 / 13.75
  claude-haiku-4-5-20251001-v1:0 | global   | 1      | 5      | 1.25   | 2      | 0.1    | 0.5 / 2.5
  claude-haiku-4-5-20251001-v1:0 | regional | 1.1    | 5.5    | 1.375  | 2.2    | 0.11   | 0.55 / 2.75
  claude-sonnet-4-5-20250929-v1:0 | global   | 3      | 15     | 3.75   | 6      | 0.3    | 1.5 / 7.5
  claude-sonnet-4-5-20250929-v1:0 | regional | 3.3    | 16.5   | 4.125  | 6.6    | 0.33   | 1.65 / 8.25
  claude-opus-4-1-20250805-v1:0  | all      | 15     | 75     | 18.75  |        | 1.5    | 7.5 / 37.5
  claude-sonnet-4-20250514-v1:0  | all      | 3      | 15     | 3.75   |        | 0.3    | 1.5 / 7.5
  claude-3-7-sonnet-20250219-v1:0 | all      | 3      | 15     | 3.75   |        | 0.3    | 1.5 / 7.5
  claude-3-5-haiku-20241022-v1:0 | all      | 0.8    | 4      | 1      |        | 0.08   | 0.4 / 2
  claude-3-5-sonnet-20241022-v2:0 | all      | 3      | 15     | 3.75   |        | 0.3    | 1.5 / 7.5
  claude-3-5-sonnet-20240620-v1:0 | all      | 3      | 15     |        |        |        | 1.5 / 7.5
  claude-3-haiku-20240307-v1:0   | all      | 0.25   | 1.25   |        |        |        | 0.125 / 0.625
  claude-3-sonnet-20240229-v1:0  | all      | 3      | 15     |        |        |        | 1.5 / 7.5
  claude-opus-4-20250514-v1:0    | all      | 15     | 75     | 18.75  |        | 1.5    | 7.5 / 37.5
  claude-3-opus-20240229-v1:0    | all      | 15     | 75     |        |        |        | 7.5 / 37.5
`

describe('models', () => {
  it('are the 27 of the reference, in its order, with its limits', () => {
    const told = models.map((model) => [
      model.modelId.replace('anthropic.', ''),
      `${size(model.contextWindow)} / ${size(model.maxOutputTokens)}`.trim(),
    ])
    expect(told).toEqual(rows(limits))
  })

  it.each([
    ['claude-opus-4-6-v1', 'Claude Opus 4.6', 'claude-opus-4-6'],
    ['claude-haiku-4-5-20251001-v1:0', 'Claude Haiku 4.5', 'claude-haiku-4-5-20251001'],
    ['claude-3-5-sonnet-20241022-v2:0', 'Claude 3.5 Sonnet v2', 'claude-3-5-sonnet-20241022'],
    ['claude-3-5-haiku-20241022-v1:0', 'Claude 3.5 Haiku', 'claude-3-5-haiku-20241022'],
    ['claude-opus-5', 'Claude Opus 5', 'claude-opus-5'],
  ])('knows what Bedrock and Anthropic call %s', (id, modelName, anthropicName) => {
    expect(byName.get(id)).toMatchObject({ modelName, anthropicName, providerName: 'Anthropic' })
  })

  it.each(cacheMinimums)('caches on %s from %i tokens', (id, tokens) => {
    expect(byName.get(id)?.minCacheableTokens).toBe(tokens)
  })

  it('knows no other cache minimum', () => {
    expect(models.filter((model) => model.minCacheableTokens !== null)).toHaveLength(cacheMinimums.length)
  })

  it('has the price list of the reference to the last digit, and no zero where a price is unknown', () => {
    const told = models.flatMap((model) =>
      pricesOf(model.modelId)
        .filter((row) => row.aboveInputTokens === undefined)
        .map((row) => [model.modelId.replace('anthropic.', ''), row.scope].concat(figures(row))),
    )
    expect(told).toEqual(rows(prices))
  })

  it('has the one price that rises with the length of the prompt', () => {
    const long = models.flatMap((model) => pricesOf(model.modelId).filter((row) => row.aboveInputTokens !== undefined))
    expect(long).toEqual([
      {
        scope: 'global',
        aboveInputTokens: 100_000,
        input: { usd: '0.5', source: 'offer' },
        output: { usd: '2.5', source: 'offer' },
        cacheWrite5m: { usd: '0.625', source: 'offer' },
        cacheRead: { usd: '0.05', source: 'offer' },
      },
    ])
  })

  it('writes every price as an exact decimal', () => {
    for (const model of models) {
      for (const { scope: _scope, aboveInputTokens: _above, ...items } of pricesOf(model.modelId)) {
        for (const price of Object.values(items)) expect(price.usd).toMatch(/^(?:0|[1-9]\d*)(?:\.\d*[1-9])?$/)
      }
    }
  })

  it('names a known source for every figure', () => {
    const named = models.flatMap((model) => [
      ...Object.values(model.sources),
      ...Object.values(model.profiles).map((profile) => profile.source),
      ...pricesOf(model.modelId).flatMap(({ scope: _scope, aboveInputTokens: _above, ...items }) =>
        Object.values(items).map((price) => price.source),
      ),
    ])
    expect(named.filter((source) => catalogueSources[source] === undefined)).toEqual([])
  })

  it.each(measuredRoutes)('has the measured route of %s', (profileId, name, from, to) => {
    const scope = profileId.slice(0, profileId.indexOf('.'))
    const profile = models.flatMap((model) => Object.values(model.profiles)).find((one) => one.profileId === profileId)
    expect(profile).toMatchObject({ scope, name, evidence: 'measured', source: 'api' })
    for (const region of from.split(' ')) {
      expect(profile?.destinationRegions.get(region)).toEqual(
        to.split(' ').map((word) => word.replace('<source>', region)),
      )
    }
  })

  it('has 56 measured profiles, 15 documented ones, and of the guide alone what nobody measured', () => {
    const profiles = models.flatMap((model) => Object.values(model.profiles))
    const of = (evidence: string): string[] =>
      profiles.filter((profile) => profile.evidence === evidence).map((profile) => profile.profileId)
    expect(of('measured')).toHaveLength(56)
    expect(of('documented')).toHaveLength(15)
    expect(of('guide').toSorted()).toEqual([
      'apac.anthropic.claude-opus-4-6-v1',
      'eu.anthropic.claude-3-7-sonnet-20250219-v1:0',
      'jp.anthropic.claude-opus-4-6-v1',
      'us.anthropic.claude-3-5-haiku-20241022-v1:0',
      'us.anthropic.claude-3-7-sonnet-20250219-v1:0',
      'us.anthropic.claude-opus-4-20250514-v1:0',
    ])
  })

  it('names only Regions of the catalogue', () => {
    const named = models.flatMap((model) => [
      ...model.regions,
      ...Object.values(model.profiles).flatMap((profile) => [...profile.destinationRegions].flat(2)),
    ])
    expect([...new Set(named)].filter((region) => region !== '' && !regions.includes(region))).toEqual([])
  })

  it('gives no two models the same alias', () => {
    const aliases = models.flatMap((model) => model.aliases)
    expect(new Set(aliases).size).toBe(aliases.length)
  })
})

function rows(table: string): string[][] {
  const lines = table.trim().split('\n')
  return lines.map((line) => line.split(' | ').map((cell) => cell.trim()))
}

function size(tokens: number | null): string {
  if (tokens === null) return ''
  return tokens >= 1_000_000 ? `${tokens / 1_000_000}M` : `${Math.floor(tokens / 1000)}K`
}

function figures(row: PriceRow): string[] {
  const items = [row.input, row.output, row.cacheWrite5m, row.cacheWrite1h, row.cacheRead]
  return [...items.map((price) => price?.usd ?? ''), `${row.batchInput?.usd} / ${row.batchOutput?.usd}`]
}
