import type { BedrockFailure } from '../reliability/bedrock-failure.ts'
import type { ClientWire } from '../options.ts'
import type { Objection } from './objection.ts'
import { isDenial, type WireMemory } from './wire-memory.ts'
import { type AskedCall, findObjections } from './wire-objections.ts'
import { planeOf, wireOrder } from './wire-order.ts'

/** A wire, and in a short phrase why it was chosen. */
export interface WireChoice {
  readonly wire: ClientWire
  readonly because: string
}

/** What the capability table makes of a request on one wire. */
export interface WireVerdict {
  /** Why the wire does not take the request. */
  readonly refused?: string | undefined
  /** What it would leave out or change, one text each. */
  readonly dropped: readonly string[]
}

/** What the choice of a wire depends on. */
export interface WireQuestion extends AskedCall {
  readonly stream: boolean
  /** Asks the capability table about the request. */
  readonly judge: (wire: ClientWire) => WireVerdict
  /** What this client has seen of the account; absent at its first call. */
  readonly memory?: WireMemory | undefined
}

/**
 * Chooses among the wires by model, by what the request holds and by what the account has been seen to serve: the best first,
 * then those to try when it turns out not to be served. A wire that cannot carry the request is not among them; when none can,
 * the first of the order is, so that its refusal is what the caller is told.
 */
export function chooseWires(question: WireQuestion): readonly [WireChoice, ...WireChoice[]] {
  const judged = wireOrder.map((wire) => judge(wire, question))
  const able = judged.filter(({ fault }) => fault === undefined)
  const ranked = able.toSorted((left, right) => left.burden - right.burden)
  const [best, ...others] = ranked.map(({ wire, burden }) => ({ wire, because: explain(wire, burden, judged) }))
  if (best !== undefined) return [best, ...others]
  return [{ wire: wireOrder[0], because: 'no wire can carry the request' }]
}

/** The wire to try after one that turned out not to be served; each is tried once, and one that needs the same permission not at all. */
export function nextWire(
  choices: readonly WireChoice[],
  tried: ClientWire,
  failure: BedrockFailure,
): WireChoice | undefined {
  const later = choices.slice(choices.findIndex(({ wire }) => wire === tried) + 1)
  const next = isDenial(failure) ? later.find(({ wire }) => planeOf[wire] !== planeOf[tried]) : later[0]
  return next === undefined ? undefined : { wire: next.wire, because: `${tried} is not served here` }
}

interface Judged {
  readonly wire: ClientWire
  /** Why it cannot carry the request. */
  readonly fault: string | undefined
  /** The first thing that counts against it. */
  readonly reason: string | undefined
  /** How much counts against it; a wire that was seen not to be served is the last resort. */
  readonly burden: number
}

const lastResort = 1_000_000

function judge(wire: ClientWire, question: WireQuestion): Judged {
  const { refused, dropped } = question.judge(wire)
  const objections = findObjections(wire, question)
  const fault = refused ?? objections.find(({ kind }) => kind === 'cannot')?.text
  const unserved = question.memory?.whyUnserved({ ...question, wire })
  const losses: readonly string[] = [...objections.filter(isLoss).map(({ text }) => text), ...dropped]
  return {
    wire,
    fault,
    reason: fault ?? unserved ?? losses[0],
    burden: losses.length + (unserved === undefined ? 0 : lastResort),
  }
}

function isLoss({ kind }: Objection): boolean {
  return kind === 'loses'
}

/** Why a wire and not one that is preferred otherwise. */
function explain(wire: ClientWire, burden: number, judged: readonly Judged[]): string {
  const preferred = judged.slice(
    0,
    judged.findIndex((one) => one.wire === wire),
  )
  const passedOver = preferred.find((one) => one.fault !== undefined || one.burden > burden)
  return passedOver?.reason === undefined
    ? 'the first choice, and nothing counts against it more than against others'
    : `${passedOver.wire}: ${shortened(passedOver.reason)}`
}

function shortened(text: string): string {
  return text.length > 160 ? `${text.slice(0, 159)}~` : text
}
