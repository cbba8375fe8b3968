import type { WireEvent } from '../wires/wire-adapter.ts'
import { type BedrockFailure, BedrockFailureError } from './bedrock-failure.ts'
import { endedEarly, isContent, type StreamSource } from './hold-until-content.ts'
import { createPartialMessage, type PartialMessage } from './partial-message.ts'
import { BedrockStreamError, StreamTruncatedError } from './stream-errors.ts'
import { sortThrown } from './thrown.ts'
import { TimeLimitError } from './time-limit-error.ts'

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
        const { failureOfException } = await import('./read-failure.ts')
        throw new BedrockFailureError(failureOfException('error', event.data, source))
      }
      partial.add(event)
      hasContent ||= isContent(event)
      isWhole ||= event.name === 'message_stop'
      yield event
    }
  } catch (error) {
    if (isWhole) return
    throw hasContent ? toStreamError(error, partial.read(), source) : error
  }
  if (isWhole) return
  if (!hasContent) throw new BedrockFailureError(endedEarly(source))
  throw new StreamTruncatedError(truncated('It ended without message_stop', source), partial.read())
}

function toStreamError(error: unknown, partial: PartialMessage | undefined, source: StreamSource): unknown {
  if (error instanceof BedrockStreamError) return error
  const thrown = sortThrown(error, source)
  if (thrown.kind === 'failure') return new BedrockStreamError(thrown.failure, partial, { cause: error })
  if (thrown.kind === 'other') return error
  const failure = truncated(thrown.error.message, source)
  const isLate = thrown.error instanceof TimeLimitError
  return new StreamTruncatedError(isLate ? { ...failure, type: 'timeout_error', status: 408 } : failure, partial, {
    cause: error,
  })
}

function truncated(why: string, { region, requestId }: StreamSource): BedrockFailure {
  return {
    status: 502,
    type: 'api_error',
    message: `The streamed answer is not complete: ${why}`,
    hint: 'What came of it is in "partial"; to have all of it, ask again.',
    requestId,
    region,
    retryable: false,
  }
}
