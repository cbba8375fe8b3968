import { APIConnectionError, APIError } from '@anthropic-ai/sdk/core/error'
import { ConfigurationError } from '../configuration-error.ts'
import { CredentialError } from '../credentials/credential-error.ts'
import { BedrockFailureError, sayFailure, type BedrockFailure } from '../reliability/bedrock-failure.ts'
import { BedrockConnectionError } from '../reliability/connection-error.ts'
import { failureEnvelope } from '../reliability/failure-response.ts'
import { BedrockStreamError, StreamTruncatedError as CutStream } from '../reliability/stream-errors.ts'
import { TimeLimitError } from '../reliability/time-limit-error.ts'
import {
  BedrockConfigurationError,
  BedrockCredentialError,
  BedrockTimeoutError,
  describe,
  StreamTruncatedError,
} from './errors.ts'

/** What the transport has thrown as Anthropic's SDK would have; everything else as it is. */
export function toSdkError(error: unknown, headers: Headers): unknown {
  if (error instanceof CutStream) return truncated(error)
  if (error instanceof BedrockFailureError) return failed(error, headers)
  if (error instanceof CredentialError) return describe(new BedrockCredentialError(error.message), { cause: error })
  if (error instanceof ConfigurationError) {
    return describe(new BedrockConfigurationError(error.message), { cause: error })
  }
  if (error instanceof TimeLimitError) {
    return describe(new BedrockTimeoutError({ message: error.message }), { region: error.region, cause: error })
  }
  if (error instanceof BedrockConnectionError) {
    return describe(new APIConnectionError({ message: error.message, cause: error }), { region: error.region })
  }
  return error
}

function truncated(error: CutStream): StreamTruncatedError {
  // Where the SDK's own errors have what came, and how they call it.
  const message = sayFailure(error.failure).replace('"partial"', '`partialMessage`')
  return describe(new StreamTruncatedError({ message }), { ...detailsOf(error.failure, error), cause: error })
}

function failed(error: BedrockFailureError, headers: Headers): APIError {
  const { failure } = error
  const made = APIError.generate(failure.status, failureEnvelope(failure), undefined, headers)
  const message = `${failure.status} ${sayFailure(failure)}`
  return describe(made, { ...detailsOf(failure, error), message, cause: error })
}

function detailsOf({ awsCode, region, requestId, type }: BedrockFailure, error: BedrockFailureError) {
  return {
    awsCode,
    region,
    type,
    requestID: requestId,
    partialMessage: error instanceof BedrockStreamError ? error.partial : undefined,
  }
}
