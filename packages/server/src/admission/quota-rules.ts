import { findModel } from '@outcrop/protocol'
import type { QuotaConfig, QuotaEndpoint, QuotaKind, QuotaPool } from '../quota.ts'

/** The limits of one pool, in the order in which a call is checked against them. */
export interface PoolLimits {
  readonly limits: ReadonlyArray<readonly [kind: QuotaKind, limit: number]>
  /** What the configuration says instead of the catalogue. */
  readonly burndown: number | undefined
}

const kindsOf: Readonly<Record<QuotaEndpoint, readonly QuotaKind[]>> = {
  runtime: ['requestsPerMinute', 'tokensPerMinute', 'tokensPerDay'],
  // Mantle counts no requests (AWS: quotas-mantle).
  mantle: ['inputTokensPerMinute', 'outputTokensPerMinute'],
}

const minutesADay = 1_440

/** Writes every model of the entries as its base id; throws when there is no such model. */
export function withBaseIds(entries: readonly QuotaConfig[]): readonly QuotaConfig[] {
  return entries.map((entry) => {
    if (!isNamed(entry.model)) return entry
    const model = findModel(entry.model)
    if (model === undefined)
      throw new Error(`there is no model called ${JSON.stringify(entry.model)} to set a quota of`)
    return { ...entry, model: model.modelId }
  })
}

/**
 * Finds the limits of a pool: those of the most specific entry that limits its endpoint, and of no other. A named model counts most,
 * then a named account, a named scope, a named Region.
 */
export function findLimits(entries: readonly QuotaConfig[], pool: QuotaPool): PoolLimits | undefined {
  let best: PoolLimits | undefined
  let rank = -1
  for (const entry of entries) {
    if (!isFor(entry, pool)) continue
    const limits = limitsOf(entry, pool.endpoint)
    const specificity = specificityOf(entry)
    if (limits.length === 0 || specificity <= rank) continue
    rank = specificity
    best = { limits, burndown: entry.burndown }
  }
  return best
}

const isNamed = (name: string | undefined): name is string => name !== undefined && name !== '*'

function isFor({ model, scope, region, account }: QuotaConfig, pool: QuotaPool): boolean {
  return (
    (!isNamed(model) || model === pool.model) &&
    (!isNamed(scope) || scope === pool.scope) &&
    (!isNamed(region) || region === pool.region) &&
    (account === undefined || account === pool.account)
  )
}

function specificityOf({ model, scope, region, account }: QuotaConfig): number {
  return (
    (isNamed(model) ? 8 : 0) + (account === undefined ? 0 : 4) + (isNamed(scope) ? 2 : 0) + (isNamed(region) ? 1 : 0)
  )
}

function limitsOf(entry: QuotaConfig, endpoint: QuotaEndpoint): PoolLimits['limits'] {
  return kindsOf[endpoint].flatMap((kind) => {
    const limit = entry[kind] ?? (kind === 'tokensPerDay' ? aDayOf(entry.tokensPerMinute) : undefined)
    return limit === undefined ? [] : [[kind, limit] as const]
  })
}

/** AWS's own default, which new accounts get less than (WIRE §10). */
function aDayOf(tokensPerMinute: number | undefined): number | undefined {
  return tokensPerMinute === undefined ? undefined : tokensPerMinute * minutesADay
}
