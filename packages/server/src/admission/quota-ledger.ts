import { type Json, findModel } from '@outcrop/protocol'
import type { QuotaConfig, QuotaPool } from '../quota.ts'
import { type Amounts, createPool, type Pool, releaseReservation } from './quota-pool.ts'
import { findLimits } from './quota-rules.ts'
import { readSavedQuotas, saveQuotas } from './saved-quotas.ts'

/** [?] How long a call may hold what it has not used. A call that is still running then is charged all the same when it ends. */
const longestCallMs = 3_600_000
/** What was running when the state was saved ran for somebody who is gone: it counts for as long as what was just used. */
const lostCallMs = 60_000

/** What a call holds until it is over or given up. */
interface Held {
  readonly pool: Pool
  readonly amounts: Amounts
  readonly expiresAt: number
}

/** What calls have taken from every pool, and what running ones hold. */
export interface QuotaLedger {
  /** The quotas of a call; nothing when none limits it. */
  poolOf(key: QuotaPool, model: Parameters<typeof createPool>[2] | undefined): Pool | undefined
  /** Every pool that was asked for, once what was lost is given up. */
  pools(now: number): readonly Pool[]
  /** Remembers what a call reserved, so that it expires. */
  hold(pool: Pool, amounts: Amounts, now: number): Held
  /** Gives back what a call reserved, unless that has expired. */
  release(held: Held): void
  /** Gives back what nobody has settled in time. */
  giveUpLost(now: number): void
  save(now: number): readonly Json[]
  /** Another number whenever calls have taken or given back something. */
  changes(): number
  /** Throws a sentence when nobody saved it. */
  load(saved: Json | undefined, now: number): void
}

/** Creates a ledger in which nothing was taken yet. */
export function createQuotaLedger(entries: readonly QuotaConfig[]): QuotaLedger {
  // As many as there are models, scopes, Regions and accounts: no caller can make another.
  const known = new Map<string, Pool | undefined>()
  // The first expires first, unless somebody moved the clock back.
  const open = new Set<Held>()
  let changes = 0

  function poolOf(key: QuotaPool, model: Parameters<typeof createPool>[2] | undefined): Pool | undefined {
    const name = `${key.account}/${key.region}/${key.scope}/${key.endpoint}/${key.model}`
    const before = known.get(name)
    if (before !== undefined || known.has(name)) return before
    const limits = findLimits(entries, key)
    const pool = limits && model && createPool(key, limits, model)
    known.set(name, pool)
    return pool
  }

  function release(held: Held): void {
    changes += 1
    if (open.delete(held)) releaseReservation(held.pool, held.amounts)
  }

  function giveUpLost(now: number): void {
    for (const held of open) {
      if (held.expiresAt > now) return
      release(held)
    }
  }

  function pools(now: number): readonly Pool[] {
    giveUpLost(now)
    return [...known.values()].filter((pool) => pool !== undefined)
  }

  return {
    poolOf,
    pools,
    hold(pool, amounts, now) {
      const held: Held = { pool, amounts, expiresAt: now + longestCallMs }
      open.add(held)
      changes += 1
      return held
    },
    release,
    giveUpLost,
    changes: () => changes,
    save: (now) => pools(now).flatMap((pool) => saveQuotas(pool, now)),
    load(saved, now) {
      const read = readSavedQuotas(saved)
      open.clear()
      known.clear()
      changes += 1
      for (const { key, quotas } of read) {
        const pool = poolOf(key, findModel(key.model))
        if (pool === undefined) continue // no quota limits it any more
        for (const counter of pool.counters) {
          const quota = quotas.get(counter.kind)
          counter.window.load(quota?.used)
          counter.reserved = quota?.reserved ?? 0
        }
        const amounts = pool.counters.map(({ reserved }) => reserved)
        open.add({ pool, amounts, expiresAt: now + lostCallMs })
      }
    },
  }
}
