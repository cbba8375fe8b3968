import type { Platform } from '../platform.ts'
import { explicitKeys } from './aws-keys.ts'
import { type MemoisedCredentials, memoiseCredentials } from './memoise-credentials.ts'
import { providerOf, type ProviderOptions } from './provider-of.ts'

/**
 * The credentials of a client, shared with every other that looks in the same places: a program that makes a client for each
 * request runs a process or asks an instance once, not each time. Clients with a clock of their own share nothing.
 */
export function sharedCredentials(
  options: ProviderOptions & { readonly now?: (() => number) | undefined },
  platform: Platform,
): MemoisedCredentials {
  const create = (): MemoisedCredentials => memoiseCredentials(providerOf(options, platform), options.now ?? Date.now)
  if (options.now !== undefined || explicitKeys(options) !== undefined) return create()
  const resolver = options.providerChainResolver ?? undefined
  const places = resolver === undefined ? placesOf(options, platform) : ''
  return remember(resolver ?? options.fetch ?? platform, places, create)
}

/** By who finds credentials or how they are fetched, and by where they are looked for. */
const known = new WeakMap<object, Map<string, MemoisedCredentials>>()
const mostPlaces = 64

function remember(by: object, places: string, create: () => MemoisedCredentials): MemoisedCredentials {
  let found = known.get(by)
  if (found === undefined || found.size >= mostPlaces) known.set(by, (found = new Map()))
  let credentials = found.get(places)
  if (credentials === undefined) found.set(places, (credentials = create()))
  return credentials
}

// What decides which credentials a search finds.
const variables = [
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_PROFILE',
  'AWS_CONFIG_FILE',
  'AWS_SHARED_CREDENTIALS_FILE',
  'HOME',
  'USERPROFILE',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
  'AWS_ROLE_ARN',
  'AWS_CONTAINER_CREDENTIALS_FULL_URI',
  'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
  'AWS_EC2_METADATA_DISABLED',
  'AWS_EC2_METADATA_SERVICE_ENDPOINT',
  'AWS_REGION',
  'AWS_ENDPOINT_URL',
  'AWS_ENDPOINT_URL_STS',
  'AWS_ENDPOINT_URL_SSO',
]

function placesOf({ awsProfile, awsRegion }: ProviderOptions, platform: Platform): string {
  return JSON.stringify([awsProfile, awsRegion, ...variables.map((name) => platform.env(name))])
}
