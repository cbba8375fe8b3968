import type { Scope, ServiceQuotaKind } from '@outcrop/protocol'

/** Which of Bedrock's two endpoints a call came in by: their quotas are apart, even for the same model (WIRE §10). */
export type QuotaEndpoint = 'runtime' | 'mantle'

/**
 * Limits of calls, as an operator sets them. Without a name, or by `*`, they hold for every model, scope or Region, each with a quota
 * of its own: nothing is shared among models, scopes, Regions or accounts.
 */
export interface QuotaConfig {
  /** An alias, a name or a base id; its scope stands beside it. */
  readonly model?: string
  readonly scope?: Scope | '*'
  readonly region?: string
  /** Twelve digits; without one, every account. */
  readonly account?: string
  readonly requestsPerMinute?: number
  readonly tokensPerMinute?: number
  /** Counted by the days of UTC [?]. */
  readonly tokensPerDay?: number
  /** Of mantle alone, which has these two instead of the three above. */
  readonly inputTokensPerMinute?: number
  readonly outputTokensPerMinute?: number
  /** How many tokens of these quotas one output token takes; the catalogue's rate of the model when absent. */
  readonly burndown?: number
}

/** What a quota limits. */
export type QuotaKind = ServiceQuotaKind

/** A quota as calls take from it, now. */
export interface QuotaUse {
  readonly kind: QuotaKind
  readonly limit: number
  /** What calls that are over took of the minute or day that counts. */
  readonly used: number
  /** What running calls may still take. */
  readonly reserved: number
  /** When the first of what was used counts no more, in milliseconds of the epoch; absent when nothing was used. */
  readonly freesAt: number | undefined
}

/** Whose quotas they are. */
export interface QuotaPool {
  readonly account: string
  readonly region: string
  readonly scope: Scope
  readonly endpoint: QuotaEndpoint
  /** A base id. */
  readonly model: string
}

/** The quotas of one pool as calls take from them, now. */
interface PoolUse {
  readonly key: QuotaPool
  readonly burndown: number
  readonly quotas: readonly QuotaUse[]
}

/** The quotas of an endpoint, for whoever shows them. */
export interface QuotaBook {
  /** The limits that hold for calls of a pool; nothing when none was set. */
  limitsOf(pool: QuotaPool): Readonly<Partial<Record<QuotaKind, number>>> | undefined
  /** Every pool that a call has taken from, with what is left of it. */
  inUse(): readonly PoolUse[]
}

/** The quotas of an endpoint, and how it speaks of them. */
export interface QuotasConfig {
  /** None: nothing is limited. */
  readonly limits: readonly QuotaConfig[]
  /** Whether a throttled caller is told how long to wait, which Bedrock never does. */
  readonly retryAfter: boolean
}
