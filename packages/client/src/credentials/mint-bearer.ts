import { platform } from '#platform'
import { maxShortTermSeconds, mintShortTermKey } from '@outcrop/protocol'
import type { ApiKeyProvider, AwsCredentials, CredentialProvider } from '../options.ts'
import type { Platform } from '../platform.ts'
import { hasher } from '../signing/hasher.ts'
import { CredentialError } from './credential-error.ts'
import { type MemoisedCredentials, memoiseCredentials } from './memoise-credentials.ts'
import type { ProviderOptions } from './provider-of.ts'
import { sharedCredentials } from './shared-credentials.ts'

/** What short-term keys are minted from, where they hold and for how long; without credentials, from what a client would find. */
export interface MintBearerOptions extends Omit<ProviderOptions, 'apiKey' | 'awsRegion'> {
  readonly credentials?: CredentialProvider | AwsCredentials | undefined
  /** A key holds in one Region. Absent: in that of each call. */
  readonly region?: string | undefined
  /** Whole seconds, at most twelve hours, which is also what is asked when absent; never longer than the credentials hold. */
  readonly expiresInSeconds?: number | undefined
  /** Milliseconds of the epoch. */
  readonly now?: (() => number) | undefined
}

interface Minted {
  readonly key: string
  readonly from: AwsCredentials
  readonly mintAgainAt: number
}

/**
 * Returns a function usable as `apiKey` that mints short-term Bedrock API keys (WIRE §2.5) offline, from AWS credentials
 * that it keeps, and mints anew before a key expires: calls then carry a key, and no body is hashed.
 */
export function mintBearer(options: MintBearerOptions = {}, on: Platform = platform): ApiKeyProvider {
  const now = options.now ?? Date.now
  const seconds = options.expiresInSeconds ?? maxShortTermSeconds
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > maxShortTermSeconds) {
    throw new CredentialError(`expiresInSeconds is a whole number from 1 to ${maxShortTermSeconds}, not ${seconds}`)
  }
  const kept = sourceOf(options, on)
  const minted = new Map<string, Minted>()

  return async ({ region = options.region, forceRefresh = false } = {}) => {
    const place = options.region ?? region
    if (place === undefined) throw new CredentialError('A short-term key holds in one Region: give mintBearer a region')
    if (forceRefresh) await kept.refresh(minted.get(place)?.from)
    const from = await kept.get()
    const known = minted.get(place)
    if (known?.from === from && !forceRefresh && now() < known.mintAgainAt) return known.key
    const fresh = mint(from, place, seconds, now())
    minted.set(place, fresh)
    return fresh.key
  }
}

function sourceOf(options: MintBearerOptions, on: Platform): MemoisedCredentials {
  const { credentials, now = Date.now } = options
  if (credentials === undefined) return sharedCredentials({ ...options, awsRegion: options.region }, on)
  return memoiseCredentials(typeof credentials === 'function' ? credentials : async () => credentials, now)
}

function mint(from: AwsCredentials, region: string, seconds: number, now: number): Minted {
  const left = from.expiration === undefined ? seconds : Math.floor((from.expiration.getTime() - now) / 1000)
  if (left < 1) {
    throw new CredentialError('The AWS credentials that a short-term key would be minted from have expired: renew them')
  }
  const expiresSeconds = Math.min(seconds, left)
  const key = mintShortTermKey(hasher, { keys: from, region, now, expiresSeconds })
  // A tenth of its time is left to calls under way, five minutes at most.
  return { key, from, mintAgainAt: now + expiresSeconds * 1000 - Math.min(expiresSeconds * 100, 300_000) }
}
