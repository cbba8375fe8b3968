import type { APIError } from '@anthropic-ai/sdk/core/error'
import { describe } from './errors.ts'

/** Adds to the error of an answer what the transport tells of it in headers, and says it in words. */
export function toStatusError(error: APIError, headers: Headers): APIError {
  return describe(error, {
    awsCode: headers.get('x-amzn-errortype') ?? undefined,
    region: headers.get('x-outcrop-region') ?? undefined,
    ...(error.apiMessage !== null && { message: `${error.status} ${error.apiMessage}` }),
  })
}
