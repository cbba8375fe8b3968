import { type AwsKeys, type Hasher, signRequest, toAmzDate } from '@outcrop/protocol'
import { hasher as ownHasher } from '../signing/hasher.ts'
import { signingKeyOf } from '../signing/sign-http-request.ts'

/** A request to S3 as it is sent but for its signature; names of headers in lower case. */
export interface UnsignedS3Request {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE'
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** SHA-256 in lower-case hex. */
  readonly payloadHash: string
}

/**
 * The headers that a request to S3 has once it is signed with SigV4, every one of its own covered. S3 alone takes the path as it is
 * (the others encode it twice) and the body's hash as a header.
 */
export function signS3Request(
  { method, url, headers, payloadHash }: UnsignedS3Request,
  { keys, region, now }: { readonly keys: AwsKeys; readonly region: string; readonly now: number },
  hasher: Hasher = ownHasher,
): Record<string, string> {
  const { host, pathname, search } = new URL(url)
  const own = { ...headers, 'x-amz-content-sha256': payloadHash }
  const audience = { service: 's3', region } as const
  const signed = signRequest(
    hasher,
    // The canonical request encodes what it is given, one character a byte: once in all, where that was decoded before.
    { method, rawPath: toByteText(pathname), rawQuery: search.slice(1), headers: { ...own, host } },
    payloadHash,
    { keys, ...audience, now, signingKey: signingKeyOf(hasher, keys, audience, toAmzDate(now).slice(0, 8)) },
  )
  return { ...own, ...signed.headers }
}

function toByteText(path: string): string {
  return path.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
}
