import type { QuotaBook, QuotasConfig } from '../quota.ts'
import type { StatePart } from '../state-part.ts'
import type { Admission, Reservation, ReserveCall } from './admission.ts'
import { createQuotaLedger } from './quota-ledger.ts'
import { amountsToReserve, describeUse, takeReservation, takeUsage } from './quota-pool.ts'
import { findLimits, withBaseIds } from './quota-rules.ts'

/** What quotas an endpoint sets, and the clock that they count by. */
export interface QuotasOptions extends QuotasConfig {
  /** Milliseconds of the epoch, by the endpoint's clock. */
  readonly now: () => number
}

/** The quotas of an endpoint: what calls take from them, what is left, and what a snapshot keeps of it. */
export interface Quotas extends QuotaBook, Pick<Admission, 'reserve'> {
  readonly part: StatePart
}

/** Creates the quotas of an endpoint; throws when they name a model that there is none of. Where none are set, calls cost nothing here. */
export function createQuotas({ limits, retryAfter, now }: QuotasOptions): Quotas {
  const entries = withBaseIds(limits)
  const ledger = createQuotaLedger(entries)

  function reserve(call: ReserveCall): Reservation | undefined {
    const { caller, scope, endpoint, model } = call
    const { account, region } = caller
    const pool = ledger.poolOf({ account, region, scope, endpoint, model: model.modelId }, model)
    if (pool === undefined) return undefined
    const time = now()
    ledger.giveUpLost(time)
    const amounts = amountsToReserve(pool, call)
    takeReservation(pool, amounts, time, retryAfter)
    const held = ledger.hold(pool, amounts, time)
    let isSettled = false
    return {
      settle(usage) {
        if (isSettled) return
        isSettled = true
        ledger.release(held)
        // A pool that a reset or another state replaced is taken from by nobody.
        if (usage !== undefined) takeUsage(pool, usage, now())
      },
    }
  }

  return {
    reserve: entries.length === 0 ? () => undefined : reserve,
    limitsOf(pool) {
      const found = findLimits(entries, pool)
      return found && Object.fromEntries(found.limits)
    },
    inUse() {
      const time = now()
      return ledger
        .pools(time)
        .map((pool) => ({ key: pool.key, burndown: pool.burndown, quotas: describeUse(pool, time) }))
    },
    part: {
      name: 'quotas',
      changes: () => ledger.changes(),
      save: () => [...ledger.save(now())],
      load: (saved) => ledger.load(saved, now()),
    },
  }
}
