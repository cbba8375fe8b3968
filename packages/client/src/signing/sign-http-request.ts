import {
  type AwsKeys,
  deriveSigningKey,
  type Hasher,
  signRequest,
  type SigningScope,
  toAmzDate,
} from '@outcrop/protocol'
import type { Audience, HttpRequest } from '../transport/http-request.ts'
import { hasher as ownHasher } from './hasher.ts'
import { payloadHash } from './payload-hash.ts'

const encoder = new TextEncoder()

/**
 * Signs a request with SigV4 for `now`, in milliseconds of the epoch; the headers signed are `host`, `content-type` and
 * `x-amz-*` alone, so that a proxy may change every other one. A body of text comes back as the bytes that were hashed, or as it is
 * where the platform hashes text: the bytes of 14 MB would be made, copied and collected once more.
 */
export async function signHttpRequest(
  request: HttpRequest,
  audience: Audience,
  keys: AwsKeys,
  now: number,
  platformHasher?: Hasher,
): Promise<HttpRequest> {
  const hasher = platformHasher ?? ownHasher
  const { body, hash } = await hashBody(request.body, platformHasher)
  // As it will be called: what `URL` normalises, `fetch` normalises.
  const url = new URL(request.url)
  const covered: Record<string, string> = { host: request.headers['host'] ?? url.host }
  for (const [name, value] of Object.entries(request.headers)) if (isSigned(name)) covered[name] = value
  const { headers } = signRequest(
    hasher,
    { method: request.method, rawPath: url.pathname, rawQuery: url.search.slice(1), headers: covered },
    hash,
    { keys, ...audience, now, signingKey: signingKeyOf(hasher, keys, audience, toAmzDate(now).slice(0, 8)) },
  )
  return { ...request, headers: { ...request.headers, ...headers }, ...(body === undefined ? {} : { body }) }
}

async function hashBody(body: HttpRequest['body'], native: Hasher | undefined) {
  // Both make U+FFFD of what is no Unicode, and JSON has none of it.
  if (typeof body === 'string' && native !== undefined) return { body, hash: native.sha256Hex(body) }
  const bytes = typeof body === 'string' ? encoder.encode(body) : body
  return { body: bytes, hash: await payloadHash(bytes, native) }
}

// What the signer adds itself is left to it, so that a request can be signed again.
function isSigned(name: string): boolean {
  return (
    name === 'content-type' || (name.startsWith('x-amz-') && name !== 'x-amz-date' && name !== 'x-amz-security-token')
  )
}

/** Keys that sign for a day, by the AWS keys they came from: they are forgotten together. */
const signingKeys = new WeakMap<AwsKeys, Map<string, Uint8Array>>()
const mostPlaces = 64

/** The key that signs for a day (`yyyymmdd`), derived once for each Region and service. */
export function signingKeyOf(
  hasher: Hasher,
  keys: AwsKeys,
  { region, service }: Pick<SigningScope, 'region' | 'service'>,
  date: string,
): Uint8Array {
  let known = signingKeys.get(keys)
  // Yesterday's go when room is needed: nobody calls 64 Regions in a day.
  if (known === undefined || known.size >= mostPlaces) signingKeys.set(keys, (known = new Map()))
  const name = `${date}/${region}/${service}/${keys.secretAccessKey}`
  let key = known.get(name)
  if (key === undefined) {
    key = deriveSigningKey(hasher, keys.secretAccessKey, date, region, service)
    known.set(name, key)
  }
  return key
}
