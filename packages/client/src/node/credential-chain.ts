import type * as Sdk from '@aws-sdk/credential-providers'
import { CredentialError } from '../credentials/credential-error.ts'
import type { AwsCredentials, CredentialProvider } from '../options.ts'
import type { CredentialChainOptions } from '../platform.ts'
import { throughProxies } from '../transport/through-proxies.ts'
import { createFetchHandler } from './fetch-handler.ts'
import { loadProxyDispatcher } from './proxy-dispatcher.ts'

/** How the chain is walked. */
export interface NodeCredentialChainOptions extends CredentialChainOptions {
  /** Asks for the code of a profile with `mfa_serial`. */
  readonly mfaCodeProvider?: ((serial: string) => Promise<string>) | undefined
}

/**
 * Finds AWS credentials as AWS's own tools do, by the providers of the AWS SDK: the profile in `~/.aws` (keys, SSO, a
 * process, a role, a web identity), the web identity of the environment, the container, the instance (IMDSv2). They are
 * loaded when first asked, and nothing is kept here. Fails with a `CredentialError` that says why each of them had none.
 */
export function nodeCredentialChain(options: NodeCredentialChainOptions = {}): CredentialProvider {
  const proxied = throughProxies(globalThis.fetch, { loadDispatcher: loadProxyDispatcher })
  const handler = createFetchHandler(options.fetch ?? proxied)
  let links: readonly Link[] | undefined
  return async () => {
    links ??= linksOf(await loadSdk(), options, {
      clientConfig: { requestHandler: handler },
      // After the Region of the profile; without any the SDK would warn and take the same.
      parentClientConfig: { region: options.region ?? (env('AWS_REGION') || 'us-east-1') },
    })
    return walk(links)
  }
}

/** One place to look: why it is passed by, or how it is asked. */
interface Link {
  readonly name: string
  readonly missing: () => string | undefined
  readonly ask: () => Promise<AwsCredentials>
}

interface ClientInit {
  readonly clientConfig: { readonly requestHandler: ReturnType<typeof createFetchHandler> }
  readonly parentClientConfig: { readonly region: string }
}

function linksOf(sdk: typeof Sdk, options: NodeCredentialChainOptions, init: ClientInit): readonly Link[] {
  const profile = options.profile ?? (env('AWS_PROFILE') || 'default')
  const { mfaCodeProvider } = options
  const ofProfile: Link = {
    name: `the profile ${profile} of ~/.aws`,
    missing: () => undefined,
    // Files are read anew: a tool that logs in writes new keys into them.
    ask: () => sdk.fromIni({ ...init, profile, ignoreCache: true, ...(mfaCodeProvider && { mfaCodeProvider }) })(),
  }
  if (options.profile !== undefined) return [ofProfile]
  // Kept, since it goes on with the last credentials when the instance's service fails for a while.
  const ofInstance = sdk.fromInstanceMetadata()
  return [
    ofProfile,
    {
      name: 'the web identity',
      missing: () => absent('AWS_WEB_IDENTITY_TOKEN_FILE') ?? absent('AWS_ROLE_ARN'),
      ask: () => sdk.fromTokenFile(init)(),
    },
    {
      name: 'the container',
      missing: () => {
        const none = absent('AWS_CONTAINER_CREDENTIALS_FULL_URI')
        return none === undefined ? undefined : absent('AWS_CONTAINER_CREDENTIALS_RELATIVE_URI')
      },
      ask: () => sdk.fromHttp({})(),
    },
    {
      name: 'the instance',
      missing: () => (isSet('AWS_EC2_METADATA_DISABLED') ? 'AWS_EC2_METADATA_DISABLED is set' : undefined),
      ask: () => ofInstance(),
    },
  ]
}

async function walk(links: readonly Link[]): Promise<AwsCredentials> {
  const reasons: string[] = []
  const causes: unknown[] = []
  for (const { name, missing, ask } of links) {
    const why = missing()
    if (why !== undefined) {
      reasons.push(`${name} (${why})`)
      continue
    }
    try {
      return await ask()
    } catch (error) {
      reasons.push(`${name} (${error instanceof Error ? error.message : String(error)})`)
      causes.push(error)
      // As in the SDK's own chain: what was refused (an SSO login that is over, a role that STS does not give) must not
      // become another identity.
      if (!isAbsence(error)) break
    }
  }
  const cause = causes.length === 1 ? causes[0] : new AggregateError(causes)
  throw new CredentialError(
    `The AWS credential chain found none: asked ${reasons.join(', then ')}. ` +
      'Log in (aws sso login, aws configure), set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY or AWS_BEARER_TOKEN_BEDROCK, or give apiKey.',
    { cause },
  )
}

/** The SDK marks with this word a source that has no credentials at all. */
function isAbsence(error: unknown): boolean {
  return error instanceof Error && 'tryNextLink' in error && error.tryNextLink === true
}

async function loadSdk(): Promise<typeof Sdk> {
  try {
    return await import('@aws-sdk/credential-providers')
  } catch (cause) {
    throw new CredentialError(
      'The AWS credential chain needs @aws-sdk/credential-providers: npm install @aws-sdk/credential-providers. ' +
        'Or give awsAccessKey and awsSecretKey, apiKey or providerChainResolver.',
      { cause },
    )
  }
}

function env(name: string): string | undefined {
  return process.env[name]
}

function absent(name: string): string | undefined {
  return env(name) ? undefined : `${name} is not set`
}

function isSet(name: string): boolean {
  const value = env(name) ?? ''
  return value !== '' && value.toLowerCase() !== 'false'
}
