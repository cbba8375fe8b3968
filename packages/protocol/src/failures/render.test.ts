import { describe, expect, it } from 'vitest'
import { failures, type FailureCode } from './failures.ts'
import { GatewayError } from './gateway-error.ts'
import { toAnthropicError, toAwsError, toExceptionFrame, toGatewayError } from './render.ts'
import { texts } from './texts.ts'

const bedrock = (shape: string): string => `${shape}:http://internal.amazon.com/coral/com.amazon.bedrock/`
const coral = (shape: string): string => `${shape}:http://internal.amazon.com/coral/com.amazon.coral.service/`

describe('the table of failures', () => {
  // WIRE §3.3 and §2.3, row by row; what is written there as unproved is marked [?] in failures.ts.
  const rows: ReadonlyArray<readonly [FailureCode, number, string]> = [
    ['accessDenied', 403, bedrock('AccessDeniedException')],
    ['conflict', 400, bedrock('ConflictException')],
    ['internal', 500, bedrock('InternalServerException')],
    ['modelError', 424, bedrock('ModelErrorException')],
    ['modelNotReady', 429, bedrock('ModelNotReadyException')],
    ['modelStreamError', 424, bedrock('ModelStreamErrorException')],
    ['modelTimeout', 408, bedrock('ModelTimeoutException')],
    ['notFound', 404, bedrock('ResourceNotFoundException')],
    ['quotaExceeded', 400, bedrock('ServiceQuotaExceededException')],
    ['throttled', 429, bedrock('ThrottlingException')],
    ['unavailable', 503, bedrock('ServiceUnavailableException')],
    ['overloaded', 503, bedrock('ServiceUnavailableException')],
    ['validation', 400, bedrock('ValidationException')],
    ['unrecognizedClient', 403, coral('UnrecognizedClientException')],
    ['expiredToken', 403, coral('ExpiredTokenException')],
    ['invalidSignature', 403, coral('InvalidSignatureException')],
    ['missingAuthentication', 403, coral('MissingAuthenticationTokenException')],
    ['incompleteSignature', 400, coral('IncompleteSignatureException')],
    ['unauthorizedKey', 403, coral('AccessDeniedException')],
    ['notAuthorized', 403, coral('AccessDeniedException')],
  ]
  it.each(rows)('answers %s with status %i and the header %s', (code, status, header) => {
    const error = toAwsError(new GatewayError(code, 'm'))
    expect([error.status, error.errorTypeHeader]).toEqual([status, header])
  })

  it('retries what a later attempt may cure, and only that', () => {
    const retryable = Object.entries(failures).flatMap(([code, row]) => (row.retryable ? [code] : []))
    expect(retryable).toEqual([
      'internal',
      'modelError',
      'modelNotReady',
      'modelStreamError',
      'modelTimeout',
      'throttled',
      'unavailable',
      'overloaded',
    ])
  })
})

describe('toAwsError', () => {
  // The Content-Length of these answers is recorded (WIRE §2.2).
  it.each([
    ['throttled', texts.tooManyTokens, 63, '{"message":"Too many tokens, please wait before trying again."}'],
    [
      'invalidSignature',
      texts.signatureMismatch,
      192,
      '{"message":"The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details."}',
    ],
    [
      'validation',
      texts.malformedInputJoined([
        texts.messagesSubject,
        texts.extraneousKey('#', 'stream'),
        texts.extraneousKey('#', 'model'),
      ]),
      240,
      '{"message":"Malformed input request: #: subject must not be valid against schema {\\"required\\":[\\"messages\\"]}#: extraneous key [stream] is not permitted#: extraneous key [model] is not permitted, please reformat your input and try again."}',
    ],
  ] as const)('writes the body of a %s failure in as many bytes as AWS does', (code, message, length, body) => {
    expect(toAwsError(new GatewayError(code, message)).body).toBe(body)
    expect(new TextEncoder().encode(body).length).toBe(length)
  })

  it('spells Message with a capital when IAM or a key check refuses', () => {
    expect(toAwsError(new GatewayError('unauthorizedKey', texts.invalidApiKey)).body).toBe(
      '{"Message":"Authentication failed: Please make sure your API Key is valid."}',
    )
  })

  it('adds the members of a modelled error after the message', () => {
    const error = new GatewayError('modelError', 'm', { members: { originalStatusCode: 500, resourceName: 'r' } })
    expect(toAwsError(error).body).toBe('{"message":"m","originalStatusCode":500,"resourceName":"r"}')
  })
})

describe('toExceptionFrame', () => {
  it.each([
    ['internal', 'internalServerException'],
    ['modelStreamError', 'modelStreamErrorException'],
    ['modelError', 'modelStreamErrorException'],
    ['validation', 'validationException'],
    ['throttled', 'throttlingException'],
    ['unavailable', 'serviceUnavailableException'],
    ['overloaded', 'serviceUnavailableException'],
    ['accessDenied', 'internalServerException'],
  ] as const)('names a %s failure %s in both streams', (code, exceptionType) => {
    const error = new GatewayError(code, 'm')
    expect(toExceptionFrame(error, 'ConverseStream')).toEqual({ exceptionType, payload: '{"message":"m"}' })
    expect(toExceptionFrame(error, 'InvokeModelWithResponseStream').exceptionType).toBe(exceptionType)
  })

  it('knows a time-out in the invoke stream only', () => {
    const error = new GatewayError('modelTimeout', texts.modelTimeout)
    expect(toExceptionFrame(error, 'InvokeModelWithResponseStream').exceptionType).toBe('modelTimeoutException')
    expect(toExceptionFrame(error, 'ConverseStream').exceptionType).toBe('internalServerException')
  })

  it('carries extra members in the payload', () => {
    const error = new GatewayError('modelStreamError', 'm', {
      members: { originalStatusCode: 529, originalMessage: 'o' },
    })
    expect(toExceptionFrame(error, 'ConverseStream').payload).toBe(
      '{"message":"m","originalStatusCode":529,"originalMessage":"o"}',
    )
  })
})

describe('toAnthropicError', () => {
  it('wraps the text in an Anthropic error object', () => {
    expect(toAnthropicError(new GatewayError('throttled', 'slow down'), 'req_bdrk_1')).toEqual({
      status: 429,
      body: '{"type":"error","error":{"type":"rate_limit_error","message":"slow down"},"request_id":"req_bdrk_1"}',
    })
  })

  it('answers a busy model with the status that only Anthropic has', () => {
    expect(toAnthropicError(new GatewayError('overloaded', 'Overloaded'), 'req_bdrk_1')).toEqual({
      status: 529,
      body: '{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"},"request_id":"req_bdrk_1"}',
    })
  })
})

describe('toGatewayError', () => {
  it('leaves a failure as it is', () => {
    const error = new GatewayError('throttled', 'm')
    expect(toGatewayError(error)).toBe(error)
  })

  it('tells nothing of a defect and keeps it as the cause', () => {
    const defect = new TypeError('x is undefined')
    const error = toGatewayError(defect)
    expect([error.code, error.message, error.cause]).toEqual([
      'internal',
      'The system encountered an unexpected error during processing. Try your request again.',
      defect,
    ])
  })
})
