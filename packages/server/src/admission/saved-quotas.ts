import { isRegion, type Json, type Scope } from '@outcrop/protocol'
import type { QuotaPool } from '../quota.ts'
import type { Pool } from './quota-pool.ts'

/** A pool as a snapshot keeps it. */
export interface SavedPool {
  readonly key: QuotaPool
  /** What was used, and what running calls held, by the kind of quota. */
  readonly quotas: ReadonlyMap<string, { readonly used: Json | undefined; readonly reserved: number }>
}

/** Writes down what was taken from a pool; nothing when nothing was. */
export function saveQuotas({ key, counters }: Pool, now: number): readonly Json[] {
  const quotas = counters.flatMap(({ kind, window, reserved }) => {
    const used = window.save(now)
    const isUntouched = reserved === 0 && Array.isArray(used) && used.length === 0
    return isUntouched ? [] : [[kind, { used, reserved }] as const]
  })
  return quotas.length === 0 ? [] : [{ ...key, quotas: Object.fromEntries(quotas) }]
}

const refusal = 'The quotas in it are not as GET /admin/snapshot writes them.'

/** Reads what `saveQuotas` wrote; throws a sentence when it is anything else. */
export function readSavedQuotas(saved: Json | undefined): readonly SavedPool[] {
  if (saved === undefined) return []
  if (!Array.isArray(saved)) throw new Error(refusal)
  return saved.map((pool: Json) => {
    const { account, region, scope, endpoint, model, quotas } = record(pool)
    if (!isText(account) || !isText(region) || !isText(scope) || !isText(model)) throw new Error(refusal)
    if (!isRegion(region) || !isScope(scope) || (endpoint !== 'runtime' && endpoint !== 'mantle')) {
      throw new Error(refusal)
    }
    const kinds = Object.entries(record(quotas)).map(([kind, use]) => {
      const { used, reserved } = record(use)
      if (typeof reserved !== 'number' || !Number.isSafeInteger(reserved) || reserved < 0) throw new Error(refusal)
      return [kind, { used, reserved }] as const
    })
    return { key: { account, region, scope, endpoint, model }, quotas: new Map(kinds) }
  })
}

const scopes: ReadonlySet<string> = new Set<Scope>([
  'in-region',
  'global',
  'us',
  'eu',
  'jp',
  'au',
  'apac',
  'in',
  'us-gov',
])

function isScope(text: string): text is Scope {
  return scopes.has(text)
}

function isText(value: Json | undefined): value is string {
  return typeof value === 'string'
}

function record(value: Json | undefined): Readonly<Record<string, Json>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error(refusal)
  return value as Readonly<Record<string, Json>>
}
