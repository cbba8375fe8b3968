import { APIConnectionError, APIConnectionTimeoutError, APIError } from '@anthropic-ai/sdk/core/error'
import type { ErrorType } from '@anthropic-ai/sdk/resources/shared'
import type { PartialMessage } from '../reliability/partial-message.ts'

declare module '@anthropic-ai/sdk/core/error' {
  /* oxlint-disable typescript/no-unused-vars, typescript/no-wrapper-object-types -- both declarations have to have the same parameters */
  interface APIError<
    TStatus extends number | undefined = number | undefined,
    THeaders extends Headers | undefined = Headers | undefined,
    TError extends Object | undefined = Object | undefined,
  > {
    /** AWS's own name of the failure, such as `ThrottlingException`, where Bedrock said one. */
    readonly awsCode?: string | undefined
    /** The Region that was called. */
    readonly region?: string | undefined
    /** What had come of a streamed answer when it failed. */
    readonly partialMessage?: PartialMessage | undefined
  }
}

/** What is known of a failure at Bedrock beside what Anthropic's SDK has a place for. */
export interface FailureDetails {
  readonly awsCode?: string | undefined
  readonly region?: string | undefined
  readonly requestID?: string | undefined
  readonly type?: string | undefined
  readonly partialMessage?: PartialMessage | undefined
  readonly cause?: unknown
}

/**
 * A streamed answer that ended without saying that it was complete, by a broken connection or by an end too early.
 * `partialMessage` is the answer as far as it came.
 */
export class StreamTruncatedError extends APIConnectionError {
  static readonly _errorName: string = 'StreamTruncatedError'
}

/** A limit of the option `timeouts` that ran out. */
export class BedrockTimeoutError extends APIConnectionTimeoutError {
  static readonly _errorName: string = 'BedrockTimeoutError'
}

/** No AWS credentials and no API key, or none that can be used: nothing was sent, and nothing is repeated. */
export class BedrockCredentialError extends APIError<undefined, undefined, undefined> {
  static readonly _errorName: string = 'BedrockCredentialError'

  constructor(message: string, type: ErrorType = 'authentication_error') {
    super(undefined, undefined, message, undefined, type)
  }
}

/** Options or an environment that cannot be meant: nothing was sent; the message says what to change. */
export class BedrockConfigurationError extends APIError<undefined, undefined, undefined> {
  static readonly _errorName: string = 'BedrockConfigurationError'

  constructor(message: string, type: ErrorType = 'invalid_request_error') {
    super(undefined, undefined, message, undefined, type)
  }
}

/** Adds to an error of Anthropic's SDK what is known beside. */
export function describe<E extends APIError>(error: E, details: FailureDetails & { readonly message?: string }): E {
  for (const [name, value] of Object.entries(details)) {
    if (value === undefined) continue
    const enumerable = name !== 'message' && name !== 'cause'
    Object.defineProperty(error, name, { value, enumerable, configurable: true, writable: true })
  }
  return error
}
