import type { BilledUsage, ModelEntry, Scope } from '@outcrop/protocol'
import type { ApplicationProfileUse, Identity } from '../call.ts'
import type { QuotaEndpoint } from '../quota.ts'

/** What a caller does, and to what. */
export interface AskedCall {
  readonly caller: Identity
  /** The id in the caller's path or body, decoded: a model, a profile or an ARN. */
  readonly modelId: string
  /** How IAM names what the caller does, such as `bedrock:InvokeModel` (WIRE §2.7). */
  readonly action: string
  readonly isMantle?: boolean | undefined
}

/** A call to a model, as far as it matters whether it may run at all. */
export interface PermitCall extends AskedCall {
  readonly model: ModelEntry
  readonly scope: Scope
  readonly profileId?: string | undefined
  readonly profileArn?: string | undefined
  readonly application?: ApplicationProfileUse | undefined
}

/** A call that may run, as far as quotas count it. */
export interface ReserveCall {
  readonly caller: Identity
  readonly model: ModelEntry
  readonly scope: Scope
  /** Which of Bedrock's two endpoints was called: their quotas are apart. */
  readonly endpoint: QuotaEndpoint
  /** The body's `max_tokens`; without one the model's own maximum counts (WIRE §10). */
  readonly maxTokens: number | undefined
  /** The tokens that the input is taken to have. Asked only where a quota of tokens is set, because counting costs. */
  readonly inputTokens: () => number
}

/** Whether calls may run now. */
export interface Admission {
  /** Throws Bedrock's refusal of a caller that may not use a model at all: by its credential, or for want of access. */
  permit(call: PermitCall): void
  /** Throws IAM's refusal of a credential that does not allow an id that means no model: it is not told so much. */
  authorizeUnknown(call: AskedCall): void
  /** Takes the most that a call may cost from its quotas; throws Bedrock's throttling when less is left. */
  reserve(call: ReserveCall): Reservation | undefined
}

/** What a call has taken from quotas and not yet used. */
export interface Reservation {
  /** Charges what was used, which is nothing when it is undefined, and gives back the rest. Once counts; again does nothing. */
  settle(usage: BilledUsage | undefined): void
}
