import { type BedrockFailure, BedrockFailureError } from './bedrock-failure.ts'
import { BedrockConnectionError, isConnectionError } from './connection-error.ts'
import type { StreamSource } from './hold-until-content.ts'
import { TimeLimitError } from './time-limit-error.ts'

/** What was thrown before anything was told to the caller. */
export type Thrown =
  /** Bedrock told of it: to be answered, or repeated. */
  | { readonly kind: 'failure'; readonly failure: BedrockFailure; readonly error: BedrockFailureError }
  /** No answer, or not all of it: to be thrown, or repeated when it is `retryable`. */
  | { readonly kind: 'connection'; readonly error: BedrockConnectionError | TimeLimitError }
  /** The caller's abort, or a defect: to be thrown as it is. */
  | { readonly kind: 'other'; readonly error: unknown }

/** Sorts what an attempt has thrown by what to do about it. */
export function sortThrown(error: unknown, source: StreamSource & { readonly url?: string | undefined }): Thrown {
  if (error instanceof BedrockFailureError) return { kind: 'failure', failure: error.failure, error }
  if (error instanceof TimeLimitError) error.region ??= source.region
  if (error instanceof TimeLimitError || error instanceof BedrockConnectionError) return { kind: 'connection', error }
  if (isConnectionError(error)) return { kind: 'connection', error: new BedrockConnectionError(error, source) }
  return { kind: 'other', error }
}
