import { sigV4Algorithm, sigV4Terminator } from './authorization.ts'
import { equalInConstantTime, type Hasher } from './hasher.ts'

/** The AWS keys of a caller; temporary ones come with a session token. */
export interface AwsKeys {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

/** The string that is signed: algorithm, instant, scope and the hash of the canonical request. */
export function stringToSign(hasher: Hasher, amzDate: string, scope: string, canonicalRequest: string): string {
  return `${sigV4Algorithm}\n${amzDate}\n${scope}\n${hasher.sha256Hex(canonicalRequest)}`
}

/** Derives the key that signs for one day, region and service. It costs four HMACs, so callers keep what it returns. */
export function deriveSigningKey(
  hasher: Hasher,
  secretAccessKey: string,
  date: string,
  region: string,
  service: string,
): Uint8Array {
  const forDate = hasher.hmacSha256(`AWS4${secretAccessKey}`, date)
  const forRegion = hasher.hmacSha256(forDate, region)
  return hasher.hmacSha256(hasher.hmacSha256(forRegion, service), sigV4Terminator)
}

/** What a signature is checked against. */
export interface SignatureClaim {
  readonly amzDate: string
  readonly scope: string
  readonly canonicalRequest: string
  /** 64 digits of lower-case hex. */
  readonly signature: string
}

/** What became of a claimed signature: verified, or refused because it is another. */
export type SignatureVerdict =
  | { readonly kind: 'verified' }
  /** What was computed, for whoever explains the difference; it holds no secret. */
  | { readonly kind: 'refused'; readonly because: 'mismatch'; readonly stringToSign: string }

const verified: SignatureVerdict = { kind: 'verified' }

/** Compares a claimed signature with the one computed, in constant time. */
export function verifySignature(hasher: Hasher, signingKey: Uint8Array, claim: SignatureClaim): SignatureVerdict {
  const text = stringToSign(hasher, claim.amzDate, claim.scope, claim.canonicalRequest)
  const computed = hasher.hmacSha256Hex(signingKey, text)
  if (equalInConstantTime(computed, claim.signature)) return verified
  return { kind: 'refused', because: 'mismatch', stringToSign: text }
}
