import type { WireEvent } from '../wires/wire-adapter.ts'
import { BedrockFailureError } from './bedrock-failure.ts'
import { endedEarly, isContent, type StreamSource } from './hold-until-content.ts'
import { createPartialMessage } from './partial-message.ts'

/**
 * Passes the events of a streamed answer on, and throws where it does not come to its end: `BedrockStreamError` for a failure that
 * Bedrock told of, `StreamTruncatedError` for a connection or a frame that broke and for an end without `message_stop`. Both
 * carry the answer as far as it came. Before the first content there is nothing to carry, and what was thrown is thrown as
 * it is, so that the call can be repeated. What breaks after `message_stop` takes nothing away and is passed over.
 */
export async function* checkStream(
  events: AsyncIterable<WireEvent>,
  source: StreamSource,
): AsyncGenerator<WireEvent, void> {
  const partial = createPartialMessage()
  let hasContent = false
  let isWhole = false
  try {
    for await (const event of events) {
      if (event.name === 'error') {
        const { readErrorEvent } = await import('./read-error-event.ts')
        throw readErrorEvent(event.data, source, partial.read())
      }
      partial.add(event)
      hasContent ||= isContent(event)
      isWhole ||= event.name === 'message_stop'
      yield event
    }
  } catch (error) {
    if (isWhole) return
    if (!hasContent) throw error
    const { toStreamError } = await import('./to-stream-error.ts')
    throw toStreamError(error, partial.read(), source)
  }
  if (isWhole) return
  if (!hasContent) throw new BedrockFailureError(endedEarly(source))
  const { toTruncatedError } = await import('./to-stream-error.ts')
  throw toTruncatedError('It ended without message_stop', partial.read(), source)
}
