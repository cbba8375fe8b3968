import type { BedrockFailure } from '../reliability/bedrock-failure.ts'
import { mayFailOver } from '../reliability/retry-policy.ts'

/** What may still be tried after a failure. */
export interface Chances {
  /** Fresh credentials have not been asked for yet. */
  readonly canRefresh: boolean
  /** There is another scope, or a Region to fail over to, that may have a model which is not here. */
  readonly hasOtherScope: boolean
  /** There is a place that the caller listed for when one is busy or broken. */
  readonly canFailOver: boolean
  /** The model's scope was chosen here, not named by the caller. */
  readonly isChosen: boolean
  /** The failure blames a wire that was chosen here, and another can carry the call. */
  readonly hasNextWire: boolean
  readonly repeatsLeft: number
}

/** What to do next: nothing is repeated that has no better chance the next time. */
export type Move = 'refresh' | 'next-wire' | 'next-scope' | 'fail-over' | 'repeat' | 'give-up'

/** Decides what to do after a failure that came before the first content of an answer. */
export function nextMove(failure: BedrockFailure, chances: Chances): Move {
  if (isExpiry(failure)) return chances.canRefresh ? 'refresh' : 'give-up'
  // A scope that was chosen from the catalogue may be one that this account does not have: nothing was answered, nothing is lost.
  const mayBeElsewhere = chances.hasOtherScope && chances.isChosen && isNotHere(failure)
  // What was denied of one scope may be allowed of another, before a permission of another kind is asked for.
  if (chances.hasNextWire && !(mayBeElsewhere && failure.status === 403)) return 'next-wire'
  if (mayBeElsewhere) return 'next-scope'
  if (chances.canFailOver && mayFailOver(failure)) return 'fail-over'
  return failure.retryable && chances.repeatsLeft > 0 ? 'repeat' : 'give-up'
}

const expiries = new Set(['ExpiredToken', 'ExpiredTokenException', 'RequestExpired'])

/** Credentials that were good and are no longer: a new look may find better ones. */
export function isExpiry({ awsCode, status, message }: BedrockFailure): boolean {
  if (awsCode !== undefined && expiries.has(awsCode)) return true
  return status === 403 && /(security token|bearer token|api key)[^.]* (is |has )?expired/i.test(message)
}

/** The model is not to be had by this id here, for this account. */
function isNotHere({ status, message }: BedrockFailure): boolean {
  if (status === 404) return true
  if (status === 400) return /model identifier is invalid|on-demand throughput|isn.t supported/i.test(message)
  // A service control policy that allows no global calls denies them by name (CLIENTS §4.2).
  return status === 403 && /explicit deny|not authorized to perform: bedrock:InvokeModel/i.test(message)
}

/** The same after a connection that failed: nothing was answered, and perhaps nothing arrived. */
export function moveAfterConnectionError(
  error: { readonly retryable: boolean },
  { canFailOver, repeatsLeft }: Chances,
): Move {
  if (!error.retryable) return 'give-up'
  return canFailOver ? 'fail-over' : repeatsLeft > 0 ? 'repeat' : 'give-up'
}
