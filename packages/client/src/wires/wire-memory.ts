import type { ClientWire } from '../options.ts'
import type { BedrockFailure } from '../reliability/bedrock-failure.ts'
import { planeOf } from './wire-order.ts'

/** One way to ask one model in one Region. */
export interface WirePlace {
  readonly wire: ClientWire
  readonly region: string
  readonly modelId: string
  /** Streams need a permission of their own (WIRE §2.7). */
  readonly stream: boolean
}

/** Remembers for a while what an account was seen not to serve, so that `auto` does not ask for it call after call. */
export interface WireMemory {
  /** Takes note of a failure that blames the wire, and of no other. */
  note(place: WirePlace, failure: BedrockFailure): void
  /** Why a place is not served, as far as is remembered. */
  whyUnserved(place: WirePlace): string | undefined
}

/** Creates a memory of at most `most` places, each forgotten after `holdsMs`: permissions are given, and routes arrive. */
export function createWireMemory({
  now,
  holdsMs = 600_000,
  most = 256,
}: {
  readonly now: () => number
  readonly holdsMs?: number
  readonly most?: number
}): WireMemory {
  const known = new Map<string, { readonly why: string; readonly until: number }>()
  return {
    note(place, failure) {
      const found = readUnserved(place, failure)
      if (found === undefined) return
      known.delete(found.key) // the newest stand last
      known.set(found.key, { why: found.why, until: now() + holdsMs })
      const [oldest] = known.keys()
      if (known.size > most && oldest !== undefined) known.delete(oldest)
    },
    whyUnserved(place) {
      for (const key of keysOf(place)) {
        const found = known.get(key)
        if (found === undefined) continue
        if (now() < found.until) return found.why
        known.delete(key)
      }
      return undefined
    },
  }
}

/** Whether a failure says that the wire, and not the request, is to blame. Who is denied by name is meant, on whichever wire. */
export function blamesWire(place: WirePlace, failure: BedrockFailure): boolean {
  return readUnserved(place, failure) !== undefined
}

/** Whether a failure says that the caller may not do this at all: an action that no policy allows. */
export function isDenial({ status, message }: BedrockFailure): boolean {
  return status === 403 && /not authorized to perform: bedrock(?:-mantle)?:/i.test(message)
}

/** What a failure says of the place, and how far it reaches: a route, a permission, or one model on one wire. */
function readUnserved(place: WirePlace, failure: BedrockFailure): { key: string; why: string } | undefined {
  const { awsCode, status, message } = failure
  const [route, permission, model] = keysOf(place)
  if (awsCode === 'UnknownOperationException') return { key: route, why: 'not served in this Region' }
  // An unlisted path of the runtime, called with a key that it has just taken elsewhere (WIRE §1.3).
  if (status === 403 && /Authorization header is missing/i.test(message)) {
    return { key: route, why: 'not served in this Region' }
  }
  if (/explicit deny/i.test(message)) return undefined
  if (isDenial(failure)) return { key: permission, why: 'this caller has no permission for it' }
  if (status === 404) return { key: model, why: 'does not serve the model in this Region' }
  return undefined
}

function keysOf({
  wire,
  region,
  modelId,
  stream,
}: WirePlace): readonly [route: string, permission: string, model: string] {
  const plane = planeOf[wire]
  return [
    `route ${wire} ${region}`,
    `permission ${plane} ${stream && plane === 'runtime' ? 'stream' : ''} ${region} ${modelId}`,
    `model ${wire} ${region} ${modelId}`,
  ]
}
