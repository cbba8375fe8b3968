import type { Exchange, Handle, Reply } from '../../exchange.ts'
import { ConnectionDropped } from '../../faults.ts'
import { Deadlines } from './deadlines.ts'
import { BytesInFlight } from './ledger.ts'
import type { ListenerLimits } from './limits.ts'
import { type RenderFailure, toRefusal } from './refusals.ts'

/** What the listener is given: who answers, what is allowed, and who hears of defects. */
export interface EdgeOptions {
  readonly handle: Handle
  readonly limits: ListenerLimits
  readonly onDefect: (error: unknown) => void
  readonly renderFailure: RenderFailure
}

/** What both HTTP versions of one listener share: the handler, the limits, and one clock for all of them. */
export interface EdgeContext extends EdgeOptions {
  readonly ledger: BytesInFlight
  /** HTTP/2 bodies that are being read. */
  readonly bodies: Deadlines
  /** Answers that wait for their peer to take more. */
  readonly stalls: Deadlines
  /** Refused bodies that are still being thrown away. */
  readonly lingers: Deadlines
}

// A refusal that leaves at once is lost when the close behind it meets unread bytes, so they are thrown away this long.
const lingerMs = 5_000

/** Creates what both HTTP versions share, with nothing held and no time limit running. */
export function createEdgeContext(options: EdgeOptions): EdgeContext {
  const { limits } = options
  return {
    ...options,
    ledger: new BytesInFlight(limits.bytesInFlight),
    bodies: new Deadlines(limits.requestMs),
    stalls: new Deadlines(limits.requestMs),
    lingers: new Deadlines(Math.min(lingerMs, limits.requestMs)),
  }
}

/** What the handler answers, or what is answered in its place; `undefined` when nobody is left to read it. Throws when the connection is to be reset instead. */
export async function answer(exchange: Exchange, context: EdgeOptions): Promise<Reply | undefined> {
  try {
    return await context.handle(exchange)
  } catch (error) {
    if (error instanceof ConnectionDropped && error.how === 'reset') throw error
    return toRefusal(error, context, exchange.rawPath)
  }
}

/** A body that nobody reads is thrown away up to this size to keep its connection; beyond it the connection ends. */
export const spareBytes = 262_144

/** Whether an answer of this status may have a body (RFC 9110 §6.4.1). */
export function mayHaveBody(status: number): boolean {
  return status !== 204 && status !== 304 && status !== 205
}

/** Ends an answer that nobody will read. */
export async function abandon({ body }: Reply): Promise<void> {
  if (body instanceof Uint8Array) return
  try {
    await body[Symbol.asyncIterator]().return?.()
  } catch {
    // Nobody is left to be told.
  }
}
