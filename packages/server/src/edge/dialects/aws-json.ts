import { type GatewayError, toAwsError } from '@outcrop/protocol'
import type { Reply } from '../../exchange.ts'

/** Headers as a reply carries them: in order, names as spelled. */
export type Headers = Reply['headers']

/** A JSON answer of Bedrock's rest-json protocol: compact, with the request id beside it. */
export function jsonReply(requestId: string, value: unknown, extra: Headers = [], status = 200): Reply {
  return textReply(requestId, JSON.stringify(value), extra, status)
}

/** A refusal as AWS's clients read it: status, `x-amzn-ErrorType` and a compact body (WIRE §2.2). */
export function errorReply(requestId: string, error: GatewayError, extra: Headers = []): Reply {
  const { status, errorTypeHeader, body } = toAwsError(error)
  return textReply(requestId, body, [['x-amzn-ErrorType', errorTypeHeader], ...extra], status)
}

/** Bedrock's own answer to a path that it does not know: HTTP 200 with a coral body (WIRE §1.4). */
export function unknownOperationReply(requestId: string): Reply {
  return textReply(requestId, unknownOperation, [], 200)
}

const unknownOperation = '{"Output":{"__type":"com.amazon.coral.service#UnknownOperationException"},"Version":"1.0"}'

function textReply(requestId: string, body: string, extra: Headers, status: number): Reply {
  return {
    status,
    headers: [['Content-Type', 'application/json'], ['x-amzn-RequestId', requestId], ...extra],
    body: Buffer.from(body),
  }
}
