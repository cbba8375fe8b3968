import type { BilledUsage, Cost, ModelEntry, Scope } from '@outcrop/protocol'
import type { BackendCall } from './backends/backend.ts'
import type { ApplicationProfileUse, Identity } from './call.ts'

/** What a call to a model came to. */
export interface Settlement {
  readonly requestId: string
  /** Milliseconds of the epoch, by the endpoint's clock. */
  readonly at: number
  readonly caller: Identity
  readonly wire: BackendCall['wire']
  /** The id as called: a model, a profile or an ARN. */
  readonly modelId: string
  readonly model: ModelEntry
  readonly scope: Scope
  readonly application: ApplicationProfileUse | undefined
  readonly isBatch: boolean
  /** Whether the answer was complete, was left by its caller, or broke. */
  readonly outcome: 'answered' | 'abandoned' | 'failed'
  /** What was used, as far as it is known: nothing when the call failed before its answer began. */
  readonly usage: BilledUsage | undefined
  /** At list prices; nothing where the usage is not known. */
  readonly cost: Cost | undefined
}

/** Hears of every call that was admitted, once it is over. Must not throw. */
export type OnSettled = (settlement: Settlement) => void

/** Lets code of others hear of calls: what it throws is told and does not reach the call. */
export function safely(tell: OnSettled, onDefect: (cause: unknown) => void): OnSettled {
  return (settlement) => {
    try {
      tell(settlement)
    } catch (cause) {
      onDefect(cause)
    }
  }
}
