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

/** The same for commands that call Bedrock, where the word `aws` is the Region's own endpoint. */
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
