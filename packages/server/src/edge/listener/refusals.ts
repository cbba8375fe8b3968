import { randomUUID } from 'node:crypto'
import { GatewayError, toGatewayError } from '@outcrop/protocol'
import type { Reply } from '../../exchange.ts'
import { ConnectionDropped } from '../../faults.ts'
import { errorReply } from '../dialects/aws-json.ts'

/** Renders a refusal in the dialect of a path, as far as one is known; the listener knows none of them by heart. */
export type RenderFailure = (error: GatewayError, requestId: string, rawPath: string | undefined) => Reply

/** Refusals as AWS's rest-json services write them. */
export const renderAsAws: RenderFailure = (error, requestId) => errorReply(requestId, error)

/** The caller closed its connection or reset its stream: nobody is left to answer. */
export class CallerGone extends Error {
  override readonly name = 'CallerGone'

  constructor() {
    super('The caller went away before its answer was complete.')
  }
}

/** The request did not arrive completely within its time. */
export class RequestTimedOut extends Error {
  override readonly name = 'RequestTimedOut'
}

/** Turns what a handler threw into the caller's answer; `undefined` when nobody is left to read it. */
export function toRefusal(
  error: unknown,
  { renderFailure, onDefect }: { renderFailure: RenderFailure; onDefect: (error: unknown) => void },
  rawPath: string,
): Reply | undefined {
  if (error instanceof GatewayError) return renderFailure(error, randomUUID(), rawPath)
  if (error instanceof RequestTimedOut) return refuse(renderFailure, 'timedOut', rawPath)
  if (isFarewell(error)) return undefined
  onDefect(error)
  return renderFailure(toGatewayError(error), randomUUID(), rawPath)
}

/** Whether an error tells what became of the connection: the edge's to answer, and no failure of a stage. */
export function isOfConnection(error: unknown): boolean {
  return error instanceof RequestTimedOut || error instanceof CallerGone || error instanceof ConnectionDropped
}

/** Whether an error only says that the caller went away, or that it is to be left without an answer. */
export function isFarewell(error: unknown): boolean {
  if (error instanceof CallerGone || error instanceof ConnectionDropped) return true
  return error instanceof Error && error.name === 'AbortError'
}

// What the edge refuses by itself, before any handler. [?] Statuses are HTTP's own; no recording of Bedrock's front door
// shows its texts for them (WIRE §13), and the table of failures has no rows for 408, 417 and 431.
const refusals = {
  malformed: { status: 400, text: 'The request is not well-formed HTTP.' },
  connect: { status: 405, text: 'This endpoint is not a proxy: CONNECT is not supported.' },
  timedOut: { status: 408, text: 'The request did not arrive completely in time.' },
  expectation: { status: 417, text: 'The only expectation that can be met is 100-continue.' },
  headTooLarge: { status: 431, text: 'The head of the request is larger than this endpoint accepts.' },
} as const

/** What the edge refuses by itself. */
export type EdgeRefusal = keyof typeof refusals

/** The answer to a request that no handler sees. */
export function refuse(renderFailure: RenderFailure, because: EdgeRefusal, rawPath?: string): Reply {
  const { status, text } = refusals[because]
  return { ...renderFailure(new GatewayError('validation', text), randomUUID(), rawPath), status }
}

/** A body over the limit, refused by its declared length or as soon as it grows past it. */
export function tooLarge(bytes: number | undefined, limit: number): GatewayError {
  // [?] M12 asks that the text names the limit; Bedrock's own text is not recorded.
  const size = bytes === undefined ? '' : ` ${bytes} bytes`
  const megabytes = limit % mebibyte === 0 ? ` (${limit / mebibyte} MB)` : ''
  return new GatewayError(
    'requestTooLarge',
    `Request size${size} exceeds the maximum of ${limit} bytes${megabytes} for a request to Amazon Bedrock.`,
  )
}

/** No room for another body over all connections. */
export function tooBusy(): GatewayError {
  // [?] Outcrop's own text: the cap is ours, not Bedrock's.
  return new GatewayError('unavailable', 'The endpoint holds as many request bytes as it may. Try again shortly.')
}

const mebibyte = 1_048_576
