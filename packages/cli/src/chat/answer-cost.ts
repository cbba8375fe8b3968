import {
  type BilledUsage,
  catalogueSources,
  costOf,
  type CostItem,
  describeMissing,
  findCalledModel,
  printUsd,
} from '@outcrop/protocol'
import { printable } from '../io.ts'

/** What an answer costs at Bedrock's list prices, in US dollars as exact decimals. */
export interface AnswerCost {
  /** `null` where it is not known. */
  readonly usd: string | null
  /** Why the whole is not known. */
  readonly unknown: string | null
  /** Whatever has a price. */
  readonly items: ReadonlyArray<{
    readonly item: CostItem['item']
    readonly tokens: number
    readonly usdPerMillionTokens: string
    readonly usd: string
    readonly source: string
  }>
}

/** How an answer was asked for, as far as its price depends on it. */
export interface AnswerCall {
  /** As it was sent. */
  readonly modelId: string
  readonly region: string
  readonly now: number
  readonly latency: string | null
}

/** Says what an answer costs, as far as its id tells the model and the scope, and sources give the prices. */
export function costOfAnswer(usage: BilledUsage | null, { modelId, region, now, latency }: AnswerCall): AnswerCost {
  if (usage === null) return unknown('no token count')
  const called = findCalledModel(modelId)
  if (called === undefined) return unknown(`no price is known of ${printable(modelId)}`)
  const { items, total } = costOf({ region, ...called, usage, now, ...(latency !== null && { latency }) })
  return {
    usd: total.kind === 'known' ? printUsd(total.usd) : null,
    unknown: total.kind === 'known' ? null : describeMissing(total.missing),
    items: items.map(({ item, tokens, price, cost }) => ({
      item,
      tokens,
      usdPerMillionTokens: price.usd,
      usd: printUsd(cost),
      source: catalogueSources[price.source] ?? price.source,
    })),
  }
}

function unknown(why: string): AnswerCost {
  return { usd: null, unknown: why, items: [] }
}
