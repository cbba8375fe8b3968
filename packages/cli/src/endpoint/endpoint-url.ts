import { misuse } from '../failure.ts'
import type { Env } from '../io.ts'

const defaultUrl = 'http://127.0.0.1:5151'

/** The endpoint that a command talks to: `--url`, else OUTCROP_URL, else Outcrop's own address; no slash at its end. */
export function endpointUrl(option: string | undefined, env: Env, flag = '--url'): string {
  const [name, text] = option === undefined ? ['OUTCROP_URL', env['OUTCROP_URL'] || defaultUrl] : [flag, option]
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
