import type { FailureCode, GatewayError } from '@outcrop/protocol'
import type { Identity } from '../../call.ts'
import type { Exchange, Reply } from '../../exchange.ts'

const version = '2011-06-15'
const namespace = `https://sts.amazonaws.com/doc/${version}/`
const encoder = new TextEncoder()

/** Answers an STS request of the query protocol for the identity that signed it (MISSION M1). */
export function answerSts(requestId: string, exchange: Exchange, body: Uint8Array, caller: Identity): Reply {
  const parameters = new URLSearchParams(exchange.method === 'GET' ? exchange.rawQuery : new TextDecoder().decode(body))
  const action = parameters.get('Action') ?? ''
  const asked = parameters.get('Version') ?? ''
  if (action !== 'GetCallerIdentity' || asked !== version) {
    return stsError(
      requestId,
      400,
      'InvalidAction',
      `Could not find operation ${action} for version ${asked || 'NO_VERSION_SPECIFIED'}`,
    )
  }
  return xmlReply(
    requestId,
    200,
    `<GetCallerIdentityResponse xmlns="${namespace}"><GetCallerIdentityResult>` +
      `<Arn>${escape(caller.arn)}</Arn><UserId>${escape(caller.userId)}</UserId><Account>${escape(caller.account)}</Account>` +
      `</GetCallerIdentityResult><ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></GetCallerIdentityResponse>`,
  )
}

/** STS's own names for the front door's refusals: `aws sts` and boto3 print these codes. */
const stsCodes: Partial<Record<FailureCode, readonly [code: string, message?: string]>> = {
  unrecognizedClient: ['InvalidClientTokenId'],
  expiredToken: ['ExpiredToken'],
  invalidSignature: ['SignatureDoesNotMatch'],
  missingAuthentication: ['MissingAuthenticationToken', 'Request is missing Authentication Token'],
  incompleteSignature: ['IncompleteSignature'],
  unauthorizedKey: ['AccessDenied'],
  requestTooLarge: ['RequestEntityTooLarge'],
  unavailable: ['ServiceUnavailable'],
  internal: ['InternalFailure'],
}

/** A refusal in STS's XML envelope. */
export function stsErrorReply(requestId: string, error: GatewayError): Reply {
  const [code, message] = stsCodes[error.code] ?? [error.row.aws.replace(/Exception$/, '')]
  return stsError(requestId, error.row.status, code, message ?? error.message)
}

function stsError(requestId: string, status: number, code: string, message: string): Reply {
  const type = status >= 500 ? 'Receiver' : 'Sender'
  return xmlReply(
    requestId,
    status,
    `<ErrorResponse xmlns="${namespace}"><Error><Type>${type}</Type><Code>${escape(code)}</Code>` +
      `<Message>${escape(message)}</Message></Error><RequestId>${requestId}</RequestId></ErrorResponse>`,
  )
}

function xmlReply(requestId: string, status: number, xml: string): Reply {
  return {
    status,
    headers: [
      ['x-amzn-RequestId', requestId],
      ['Content-Type', 'text/xml'],
    ],
    body: encoder.encode(xml),
  }
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Escapes text for XML and drops the characters that XML 1.0 cannot hold. */
function escape(text: string): string {
  return text.replace(/[^\t\n\r\u0020-\ufffd]/g, '').replace(/[&<>"']/g, (char) => entities[char] ?? char)
}
