import type { WireEvent } from '../wires/wire-adapter.ts'
import { type BedrockFailure, BedrockFailureError } from './bedrock-failure.ts'
import { failureEnvelope } from './failure-response.ts'
import type { PartialMessage } from './partial-message.ts'

/** A streamed answer that failed after its first content: what Bedrock told of it, and the answer as far as it came. */
export class BedrockStreamError extends BedrockFailureError {
  override readonly name: string = 'BedrockStreamError'
  readonly region: string
  readonly requestId: string | undefined
  /** The answer as far as it came; nothing when not even its beginning did. */
  readonly partial: PartialMessage | undefined

  constructor(failure: BedrockFailure, partial: PartialMessage | undefined, options?: { readonly cause?: unknown }) {
    super(failure, options)
    this.region = failure.region
    this.requestId = failure.requestId
    this.partial = partial
  }
}

/** A streamed answer that ended without saying that it was complete, cleanly or by a broken connection or frame. */
export class StreamTruncatedError extends BedrockStreamError {
  override readonly name: string = 'StreamTruncatedError'
}

/**
 * A failure after the first content as the `error` event that Anthropic's SDKs throw, with the status it would have had;
 * `incomplete` is what tells that the answer was cut.
 */
export function toErrorEvent(failure: BedrockFailure, isTruncated = false): WireEvent {
  const { error, ...envelope } = failureEnvelope(failure)
  const more = { status: failure.status, region: failure.region, ...(isTruncated && { incomplete: true }) }
  return { name: 'error', data: JSON.stringify({ ...envelope, error: { ...error, ...more } }) }
}
