import { sigV4Algorithm, sigV4Terminator } from './authorization.ts'
import { canonicalQuery, canonicalRequest, type SignableRequest } from './canonical-request.ts'
import { emptySha256, type Hasher } from './hasher.ts'
import { percentEncode } from './percent-encoding.ts'
import { type AwsKeys, deriveSigningKey, stringToSign } from './signature.ts'
import { toAmzDate } from './timestamp.ts'

/** For whom, where and when a signature is made. */
export interface SigningScope {
  readonly keys: AwsKeys
  readonly region: string
  readonly service: string
  /** Milliseconds of the epoch. */
  readonly now: number
  /** What `deriveSigningKey` returned for this day, region and service; derived anew when absent. */
  readonly signingKey?: Uint8Array
}

/** A signature and all that went into it. */
export interface Signed {
  readonly amzDate: string
  readonly scope: string
  readonly canonicalRequest: string
  readonly stringToSign: string
  readonly signature: string
}

/** A signed request: `headers` are those to add to the request, `authorization` among them. */
export interface SignedRequest extends Signed {
  readonly headers: Readonly<Record<string, string>>
}

/**
 * Signs a request with all of its headers but those that proxies change, and `host` or `:authority` among them. The
 * path is encoded twice and never normalised, as Bedrock expects it.
 */
export function signRequest(
  hasher: Hasher,
  request: SignableRequest,
  payloadHash: string,
  scope: SigningScope,
): SignedRequest {
  const amzDate = toAmzDate(scope.now)
  const added: Record<string, string> = { 'x-amz-date': amzDate }
  if (scope.keys.sessionToken !== undefined) added['x-amz-security-token'] = scope.keys.sessionToken
  const headers = { ...request.headers, ...added }
  const names = Object.keys(headers)
    .filter((name) => !unsigned.has(name) && !name.startsWith('proxy-') && !name.startsWith('sec-'))
    .sort()
  const signed = sign(hasher, canonicalRequest({ ...request, headers }, names, payloadHash), amzDate, scope)
  const authorization =
    `${sigV4Algorithm} Credential=${scope.keys.accessKeyId}/${signed.scope}, ` +
    `SignedHeaders=${names.join(';')}, Signature=${signed.signature}`
  return { ...signed, headers: { ...added, authorization } }
}

/** A presigned request: `query` is the whole query of the URL to call, sorted, the signature among its parameters. */
export interface PresignedRequest extends Signed {
  readonly query: string
}

/** Signs a request into its query string; it then holds for `expiresSeconds` and needs no further headers. */
export function presign(
  hasher: Hasher,
  request: SignableRequest,
  scope: SigningScope & { readonly expiresSeconds: number; readonly payloadHash?: string },
): PresignedRequest {
  const amzDate = toAmzDate(scope.now)
  const names = Object.keys(request.headers).sort()
  const parameters = [
    `X-Amz-Algorithm=${sigV4Algorithm}`,
    `X-Amz-Credential=${percentEncode(`${scope.keys.accessKeyId}/${scopeOf(amzDate, scope)}`)}`,
    `X-Amz-Date=${amzDate}`,
    `X-Amz-Expires=${scope.expiresSeconds}`,
    `X-Amz-SignedHeaders=${percentEncode(names.join(';'))}`,
  ]
  const token = scope.keys.sessionToken
  if (token !== undefined) parameters.push(`X-Amz-Security-Token=${percentEncode(token)}`)
  const rawQuery = [request.rawQuery, ...parameters].filter((part) => part !== '').join('&')
  const canonical = canonicalRequest({ ...request, rawQuery }, names, scope.payloadHash ?? emptySha256)
  const signed = sign(hasher, canonical, amzDate, scope)
  return { ...signed, query: canonicalQuery(`${rawQuery}&X-Amz-Signature=${signed.signature}`) }
}

// Hop-by-hop headers, and those that intermediaries rewrite: the same set that AWS's own signers leave out.
const unsigned: ReadonlySet<string> = new Set([
  'authorization',
  'cache-control',
  'connection',
  'expect',
  'from',
  'keep-alive',
  'max-forwards',
  'pragma',
  'referer',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'user-agent',
  'x-amzn-trace-id',
])

function sign(hasher: Hasher, canonical: string, amzDate: string, scope: SigningScope): Signed {
  const date = amzDate.slice(0, 8)
  const signingKey =
    scope.signingKey ?? deriveSigningKey(hasher, scope.keys.secretAccessKey, date, scope.region, scope.service)
  const scopeText = scopeOf(amzDate, scope)
  const text = stringToSign(hasher, amzDate, scopeText, canonical)
  const signature = hasher.hmacSha256Hex(signingKey, text)
  return { amzDate, scope: scopeText, canonicalRequest: canonical, stringToSign: text, signature }
}

function scopeOf(amzDate: string, scope: SigningScope): string {
  return `${amzDate.slice(0, 8)}/${scope.region}/${scope.service}/${sigV4Terminator}`
}
