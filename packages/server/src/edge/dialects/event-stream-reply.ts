import {
  encodeFrame,
  GatewayError,
  type MessageStreamEvent,
  type StreamOperation,
  texts,
  toGatewayError,
} from '@outcrop/protocol'
import type { Reply } from '../../exchange.ts'
import type { ModelEvents } from '../../faults.ts'
import type { Headers } from './aws-json.ts'
import { breakFrames, encodeException } from './break-frames.ts'
import { closeUnread } from './close-unread.ts'

/** An event as Bedrock frames it: its `:event-type` and its JSON without padding, keys in the wire's order. */
export interface WireEvent {
  readonly type: string
  readonly payload: Readonly<Record<string, unknown>>
}

/** The events of one answer, and how they become frames. */
export interface EventStreamOptions {
  readonly requestId: string
  readonly operation: StreamOperation
  readonly events: ModelEvents
  readonly toWire: (event: MessageStreamEvent) => readonly WireEvent[]
  /** Headers after `Content-Type` and the request id. */
  readonly headers: Headers
  /** A number in [0, 1) for the length of the padding. */
  readonly random: () => number
  /** Told of every failure that reaches the caller inside the stream, after the status has left. */
  readonly onFailure: (error: GatewayError) => void
}

/**
 * Answers with an event stream, and commits to a status only once there is content: a failure before the first content
 * event is thrown, so that it becomes an error of its own status (WIRE §4.5). A later failure, or an end without
 * `message_stop`, ends the stream with an exception frame.
 */
export async function eventStreamReply(options: EventStreamOptions): Promise<Reply> {
  const iterator = options.events[Symbol.asyncIterator]()
  const held = await holdUntilContent(iterator)
  const frames = toFrames(held, iterator, options)
  const { fault } = options.events
  return {
    status: 200,
    headers: [
      ['Content-Type', 'application/vnd.amazon.eventstream'],
      ['x-amzn-RequestId', options.requestId],
      ...options.headers,
    ],
    body: closeUnread(fault === undefined ? frames : breakFrames(frames, fault, options.operation), iterator),
  }
}

async function holdUntilContent(iterator: AsyncIterator<MessageStreamEvent>): Promise<MessageStreamEvent[]> {
  const held: MessageStreamEvent[] = []
  for (;;) {
    const next = await iterator.next()
    if (next.done === true) throw cutShort()
    const event = checked(next.value)
    held.push(event)
    if (event.type !== 'message_start' && event.type !== 'ping') return held
  }
}

async function* toFrames(
  held: readonly MessageStreamEvent[],
  iterator: AsyncIterator<MessageStreamEvent>,
  options: EventStreamOptions,
): AsyncGenerator<Uint8Array> {
  let finished = false
  const encode = (event: MessageStreamEvent): Uint8Array[] => {
    finished ||= event.type === 'message_stop'
    return options.toWire(event).map((wire) => encodeEvent(wire, padding(options.random)))
  }
  try {
    yield Buffer.concat(held.flatMap(encode))
    for (;;) {
      const next = await iterator.next()
      if (next.done === true) break
      yield* encode(checked(next.value))
    }
    if (!finished) throw cutShort()
  } catch (cause) {
    const error = toGatewayError(cause)
    options.onFailure(error)
    yield encodeException(error, options.operation)
  } finally {
    // A caller that went away leaves the backend's generator waiting; this lets it clean up.
    if (!finished) await iterator.return?.()
  }
}

/** An upstream's own error event is a failure of the call, not an event to pass on in the middle of a block. */
function checked(event: MessageStreamEvent): MessageStreamEvent {
  if (event.type === 'error') throw new GatewayError('modelStreamError', event.error.message)
  return event
}

function cutShort(): GatewayError {
  return new GatewayError('modelStreamError', texts.streamCutShort)
}

const alphabet = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'

/** A random prefix of the alphabet, 2 to 61 characters, that hides how long a token was (WIRE §4.2). */
function padding(random: () => number): string {
  return alphabet.slice(0, 2 + Math.floor(random() * 60))
}

const jsonType = [':content-type', 'application/json'] as const

function encodeEvent({ type, payload }: WireEvent, pad: string): Uint8Array {
  return encodeFrame(
    [[':event-type', type], jsonType, [':message-type', 'event']],
    Buffer.from(JSON.stringify(withPadding(payload, pad))),
  )
}

/** Puts `p` where the alphabet has it: Bedrock serialises keys in order (WIRE §4.2). */
function withPadding(payload: Readonly<Record<string, unknown>>, pad: string): Record<string, unknown> {
  const padded: Record<string, unknown> = {}
  let placed = false
  for (const [key, value] of Object.entries(payload)) {
    if (!placed && key > 'p') {
      padded['p'] = pad
      placed = true
    }
    padded[key] = value
  }
  if (!placed) padded['p'] = pad
  return padded
}
