import { modelVersion } from '../catalogue/model-version.ts'
import { pricesOf } from '../catalogue/prices.ts'
import type { ModelEntry, PriceItem, PriceRow } from '../catalogue/types.ts'
import { partitionOf } from '../ids/partition.ts'

/** A price of an offer, for a million tokens, as ListFoundationModelAgreementOffers answers it (WIRE §7.3). */
export interface RateCardEntry {
  /** Such as `USE1_input_tokens_standard`. */
  readonly dimension: string
  /** US dollars, such as `5.5`. */
  readonly price: string
  readonly description: string
  readonly unit: 'Units'
}

/**
 * The Regions as AWS's bills name them. Seen in rate cards: `USE1`; the others are AWS's own codes from its cost and usage
 * reports, [?] in a rate card.
 */
const billingRegions: Readonly<Record<string, string>> = {
  'us-east-1': 'USE1',
  'us-east-2': 'USE2',
  'us-west-1': 'USW1',
  'us-west-2': 'USW2',
  'ca-central-1': 'CAN1',
  'sa-east-1': 'SAE1',
  'eu-central-1': 'EUC1',
  'eu-central-2': 'EUC2',
  'eu-north-1': 'EUN1',
  'eu-south-1': 'EUS1',
  'eu-south-2': 'EUS2',
  'eu-west-1': 'EUW1',
  'eu-west-2': 'EUW2',
  'eu-west-3': 'EUW3',
  'ap-east-2': 'APE2',
  'ap-northeast-1': 'APN1',
  'ap-northeast-2': 'APN2',
  'ap-northeast-3': 'APN3',
  'ap-south-1': 'APS3',
  'ap-south-2': 'APS5',
  'ap-southeast-1': 'APS1',
  'ap-southeast-2': 'APS2',
  'ap-southeast-3': 'APS4',
  'ap-southeast-4': 'APS6',
}

interface Dimension {
  /** The words of offers up to Claude 4.6, and what follows them for a `global` profile. */
  readonly older: string
  /** The words of offers from Claude 4.7 on. `*` is where `global_` goes. */
  readonly newer: string
  readonly description: string
}

// Both vocabularies are quoted from AWS's public price lists of these offers; [?] that 4.6 still has the older one, where
// `global_` stands in a batch, and every dimension of a long request.
const dimensions: Readonly<Record<PriceItem, Dimension>> = {
  input: { older: 'InputTokenCount', newer: 'input_tokens_*standard', description: 'Million Input Tokens' },
  output: { older: 'OutputTokenCount', newer: 'output_tokens_*standard', description: 'Million Response Tokens' },
  cacheRead: {
    older: 'CacheReadInputTokenCount',
    newer: 'cache_read_tokens_*standard',
    description: 'Million Cache Read Input Tokens',
  },
  cacheWrite5m: {
    older: 'CacheWriteInputTokenCount',
    newer: 'cache_write_tokens_*standard',
    description: 'Million Cache Write Input Tokens',
  },
  cacheWrite1h: {
    older: 'CacheWrite1hInputTokenCount',
    newer: 'cache_write_tokens_1h_*standard',
    description: 'Million 1 Hour Cache Write Input Tokens',
  },
  batchInput: {
    older: 'InputTokenCount_Batch',
    newer: 'input_tokens_*batch',
    description: 'Million Batch Input Tokens',
  },
  batchOutput: {
    older: 'OutputTokenCount_Batch',
    newer: 'output_tokens_*batch',
    description: 'Million Batch Response Tokens',
  },
}

const items: readonly PriceItem[] = [
  'input',
  'output',
  'cacheRead',
  'cacheWrite5m',
  'cacheWrite1h',
  'batchInput',
  'batchOutput',
]

/** Lists what a model's tokens cost in a Region at list prices; a price that no source gives is not in it. */
export function rateCardOf(model: ModelEntry, region: string): readonly RateCardEntry[] {
  const code = billingRegions[region]
  if (code === undefined || partitionOf(region) !== 'aws') return []
  const isNewer = modelVersion(model) >= 407
  return pricesOf(model.modelId).flatMap((row) =>
    items.flatMap((item): readonly RateCardEntry[] => {
      const price = row[item]
      if (price === undefined) return []
      const { description, ...words } = dimensions[item]
      const dimension = isNewer ? newerName(words.newer, row) : olderName(words.older, row)
      return [
        {
          dimension: `${code}_${dimension}`,
          price: price.usd,
          description: `${description} ${row.scope === 'global' ? 'Global' : 'Regional'}`,
          unit: 'Units',
        },
      ]
    }),
  )
}

function newerName(words: string, { scope, aboveInputTokens }: PriceRow): string {
  const long = aboveInputTokens === undefined ? '' : 'long_context_'
  return words.replace('*', `${long}${scope === 'global' ? 'global_' : ''}`)
}

function olderName(words: string, { scope, aboveInputTokens }: PriceRow): string {
  return `${words}${aboveInputTokens === undefined ? '' : '_LongContext'}${scope === 'global' ? '_Global' : ''}`
}
