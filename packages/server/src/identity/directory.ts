import { longTermPrefix } from '@outcrop/protocol'
import type { Identity } from '../call.ts'
import { type Caller, createCaller } from './caller.ts'
import { digestOf, hasDigest } from './hashing.ts'
import type { CredentialOptions, IdentityOptions } from './options.ts'

interface Known {
  readonly caller: Caller
  /** Where the caller is when neither signature nor key says. */
  readonly region: string
}

/** A configured key pair and whose it is. */
export interface KnownKeyPair extends Known {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  /** The digest of the session token; undefined for keys that do not expire. */
  readonly tokenDigest: Buffer | undefined
}

interface KnownBearer extends Known {
  readonly how: Identity['how']
  readonly digest: Buffer
}

/** The callers that the operator knows, found by what they show. */
export interface Directory {
  keyPair(accessKeyId: string): KnownKeyPair | undefined
  bearer(token: string): KnownBearer | undefined
}

/** Indexes the configured credentials once; bearer keys and session tokens are kept as digests only. */
export function createDirectory(options: IdentityOptions): Directory {
  const keyPairs = new Map<string, KnownKeyPair>()
  const bearers = new Map<string, KnownBearer>()
  for (const credential of options.credentials) {
    if ('bearer' in credential) {
      const digest = digestOf(credential.bearer)
      const how = credential.bearer.startsWith(longTermPrefix) ? 'long-term-key' : 'bearer'
      bearers.set(digest.toString('hex'), { ...knownOf(credential, options, false), how, digest })
    } else {
      const { accessKeyId, secretAccessKey, sessionToken } = credential
      const tokenDigest = sessionToken === undefined ? undefined : digestOf(sessionToken)
      const known = knownOf(credential, options, tokenDigest !== undefined)
      keyPairs.set(accessKeyId, { ...known, accessKeyId, secretAccessKey, tokenDigest })
    }
  }
  return {
    keyPair: (accessKeyId) => keyPairs.get(accessKeyId),
    bearer: (token) => {
      // Looking up by digest tells a guesser nothing; the comparison itself is in constant time all the same.
      const found = bearers.get(digestOf(token).toString('hex'))
      return found !== undefined && hasDigest(token, found.digest) ? found : undefined
    },
  }
}

/** Tells whether the session token shown is the one that belongs to a key pair: exactly it, or none. */
export function isTokenOf(known: KnownKeyPair, token: string | null | undefined): boolean {
  const shown = token ?? ''
  if (known.tokenDigest === undefined) return shown === ''
  return hasDigest(shown, known.tokenDigest)
}

function knownOf(credential: CredentialOptions, options: IdentityOptions, temporary: boolean): Known {
  const account = credential.account ?? options.account
  const rights = { allow: credential.allow, isAdmin: credential.admin }
  return {
    caller: createCaller(credential.user, account, temporary, rights),
    region: credential.region ?? options.region,
  }
}
