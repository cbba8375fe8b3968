import type { Reply } from '../../exchange.ts'
import { type BodyFaultKind, dropMidway } from '../../faults.ts'

/** Lets a whole answer go wrong on its way, where it is asked for: its head, and the length in it, stay as they were. */
export function breakBody(reply: Reply, fault: BodyFaultKind | undefined): Reply {
  const { body } = reply
  if (fault === undefined || !(body instanceof Uint8Array)) return reply
  if (fault === 'malformed-json') return { ...reply, body: withoutEnd(body) }
  const length = ['Content-Length', String(body.byteLength)] as const
  return { ...reply, headers: [...reply.headers, length], body: firstHalf(body) }
}

/** JSON text that no parser takes, and that only its last byte gives away. */
export function withoutEnd(json: Uint8Array): Uint8Array {
  const broken = Uint8Array.from(json)
  broken[broken.length - 1] = ']'.charCodeAt(0)
  return broken
}

async function* firstHalf(body: Uint8Array): AsyncGenerator<Uint8Array> {
  yield body.subarray(0, body.byteLength >> 1)
  await dropMidway()
}
