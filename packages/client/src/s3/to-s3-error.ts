import { BedrockConnectionError, isConnectionError } from '../reliability/connection-error.ts'
import { TimeLimitError } from '../reliability/time-limit-error.ts'
import { sayCall, type S3Subject } from './s3-failure.ts'
import { S3Error } from './s3-error.ts'

/** What `fetch` or a body threw, as ours where it is a connection that failed or a limit that ran out; anything else as it is. */
export function toS3Error(
  error: unknown,
  subject: S3Subject,
  { region, url }: { region: string; url: string },
): unknown {
  if (error instanceof TimeLimitError) {
    const { message: why, retryable } = error
    return new S3Error(`${sayCall(subject)}: ${why}`, { code: 'TimedOut', region, retryable }, { cause: error })
  }
  if (!isConnectionError(error)) return error
  const { code, retryable } = new BedrockConnectionError(error, { region, url })
  const host = URL.canParse(url) ? new URL(url).host : 'S3'
  const why = code === undefined ? '' : ` (${code})`
  return new S3Error(
    `${sayCall(subject)}: the connection to ${host} failed${why}. Check where S3 is (s3URL, AWS_ENDPOINT_URL_S3) and that it is reachable from here.`,
    { code: 'ConnectionFailed', region, retryable },
    { cause: error },
  )
}
