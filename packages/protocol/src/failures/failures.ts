/**
 * The one table of failures: every refusal Outcrop can give, with its HTTP status, its AWS shape, its Anthropic type
 * and whether a caller may try the same request again.
 *
 * Sources: WIRE §2.3 (front door), §3.3 (modelled errors), §5.5 and §6.6 (texts). `[?]` marks what no recording proves.
 */

/** The service layer that speaks a failure: it decides the coral namespace and the spelling of the message key. */
export type FailureLayer =
  /** Signature and token checks before Bedrock: `com.amazon.coral.service`, key `message`. */
  | 'frontDoor'
  /** IAM and API-key checks: `com.amazon.coral.service` `[?]`, key `Message` with a capital. */
  | 'authorization'
  /** Bedrock itself: `com.amazon.bedrock`, key `message`. */
  | 'service'

/** One failure, as each dialect tells it. */
export interface FailureRow {
  readonly status: number
  /** Anthropic's status, where HTTP has none and AWS's is another. */
  readonly anthropicStatus?: number
  /** AWS's shape name, as `x-amzn-ErrorType` and modelled SDK classes spell it. */
  readonly aws: string
  /** Anthropic's `error.type`. */
  readonly anthropic: string
  readonly retryable: boolean
  readonly layer: FailureLayer
}

/** Every failure by its code. */
export const failures = {
  // Bedrock's modelled errors (WIRE §3.3).
  accessDenied: {
    status: 403,
    aws: 'AccessDeniedException',
    anthropic: 'permission_error',
    retryable: false,
    layer: 'service',
  },
  conflict: {
    status: 400,
    aws: 'ConflictException',
    anthropic: 'invalid_request_error',
    retryable: false,
    layer: 'service',
  },
  internal: { status: 500, aws: 'InternalServerException', anthropic: 'api_error', retryable: true, layer: 'service' },
  modelError: { status: 424, aws: 'ModelErrorException', anthropic: 'api_error', retryable: true, layer: 'service' },
  modelNotReady: {
    status: 429,
    aws: 'ModelNotReadyException',
    anthropic: 'overloaded_error',
    retryable: true,
    layer: 'service',
  },
  modelStreamError: {
    status: 424,
    aws: 'ModelStreamErrorException',
    anthropic: 'api_error',
    retryable: true,
    layer: 'service',
  },
  modelTimeout: {
    status: 408,
    aws: 'ModelTimeoutException',
    anthropic: 'timeout_error',
    retryable: true,
    layer: 'service',
  },
  notFound: {
    status: 404,
    aws: 'ResourceNotFoundException',
    anthropic: 'not_found_error',
    retryable: false,
    layer: 'service',
  },
  quotaExceeded: {
    status: 400,
    aws: 'ServiceQuotaExceededException',
    anthropic: 'invalid_request_error',
    retryable: false,
    layer: 'service',
  },
  tooManyTags: {
    status: 400,
    aws: 'TooManyTagsException',
    anthropic: 'invalid_request_error',
    retryable: false,
    layer: 'service',
  },
  throttled: {
    status: 429,
    aws: 'ThrottlingException',
    anthropic: 'rate_limit_error',
    retryable: true,
    layer: 'service',
  },
  unavailable: {
    status: 503,
    aws: 'ServiceUnavailableException',
    anthropic: 'overloaded_error',
    retryable: true,
    layer: 'service',
  },
  // Anthropic's own status for a model that is too busy; [?] Bedrock's routes are taken to call the same unavailable.
  overloaded: {
    status: 503,
    anthropicStatus: 529,
    aws: 'ServiceUnavailableException',
    anthropic: 'overloaded_error',
    retryable: true,
    layer: 'service',
  },
  validation: {
    status: 400,
    aws: 'ValidationException',
    anthropic: 'invalid_request_error',
    retryable: false,
    layer: 'service',
  },

  // Refused before Bedrock (WIRE §2.3).
  unrecognizedClient: {
    status: 403,
    aws: 'UnrecognizedClientException',
    anthropic: 'authentication_error',
    retryable: false,
    layer: 'frontDoor',
  },
  expiredToken: {
    status: 403,
    aws: 'ExpiredTokenException',
    anthropic: 'authentication_error',
    retryable: false,
    layer: 'frontDoor',
  },
  invalidSignature: {
    status: 403,
    aws: 'InvalidSignatureException',
    anthropic: 'authentication_error',
    retryable: false,
    layer: 'frontDoor',
  },
  // [?] Generic AWS answer; no recording of bedrock-runtime without credentials exists (WIRE §13).
  missingAuthentication: {
    status: 403,
    aws: 'MissingAuthenticationTokenException',
    anthropic: 'authentication_error',
    retryable: false,
    layer: 'frontDoor',
  },
  // [?] 400 by AWS's error table, 403 by older services (WIRE §2.3).
  incompleteSignature: {
    status: 400,
    aws: 'IncompleteSignatureException',
    anthropic: 'authentication_error',
    retryable: false,
    layer: 'frontDoor',
  },
  unauthorizedKey: {
    status: 403,
    aws: 'AccessDeniedException',
    anthropic: 'permission_error',
    retryable: false,
    layer: 'authorization',
  },

  // IAM's denial: who calls is known, and may not do this (WIRE §2.3).
  notAuthorized: {
    status: 403,
    aws: 'AccessDeniedException',
    anthropic: 'permission_error',
    retryable: false,
    layer: 'authorization',
  },

  // [?] M12: the text and the shape of a refusal over 20 MB are not recorded anywhere.
  requestTooLarge: {
    status: 413,
    aws: 'RequestEntityTooLargeException',
    anthropic: 'request_too_large',
    retryable: false,
    layer: 'frontDoor',
  },
  // [?] Malformed JSON, the generic coral answer of rest-json services.
  serialization: {
    status: 400,
    aws: 'SerializationException',
    anthropic: 'invalid_request_error',
    retryable: false,
    layer: 'frontDoor',
  },
  // Outcrop's own refusal: a web page of another origin tried to spend through an open endpoint.
  foreignOrigin: {
    status: 403,
    aws: 'AccessDeniedException',
    anthropic: 'permission_error',
    retryable: false,
    layer: 'service',
  },
  // Outcrop's own refusal: a Bedrock operation that exists and that Outcrop does not serve. Not a 5xx: nobody should retry.
  unserved: {
    status: 404,
    aws: 'UnknownOperationException',
    anthropic: 'not_found_error',
    retryable: false,
    layer: 'frontDoor',
  },
} as const satisfies Record<string, FailureRow>

/** The code of a failure: what a `GatewayError` carries, and what callers of ours branch on. */
export type FailureCode = keyof typeof failures
