import { type FailureRow, failures, parseHttpDate } from '@outcrop/protocol'
import type { ClientWire } from '../options.ts'
import type { BedrockFailure } from './bedrock-failure.ts'
import { idToUse } from '../models/id-to-use.ts'
import { bareCode, type FailureBody, readFailureBody } from './failure-body.ts'
import { findHint, type HintContext } from './hints.ts'
import { type HeaderSource, readRetryAfter } from './retry-after.ts'
import { isRepeatable, sayTooLong } from './retry-policy.ts'
import { mayBeUnknownOperation } from './unknown-operation.ts'

/** An answer that is a failure, and what is known of the call. */
export interface FailedAnswer extends HintContext {
  readonly status: number
  readonly headers: HeaderSource
  /** The beginning of it suffices (`readFailureText`). */
  readonly body: string
  /** Milliseconds of the epoch, to judge clocks and dates by. */
  readonly nowMs?: number | undefined
}

/** Reads an answer that is no success, in AWS's and in Anthropic's dialect alike (WIRE §2.2, §3.3, §5.6). */
export function readFailure(answer: FailedAnswer): BedrockFailure {
  const { headers, nowMs = Date.now() } = answer
  const body = readFailureBody(answer.body)
  const awsCode = bareCode(headers.get('x-amzn-errortype')) ?? body.code
  const serverMs = parseHttpDate(headers.get('date') ?? '')
  return makeFailure({
    body,
    status: answer.status,
    awsCode,
    requestId: headers.get('x-amzn-requestid') ?? headers.get('request-id') ?? body.requestId,
    retryAfterMs: readRetryAfter(headers, nowMs),
    context: { ...answer, clockAheadMs: serverMs === undefined ? undefined : serverMs - nowMs },
    nowMs,
  })
}

/** What is known of the call whose stream told of a failure. */
export interface StreamContext extends HintContext {
  readonly requestId?: string | undefined
}

/**
 * Reads a failure that came inside a stream (WIRE §4.1, §4.5): the `:exception-type` of a frame and its payload, the `:error-code`
 * and `:error-message` of an error frame, or `error` and the data of an SSE event. Its status is the one it would have had as an
 * answer; an exception that nobody knows is a 500.
 */
export function failureOfException(exceptionType: string, payload: string, context: StreamContext): BedrockFailure {
  const body = readFailureBody(payload)
  const named = exceptionType === 'error' ? undefined : bareCode(exceptionType)
  // Frames spell the shapes in lower camel case.
  const awsCode = named === undefined ? body.code : `${named.charAt(0).toUpperCase()}${named.slice(1)}`
  const row = rowOf(awsCode)
  const status = row?.status ?? statuses.get(body.type ?? '') ?? 500
  return makeFailure({
    body,
    status,
    awsCode,
    requestId: context.requestId ?? body.requestId,
    retryAfterMs: undefined,
    context,
    nowMs: Date.now(),
  })
}

/** Tells whether an answer is Bedrock's HTTP 200 for a path that it does not have (WIRE §1.4). */
export function isUnknownOperation(status: number, bodyText: string): boolean {
  return mayBeUnknownOperation(status, bodyText) && readFailureBody(bodyText).code === 'UnknownOperationException'
}

/** A success that is none, and what was called. */
export interface StrangeAnswer extends FailedAnswer {
  readonly wire: ClientWire
  /** Anthropic's path or Bedrock's name of what was called. */
  readonly operation: string
}

/**
 * Reads an answer whose status says success and whose body is not what was asked for: an unknown operation becomes a 404 that says
 * what is not served, everything else a 502 that tells what came.
 */
export function readStrangeAnswer(answer: StrangeAnswer): BedrockFailure {
  const { wire, operation, region, status, headers, body } = answer
  const requestId = headers.get('x-amzn-requestid') ?? headers.get('request-id') ?? undefined
  if (isUnknownOperation(status, body)) {
    return {
      status: 404,
      awsCode: 'UnknownOperationException',
      type: 'not_found_error',
      message: `Bedrock in ${region} does not serve ${operation} on the wire "${wire}".`,
      hint: 'Choose another wire, or "auto".',
      requestId,
      region,
      retryable: false,
    }
  }
  const { message = 'nothing' } = readFailureBody(body)
  const kind = headers.get('content-type') ?? 'no content-type'
  return {
    status: 502,
    type: 'api_error',
    message: `The answer to ${operation} has status ${status} and is none (${kind}): ${message.slice(0, 300)}`,
    hint: 'Something between here and Bedrock may have answered, such as a proxy: check baseURL and the proxy settings.',
    requestId,
    region,
    retryable: false,
  }
}

interface Found {
  readonly body: FailureBody
  readonly status: number
  readonly awsCode: string | undefined
  readonly requestId: string | null | undefined
  readonly retryAfterMs: number | undefined
  readonly context: HintContext
  readonly nowMs: number
}

function makeFailure({ body, status, awsCode, requestId, retryAfterMs, context, nowMs }: Found): BedrockFailure {
  const suggestModelId = (id: string): string | undefined => idToUse(id, context.region, nowMs)
  const { originalStatus } = body
  const message =
    body.message ?? `Bedrock answered ${status}${awsCode === undefined ? '' : ` (${awsCode})`} and said no more.`
  const facts = { status, awsCode, message, originalStatus }
  return {
    status,
    awsCode,
    type: body.type ?? typeOfOriginal(status, originalStatus) ?? rowOf(awsCode)?.anthropic ?? typeOfStatus(status),
    message: originalStatus === undefined ? message : `${message} (The model's own status: ${originalStatus}.)`,
    hint: joined(findHint(facts, { suggestModelId, ...context }), sayTooLong(retryAfterMs)),
    requestId: requestId ?? undefined,
    region: context.region,
    retryable: isRepeatable(facts),
    retryAfterMs,
  }
}

function joined(...texts: ReadonlyArray<string | undefined>): string | undefined {
  return texts.filter((text) => text !== undefined).join(' ') || undefined
}

// The first row of a name is the one that Bedrock itself speaks.
const rows = new Map<string, FailureRow>(
  Object.values(failures)
    .toReversed()
    .map((row) => [row.aws, row]),
)

function rowOf(awsCode: string | undefined): FailureRow | undefined {
  return awsCode === undefined ? undefined : rows.get(awsCode)
}

/** What the model said itself is more telling than that it failed. */
function typeOfOriginal(status: number, originalStatus: number | undefined): string | undefined {
  return status === 424 && originalStatus !== undefined ? typeOfStatus(originalStatus) : undefined
}

// Anthropic's statuses by its types, the most telling status of a type first.
const statuses = new Map([
  ['invalid_request_error', 400],
  ['authentication_error', 401],
  ['billing_error', 402],
  ['permission_error', 403],
  ['not_found_error', 404],
  ['timeout_error', 408],
  ['request_too_large', 413],
  ['rate_limit_error', 429],
  ['api_error', 500],
  ['overloaded_error', 529],
])
const types = new Map([...statuses].map(([type, status]) => [status, type]))

function typeOfStatus(status: number): string {
  if (status === 503) return 'overloaded_error'
  if (status === 504) return 'timeout_error'
  return types.get(status) ?? (status >= 400 && status < 500 && status !== 424 ? 'invalid_request_error' : 'api_error')
}
