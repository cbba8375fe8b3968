import { type BilledUsage, type Cost, costOf, describeMissing, describePrices, printUsd } from '@outcrop/protocol'
import type { Admission, Reservation } from './admission/admission.ts'
import { inputTokensOf } from './admission/input-tokens.ts'
import type { Backend, BackendCall } from './backends/backend.ts'
import { askedCacheTtl } from './cache-ttl.ts'
import type { Headers } from './edge/dialects/aws-json.ts'
import type { ModelEvents, ModelMessage } from './faults.ts'
import { meterEvents } from './meter-events.ts'
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
  /** Throws Bedrock's throttling, and what the backend throws. `x-outcrop-cost` is among the headers. */
  complete(call: BackendCall): Promise<{ readonly message: ModelMessage; readonly headers: Headers }>
  /** The same of a stream, whose cost is known when it has ended: its headers have `x-outcrop-prices`. */
  stream(call: BackendCall): Promise<{ readonly events: ModelEvents; readonly headers: Headers }>
}

/** Creates the metering of one backend. */
export function createMetering({ backend, admission, now, onSettled }: MeteringOptions): Metering {
  return {
    async complete(call) {
      const reservation = reserve(call)
      let message: ModelMessage
      try {
        message = await backend.complete(call)
      } catch (cause) {
        settle(call, reservation, isGone(call) ? 'abandoned' : 'failed', undefined)
        throw cause
      }
      const cost = settle(call, reservation, 'answered', message.usage)
      return { message, headers: cost === undefined ? [] : [['x-outcrop-cost', describeCost(cost)]] }
    },
    async stream(call) {
      const reservation = reserve(call)
      try {
        const events = await backend.stream(call)
        const metered = meterEvents(
          events,
          (outcome, usage) => settle(call, reservation, outcome, usage),
          () => isGone(call),
        )
        return { events: metered, headers: [['x-outcrop-prices', describePrices(pricingOf(call, now()))]] }
      } catch (cause) {
        settle(call, reservation, isGone(call) ? 'abandoned' : 'failed', undefined)
        throw cause
      }
    },
  }

  function reserve(call: BackendCall): Reservation | undefined {
    const { caller, model, scope, request, surface } = call
    if (call.isBatch === true) return undefined
    return admission.reserve({
      caller,
      model,
      scope,
      endpoint: surface === 'mantle' ? 'mantle' : 'runtime',
      maxTokens: request.max_tokens,
      inputTokens: () => inputTokensOf(call),
    })
  }

  function settle(
    call: BackendCall,
    reservation: Reservation | undefined,
    outcome: Settlement['outcome'],
    usage: BilledUsage | undefined,
  ): Cost | undefined {
    reservation?.settle(usage)
    const at = now()
    const cost = usage && costFor(call, usage, at)
    if (onSettled.length === 0) return cost
    const { requestId, caller, wire, modelId, model, scope, application, isBatch = false } = call
    const about = { requestId, at, caller, wire, modelId, model, scope, application, isBatch }
    const settled: Settlement = { ...about, outcome, usage, cost }
    for (const tell of onSettled) tell(settled)
    return cost
  }
}

/** Only asked of calls that went wrong: most calls never need their signal, which costs more than the rest of them. */
function isGone({ signal }: BackendCall): boolean {
  return signal.aborted
}

function pricingOf({ model, scope, caller, latency, serviceTier, isBatch = false }: BackendCall, now: number) {
  return { model, scope, region: caller.region, latency, serviceTier, isBatch, now }
}

/** A count that is none, as a script or an upstream may give it, costs what nobody knows. */
function costFor(call: BackendCall, usage: BilledUsage, now: number): Cost | undefined {
  const { cache_creation: split, cache_creation_input_tokens: written } = usage
  const isSplit = (written ?? 0) <= (split?.ephemeral_5m_input_tokens ?? 0) + (split?.ephemeral_1h_input_tokens ?? 0)
  const pricing = pricingOf(call, now)
  try {
    return costOf(isSplit ? { ...pricing, usage } : { ...pricing, usage, cacheTtl: askedCacheTtl(call.request) })
  } catch (cause) {
    if (cause instanceof RangeError) return undefined
    throw cause
  }
}

function describeCost({ total }: Cost): string {
  return total.kind === 'known' ? printUsd(total.usd) : `unknown (${describeMissing(total.missing)})`
}
