import {
  AskedFailure,
  bodyFault,
  bodyFaultOf,
  ConnectionDropped,
  explainFaultKind,
  failureOf,
  type Fault,
  findFaultKind,
  type ModelEvents,
  type ModelMessage,
  type StreamFault,
} from '../../faults.ts'
import type { Script, ScriptReply } from '../../script.ts'
import type { StatePart } from '../../state-part.ts'
import { answerHeaders, type Backend, type BackendCall } from '../backend.ts'
import { type Sleep, sleepByTimer } from '../simulator/pace.ts'
import type { Lines, Simulator } from '../simulator/simulator.ts'
import { readAskedFault } from './ask-fault.ts'
import { createChance, type FaultChance } from './chance.ts'
import { eventsWithOutcome, toLines, withOutcome } from './compose-reply.ts'
import { createScriptBook, type ScriptBook } from './script-book.ts'

export interface ScriptedOptions {
  /** Who answers, in the script's words or in its own. */
  readonly simulator: Simulator
  readonly scripts: readonly Script[]
  /** Whether a request that no script matches is refused. */
  readonly strict: boolean
  /** Whether requests may ask for faults, by a header or in their text. */
  readonly faultsOnRequest: boolean
  readonly chance: FaultChance
  readonly seed: string
  /** How to wait; a timer unless a test has something quicker. */
  readonly sleep?: Sleep
}

/** A backend that answers by scripts, which may be added and forgotten while it runs. */
export interface ScriptedBackend extends Backend {
  /** Adds scripts before all others: what a test says last counts first. */
  script(...scripts: readonly Script[]): void
  /** What it holds: scripts, which are forgotten by any load and saved by nobody, and the prompts cached. */
  readonly parts: readonly StatePart[]
}

/** What is decided of a call; nothing when the simulator answers it alone. */
interface Plan {
  readonly reply: ScriptReply
  readonly fault: Fault | undefined
}

const slowMs = 3_000
const stallMs = 60_000
/** A stream has so many frames before whatever breaks it, unless told otherwise: every stream has more. */
const framesBefore = 2

/** Creates the backend that answers by scripts first, by the simulator otherwise, and goes wrong when it is asked to. */
export function createScripted(options: ScriptedOptions): ScriptedBackend {
  const { simulator, seed, sleep = sleepByTimer } = options
  const book = createScriptBook(options.scripts, options.strict)
  const chance = createChance(options.chance)
  const plan = (call: BackendCall): Plan | undefined => {
    const asked = options.faultsOnRequest ? readAskedFault(call) : undefined
    const reply = book.isEmpty() ? undefined : book.find(call)
    const fault = asked ?? toFault(reply?.fault) ?? toFault(chance.next())
    return reply === undefined && fault === undefined ? undefined : { reply: reply ?? {}, fault }
  }
  return {
    name: 'simulator',
    takesFaults: options.faultsOnRequest,
    headers: simulator.headers,
    headersFor: (model) => answerHeaders(simulator, model),
    async complete(call): Promise<ModelMessage> {
      const planned = plan(call)
      if (planned === undefined) return simulator.complete(call)
      const { reply, fault } = planned
      if (fault !== undefined) failOutright(fault, call)
      const message = withOutcome(await simulator.complete(call, linesOf(planned, call, seed)), reply)
      const breaks = fault && bodyFaultOf(fault)
      return breaks === undefined ? message : { ...message, [bodyFault]: breaks }
    },
    async countTokens(call) {
      const fault = options.faultsOnRequest ? readAskedFault(call) : undefined
      if (fault !== undefined) failOutright(fault, call)
      if (fault?.kind === 'slow') await sleep(fault.ms ?? slowMs, call.signal)
      return simulator.countTokens(call)
    },
    async stream(call): Promise<ModelEvents> {
      const planned = plan(call)
      if (planned === undefined) return simulator.stream(call)
      const { reply, fault } = planned
      if (fault !== undefined && fault.after === undefined) failOutright(fault, call)
      const spoken = await simulator.stream(call, linesOf(planned, call, seed))
      if (spoken.fault !== undefined) return spoken // a refusal, which no script outdoes
      const events = eventsWithOutcome(spoken, reply)
      const broken = fault && toStreamFault(fault, call, () => sleep(fault.ms ?? stallMs, call.signal))
      if (broken === undefined) return events
      return { fault: broken, [Symbol.asyncIterator]: () => events }
    },
    script: (...scripts) => book.add(...scripts),
    parts: [createScriptPart(book, chance), simulator.promptCache],
  }
}

/** Scripts are code as often as not: added ones are forgotten, and all sequences and chances start again. */
function createScriptPart(book: ScriptBook, chance: { reset(): void }): StatePart {
  return {
    name: 'scripts',
    save: () => null,
    load() {
      book.reset()
      chance.reset()
    },
  }
}

/** A fault by the name in our own list, whichever name it was given; throws for one that there is not. */
function toFault(asked: ScriptReply['fault']): Fault | undefined {
  if (asked === undefined) return undefined
  const fault = typeof asked === 'string' ? { kind: asked } : asked
  const kind = findFaultKind(fault.kind)
  if (kind === undefined) {
    const found: string = fault.kind
    throw new AskedFailure('validation', `A script asks for the fault "${found}": ${explainFaultKind(found)}`)
  }
  return { ...fault, kind }
}

/** Fails the whole call, while nothing of its answer has left; does nothing for what goes wrong later. */
function failOutright(fault: Fault, call: BackendCall): void {
  if (fault.kind === 'drop') throw new ConnectionDropped('close')
  if (fault.kind === 'reset') throw new ConnectionDropped('reset')
  const failure = failureOf(fault, call)
  if (failure !== undefined) throw failure
}

function linesOf({ reply, fault }: Plan, call: BackendCall, seed: string): Lines {
  const lines = toLines(reply, call, seed)
  return fault?.kind === 'slow' ? { ...lines, pace: { ...lines.pace, firstTokenMs: fault.ms ?? slowMs } } : lines
}

function toStreamFault(fault: Fault, call: BackendCall, wait: () => Promise<void>): StreamFault | undefined {
  const { after = framesBefore } = fault
  // Once a stream runs, an error of the model is an error of its stream, with the members of that one (WIRE §4.1).
  const error = failureOf(fault.kind === 'modelError' ? { ...fault, kind: 'modelStreamError' } : fault, call)
  if (error !== undefined) return { after, breaks: { kind: 'exception', error } }
  switch (fault.kind) {
    case 'stall':
      return { after, breaks: { kind: 'stall', wait } }
    case 'drop':
    case 'reset':
    case 'malformed-json':
    case 'cut':
    case 'empty-block-start':
    case 'unknown-event':
    case 'bad-crc':
    case 'half-frame':
      return { after, breaks: { kind: fault.kind } }
    case 'slow':
    case 'truncated-body': // a stream announces no length
      return undefined
    default:
      // The names that are left are failures, which were found above.
      throw new AskedFailure('validation', `There is no fault ${fault.kind}.`)
  }
}
