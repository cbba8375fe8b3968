import type { WireEvent } from '../wires/wire-adapter.ts'
import { toSseBody } from './sse-body.ts'

const untaken = new WeakMap<Response, AsyncIterator<WireEvent>>()

/** A streamed answer: its body is written as server-sent events when somebody reads it, unless its events are taken. */
export function toStreamedResponse(events: AsyncIterator<WireEvent>, init: ResponseInit): Response {
  const response = new Response(toSseBody(events), init)
  untaken.set(response, events)
  return response
}

/**
 * Takes over the events of a streamed answer whose body nobody has begun to read: a caller that parses them anyway is
 * spared the text around them. `undefined` for every other response, and for one whose events were taken.
 */
export function takeEvents(response: Response): AsyncIterator<WireEvent> | undefined {
  const events = response.bodyUsed || response.body?.locked === true ? undefined : untaken.get(response)
  untaken.delete(response)
  return events
}
