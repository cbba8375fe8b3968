import type { StreamSource } from './hold-until-content.ts'
import type { PartialMessage } from './partial-message.ts'
import { failureOfException } from './read-failure.ts'
import { BedrockStreamError, StreamTruncatedError } from './stream-errors.ts'

/** Reads an `error` event: one of ours says all that is known, and needs no second hint. */
export function readErrorEvent(
  data: string,
  source: StreamSource,
  partial: PartialMessage | undefined,
): BedrockStreamError {
  const own = readOwn(data)
  if (own === undefined) return new BedrockStreamError(failureOfException('error', data, source), partial)
  const { status, region, type, message, aws_code: awsCode, incomplete } = own
  const failure = { status, region, type, message, awsCode, requestId: source.requestId, retryable: false }
  return incomplete === true ? new StreamTruncatedError(failure, partial) : new BedrockStreamError(failure, partial)
}

/** What `toErrorEvent` writes. */
interface OwnError {
  readonly status: number
  readonly region: string
  readonly type: string
  readonly message: string
  readonly aws_code?: string
  readonly incomplete?: boolean
}

function readOwn(data: string): OwnError | undefined {
  try {
    const { error } = JSON.parse(data) as { readonly error?: Partial<OwnError> | null }
    const { status, region, type, message } = error ?? {}
    const isOwn = typeof status === 'number' && [region, type, message].every((member) => typeof member === 'string')
    return isOwn ? (error as OwnError) : undefined
  } catch {
    return undefined
  }
}
