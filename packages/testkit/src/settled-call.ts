import { describeMissing, printUsd } from '@outcrop/protocol'
import type { Settlement } from '@outcrop/server'

/** A call of a model that is over: what it used, and what that costs at list prices. */
export interface SettledCall {
  /** As the answer's `x-amzn-RequestId`. */
  readonly requestId: string
  /** As called, decoded: a model, a profile or an ARN. */
  readonly modelId: string
  /** The base id of the model that answered. */
  readonly model: string
  readonly scope: Settlement['scope']
  readonly wire: Settlement['wire']
  /** The name of who called. */
  readonly user: string
  /** The application profile that was called, with its tags of that moment. */
  readonly applicationProfile?: NonNullable<Settlement['application']>
  readonly isBatch: boolean
  /** Whether the answer was complete, was left by its caller, or broke. */
  readonly outcome: Settlement['outcome']
  /** Absent when the call failed before its answer began. */
  readonly usage?: NonNullable<Settlement['usage']>
  /** US dollars as an exact decimal, such as `0.00525`; absent where it is not known. */
  readonly cost?: string
  /** Why the cost is not known, where the usage is. */
  readonly costUnknown?: string
}

/** Tells of a settlement in strings that a test can compare. */
export function toSettledCall(settlement: Settlement): SettledCall {
  const { requestId, modelId, model, scope, wire, caller, application, isBatch, outcome, usage, cost } = settlement
  return {
    requestId,
    modelId,
    model: model.modelId,
    scope,
    wire,
    user: caller.user,
    ...(application && { applicationProfile: application }),
    isBatch,
    outcome,
    ...(usage && { usage }),
    ...(cost?.total.kind === 'known' && { cost: printUsd(cost.total.usd) }),
    ...(cost?.total.kind === 'unknown' && { costUnknown: describeMissing(cost.total.missing) }),
  }
}
