import { type BilledUsage, type Cost, costOf } from '@outcrop/protocol'
import type { Admission } from './admission/admission.ts'
import type { Backend, BackendCall } from './backends/backend.ts'
import type { Headers } from './edge/dialects/aws-json.ts'
import type { ModelEvents, ModelMessage } from './faults.ts'
import type { OnSettled, Settlement } from './settlement.ts'

/** What metering needs: who answers, who admits, the clock, and who wants to know. */
export interface MeteringOptions {
  readonly backend: Backend
  readonly admission: Admission
  /** Milliseconds of the epoch. */
  readonly now: () => number
  readonly onSettled: readonly OnSettled[]
}

/** Lets the backend answer what the quotas have room for, and says what it cost. */
export interface Metering {
  /** Throws Bedrock's throttling, and what the backend throws. */
  complete(call: BackendCall): Promise<{ readonly message: ModelMessage; readonly headers: Headers }>
  /** The same of a stream, whose cost is known when it has ended. */
  stream(call: BackendCall): Promise<{ readonly events: ModelEvents; readonly headers: Headers }>
}

/** Creates the metering of one backend. */
export function createMetering({ backend, admission, now, onSettled }: MeteringOptions): Metering {
  return {
    async complete(call) {
      const { settle } = open(call)
      try {
        const message = await backend.complete(call)
        settle('answered', message.usage)
        return { message, headers: [] }
      } catch (cause) {
        settle('failed', undefined)
        throw cause
      }
    },
    async stream(call) {
      return { events: await backend.stream(call), headers: [] }
    },
  }

  function open(call: BackendCall) {
    const { caller, model, scope, request } = call
    const reservation =
      call.isBatch === true
        ? undefined
        : admission.reserve({ caller, model, scope, maxTokens: request.max_tokens, inputTokens: () => 0 })
    return {
      settle: (outcome: Settlement['outcome'], usage: BilledUsage | undefined): void => {
        reservation?.settle(usage)
        if (onSettled.length === 0) return
        const cost = usage && costFor(call, usage, now())
        const { requestId, wire, modelId, application, isBatch = false } = call
        const at = now()
        const settled = {
          requestId,
          at,
          caller,
          wire,
          modelId,
          model,
          scope,
          application,
          isBatch,
          outcome,
          usage,
          cost,
        }
        for (const tell of onSettled) tell(settled)
      },
    }
  }
}

function costFor({ model, scope, caller, isBatch = false }: BackendCall, usage: BilledUsage, now: number): Cost {
  return costOf({ model, scope, usage, region: caller.region, isBatch, now })
}
