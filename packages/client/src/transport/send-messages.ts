import type { BedrockFailure } from '../reliability/bedrock-failure.ts'
import type { BedrockConnectionError } from '../reliability/connection-error.ts'
import { toFailureResponse } from '../reliability/failure-response.ts'
import { connectionBackoffMs, nextStep } from '../reliability/retry-policy.ts'
import { sortThrown } from '../reliability/thrown.ts'
import type { TimeLimitError } from '../reliability/time-limit-error.ts'
import type { AnthropicCall } from './anthropic-call.ts'
import { attempt, type Outcome } from './attempt.ts'
import { refuse } from './call-error.ts'
import { type Move, moveAfterConnectionError, nextMove } from './next-move.ts'
import { pause } from './pause.ts'
import type { CallPlace, CallPlan } from './plan-call.ts'
import { prepareAt, type Prepared } from './prepare.ts'
import type { Settings } from './settings.ts'
import { steer } from './steer.ts'
import { toResponse } from './to-response.ts'

/** How far a call has come. */
interface Run {
  /** An index of the plan's places. */
  place: number
  /** Where the next wire is tried, once the failure blamed the last. */
  wirePlace?: number
  repeats: number
  isRefreshed: boolean
  /** Milliseconds of the epoch. */
  readonly startedAt: number
}

/** Asks for a message and answers as Anthropic would, after whatever repeats and changes of place the settings allow. */
export async function sendMessages(
  call: AnthropicCall,
  plan: CallPlan,
  settings: Settings,
  init: RequestInit,
): Promise<Response> {
  const run: Run = { place: 0, repeats: 0, isRefreshed: false, startedAt: settings.now() }
  for (;;) {
    const place = plan.places[run.place]
    if (place === undefined) throw new RangeError(`The plan of a call has no place ${run.place}`)
    const prepared = await prepareAt(call, { ...place, policy: settings.options.capabilities })
    if ('status' in prepared) return refuse(prepared.status, prepared.message)
    for (const warning of [...plan.warnings, ...prepared.warnings]) settings.warn(warning)
    const tried = await tryOnce(call, prepared, place, run, settings, init)
    if (tried.kind === 'message' || tried.kind === 'events') {
      return toResponse(tried, prepared, { 'x-outcrop-wire-because': place.choice.because })
    }
    const afterMs = await goOn(tried, run, call, plan, settings)
    if (afterMs === undefined) return giveUp(tried, call, settings)
    if (afterMs > 0) await pause(afterMs, init.signal)
  }
}

/** What an attempt came to when it was not answered. */
type Missed =
  | Extract<Outcome, { readonly kind: 'failed' }>
  | { readonly kind: 'unreachable'; readonly error: BedrockConnectionError | TimeLimitError }

async function tryOnce(
  call: AnthropicCall,
  prepared: Prepared,
  place: CallPlace,
  run: Run,
  settings: Settings,
  init: RequestInit,
): Promise<Exclude<Outcome, Missed> | Missed> {
  const startedAt = settings.now()
  const tell = (status: number | undefined, requestId: string | undefined): void =>
    settings.report({
      wire: place.target.wire,
      because: place.choice.because,
      region: place.target.region,
      modelId: place.target.modelId,
      attempt: run.repeats,
      status,
      requestId,
      headersMs: settings.now() - startedAt,
      warnings: prepared.warnings,
    })
  try {
    const outcome = await attempt(prepared, settings, init, startedAt - run.startedAt)
    if (outcome.kind === 'failed') tell(outcome.failure.status, outcome.failure.requestId)
    else tell(200, outcome.answer.requestId)
    return outcome
  } catch (error) {
    tell(undefined, undefined)
    const thrown = sortThrown(error, { region: place.target.region, url: prepared.request.url })
    if (thrown.kind === 'connection') return { kind: 'unreachable', error: thrown.error }
    throw thrown.error
  }
}

/** Decides what comes next and moves the run there; gives how long to wait first, or `undefined` when nothing is left to try. */
async function goOn(
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

function giveUp(missed: Missed, call: AnthropicCall, settings: Settings): Response {
  if (missed.kind === 'unreachable') throw missed.error
  return toFailureResponse(missed.failure, steer(missed.failure, call, settings))
}
