import type { BedrockFailure } from '../reliability/bedrock-failure.ts'
import { toFailureResponse } from '../reliability/failure-response.ts'
import { connectionBackoffMs, nextStep } from '../reliability/retry-policy.ts'
import type { AnthropicCall } from './anthropic-call.ts'
import { type Move, moveAfterConnectionError, nextMove } from './next-move.ts'
import type { CallPlace, CallPlan } from './call-plan.ts'
import type { Missed, Run } from './run.ts'
import type { Settings } from './settings.ts'
import { steer } from './steer.ts'

/** Decides what comes next and moves the run there; gives how long to wait first, or `undefined` when nothing is left to try. */
export async function goOn(
  missed: Missed,
  run: Run,
  call: AnthropicCall,
  plan: CallPlan,
  settings: Settings,
): Promise<number | undefined> {
  const wirePlace = missed.kind === 'failed' ? placeOfNextWire(missed.failure, run, call, plan) : undefined
  if (wirePlace !== undefined) run.wirePlace = wirePlace
  const chances = {
    canRefresh: !run.isRefreshed,
    hasOtherScope: nextPlace(plan, run.place, 'not-here') !== undefined,
    canFailOver: nextPlace(plan, run.place, 'busy') !== undefined,
    isChosen: plan.isChosen,
    hasNextWire: wirePlace !== undefined,
    // A caller that repeats by itself is told how, instead.
    repeatsLeft: call.repeat === undefined ? settings.maxRetries - run.repeats : 0,
  }
  const move =
    missed.kind === 'unreachable' ? moveAfterConnectionError(missed.error, chances) : nextMove(missed.failure, chances)
  const here = plan.places[run.place]
  // Not of every failure: a scope that is denied is no reason to leave the wire in the others.
  if (move === 'next-wire' && missed.kind === 'failed' && here !== undefined) {
    plan.auto?.remember(call, here.target, missed.failure)
  }
  return moves[move](missed, run, plan, settings)
}

const moves: Readonly<
  Record<
    Move,
    (missed: Missed, run: Run, plan: CallPlan, settings: Settings) => Promise<number | undefined> | number | undefined
  >
> = {
  refresh: async (missed, run, _plan, { authorizer }) => {
    run.isRefreshed = true
    return (await authorizer.refresh(missed.kind === 'failed' ? missed.sent : undefined)) ? 0 : undefined
  },
  'next-wire': (_missed, run) => {
    run.place = run.wirePlace ?? run.place
    return 0
  },
  'next-scope': (_missed, run, plan) => {
    run.place = nextPlace(plan, run.place, 'not-here') ?? run.place
    return 0
  },
  'fail-over': (_missed, run, plan) => {
    run.place = nextPlace(plan, run.place, 'busy') ?? run.place
    return 0
  },
  repeat: (missed, run, _plan, { random }) => {
    const attempt = run.repeats
    run.repeats += 1
    run.place = 0
    if (missed.kind === 'unreachable') return connectionBackoffMs(attempt, random)
    const step = nextStep(missed.failure, attempt, random)
    return step.kind === 'repeat' ? step.afterMs : undefined
  },
  'give-up': () => undefined,
}

/** The next place where the same model is called elsewhere; one that was listed to fail over to serves both reasons. */
function nextPlace({ places }: CallPlan, from: number, after: CallPlace['after']): number | undefined {
  const here = places[from]
  const index = places.findIndex(
    (place, at) => at > from && !isSame(place, here) && (after === 'not-here' || place.after === 'busy'),
  )
  return index < 0 ? undefined : index
}

function isSame({ target }: CallPlace, other: CallPlace | undefined): boolean {
  return target.region === other?.target.region && target.scope === other.target.scope
}

/** The same place by the wire that is to be tried after a failure that blames the last. */
function placeOfNextWire(failure: BedrockFailure, run: Run, call: AnthropicCall, plan: CallPlan): number | undefined {
  const here = plan.places[run.place]
  const choice = here === undefined ? undefined : plan.auto?.next(call, here.choices, here.target, failure)
  if (choice === undefined) return undefined
  const index = plan.places.findIndex(
    (place, at) => at > run.place && isSame(place, here) && place.target.wire === choice.wire,
  )
  return index < 0 ? undefined : index
}

/** Tells the caller of the failure that nothing is left to try after. */
export function giveUp(missed: Missed, call: AnthropicCall, settings: Settings): Response {
  if (missed.kind === 'unreachable') throw missed.error
  return toFailureResponse(missed.failure, steer(missed.failure, call, settings))
}
