import type { Hasher } from '@outcrop/protocol'
import type { BedrockOptions } from '../options.ts'
import { type Platform, readEnv } from '../platform.ts'
import { signHttpRequest } from '../signing/sign-http-request.ts'
import type { Audience, HttpRequest } from '../transport/http-request.ts'
import { explicitKeys } from './aws-keys.ts'
import { type BearerKeys, checkedKey, fixedKey, keysFrom } from './bearer-keys.ts'
import { CredentialError } from './credential-error.ts'
import type { MemoisedCredentials, RefusedKeys } from './memoise-credentials.ts'
import { sharedCredentials } from './shared-credentials.ts'
import { untilAborted } from './until-aborted.ts'

/** Says who calls: by a signature, by an API key, or not at all. */
export interface Authorizer {
  readonly kind: 'sigv4' | 'bearer' | 'none'
  /** The request as this caller sends it; a `CredentialError` when nothing says who calls, the signal's reason once it is aborted. */
  authorize(request: HttpRequest, audience: Audience, signal?: AbortSignal | null): Promise<HttpRequest>
  /**
   * To be called once after an expired credential was refused: tells whether there is another to try again with. Who says
   * which request was refused, as `authorize` gave it, spares the others a second search.
   */
  refresh(refused?: HttpRequest): Promise<boolean>
}

/**
 * Chooses who calls. What is given wins over the environment: `skipAuth`, `apiKey`, AWS keys, `providerChainResolver`,
 * `awsProfile`; then `AWS_BEARER_TOKEN_BEDROCK`, the AWS keys of the environment, and the chain of the platform.
 */
export function createAuthorizer(options: BedrockOptions, platform: Platform): Authorizer {
  if (options.skipAuth === true) {
    return { kind: 'none', authorize: async (request) => request, refresh: async () => false }
  }
  const keys = explicitKeys(options)
  const { apiKey } = options
  if (typeof apiKey === 'string' || typeof apiKey === 'function') {
    if (keys !== undefined) {
      throw new CredentialError('apiKey and AWS keys were both given, and only one of them can call: leave one out')
    }
    if (typeof apiKey === 'function') return byBearer(keysFrom(apiKey))
    const key = checkedKey(apiKey, 'The apiKey option')
    return byBearer(fixedKey(() => key))
  }
  const isGiven = keys ?? options.providerChainResolver ?? options.awsProfile ?? undefined
  const name = 'AWS_BEARER_TOKEN_BEDROCK'
  if (isGiven === undefined && apiKey !== null && readEnv(platform, name) !== undefined) {
    return byBearer(fixedKey(() => checkedKey(readEnv(platform, name), name)))
  }
  return bySignature(sharedCredentials(options, platform), options.now ?? Date.now, platform.hasher)
}

function byBearer(keys: BearerKeys): Authorizer {
  // By what was sent, so that whoever is refused asks for the Region he called.
  const regions = new WeakMap<HttpRequest, string>()
  let last = ''
  return {
    kind: 'bearer',
    async authorize(request, audience, signal) {
      const authorization = `Bearer ${await untilAborted(keys.get(audience.region), signal)}`
      const sent = { ...request, headers: { ...withoutCredentials(request), authorization } }
      regions.set(sent, (last = audience.region))
      return sent
    },
    refresh: (refused) =>
      keys.refresh(
        (refused && regions.get(refused)) ?? last,
        refused?.headers['authorization']?.replace(/^Bearer /, ''),
      ),
  }
}

function bySignature(credentials: MemoisedCredentials, now: () => number, hasher: Hasher | undefined): Authorizer {
  return {
    kind: 'sigv4',
    async authorize(request, audience, signal) {
      const keys = await untilAborted(credentials.get(), signal)
      return signHttpRequest({ ...request, headers: withoutCredentials(request) }, audience, keys, now(), hasher)
    },
    refresh: (refused) => credentials.refresh(refused === undefined ? undefined : signerOf(refused)),
  }
}

function signerOf({ headers }: HttpRequest): RefusedKeys | undefined {
  const accessKeyId = /Credential=([^/]+)\//.exec(headers['authorization'] ?? '')?.[1]
  const sessionToken = headers['x-amz-security-token']
  return accessKeyId === undefined
    ? undefined
    : { accessKeyId, ...(sessionToken === undefined ? {} : { sessionToken }) }
}

/** A library that was made for Anthropic's API sends a key of its own, which is nobody's business at Bedrock. */
function withoutCredentials({ headers }: HttpRequest): Record<string, string> {
  const { authorization: _, 'x-api-key': __, 'x-amz-date': ___, 'x-amz-security-token': ____, ...rest } = headers
  return rest
}
