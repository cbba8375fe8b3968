import { platform as ownPlatform } from '#platform'
import { createAuthorizer } from '../credentials/create-authorizer.ts'
import { CredentialError } from '../credentials/credential-error.ts'
import { parseBaseUrl } from '../endpoint/base-url.ts'
import { createRegionResolver } from '../endpoint/resolve-region.ts'
import type { BedrockOptions } from '../options.ts'
import { BedrockFailureError } from '../reliability/bedrock-failure.ts'
import type { HttpRequest } from '../transport/http-request.ts'
import { sendControl } from './send-control.ts'
import { serviceUrl } from './service-url.ts'

/** Who AWS takes the caller for. */
export interface CallerIdentity {
  /** Twelve digits. */
  readonly account: string
  readonly arn: string
  readonly userId: string
}

/** Where and how to ask, beside the options of a client. */
export interface CallerIdentityOptions extends BedrockOptions {
  /**
   * Where STS is. Absent: `AWS_ENDPOINT_URL_STS`, `AWS_ENDPOINT_URL`, else the Region's own host. `baseURL` is not asked: a
   * signature for STS tells whoever gets it who calls, and a proxy for Bedrock need not know.
   */
  readonly stsURL?: string | undefined
}

/**
 * Asks STS whose AWS credentials these are, which no permission is needed for. A refusal rejects as `BedrockFailureError`, with
 * STS's code; a Bedrock API key or `skipAuth`, with which STS cannot be asked, as `CredentialError`.
 */
export async function getCallerIdentity(
  options: CallerIdentityOptions = {},
  call: { readonly signal?: AbortSignal | undefined } = {},
): Promise<CallerIdentity> {
  const authorizer = createAuthorizer(options, ownPlatform)
  if (authorizer.kind !== 'sigv4') {
    throw new CredentialError(
      'STS tells whose AWS keys sign a call: it takes neither a Bedrock API key nor a call without a signature',
    )
  }
  const region = await createRegionResolver(options, ownPlatform)()
  const { stsURL } = options
  const request: HttpRequest = {
    method: 'POST',
    url: `${stsURL === undefined ? serviceUrl(sts, region, options, ownPlatform) : parseBaseUrl(stsURL, 'stsURL')}/`,
    headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8', accept: 'text/xml' },
    body: 'Action=GetCallerIdentity&Version=2011-06-15',
  }
  const audience = { service: 'sts', region } as const
  const errand = { request, audience, authorizer, options, signal: call.signal, refusalAsJson }
  const { status, headers, text } = await sendControl(errand)
  const account = elementIn(text, 'Account')
  const arn = elementIn(text, 'Arn')
  const userId = elementIn(text, 'UserId')
  if (account !== undefined && arn !== undefined && userId !== undefined) return { account, arn, userId }
  throw new BedrockFailureError({
    status: 502,
    type: 'api_error',
    message: `${new URL(request.url).origin} answered GetCallerIdentity with status ${status}, and without Account, Arn and UserId: is it STS?`,
    requestId: headers.get('x-amzn-requestid') ?? undefined,
    region,
    retryable: false,
  })
}

const sts = { host: 'sts', variable: 'AWS_ENDPOINT_URL_STS' } as const

/** STS refuses in XML: its code and words as the JSON that everything else refuses in. */
function refusalAsJson(xml: string): string {
  const code = elementIn(xml, 'Code')
  return code === undefined ? xml : JSON.stringify({ code, message: elementIn(xml, 'Message') ?? code })
}

/** The text of the first element of a name; XML's five entities and numbers are read, nothing else of it is. */
function elementIn(xml: string, name: string): string | undefined {
  const text = new RegExp(`<${name}>([^<]{1,2048})</${name}>`).exec(xml)?.[1]
  return text?.replace(/&(lt|gt|quot|apos|amp);/g, (entity, word: string) => entities[word] ?? entity)
}

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' }
