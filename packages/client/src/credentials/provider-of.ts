import type { BedrockOptions, CredentialProvider } from '../options.ts'
import { type Platform, readEnv } from '../platform.ts'
import { environmentKeys, explicitKeys, type KeyOptions } from './aws-keys.ts'
import { toCredentialError } from './credential-error.ts'

/** The options that say where AWS credentials come from. */
export type ProviderOptions = KeyOptions & Pick<BedrockOptions, 'providerChainResolver' | 'awsProfile' | 'apiKey'>

/** The provider that these options name, else that of the environment and the platform; it fails as a `CredentialError`. */
export function providerOf(options: ProviderOptions, platform: Platform): CredentialProvider {
  const keys = explicitKeys(options)
  if (keys !== undefined) return async () => keys
  const resolver = options.providerChainResolver ?? undefined
  const profile = options.awsProfile
  if (resolver !== undefined) return loaded(resolver, 'The provider of providerChainResolver found no AWS credentials')
  if (profile !== undefined) return loaded(chainOf(platform, profile), `The profile ${profile} gave no AWS credentials`)
  const chain = loaded(chainOf(platform, undefined), lookedFor(options, platform))
  return async (asked) => environmentKeys(platform) ?? chain(asked)
}

/** A provider that is loaded at its first call, and again when loading failed. */
function loaded(load: () => Promise<CredentialProvider>, failure: string): CredentialProvider {
  let provider: CredentialProvider | undefined
  return async (asked) => {
    try {
      provider ??= await load()
      return await provider(asked)
    } catch (error) {
      throw toCredentialError(failure, error)
    }
  }
}

function chainOf(platform: Platform, profile: string | undefined): () => Promise<CredentialProvider> {
  return async () => {
    if (platform.loadCredentialChain !== undefined) return platform.loadCredentialChain({ profile })
    throw new Error(
      'this platform has no AWS credential chain; give awsAccessKey and awsSecretKey, apiKey or providerChainResolver',
    )
  }
}

function lookedFor(options: ProviderOptions, platform: Platform): string {
  const half = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'].filter((name) => readEnv(platform, name) !== undefined)
  const places = [
    'the options',
    options.apiKey === null ? undefined : 'AWS_BEARER_TOKEN_BEDROCK',
    half.length === 1 ? `AWS_ACCESS_KEY_ID with AWS_SECRET_ACCESS_KEY (only ${half[0]} is set)` : 'AWS_ACCESS_KEY_ID',
    platform.loadCredentialChain === undefined ? undefined : 'the AWS credential chain',
  ].filter((place) => place !== undefined)
  return `No AWS credentials: looked in ${places.join(', then ')}`
}
