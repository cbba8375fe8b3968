import type { BaseAnthropic } from '@anthropic-ai/sdk/client'
import { AnthropicError } from '@anthropic-ai/sdk/core/error'
import { Stream } from '@anthropic-ai/sdk/core/streaming'
import type { JsonObject } from '@outcrop/protocol'
import { checkStream } from '../reliability/check-stream.ts'
import { takeEvents } from '../transport/streamed-answer.ts'
import type { WireEvent } from '../wires/wire-adapter.ts'
import { toSdkError } from './thrown-errors.ts'

/** What the core knows of an answer once its headers are there. */
export interface StreamedAnswer {
  readonly response: Response
  /** Ends the request; it ends too when the reader leaves before the end. */
  readonly controller: AbortController
}

/**
 * Makes the stream that a caller of `create({ stream: true })` reads. Events that the transport has at hand are parsed once and
 * never written as text; a body that middleware put in place is read as the text it is. Either way a stream that breaks throws,
 * with all that is known of the failure. `see` is shown every event.
 */
export function toEventStream<Item>(
  { response, controller }: StreamedAnswer,
  client: BaseAnthropic,
  see: (item: unknown) => void,
): Stream<Item> {
  let isRead = false
  return new Stream<Item>(
    () => {
      // As the core says it.
      if (isRead) throw new AnthropicError('Cannot iterate over a consumed stream, use `.tee()` to split the stream.')
      isRead = true
      return readItems<Item>(response, controller, see)
    },
    controller,
    client,
  )
}

function readItems<Item>(
  response: Response,
  controller: AbortController,
  see: (item: unknown) => void,
): AsyncIterator<Item, undefined> {
  const events = takeEvents(response) ?? readText(response, controller)
  let isOver = false

  /** A reader that leaves before the end ends the request. */
  async function end(isWhole: boolean): Promise<void> {
    if (isOver) return
    isOver = true
    if (!isWhole) controller.abort()
    await letGoOfSignal(controller)
  }

  return {
    async next() {
      try {
        for (;;) {
          const { value, done } = isOver ? finished : await events.next()
          if (done === true) {
            await end(true)
            return finished
          }
          if (value.name === 'ping') continue
          const item = parseItem(value)
          see(item)
          return { done: false, value: item as Item }
        }
      } catch (error) {
        await end(false)
        if (isAbort(error)) return finished
        throw toSdkError(error, response.headers)
      }
    },
    async return() {
      await end(false)
      await events.return?.()
      return finished
    },
  }
}

const finished = { done: true, value: undefined } as const

function parseItem(event: WireEvent): unknown {
  const { name, data } = event
  try {
    const item = JSON.parse(data) as JsonObject
    // Spares those who keep what has come a second look.
    if (name === 'content_block_delta') event.parsed = item
    return name === 'message_start' ? saidAsItCame(item, data) : item
  } catch (cause) {
    throw new AnthropicError(`The stream holds an event "${name}" that is no JSON: ${data.slice(0, 200)}`, { cause })
  }
}

/**
 * The core's helper grows its message in the one that this event brings, so that whoever writes the event down later, as
 * `toReadableStream` does, would write blocks into it that have yet to come.
 */
function saidAsItCame(item: JsonObject, data: string): JsonObject {
  return Object.defineProperty(item, 'toJSON', { value: () => JSON.parse(data) as JsonObject })
}

/** The events of a body that is text, checked as those of the transport are. */
function readText(response: Response, controller: AbortController): AsyncIterator<WireEvent, void> {
  const { headers } = response
  return checkStream(sentEvents(response, controller), {
    region: headers.get('x-outcrop-region') ?? 'an unknown Region',
    requestId: headers.get('request-id') ?? undefined,
  })
}

async function* sentEvents(response: Response, controller: AbortController): AsyncGenerator<WireEvent> {
  for await (const { event, data } of Stream.rawEvents(response, controller)) {
    if (event !== null && data !== '') yield { name: event, data }
  }
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError'
}

/** The core stops listening to the caller's signal when a stream of its own ends; there is no other door to that. */
async function letGoOfSignal(controller: AbortController): Promise<void> {
  const nothing = new ReadableStream<Uint8Array>({ start: (stream) => stream.close() })
  await Stream.fromReadableStream(nothing, controller)[Symbol.asyncIterator]().next()
}
