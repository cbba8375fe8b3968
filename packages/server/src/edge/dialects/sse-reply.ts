import { encodeSseEvent, GatewayError, type MessageStreamEvent, texts, toGatewayError } from '@outcrop/protocol'
import type { Reply } from '../../exchange.ts'
import type { ModelEvents } from '../../faults.ts'
import type { Headers } from './aws-json.ts'
import { breakEvents } from './break-events.ts'
import { closeUnread } from './close-unread.ts'

/** The events of one answer, and how they become server-sent events. */
export interface SseReplyOptions {
  readonly events: ModelEvents
  /** All headers, `Content-Type` included. */
  readonly headers: Headers
  /** The `data` of the event that tells of a failure. */
  readonly toErrorData: (error: GatewayError) => string
  /** How long the stream may be silent before a `ping` says that it lives. */
  readonly pingMs: number
  /** Told of every failure that reaches the caller inside the stream, after the status has left. */
  readonly onFailure: (error: GatewayError) => void
}

const ping = toBytes({ type: 'ping' })

/**
 * Answers with server-sent events, and commits to a status only once there is content or the silence has lasted so long
 * that a `ping` is due: until then a failure is thrown, so that it becomes an error of its own status. A later failure, or
 * an end without `message_stop`, is told by an `error` event.
 */
export async function sseReply(options: SseReplyOptions): Promise<Reply> {
  const iterator = options.events[Symbol.asyncIterator]()
  const holding = holdUntilContent(iterator)
  const held = await within(holding, options.pingMs)
  const chunks = toChunks(held ?? holding, iterator, options)
  const { fault } = options.events
  const body =
    fault === undefined ? chunks : breakEvents(chunks, fault, (error) => toErrorEvent(error, options.toErrorData))
  return { status: 200, headers: options.headers, body: closeUnread(body, iterator) }
}

async function holdUntilContent(iterator: AsyncIterator<MessageStreamEvent>): Promise<readonly MessageStreamEvent[]> {
  const held: MessageStreamEvent[] = []
  for (;;) {
    const next = await iterator.next()
    if (next.done === true) throw cutShort()
    const event = checked(next.value)
    held.push(event)
    if (event.type !== 'message_start' && event.type !== 'ping') return held
  }
}

async function* toChunks(
  begun: readonly MessageStreamEvent[] | Promise<readonly MessageStreamEvent[]>,
  iterator: AsyncIterator<MessageStreamEvent>,
  { pingMs, toErrorData, onFailure }: SseReplyOptions,
): AsyncGenerator<Uint8Array> {
  let finished = false
  try {
    if (begun instanceof Promise) {
      yield ping
      yield* pingsUntil(begun, pingMs)
    }
    const held = await begun
    yield Buffer.concat(held.map(toBytes))
    finished = held.some(isStop)
    for (;;) {
      const coming = iterator.next()
      let next = await within(coming, pingMs)
      while (next === undefined) {
        yield ping
        next = await within(coming, pingMs)
      }
      if (next.done === true) break
      finished ||= isStop(next.value)
      yield toBytes(checked(next.value))
    }
    if (!finished) throw cutShort()
  } catch (cause) {
    const error = toGatewayError(cause)
    onFailure(error)
    yield toErrorEvent(error, toErrorData)
  } finally {
    // A caller that went away leaves the backend's generator waiting; this lets it clean up.
    if (!finished) await iterator.return?.()
  }
}

async function* pingsUntil(coming: Promise<unknown>, pingMs: number): AsyncGenerator<Uint8Array> {
  while ((await within(coming, pingMs)) === undefined) yield ping
}

/** What a promise brings, or `undefined` when it takes longer; a late failure stays with the promise. */
function within<T>(coming: Promise<T>, milliseconds: number): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds, undefined)
    const stop = (): void => clearTimeout(timer)
    coming.then(resolve, reject).finally(stop)
  })
}

function toErrorEvent(error: GatewayError, toErrorData: SseReplyOptions['toErrorData']): Uint8Array {
  return Buffer.from(encodeSseEvent({ event: 'error', data: toErrorData(error) }))
}

function isStop(event: MessageStreamEvent): boolean {
  return event.type === 'message_stop'
}

function toBytes(event: MessageStreamEvent): Uint8Array {
  return Buffer.from(encodeSseEvent({ event: event.type, data: JSON.stringify(event) }))
}

/** An upstream's own error event is a failure of the call: it is told once, in our envelope. */
function checked(event: MessageStreamEvent): MessageStreamEvent {
  if (event.type === 'error') throw new GatewayError('modelStreamError', event.error.message)
  return event
}

function cutShort(): GatewayError {
  return new GatewayError('modelStreamError', texts.streamCutShort)
}
