import { endpointsFor } from '@outcrop/client/control'
import { misuse } from '../failure.ts'
import type { Env } from '../io.ts'

const defaultUrl = 'http://127.0.0.1:5151'

/** The endpoint that a command talks to: `--url`, else OUTCROP_URL, else Outcrop's own address; no slash at its end. */
export function endpointUrl(option: string | undefined, env: Env, flag = '--url'): string {
  const [name, text] = named(option, env, flag)
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) {
    throw misuse(`${name}: expected a URL such as ${defaultUrl}, found ${JSON.stringify(text)}`)
  }
  if (url.username !== '' || url.password !== '') {
    throw misuse(
      `${name}: credentials do not belong in a URL: set AWS_BEARER_TOKEN_BEDROCK or the AWS_ACCESS_KEY_ID pair`,
    )
  }
  if (url.search !== '' || url.hash !== '') throw misuse(`${name}: expected a URL without ? and #`)
  return url.origin + url.pathname.replace(/\/$/, '')
}

/**
 * The endpoint that a question goes to, which may be the Region's own by the word `aws`: `--url`, else OUTCROP_URL, else where the
 * environment sends every client of Bedrock, else Outcrop's own address.
 */
export function askedUrl(option: string | undefined, region: string, env: Env): string {
  const name = clientVariables.find((variable) => env[variable])
  if (option !== undefined || env['OUTCROP_URL'] || name === undefined) return bedrockUrl(option, region, env)
  return endpointUrl(env[name], env, name)
}

/** What points the clients of Bedrock at an endpoint, as `outcrop env` does; the first that is set wins. */
const clientVariables = ['ANTHROPIC_BEDROCK_BASE_URL', 'AWS_ENDPOINT_URL_BEDROCK_RUNTIME', 'AWS_ENDPOINT_URL'] as const

/** The same for commands that ask an endpoint what it serves: the environment of other clients does not say which. */
export function bedrockUrl(option: string | undefined, region: string, env: Env, flag = '--url'): string {
  const [, text] = named(option, env, flag)
  return text === 'aws' ? awsUrl(region, env) : endpointUrl(option, env, flag)
}

/** The region that a command calls: by option, else AWS_REGION, AWS_DEFAULT_REGION, us-east-1. */
export function callerRegion(option: string | undefined, env: Env): string {
  return option ?? (env['AWS_REGION'] || env['AWS_DEFAULT_REGION'] || 'us-east-1')
}

/** Variables that say which of a Region's own hosts is called; the others name hosts that are not its own. */
const hostVariables: ReadonlySet<string> = new Set(['AWS_USE_FIPS_ENDPOINT', 'AWS_USE_DUALSTACK_ENDPOINT'])

function awsUrl(region: string, env: Env): string {
  try {
    return endpointsFor(region, {}, (name) => (hostVariables.has(name) ? env[name] : undefined)).runtime
  } catch (cause) {
    throw misuse(cause instanceof Error ? cause.message : String(cause))
  }
}

function named(option: string | undefined, env: Env, flag: string): readonly [name: string, text: string] {
  return option === undefined ? ['OUTCROP_URL', env['OUTCROP_URL'] || defaultUrl] : [flag, option]
}
