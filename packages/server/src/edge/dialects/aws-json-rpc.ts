import type { FailureCode, GatewayError } from '@outcrop/protocol'
import type { Reply } from '../../exchange.ts'

const contentType = 'application/x-amz-json-1.1'

/** An answer of AWS's JSON 1.1 protocol. */
export function jsonRpcReply(requestId: string, value: object, status = 200): Reply {
  return {
    status,
    headers: [
      ['x-amzn-RequestId', requestId],
      ['Content-Type', contentType],
    ],
    body: Buffer.from(JSON.stringify(value)),
  }
}

/** An error of AWS's JSON 1.1 protocol, by the name that its service model has for it. */
export function jsonRpcError(requestId: string, type: string, message: string, status = 400): Reply {
  return jsonRpcReply(requestId, { __type: type, Message: message }, status)
}

/** Service Quotas' own names for failures that are not of it; the protocol's services refuse callers with 400 [?]. */
const types: Partial<Record<FailureCode, readonly [type: string, status?: number]>> = {
  missingAuthentication: ['MissingAuthenticationTokenException'],
  incompleteSignature: ['IncompleteSignatureException'],
  unrecognizedClient: ['UnrecognizedClientException'],
  expiredToken: ['ExpiredTokenException'],
  invalidSignature: ['InvalidSignatureException'],
  requestTooLarge: ['IllegalArgumentException', 413],
  internal: ['ServiceException', 500],
}

/** A refusal in the envelope of AWS's JSON 1.1 protocol, where `message` begins with a small letter at the front door. */
export function jsonRpcFailure(requestId: string, error: GatewayError): Reply {
  const [type, status] = types[error.code] ?? [error.row.aws, error.row.status]
  return jsonRpcReply(requestId, { __type: type, message: error.message }, status ?? 400)
}
