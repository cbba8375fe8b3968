import type { GatewayError } from '@outcrop/protocol'
import type { Headers } from './edge/dialects/aws-json.ts'
import { AskedFailure } from './faults.ts'
import { Throttled } from './throttled.ts'

/** A wait that was asked for together with a failure, or that a quota knows, comes before what the backend says of itself. */
export function headersOf(error: GatewayError, fromBackend: Headers): Headers {
  if (error instanceof Throttled && error.retryAfterMs !== undefined) {
    // WIRE §10: the JS SDK and Anthropic's read seconds, botocore's standard mode milliseconds.
    const seconds = String(Math.ceil(error.retryAfterMs / 1000))
    return [['Retry-After', seconds], ['x-amz-retry-after', String(error.retryAfterMs)], ...fromBackend]
  }
  if (!(error instanceof AskedFailure) || error.retryAfter === undefined) return fromBackend
  return [['Retry-After', String(error.retryAfter)], ...fromBackend]
}
