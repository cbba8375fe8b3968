import { parseCredential, sigV4Algorithm, sigV4Terminator, type SigV4Credential } from '../sigv4/authorization.ts'
import { canonicalQuery } from '../sigv4/canonical-request.ts'
import { emptySha256, type Hasher } from '../sigv4/hasher.ts'
import { presign, type SigningScope } from '../sigv4/sign-request.ts'
import { verifySignature } from '../sigv4/signature.ts'
import { parseAmzDate } from '../sigv4/timestamp.ts'
import { fromBase64, toBase64 } from './base64.ts'
import type { MalformedKey } from './long-term-key.ts'
import { shortTermPrefix } from './prefixes.ts'

/** A short-term key taken apart: a presigned request that is never sent (WIRE §2.5). Nothing of it is verified. */
export interface ShortTermKey {
  readonly kind: 'short-term'
  readonly credential: SigV4Credential
  readonly amzDate: string
  /** When it was made, in milliseconds of the epoch. */
  readonly issuedAt: number
  readonly expiresSeconds: number
  readonly sessionToken: string | null
  readonly signature: string
  /** The parameters that were signed, in canonical form. */
  readonly signedQuery: string
}

/** What became of a short-term key: verified, or refused for one reason. */
export type ShortTermVerdict =
  { readonly kind: 'verified' } | { readonly kind: 'refused'; readonly because: 'expired' | 'notYetValid' | 'mismatch' }

const host = 'bedrock.amazonaws.com'
const service = 'bedrock'
/** Twelve hours: the longest that a short-term key may hold, and how long one holds when nothing else is asked. */
export const maxShortTermSeconds = 43_200
const clockSkewMs = 300_000

/** Reads a short-term key whose parts are all there and within their ranges. */
export function parseShortTermKey(token: string): ShortTermKey | MalformedKey {
  const url = fromBase64(token.slice(shortTermPrefix.length))
  if (url === undefined) return { kind: 'malformed', because: 'encoding' }
  const malformed: MalformedKey = { kind: 'malformed', because: 'content' }
  const start = `${host}/?`
  if (!url.startsWith(start)) return malformed
  const query = url.slice(start.length)
  const parameters = readParameters(query)
  const credential = parseCredential(parameters?.get('X-Amz-Credential') ?? '')
  if (parameters === undefined || credential === undefined) return malformed
  const amzDate = parameters.get('X-Amz-Date') ?? ''
  const issuedAt = parseAmzDate(amzDate)
  const expires = parameters.get('X-Amz-Expires') ?? ''
  const expiresSeconds = /^\d{1,5}$/.test(expires) ? Number(expires) : 0
  const signature = parameters.get('X-Amz-Signature') ?? ''
  if (issuedAt === undefined || expiresSeconds < 1 || expiresSeconds > maxShortTermSeconds) return malformed
  if (parameters.get('Action') !== 'CallWithBearerToken' || parameters.get('Version') !== '1') return malformed
  if (parameters.get('X-Amz-Algorithm') !== sigV4Algorithm || parameters.get('X-Amz-SignedHeaders') !== 'host') {
    return malformed
  }
  if (credential.service !== service || credential.terminator !== sigV4Terminator) return malformed
  if (credential.date !== amzDate.slice(0, 8) || !/^[0-9a-f]{64}$/.test(signature)) return malformed
  return {
    kind: 'short-term',
    credential,
    amzDate,
    issuedAt,
    expiresSeconds,
    sessionToken: parameters.get('X-Amz-Security-Token') ?? null,
    signature,
    signedQuery: canonicalQuery(query, ['Version', 'X-Amz-Signature']),
  }
}

/** Verifies a short-term key: its signature first, then whether it holds now. The session token is the caller's to compare. */
export function verifyShortTermKey(
  hasher: Hasher,
  signingKey: Uint8Array,
  key: ShortTermKey,
  now: number,
): ShortTermVerdict {
  const verdict = verifySignature(hasher, signingKey, {
    amzDate: key.amzDate,
    scope: key.credential.scope,
    canonicalRequest: `POST\n/\n${key.signedQuery}\nhost:${host}\n\nhost\n${emptySha256}`,
    signature: key.signature,
  })
  if (verdict.kind === 'refused') return { kind: 'refused', because: 'mismatch' }
  if (now >= key.issuedAt + key.expiresSeconds * 1000) return { kind: 'refused', because: 'expired' }
  // [?] Nothing is recorded of keys from the future; they get the tolerance that signatures have.
  if (now < key.issuedAt - clockSkewMs) return { kind: 'refused', because: 'notYetValid' }
  return { kind: 'verified' }
}

/** Mints a short-term key from AWS keys, offline, byte for byte as AWS's own token generators do. */
export function mintShortTermKey(
  hasher: Hasher,
  scope: Omit<SigningScope, 'service' | 'signingKey'> & { readonly expiresSeconds?: number },
): string {
  const expiresSeconds = scope.expiresSeconds ?? maxShortTermSeconds
  if (!Number.isInteger(expiresSeconds) || expiresSeconds < 1 || expiresSeconds > maxShortTermSeconds) {
    throw new RangeError(`A short-term key holds for 1 to ${maxShortTermSeconds} seconds, not ${expiresSeconds}`)
  }
  const request = { method: 'POST', rawPath: '/', rawQuery: 'Action=CallWithBearerToken', headers: { host } }
  const { query } = presign(hasher, request, { ...scope, service, expiresSeconds })
  return shortTermPrefix + toBase64(`${host}/?${query}&Version=1`)
}

/** Each parameter once; undefined when one repeats (two readers could then see two keys) or is badly escaped. */
function readParameters(query: string): Map<string, string> | undefined {
  const parameters = new Map<string, string>()
  try {
    for (const part of query.split('&')) {
      const equals = part.indexOf('=')
      const name = decodeURIComponent(equals < 0 ? part : part.slice(0, equals))
      if (parameters.has(name)) return undefined
      parameters.set(name, equals < 0 ? '' : decodeURIComponent(part.slice(equals + 1)))
    }
  } catch {
    return undefined
  }
  return parameters
}
