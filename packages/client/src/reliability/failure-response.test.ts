import { describe, expect, it } from 'vitest'
import type { BedrockFailure } from './bedrock-failure.ts'
import { toFailureResponse } from './failure-response.ts'

const throttle: BedrockFailure = {
  status: 429,
  awsCode: 'ThrottlingException',
  type: 'rate_limit_error',
  message: 'Too many requests, please wait before trying again.',
  hint: 'Send them more slowly.',
  requestId: '5d0a4c3e-8b6f-4a0d-9a5e-0d9c8f6a1b2c',
  region: 'eu-central-1',
  retryable: true,
}
const headersOf = (response: Response) => Object.fromEntries(response.headers)

describe('toFailureResponse', () => {
  it('answers in Anthropic’s envelope, with what AWS said beside it', async () => {
    const response = toFailureResponse(throttle, { shouldRetry: true, retryAfterMs: 4_200.5 })
    expect(response.status).toBe(429)
    expect(await response.json()).toEqual({
      type: 'error',
      error: {
        type: 'rate_limit_error',
        message: 'Too many requests, please wait before trying again. Send them more slowly.',
        aws_code: 'ThrottlingException',
      },
      request_id: '5d0a4c3e-8b6f-4a0d-9a5e-0d9c8f6a1b2c',
    })
    expect(headersOf(response)).toEqual({
      'content-type': 'application/json',
      'request-id': '5d0a4c3e-8b6f-4a0d-9a5e-0d9c8f6a1b2c',
      'x-amzn-requestid': '5d0a4c3e-8b6f-4a0d-9a5e-0d9c8f6a1b2c',
      'x-amzn-errortype': 'ThrottlingException',
      'x-outcrop-region': 'eu-central-1',
      'x-should-retry': 'true',
      'retry-after': '5',
      'retry-after-ms': '4201',
    })
  })

  it('says of itself whether to repeat, when nobody steers', () => {
    expect(headersOf(toFailureResponse({ ...throttle, retryable: false, retryAfterMs: 7_000 }))).toMatchObject({
      'x-should-retry': 'false',
      'retry-after': '7',
      'retry-after-ms': '7000',
    })
  })

  it('leaves out what it does not know, and ends a sentence before the hint', async () => {
    const response = toFailureResponse({ ...throttle, awsCode: undefined, requestId: undefined, message: 'No' })
    expect(await response.json()).toEqual({
      type: 'error',
      error: { type: 'rate_limit_error', message: 'No. Send them more slowly.' },
      request_id: null,
    })
    expect(Object.keys(headersOf(response))).toEqual(['content-type', 'x-outcrop-region', 'x-should-retry'])
  })

  it('is an answer whatever came from outside', () => {
    const hostile = { ...throttle, status: 200, requestId: 'a\r\nset-cookie: b', awsCode: 'ü'.repeat(9) }
    const response = toFailureResponse(hostile)
    expect(response.status).toBe(500)
    expect(Object.keys(headersOf(response))).toEqual(['content-type', 'x-outcrop-region', 'x-should-retry'])
    expect(toFailureResponse({ ...throttle, status: 999 }).status).toBe(500)
  })
})
