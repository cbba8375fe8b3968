import type { ClientOptions as CoreOptions } from '@anthropic-ai/sdk/client'
import { AnthropicError } from '@anthropic-ai/sdk/core/error'
import type { BedrockOptions } from '../options.ts'

/** Credentials of Anthropic's own API, which Bedrock does not take. */
const foreign = ['authToken', 'credentials', 'config', 'profile'] as const satisfies ReadonlyArray<keyof CoreOptions>

/** Members that say who calls: replaced as a whole, so that new keys are never signed with an old session token. */
const credentials = [
  'apiKey',
  'awsAccessKey',
  'awsSecretKey',
  'awsSecretAccessKey',
  'awsSessionToken',
  'awsProfile',
  'providerChainResolver',
] as const satisfies ReadonlyArray<keyof BedrockOptions>

/** What the core keeps in fields of its own, which may have been set since. */
const keptByCore = ['timeout', 'maxRetries', 'logger', 'logLevel', 'fetchOptions', 'middleware'] as const

/** The options of `AnthropicBedrock`: those of Anthropic's clients, and those of this one. */
export interface ClientOptions
  extends
    Omit<CoreOptions, (typeof foreign)[number] | keyof BedrockOptions>,
    Omit<BedrockOptions, 'fetch' | 'baseURL'>,
    Pick<CoreOptions, 'fetch' | 'baseURL'> {}

/** Refuses what the types do not have: a credential that is silently not used is worse than none. */
export function refuseForeignCredentials(options: object): void {
  const given: Partial<Record<string, unknown>> = { ...options }
  for (const name of foreign) {
    if (!isGiven(given[name])) continue
    throw new AnthropicError(
      `AnthropicBedrock does not take \`${name}\`, a credential of Anthropic's own API: give a Bedrock API key (\`apiKey\`) or AWS credentials.`,
    )
  }
}

/** The options of a copy: what a client was given, then what is asked for, credentials as a whole. */
export function inherit(
  given: ClientOptions,
  apiKey: string | null,
  asked: Partial<ClientOptions>,
): Partial<CoreOptions> {
  const isReplaced = credentials.some((name) => isGiven(asked[name]))
  const kept = without(given, isReplaced ? [...keptByCore, ...credentials] : keptByCore)
  const { apiKey: askedKey, ...rest } = asked
  return {
    ...kept,
    // A copy stays with the key that was found, and does not look for one when it was given another credential.
    apiKey: toCoreKey(askedKey !== undefined ? askedKey : isReplaced ? null : (apiKey ?? given.apiKey)),
    // An absent URL is that of the copy's own Region.
    baseURL: given.baseURL,
    // The core's copy names the platform's own as if it had been given: one that is given passes proxies by.
    fetch: given.fetch,
    ...rest,
  }
}

/** The core's copy takes functions that promise a key; ours may give it at once. */
function toCoreKey(key: ClientOptions['apiKey']): CoreOptions['apiKey'] {
  return typeof key === 'function' ? async (...asked: Parameters<typeof key>) => key(...asked) : key
}

/** What the core is to know: it keeps what it is given, and hands it on to every copy. */
export function coreOptions(options: ClientOptions): CoreOptions {
  return without(options, [...bedrockNames, ...credentials])
}

const bedrockNames = [
  'awsRegion',
  'skipAuth',
  'baseURL',
  'fips',
  'dualStack',
  'wire',
  'scope',
  'residency',
  'failover',
  'models',
  'capabilities',
  'batches',
  'timeouts',
  'onCall',
  'onWarning',
  'now',
  'random',
] as const satisfies ReadonlyArray<keyof ClientOptions>

/** `null` says no, as in the official class: not that there is something. */
export function isGiven(option: unknown): boolean {
  return option !== null && option !== undefined
}

function without<T extends object, K extends keyof T>(value: T, names: readonly K[]): Omit<T, K> {
  const omitted = new Set<string | number | symbol>(names)
  return Object.fromEntries(Object.entries(value).filter(([name]) => !omitted.has(name))) as Omit<T, K>
}
