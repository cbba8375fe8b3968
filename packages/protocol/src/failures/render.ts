import type { FailureCode, FailureLayer } from './failures.ts'
import { GatewayError } from './gateway-error.ts'
import { texts } from './texts.ts'

/** An error as the AWS dialects of Bedrock answer it. */
export interface AwsError {
  readonly status: number
  /** The value of `x-amzn-ErrorType`. */
  readonly errorTypeHeader: string
  /** Compact JSON. */
  readonly body: string
}

/** An exception in an event stream: the value of `:exception-type` and the JSON payload. */
export interface ExceptionFrame {
  readonly exceptionType: string
  readonly payload: string
}

/** An error as Anthropic's own API answers it. */
export interface AnthropicError {
  readonly status: number
  readonly body: string
}

/** The operations whose answer is a stream that may carry exceptions. */
export type StreamOperation = 'InvokeModelWithResponseStream' | 'ConverseStream'

// WIRE §2.2. The namespace of IAM denials is [?].
const layers = {
  frontDoor: { namespace: 'com.amazon.coral.service', messageKey: 'message' },
  authorization: { namespace: 'com.amazon.coral.service', messageKey: 'Message' },
  service: { namespace: 'com.amazon.bedrock', messageKey: 'message' },
} as const satisfies Record<FailureLayer, { readonly namespace: string; readonly messageKey: string }>

/** Renders a failure as Bedrock does: coral's error-type header and a compact body (WIRE §2.2). */
export function toAwsError(error: GatewayError): AwsError {
  const { status, aws, layer } = error.row
  const { namespace, messageKey } = layers[layer]
  return {
    status,
    errorTypeHeader: `${aws}:http://internal.amazon.com/coral/${namespace}/`,
    body: JSON.stringify({ [messageKey]: error.message, ...error.members }),
  }
}

// WIRE §4.1: the union members of both streams, in lower camel case. Every other code is an internal error there.
const exceptionTypes: Partial<Record<FailureCode, string>> = {
  internal: 'internalServerException',
  modelError: 'modelStreamErrorException', // once a stream runs, an error of the model is an error of its stream
  modelStreamError: 'modelStreamErrorException',
  overloaded: 'serviceUnavailableException',
  throttled: 'throttlingException',
  unavailable: 'serviceUnavailableException',
  validation: 'validationException',
}

/** Renders a failure that came after the status line: an exception frame's type and payload (WIRE §4.1, §4.5). */
export function toExceptionFrame(error: GatewayError, operation: StreamOperation): ExceptionFrame {
  // Only the invoke streams have a member for a time-out.
  const timedOut = error.code === 'modelTimeout' && operation === 'InvokeModelWithResponseStream'
  return {
    exceptionType: timedOut ? 'modelTimeoutException' : (exceptionTypes[error.code] ?? 'internalServerException'),
    payload: JSON.stringify({ message: error.message, ...error.members }),
  }
}

/** Renders a failure as an Anthropic error object (WIRE §5.6; the envelope on Bedrock's own route is `[?]`). */
export function toAnthropicError(error: GatewayError, requestId: string): AnthropicError {
  const { status, anthropicStatus = status, anthropic } = error.row
  return {
    status: anthropicStatus,
    body: JSON.stringify({ type: 'error', error: { type: anthropic, message: error.message }, request_id: requestId }),
  }
}

/** Makes anything thrown a failure that can be told: a defect becomes an internal error that keeps its cause. */
export function toGatewayError(cause: unknown): GatewayError {
  return cause instanceof GatewayError ? cause : new GatewayError('internal', texts.unexpected, { cause })
}
