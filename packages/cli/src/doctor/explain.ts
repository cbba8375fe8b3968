import { BedrockConnectionError, BedrockFailureError } from '@outcrop/client/control'
import { printable } from '../io.ts'

/** What somebody's refusal or a call without an answer comes to, in words. */
export interface Explanation {
  /** AWS's code and words. */
  readonly found: string
  readonly todo?: string | undefined
  /**
   * `identity`: whoever answered does not take these credentials for anybody's. `permission`: they are somebody's who may not do
   * this. `absent`: there is no such thing here. `other`: everything else that was answered. `silence`: nobody answered.
   */
  readonly kind: 'identity' | 'permission' | 'absent' | 'other' | 'silence'
}

/** Explains what a call of the client was rejected with. */
export function explain(cause: unknown): Explanation {
  if (!(cause instanceof BedrockFailureError)) return { kind: 'silence', found: printable(describeSilence(cause)) }
  const { failure } = cause
  const code = failure.awsCode ?? `status ${failure.status}`
  const id = failure.requestId === undefined ? '' : ` (request ${failure.requestId})`
  return {
    kind: kindOf(failure.status, code, failure.message),
    found: printable(`${code}: ${failure.message}${id}`),
    todo: failure.hint ?? advice[code],
  }
}

function describeSilence(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause)
  if (cause.name === 'TimeoutError' || cause.name === 'AbortError') return 'no answer in time'
  if (cause instanceof BedrockConnectionError && cause.code !== undefined) return `no connection (${cause.code})`
  return cause.message
}

/** STS names the refusals of the front door in its own way (WIRE §2.3 has Bedrock's). */
const advice: Readonly<Record<string, string>> = {
  InvalidClientTokenId:
    'AWS does not know the access key: it may be deleted, of another partition, or a temporary one without its session token.',
  SignatureDoesNotMatch: 'Check AWS_SECRET_ACCESS_KEY, and the clock.',
  ExpiredToken: 'Get new credentials: "aws sso login", or as you got these.',
  RequestExpired: 'Set the clock of this machine by the network (NTP).',
}

const identityCodes: ReadonlySet<string> = new Set([
  'UnrecognizedClientException',
  'InvalidSignatureException',
  'ExpiredTokenException',
  'MissingAuthenticationTokenException',
  'IncompleteSignatureException',
  ...Object.keys(advice),
])

function kindOf(status: number, code: string, message: string): Explanation['kind'] {
  if (identityCodes.has(code) || status === 401) return 'identity'
  // Refusals of API keys have IAM's code and words of their own (WIRE §2.3).
  if (status === 403 && /api key|bearer ?token/i.test(message)) return 'identity'
  if (status === 403) return 'permission'
  return status === 404 || code === 'UnknownOperationException' ? 'absent' : 'other'
}
