import type { Fidelity } from '@outcrop/protocol'
import type { Identity } from '../call.ts'
import type { Clock } from '../clock.ts'
import type { ModelAccess } from '../state/access.ts'
import type { JobService } from '../state/jobs.ts'
import type { Objects } from '../storage/objects.ts'
import type { Store } from '../storage/store.ts'

/** Who asks, and when: the control plane answers by Region and account. */
export interface ControlCaller {
  readonly region: string
  readonly account: string
  readonly identity: Identity
  readonly fidelity: Fidelity
  /** Milliseconds of the epoch: models retire. */
  readonly now: number
}

/** What the control plane works with. */
export interface ControlServices {
  readonly store: Store
  readonly clock: Clock
  readonly access: ModelAccess
  /** Where buckets and folders are; absent until the operator opens one. */
  readonly objects?: Objects | undefined
  /** Batch inference, where the endpoint has it. */
  readonly jobs?: JobService | undefined
}

/** A question or an order to the control plane. */
export interface ControlCall {
  readonly caller: ControlCaller
  readonly query: URLSearchParams
  /** The label of the path, decoded; `''` where it has none. */
  readonly identifier: string
  /** A second label, of ApplyGuardrail alone. */
  readonly version: string | undefined
  readonly body: Uint8Array
  /** Says what the caller should hear although the call is answered. */
  readonly warn: (text: string) => void
}

/** Answers one operation with the object that is its body; throws Bedrock's refusal as a `GatewayError`. */
export type Operation = (call: ControlCall) => object | Promise<object>
