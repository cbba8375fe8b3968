import { type BedrockFailure, sayFailure } from './bedrock-failure.ts'
import type { Steering } from './retry-policy.ts'

/**
 * A failure as Anthropic's API answers one: its envelope with AWS's code beside the type, the hint behind the message, and headers by
 * which SDKs know the request and whether to repeat it. A caller that steers by `steer` is told to wait as it says.
 */
export function toFailureResponse(failure: BedrockFailure, steer?: Steering): Response {
  const { awsCode, requestId } = failure
  const waitMs = steer === undefined ? failure.retryAfterMs : steer.retryAfterMs
  const headers = new Headers({ 'content-type': 'application/json' })
  set(headers, 'request-id', requestId)
  set(headers, 'x-amzn-requestid', requestId)
  set(headers, 'x-amzn-errortype', awsCode)
  set(headers, 'x-outcrop-region', failure.region)
  set(headers, 'x-should-retry', String(steer?.shouldRetry ?? failure.retryable))
  if (waitMs !== undefined) {
    set(headers, 'retry-after-ms', String(Math.ceil(waitMs)))
    // Some callers know seconds alone, and repeat no throttle without them: LangChain.
    set(headers, 'retry-after', String(Math.ceil(waitMs / 1000)))
  }
  return new Response(JSON.stringify(failureEnvelope(failure)), { status: answerable(failure.status), headers })
}

/** Anthropic's envelope of a failure, as an answer and as the data of a stream's `error` event carry it. */
export function failureEnvelope(failure: BedrockFailure) {
  const { type, awsCode, requestId } = failure
  return {
    type: 'error',
    error: { type, message: sayFailure(failure), ...(awsCode !== undefined && { aws_code: awsCode }) },
    request_id: requestId ?? null,
  } as const
}

// What came from outside may be no value of a header, or of a status.
function set(headers: Headers, name: string, value: string | undefined): void {
  if (value !== undefined && /^[\x20-\x7e]{1,512}$/.test(value)) headers.set(name, value)
}

function answerable(status: number): number {
  return Number.isInteger(status) && status >= 400 && status <= 599 ? status : 500
}
