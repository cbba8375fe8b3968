import { describe, expect, it } from 'vitest'
import { failureOfException, isUnknownOperation, readFailure, readStrangeAnswer } from './read-failure.ts'

const read = (status: number, headers: Record<string, string>, body: string | object, more = {}) =>
  readFailure({
    status,
    headers: new Headers(headers),
    body: typeof body === 'string' ? body : JSON.stringify(body),
    region: 'eu-central-1',
    ...more,
  })
const coral = (shape: string) => `${shape}:http://internal.amazon.com/coral/com.amazon.bedrock/`

describe('readFailure', () => {
  it('reads the recorded throttle of WIRE §2.2', () => {
    const headers = {
      'x-amzn-RequestId': '5d0a4c3e-8b6f-4a0d-9a5e-0d9c8f6a1b2c',
      'x-amzn-ErrorType': coral('ThrottlingException'),
    }
    expect(read(429, headers, '{"message":"Too many tokens, please wait before trying again."}')).toEqual({
      status: 429,
      awsCode: 'ThrottlingException',
      type: 'rate_limit_error',
      message: 'Too many tokens, please wait before trying again.',
      hint: 'Bedrock reserves the whole of max_tokens beside the input until the answer is complete: lower max_tokens, or send less at once; a quota per minute comes back within 60 s.',
      requestId: '5d0a4c3e-8b6f-4a0d-9a5e-0d9c8f6a1b2c',
      region: 'eu-central-1',
      retryable: true,
      retryAfterMs: undefined,
    })
  })

  // WIRE §3.3: status, shape, Anthropic's type, whether to repeat.
  it.each([
    [403, 'AccessDeniedException', 'permission_error', false],
    [400, 'ConflictException', 'invalid_request_error', false],
    [500, 'InternalServerException', 'api_error', true],
    [424, 'ModelErrorException', 'api_error', true],
    [429, 'ModelNotReadyException', 'overloaded_error', true],
    [424, 'ModelStreamErrorException', 'api_error', true],
    [408, 'ModelTimeoutException', 'timeout_error', true],
    [404, 'ResourceNotFoundException', 'not_found_error', false],
    [400, 'ServiceQuotaExceededException', 'invalid_request_error', false],
    [503, 'ServiceUnavailableException', 'overloaded_error', true],
    [429, 'ThrottlingException', 'rate_limit_error', true],
    [400, 'ValidationException', 'invalid_request_error', false],
    [403, 'ExpiredTokenException', 'authentication_error', false],
    [403, 'InvalidSignatureException', 'authentication_error', false],
  ])('reads %i %s as %s', (status, shape, type, retryable) => {
    expect(read(status, { 'x-amzn-errortype': coral(shape) }, { message: 'm' })).toMatchObject({
      status,
      awsCode: shape,
      type,
      retryable,
      message: 'm',
    })
  })

  it.each([
    ['the header', { 'x-amzn-errortype': 'ValidationException' }, { message: 'm' }],
    ['code', {}, { code: 'ValidationException', message: 'm' }],
    ['__type', {}, { __type: 'com.amazon.bedrock#ValidationException', message: 'm' }],
    ['a body with Message', { 'x-amzn-errortype': coral('ValidationException') }, { Message: 'm' }],
    ['a text in a text', { 'x-amzn-errortype': coral('ValidationException') }, JSON.stringify('{"message":"m"}')],
    [
      'an Anthropic object as the message (Opus 4.7 and later)',
      { 'x-amzn-errortype': coral('ValidationException') },
      { message: '{"type":"error","error":{"type":"invalid_request_error","message":"m"}}' },
    ],
  ])('finds code and message in %s', (_, headers, body) => {
    expect(read(400, headers, body)).toMatchObject({
      awsCode: 'ValidationException',
      type: 'invalid_request_error',
      message: 'm',
    })
  })

  it.each([
    [400, 'invalid_request_error', 'req_bdrk_1'],
    [529, 'overloaded_error', 'req_bdrk_2'],
    [413, 'request_too_large', 'req_bdrk_3'],
  ])('reads Anthropic’s envelope under %i', (status, type, requestId) => {
    const body = { type: 'error', error: { type, message: 'm' }, request_id: requestId }
    expect(read(status, {}, body)).toMatchObject({ status, type, message: 'm', requestId, awsCode: undefined })
  })

  it('reads OpenAI’s envelope, as mantle answers it on some paths', () => {
    const body = { error: { code: 'validation_error', message: 'm', param: null, type: 'invalid_request_error' } }
    expect(read(400, {}, body)).toMatchObject({ type: 'invalid_request_error', message: 'm' })
  })

  it.each([
    [400, 'invalid_request_error'],
    [401, 'authentication_error'],
    [403, 'permission_error'],
    [404, 'not_found_error'],
    [413, 'request_too_large'],
    [418, 'invalid_request_error'],
    [429, 'rate_limit_error'],
    [500, 'api_error'],
    [502, 'api_error'],
    [503, 'overloaded_error'],
    [504, 'timeout_error'],
    [529, 'overloaded_error'],
  ])('calls a bare %i %s', (status, type) => {
    expect(read(status, {}, '')).toMatchObject({ type, message: `Bedrock answered ${status} and said no more.` })
  })

  it('takes a page of HTML for what a proxy says', () => {
    const failure = read(502, {}, '<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>')
    expect(failure).toMatchObject({ message: 'A page of HTML: 502 Bad Gateway', retryable: true })
    expect(failure.hint).toContain('proxy')
  })

  it('takes the request id of either name', () => {
    expect(read(500, { 'request-id': 'a' }, '').requestId).toBe('a')
    expect(read(500, { 'request-id': 'a', 'x-amzn-requestid': 'b' }, '').requestId).toBe('b')
  })

  it('tells what status the model itself had, and repeats no refusal of the model', () => {
    const members = { message: 'm', originalStatusCode: 400, resourceName: 'r' }
    const shape = { 'x-amzn-errortype': coral('ModelErrorException') }
    expect(read(424, shape, members)).toMatchObject({
      type: 'invalid_request_error',
      message: "m (The model's own status: 400.)",
      retryable: false,
    })
    expect(read(424, shape, { ...members, originalStatusCode: 529 })).toMatchObject({
      type: 'overloaded_error',
      retryable: true,
    })
  })

  it('does not repeat what a day’s quota has refused', () => {
    const failure = read(429, {}, { message: 'Too many tokens per day, please wait before trying again.' })
    expect(failure).toMatchObject({ type: 'rate_limit_error', retryable: false })
    expect(failure.hint).toContain('Service Quotas')
  })

  it('names the id that the Region takes', () => {
    const message =
      'Invocation of model ID anthropic.claude-opus-4-6-v1 with on-demand throughput isn\u2019t supported. Retry your request with the ID or ARN of an inference profile that contains this model.'
    expect(read(400, {}, { message }).hint).toBe('Use "global.anthropic.claude-opus-4-6-v1".')
    const invalid = { message: 'The provided model identifier is invalid.' }
    expect(read(400, {}, invalid, { modelId: 'us.anthropic.claude-opus-4-6' }).hint).toBe(
      'Use "us.anthropic.claude-opus-4-6-v1".',
    )
  })

  it('bounds what a hostile server says', () => {
    const long = 'x'.repeat(5_000_000)
    expect(read(500, {}, long).message.length).toBe(4001)
    expect(read(500, {}, { message: long }).message.length).toBe(4001)
    expect(read(500, {}, '['.repeat(1_000_000)).message.length).toBe(4001)
    let nested = '"m"'
    while (nested.length < 60_000) nested = JSON.stringify(nested)
    expect(read(500, {}, nested).status).toBe(500)
    const deep = `${'{"error":'.repeat(5_000)}1${'}'.repeat(5_000)}`
    expect(read(500, {}, deep)).toMatchObject({ type: 'api_error', message: 'Bedrock answered 500 and said no more.' })
    expect(read(500, { 'x-amzn-errortype': 'A'.repeat(400) }, '').awsCode).toBeUndefined()
    expect(read(500, { 'x-amzn-errortype': '__proto__' }, '').awsCode).toBeUndefined()
    expect(read(500, { 'x-amzn-errortype': 'constructor' }, '').type).toBe('api_error')
    expect(read(500, {}, '{"type":"error","error":{"type":"__proto__","message":"m"}}').message).toBe('m')
  })
})

const after = (headers: Record<string, string>) =>
  read(429, headers, '', { nowMs: Date.UTC(2026, 10, 25) }).retryAfterMs

describe('Retry-After', () => {
  it.each([
    ['7', 7_000],
    ['0', 0],
    ['1.5', 1_500],
    ['2147483', 2_147_483_000],
    ['Wed, 25 Nov 2026 00:00:30 GMT', 30_000],
    ['Wed, 25 Nov 2015 00:00:30 GMT', 0],
  ])('reads %s', (text, ms) => {
    expect(after({ 'retry-after': text })).toBe(ms)
  })

  it('tells the caller of a wait that is too long for us', () => {
    const failure = read(429, { 'retry-after': '3600' }, { message: 'Too many tokens' })
    expect(failure).toMatchObject({ retryable: true, retryAfterMs: 3_600_000 })
    expect(failure.hint).toMatch(/^Bedrock reserves .* The server asks to wait 3600 s, longer than the 60 s that this/)
  })

  it('counts a date from the server’s own clock', () => {
    const date = 'Wed, 25 Nov 2026 08:00:00 GMT'
    expect(after({ date, 'retry-after': 'Wed, 25 Nov 2026 08:00:10 GMT' })).toBe(10_000)
  })

  it('prefers milliseconds', () => {
    expect(after({ 'retry-after-ms': '1500', 'retry-after': '7' })).toBe(1_500)
    expect(after({ 'x-amz-retry-after': '250', 'retry-after': '7' })).toBe(250)
  })

  it.each(['-1', '1e9', 'Infinity', 'NaN', 'soon', '', '9'.repeat(400), '0x10', 'Wed, 99 Foo 2026 00:00:00 GMT'])(
    'hears nothing in %j',
    (text) => {
      expect(after({ 'retry-after': text })).toBeUndefined()
    },
  )
})

const of = (type: string, payload: unknown) =>
  failureOfException(type, typeof payload === 'string' ? payload : JSON.stringify(payload), {
    region: 'us-east-1',
    requestId: 'r-1',
  })

describe('failureOfException', () => {
  it.each([
    ['internalServerException', 500, 'InternalServerException', 'api_error'],
    ['modelStreamErrorException', 424, 'ModelStreamErrorException', 'api_error'],
    ['modelTimeoutException', 408, 'ModelTimeoutException', 'timeout_error'],
    ['serviceUnavailableException', 503, 'ServiceUnavailableException', 'overloaded_error'],
    ['throttlingException', 429, 'ThrottlingException', 'rate_limit_error'],
    ['validationException', 400, 'ValidationException', 'invalid_request_error'],
  ])('reads the frame %s as %i', (exceptionType, status, awsCode, type) => {
    expect(of(exceptionType, { message: 'm' })).toMatchObject({
      status,
      awsCode,
      type,
      message: 'm',
      requestId: 'r-1',
      region: 'us-east-1',
    })
  })

  it('tells the model’s own words and status', () => {
    const payload = { message: 'outer', originalMessage: 'Overloaded', originalStatusCode: 529 }
    expect(of('modelStreamErrorException', payload)).toMatchObject({
      status: 424,
      type: 'overloaded_error',
      message: "Overloaded (The model's own status: 529.)",
      retryable: true,
    })
  })

  it('keeps the name of an exception that nobody knows', () => {
    expect(of('brandNewException', { message: 'm' })).toMatchObject({
      status: 500,
      awsCode: 'BrandNewException',
      type: 'api_error',
      message: 'm',
    })
  })

  it('reads JSON that was encoded twice, and words that are no JSON', () => {
    expect(of('validationException', JSON.stringify(JSON.stringify({ message: 'm' }))).message).toBe('m')
    expect(of('internalFailure', 'The server went away').message).toBe('The server went away')
    expect(of('internalFailure', '').message).toBe('Bedrock answered 500 (InternalFailure) and said no more.')
  })

  it.each([
    ['overloaded_error', 529, true],
    ['rate_limit_error', 429, true],
    ['api_error', 500, true],
    ['invalid_request_error', 400, false],
    ['authentication_error', 401, false],
    ['permission_error', 403, false],
    ['not_found_error', 404, false],
    ['timeout_error', 408, true],
    ['request_too_large', 413, false],
  ])('reads the SSE error %s as %i', (type, status, retryable) => {
    const data = { type: 'error', error: { type, message: 'm' } }
    expect(of('error', data)).toMatchObject({ status, type, message: 'm', retryable, awsCode: undefined })
  })

  it('keeps AWS’s code that a gateway of ours told in an SSE error', () => {
    const data = {
      type: 'error',
      error: { type: 'overloaded_error', message: 'm', aws_code: 'ModelNotReadyException' },
    }
    expect(of('error', data)).toMatchObject({
      status: 429,
      type: 'overloaded_error',
      awsCode: 'ModelNotReadyException',
    })
  })
})

const strange = (body: string, headers = {}) =>
  readStrangeAnswer({
    status: 200,
    headers: new Headers(headers),
    body,
    region: 'us-east-1',
    wire: 'runtime-messages',
    operation: '/v1/messages/count_tokens',
  })

describe('an HTTP 200 that is none', () => {
  const coralBody = '{"Output":{"__type":"com.amazon.coral.service#UnknownOperationException"},"Version":"1.0"}'

  it('is known by the body of WIRE §1.4', () => {
    expect(isUnknownOperation(200, coralBody)).toBe(true)
    expect(isUnknownOperation(404, coralBody)).toBe(false)
    const answer = { type: 'message', content: [{ type: 'text', text: coralBody }] }
    expect(isUnknownOperation(200, JSON.stringify(answer))).toBe(false)
  })

  it('tells which operation is not served on which wire', () => {
    expect(strange(coralBody, { 'x-amzn-requestid': 'r' })).toEqual({
      status: 404,
      awsCode: 'UnknownOperationException',
      type: 'not_found_error',
      message: 'Bedrock in us-east-1 does not serve /v1/messages/count_tokens on the wire "runtime-messages".',
      hint: 'Choose another wire, or "auto".',
      requestId: 'r',
      region: 'us-east-1',
      retryable: false,
    })
  })

  it('tells what came instead of an answer', () => {
    const failure = strange('<html><title>Sign in</title>', { 'content-type': 'text/html' })
    expect(failure).toMatchObject({
      status: 502,
      message:
        'The answer to /v1/messages/count_tokens has status 200 and is none (text/html): A page of HTML: Sign in',
      retryable: false,
    })
  })
})
