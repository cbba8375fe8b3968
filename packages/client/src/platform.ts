import type { Hasher } from '@outcrop/protocol'
import type { CredentialProvider } from './options.ts'

/** What the whole chain of credentials is asked with. */
export interface CredentialChainOptions {
  /** A profile of `~/.aws`: it alone is asked. Absent: the chain in AWS's order, with `AWS_PROFILE` or `default` in it. */
  readonly profile?: string | undefined
  /** Where a role is assumed when its profile names no Region. */
  readonly region?: string | undefined
  /** Calls STS and SSO; the client's own, so that both go the same way. */
  readonly fetch?: typeof globalThis.fetch | undefined
}

/** What the client asks of the machine it runs on; everything that only some machines have is optional. */
export interface Platform {
  /** An environment variable, where there is an environment. */
  env(name: string): string | undefined
  /** Hashes at once and natively; absent where only WebCrypto does, which answers later. */
  readonly hasher?: Hasher
  /** The whole AWS credential chain, or one profile of it; `env` has been asked before. */
  loadCredentialChain?(options: CredentialChainOptions): Promise<CredentialProvider>
  /** The Region that `~/.aws/config` names for a profile, or for that of the environment. */
  readConfigRegion?(profile?: string): Promise<string | undefined>
  /** What `init.dispatcher` of Node's `fetch` is to be for the proxies of the environment; undefined where there are none. */
  readonly loadDispatcher?: () => Promise<object | undefined>
}

/** An environment variable without blanks around it; a blank one counts as unset. */
export function readEnv(platform: Pick<Platform, 'env'>, name: string): string | undefined {
  const value = platform.env(name)?.trim()
  return value === '' ? undefined : value
}

/** Reads the environment wherever there is one, without assuming that there is. */
export function environmentVariable(name: string): string | undefined {
  const { process } = globalThis as { process?: { env?: Record<string, string | undefined> } }
  try {
    return process?.env?.[name]
  } catch {
    // Deno refuses by throwing when it was not allowed to read the environment.
    return undefined
  }
}
