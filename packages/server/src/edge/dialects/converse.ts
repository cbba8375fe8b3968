import {
  type ConverseRequest,
  createConverseStream,
  GatewayError,
  type Message,
  type MessageStreamEvent,
  texts,
  toConverseResponse,
} from '@outcrop/protocol'
import type { Reply } from '../../exchange.ts'
import { AskedFailure } from '../../faults.ts'
import { type Headers, jsonReply } from './aws-json.ts'
import type { WireEvent } from './event-stream-reply.ts'

/** Converse's answer: the message in Converse's words, keys in alphabetical order (WIRE §3.5). */
export function converseReply(
  requestId: string,
  message: Message,
  request: ConverseRequest,
  latencyMs: number,
  extra: Headers,
): Reply {
  return jsonReply(requestId, toConverseResponse(message, { request, latencyMs }), extra)
}

/** Turns Messages events into ConverseStream's, in the order and with the gaps of WIRE §4.4. */
export function createConverseEvents(
  request: ConverseRequest,
  latencyMs: () => number,
): (event: MessageStreamEvent) => readonly WireEvent[] {
  return createConverseStream({ request, latencyMs })
}

/** Throws a backend's failure on as Converse tells it: what the model's side refuses gets a prefix (WIRE §6.6). */
export function throwFromModel(cause: unknown): never {
  if (!(cause instanceof GatewayError) || cause.code !== 'validation' || cause instanceof AskedFailure) throw cause
  throw new GatewayError('validation', texts.fromModel(cause.message), { cause, members: cause.members })
}
