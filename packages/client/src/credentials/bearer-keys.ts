import type { ApiKeyProvider } from '../options.ts'
import { isToken } from './aws-keys.ts'
import { CredentialError, toCredentialError } from './credential-error.ts'

/** Where the API keys of a client come from. */
export interface BearerKeys {
  /** The key for a call in this Region. */
  get(region: string): Promise<string>
  /** Asks for another because this one was refused; tells whether there is another. */
  refresh(region: string, refused: string | undefined): Promise<boolean>
}

/** An API key as a header carries it: trimmed, and a `CredentialError` where it is none. It never shows the key. */
export function checkedKey(key: unknown, from: string): string {
  const trimmed = typeof key === 'string' ? key.trim() : ''
  if (isToken(trimmed)) return trimmed
  const fault = trimmed === '' ? 'gave no API key' : 'holds characters that no API key has'
  throw new CredentialError(`${from} ${fault}: give a Bedrock API key as one word, or null for AWS credentials`)
}

/** One key, which `read` reads anew at each call: nothing is kept of what may change. */
export function fixedKey(read: () => string): BearerKeys {
  return {
    get: async () => read(),
    refresh: async (_region, refused) => refused !== undefined && read() !== refused,
  }
}

/** Keys that a function gives; those who ask while it is at it share its answer. */
export function keysFrom(provider: ApiKeyProvider): BearerKeys {
  const flights = new Map<string, Promise<string>>()

  function ask(region: string, forceRefresh: boolean): Promise<string> {
    const name = `${region} ${forceRefresh}`
    let flight = flights.get(name)
    if (flight === undefined) {
      flight = call(provider, region, forceRefresh).finally(() => flights.delete(name))
      flights.set(name, flight)
    }
    return flight
  }

  return {
    get: (region) => ask(region, false),
    async refresh(region, refused) {
      // Another call may have brought a new one already.
      if (refused !== undefined && (await ask(region, false)) !== refused) return true
      return (await ask(region, true)) !== refused
    },
  }
}

async function call(provider: ApiKeyProvider, region: string, forceRefresh: boolean): Promise<string> {
  try {
    return checkedKey(await provider(forceRefresh ? { region, forceRefresh } : { region }), 'The apiKey function')
  } catch (error) {
    throw toCredentialError('The apiKey function failed', error)
  }
}
