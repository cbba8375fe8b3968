import { BedrockFailureError } from '../reliability/bedrock-failure.ts'
import type { WireEvent } from '../wires/wire-adapter.ts'

/**
 * The body of a streamed answer as Anthropic sends it: server-sent events, made only as fast as they are read. A failure
 * after the first content becomes an `error` event and ends the body; cancelling it ends the call.
 */
export function toSseBody(events: AsyncIterator<WireEvent>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { value, done } = await events.next()
          if (done === true) controller.close()
          else controller.enqueue(encoder.encode(toText(value)))
        } catch (error) {
          if (!(error instanceof BedrockFailureError)) {
            controller.error(error)
            return
          }
          const { StreamTruncatedError, toErrorEvent } = await import('../reliability/stream-errors.ts')
          const isTruncated = error instanceof StreamTruncatedError
          controller.enqueue(encoder.encode(toText(toErrorEvent(error.failure, isTruncated))))
          controller.close()
        }
      },
      async cancel() {
        await events.return?.()
      },
    },
    { highWaterMark: 0 },
  )
}

// Of JSON in one line, as all wires give it: `encodeSseEvent` would look at every character again.
function toText({ name, data }: WireEvent): string {
  return `event: ${name}\ndata: ${data.includes('\n') ? data.replaceAll('\n', '\ndata: ') : data}\n\n`
}
