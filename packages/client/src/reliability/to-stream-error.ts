import type { BedrockFailure } from './bedrock-failure.ts'
import type { StreamSource } from './hold-until-content.ts'
import type { PartialMessage } from './partial-message.ts'
import { BedrockStreamError, StreamTruncatedError } from './stream-errors.ts'
import { sortThrown } from './thrown.ts'
import { TimeLimitError } from './time-limit-error.ts'

/** What broke a streamed answer after its first content, as its reader is told of it; a defect stays what it is. */
export function toStreamError(error: unknown, partial: PartialMessage | undefined, source: StreamSource): unknown {
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

/** The same of an answer that ended, and does not say that it was complete. */
export function toTruncatedError(
  why: string,
  partial: PartialMessage | undefined,
  source: StreamSource,
): StreamTruncatedError {
  return new StreamTruncatedError(truncated(why, source), partial)
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
