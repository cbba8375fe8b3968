import type { BedrockOptions, CredentialProvider } from '../options.ts'
import { type Platform, readEnv } from '../platform.ts'
import { environmentKeys, explicitKeys, type KeyOptions } from './aws-keys.ts'
import { CredentialError } from './credential-error.ts'

/** The options that say where AWS credentials come from. */
export type ProviderOptions = KeyOptions &
  Pick<BedrockOptions, 'providerChainResolver' | 'awsProfile' | 'apiKey' | 'awsRegion' | 'fetch'>

/** The provider that these options name, else that of the environment and the platform; it fails as a `CredentialError`. */
export function providerOf(options: ProviderOptions, platform: Platform): CredentialProvider {
  const keys = explicitKeys(options)
  if (keys !== undefined) return async () => keys
  const resolver = options.providerChainResolver ?? undefined
  if (resolver !== undefined)
    return loaded(resolver, 'The provider of providerChainResolver found no AWS credentials: ')
  const profile = options.awsProfile ?? undefined
  if (profile?.trim() === '') throw new CredentialError('awsProfile is empty: name a profile, or leave the option out')
  const chain = () => loadChain(options, platform)
  if (profile !== undefined) return loaded(chain, `No AWS credentials of the profile ${profile}. `)
  const rest = loaded(chain, lookedFor(options, platform))
  return async (asked) => environmentKeys(platform) ?? rest(asked)
}

/** A provider that is loaded at its first call, and again when loading failed. */
function loaded(load: () => Promise<CredentialProvider>, failure: string): CredentialProvider {
  let provider: CredentialProvider | undefined
  return async (asked) => {
    try {
      provider ??= await load()
      return await provider(asked)
    } catch (cause) {
      throw new CredentialError(failure + (cause instanceof Error ? cause.message : String(cause)), { cause })
    }
  }
}

async function loadChain(options: ProviderOptions, platform: Platform): Promise<CredentialProvider> {
  const { awsProfile: profile, awsRegion, fetch } = options
  if (platform.loadCredentialChain === undefined) {
    throw new Error(
      'This platform has no AWS credential chain: give awsAccessKey and awsSecretKey, apiKey or providerChainResolver.',
    )
  }
  return platform.loadCredentialChain({ profile, region: awsRegion === 'auto' ? undefined : awsRegion, fetch })
}

function lookedFor(options: ProviderOptions, platform: Platform): string {
  const half = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'].filter((name) => readEnv(platform, name) !== undefined)
  const places = [
    'in the options',
    ...(options.apiKey === null ? [] : ['in AWS_BEARER_TOKEN_BEDROCK']),
    half.length === 1
      ? `in AWS_ACCESS_KEY_ID with AWS_SECRET_ACCESS_KEY (only ${half[0]} is set)`
      : 'in AWS_ACCESS_KEY_ID',
  ]
  return `No AWS credentials ${places.join(', ')}. `
}
