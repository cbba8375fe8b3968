import type { Json } from '@outcrop/protocol'
import type { Clock } from '../clock.ts'
import type { ModelAccess } from '../state/access.ts'
import type { QuotaBook } from '../quota.ts'
import type { Store } from '../storage/store.ts'
import type { UsageLedger } from '../state/usage.ts'
import type { World } from './world.ts'

/** What the admin API works with. */
export interface AdminServices {
  readonly store: Store
  readonly clock: Clock
  readonly world: World
  readonly access: ModelAccess
  readonly quotas: QuotaBook
  readonly usage: UsageLedger
}

/** A question or an order of the operator. */
export interface AdminCall {
  readonly services: AdminServices
  readonly query: URLSearchParams
  /** The body; `undefined` when there is none. */
  readonly input: Json | undefined
}

/** Answers one operation with the value that is its body; throws what is wrong with the request as a `GatewayError`. */
export type AdminOperation = (call: AdminCall) => object | Promise<object>
