import {
  type BilledUsage,
  type CacheTtl,
  catalogueSources,
  type Cost,
  costOf,
  type CostItem,
  describeMissing,
  findCalledModel,
  findMantleModel,
  type PicoUsd,
  printUsd,
} from '@outcrop/protocol'

/** What an answer costs at Bedrock's list prices, in US dollars as exact decimals. */
export interface MessageCost {
  /** `0.00525`; `null` where it is not known. */
  readonly usd: string | null
  /** The same in whole 10⁻¹² dollars, whose sums stay exact. */
  readonly picoUsd: PicoUsd | null
  /** Why the whole is not known. */
  readonly unknown: string | null
  /** Whatever has a price. */
  readonly items: ReadonlyArray<{
    readonly item: CostItem['item']
    readonly tokens: number
    readonly usdPerMillionTokens: string
    readonly usd: string
    /** Who publishes the price. */
    readonly source: string
  }>
}

/** How an answer was asked for, as far as its price depends on it. */
export interface CostContext {
  /** As it was sent: the header `x-outcrop-model-id` of a response. */
  readonly modelId: string
  /** What an application profile stands for: the header `x-outcrop-priced-as`. */
  readonly pricedAs?: string | null | undefined
  /** The Region that was called: the header `x-outcrop-region`. */
  readonly region: string
  /** When it was answered, in milliseconds of the epoch: models in public extended access cost more. Now, unless told otherwise. */
  readonly now?: number | undefined
  /** What was asked for in `bedrock.latency`. */
  readonly latency?: string | null | undefined
  /** What was asked for in `bedrock.serviceTier`; what the usage says counts where nothing was. */
  readonly serviceTier?: string | null | undefined
  /** What was asked of the cache, for usage that does not split its writes: 5 minutes unless told otherwise. */
  readonly cacheTtl?: CacheTtl | 'mixed' | undefined
}

/**
 * Says what an answer costs, tokens of the cache included, as far as its id tells the model and the scope, and sources give
 * the prices; takes a Message or its usage, and `null` where no usage came. What is not known is said, never counted as zero.
 */
export function costOfMessage(
  answer: { readonly usage: BilledUsage } | BilledUsage | null,
  context: CostContext,
): MessageCost {
  if (answer === null) return unknown('no token count')
  const called = findCalledModel(context.pricedAs ?? context.modelId) ?? calledOnMantle(context)
  if (called === undefined) return unknown(`no price is known of ${context.modelId}`)
  const { region, now = Date.now(), latency, serviceTier, cacheTtl } = context
  const counted = 'usage' in answer ? answer.usage : answer
  const usage = { ...counted, ...(typeof serviceTier === 'string' && { service_tier: serviceTier }) }
  try {
    return toMessageCost(
      costOf({
        region,
        ...called,
        usage,
        now,
        ...(typeof latency === 'string' && { latency }),
        ...(cacheTtl !== undefined && { cacheTtl }),
      }),
    )
  } catch (cause) {
    // An endpoint that counts in fractions must not fail the answer that it gave.
    if (cause instanceof RangeError) return unknown(cause.message)
    throw cause
  }
}

/** Mantle's ids carry neither date nor version, and are called without a scope. */
function calledOnMantle({ modelId, region }: CostContext) {
  // Which Regions serve it changes no price.
  const model = findMantleModel(modelId, { region, fidelity: 'guide', now: 0 })
  return model === undefined ? undefined : ({ model, scope: 'in-region' } as const)
}

function toMessageCost({ items, total }: Cost): MessageCost {
  return {
    usd: total.kind === 'known' ? printUsd(total.usd) : null,
    picoUsd: total.kind === 'known' ? total.usd : null,
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

function unknown(why: string): MessageCost {
  return { usd: null, picoUsd: null, unknown: why, items: [] }
}
