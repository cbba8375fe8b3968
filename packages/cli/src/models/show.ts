import {
  type Burndown,
  burndownOf,
  catalogueSources,
  type Fidelity,
  findModel,
  lifecycleWarning,
  type ModelEntry,
  notesOf,
  type PriceRow,
  pricesOf,
  profileIn,
  scopesOf,
} from '@outcrop/protocol'
import type { Io } from '../io.ts'
import { capabilityRows, printCapabilities } from './capability-rows.ts'
import { priceLines, printPrices } from './price-rows.ts'
import { align, shortCount } from './rows.ts'
import { unknownModel } from './unknown-model.ts'

/** `outcrop models show`: prints everything that the catalogue knows about one model, and where it knows it from. */
export function showModel(
  typed: string,
  options: { readonly fidelity: Fidelity; readonly json?: boolean },
  io: Io,
): void {
  const model = findModel(typed)
  if (model === undefined) throw unknownModel(typed)
  io.stdout.write(options.json ? `${toJson(model, options.fidelity)}\n` : describe(model, options.fidelity, io.now()))
}

function describe(model: ModelEntry, fidelity: Fidelity, now: number): string {
  const facts: Array<readonly [label: string, text: string]> = [
    ['base id', model.modelId],
    ['aliases', model.aliases.join(', ')],
    ['reads', model.inputModalities.join(', ').toLowerCase()],
    ['context', tokens(model.contextWindow, model.contextBeta)],
    ['answer', tokens(model.maxOutputTokens)],
    ['cacheable', model.minCacheableTokens === null ? 'unknown' : `from ${model.minCacheableTokens} tokens`],
    ['lifecycle', lifecycle(model)],
    ['burndown', burndown(burndownOf(model))],
    ...pricesOf(model.modelId).map((row) => [`price ${row.scope}`, price(row)] as const),
    ...profilesOf(model, fidelity).map(({ scope, profileId, sourceRegions, evidence }) => {
      return [
        scope,
        `${profileId} (${evidence}) from ${sourceRegions.join(' ') || 'regions that no source names'}`,
      ] as const
    }),
    ...(scopesOf(model, fidelity).includes('in-region')
      ? [['in-region', `${model.modelId} in ${model.regions.join(' ')}`] as const]
      : []),
    ...sourcesOf(model),
  ]
  const warning = lifecycleWarning(model, now)
  return [
    `${model.modelName}\n${align(facts.map(([label, text]) => [`  ${label}`, text]))}`,
    printPrices(priceLines(model)),
    printCapabilities(capabilityRows(model, fidelity)),
    ...(warning === undefined ? [] : [`${warning}\n`]),
  ].join('\n')
}

function profilesOf(model: ModelEntry, fidelity: Fidelity) {
  return scopesOf(model, fidelity).flatMap((scope) =>
    scope === 'in-region' ? [] : (profileIn(model, scope, fidelity) ?? []),
  )
}

/** Each source once, with the figures that come from it. */
function sourcesOf(model: ModelEntry): Array<readonly [label: string, text: string]> {
  const figures = new Map<string, string[]>()
  for (const [figure, id] of Object.entries(model.sources)) figures.set(id, [...(figures.get(id) ?? []), figure])
  return [...figures].map(([id, names]) => ['source', `${catalogueSources[id] ?? id} (${names.join(', ')})`])
}

function tokens(count: number | null, beta?: ModelEntry['contextBeta']): string {
  const plain = count === null ? 'unknown' : `${shortCount(count)} tokens`
  return beta === undefined ? plain : `${plain}, ${shortCount(beta.contextWindow)} with ${beta.beta}`
}

function lifecycle({
  lifecycle: { status, startOfLifeTime, legacyTime, publicExtendedAccessTime, endOfLifeTime },
}: ModelEntry): string {
  const dates = [
    ['since', startOfLifeTime],
    ['legacy', legacyTime],
    ['extended access', publicExtendedAccessTime],
    ['ends', endOfLifeTime],
  ].flatMap(([word, date]) => (date === undefined ? [] : [`${word} ${date.slice(0, 10)}`]))
  return [status ?? 'status unknown', ...dates].join(', ')
}

/** What one output token takes of a quota, and what other sources say. */
function burndown({ burndown: rate, source, claims }: Burndown): string {
  const others = claims.filter((claim) => claim.burndown !== rate)
  const doubts = others.map((claim) => `; ${claim.burndown} by ${claim.source}`)
  return `an output token takes ${rate} of a quota's, by ${source}${doubts.join('')}`
}

function price(row: PriceRow): string {
  const above = row.aboveInputTokens === undefined ? '' : ` above ${shortCount(row.aboveInputTokens)} tokens in`
  const parts = (
    ['input', 'output', 'cacheRead', 'cacheWrite5m', 'cacheWrite1h', 'batchInput', 'batchOutput'] as const
  ).flatMap((item) => {
    const known = row[item]
    return known === undefined ? [] : [`${item} $${known.usd}`]
  })
  return `${parts.join(', ')} per million tokens${above}`
}

function toJson(model: ModelEntry, fidelity: Fidelity): string {
  return JSON.stringify(
    {
      ...model,
      burndown: burndownOf(model),
      prices: pricesOf(model.modelId),
      priceTable: priceLines(model),
      notes: notesOf(model.modelId),
      profiles: profilesOf(model, fidelity),
      capabilities: capabilityRows(model, fidelity),
    },
    mapsToObjects,
    2,
  )
}

function mapsToObjects(_: string, value: unknown): unknown {
  return value instanceof Map ? Object.fromEntries(value) : value
}
