import type { AwsCredentials, CredentialProvider } from '../options.ts'
import { checkedCredentials } from './aws-keys.ts'

/** Credentials that are found once and kept until they are about to expire. */
export interface MemoisedCredentials {
  /** The same object until there are newer ones; rejects as the provider did. */
  get(): Promise<AwsCredentials>
  /** Finds others because these were refused; tells whether there are others now. Does nothing when there already are. */
  refresh(stale?: RefusedKeys): Promise<boolean>
}

/** What a refused request shows of the keys it was signed with. */
export type RefusedKeys = Pick<AwsCredentials, 'accessKeyId' | 'sessionToken'>

/** From when before their end credentials are replaced, in the background while they hold. */
const aheadMs = 300_000
/** The shortest time between two tries in the background. */
const pauseMs = 30_000

/**
 * Keeps what a provider finds. However many ask, the provider runs once at a time; it runs again ahead of expiry while
 * callers go on with what holds, and is waited for only when nothing holds. Its failures are never kept.
 */
export function memoiseCredentials(provider: CredentialProvider, now: () => number): MemoisedCredentials {
  let current: AwsCredentials | undefined
  let hasFound = false
  let refreshAt = Infinity
  let flight: Promise<AwsCredentials> | undefined

  function find(): Promise<AwsCredentials> {
    // A provider that keeps credentials by itself is asked for others once it has given some.
    flight ??= resolve(provider, hasFound)
      .then((found) => {
        hasFound = true
        current = current !== undefined && isSame(current, found) ? current : found
        // What was given with little time left is not asked for again at every call.
        const end = found.expiration?.getTime() ?? Infinity
        refreshAt = Math.max(end - aheadMs, now() + pauseMs)
        return current
      })
      .finally(() => {
        flight = undefined
      })
    return flight
  }

  return {
    async get() {
      const at = now()
      if (current === undefined || isOver(current, at)) return find()
      if (at >= refreshAt) {
        refreshAt = at + pauseMs
        find().catch(() => undefined) // What holds still holds; when it no longer does, the failure is told.
      }
      return current
    },
    async refresh(stale) {
      const refused = current
      if (refused === undefined) return true
      if (stale !== undefined && !isSigner(stale, refused)) return true
      try {
        // The same keys with a later end are refused again.
        return !haveSameKeys(await find(), refused)
      } catch {
        // The refusal is what the caller is told; the next call tells why there are no others.
        if (current === refused) current = undefined
        return false
      }
    },
  }
}

async function resolve(provider: CredentialProvider, forceRefresh: boolean): Promise<AwsCredentials> {
  return checkedCredentials(await provider(forceRefresh ? { forceRefresh } : {}))
}

function isOver({ expiration }: AwsCredentials, at: number): boolean {
  return expiration !== undefined && expiration.getTime() <= at
}

function isSame(a: AwsCredentials, b: AwsCredentials): boolean {
  return haveSameKeys(a, b) && a.expiration?.getTime() === b.expiration?.getTime()
}

function haveSameKeys(a: AwsCredentials, b: AwsCredentials): boolean {
  return isSigner(a, b) && a.secretAccessKey === b.secretAccessKey
}

function isSigner(stale: RefusedKeys, keys: AwsCredentials): boolean {
  return stale.accessKeyId === keys.accessKeyId && stale.sessionToken === keys.sessionToken
}
