import { platform as ownPlatform } from '#platform'
import { createAuthorizer } from '../credentials/create-authorizer.ts'
import { CredentialError } from '../credentials/credential-error.ts'
import { parseBaseUrl } from '../endpoint/base-url.ts'
import { createRegionResolver } from '../endpoint/resolve-region.ts'
import type { BedrockOptions } from '../options.ts'
import { BedrockFailureError } from '../reliability/bedrock-failure.ts'
import type { HttpRequest } from '../transport/http-request.ts'
import type { ControlCall } from './control-call.ts'
import { isRecord, textIn } from './json-fields.ts'
import { parseJson } from './read-text.ts'
import { sendControl } from './send-control.ts'
import { serviceUrl } from './service-url.ts'

/** A quota of an account in a Region, as Service Quotas tells of it. */
export interface ServiceQuota {
  /** Such as `On-demand model inference requests per minute for Anthropic Claude Opus 4.6`. */
  readonly quotaName: string
  readonly quotaCode?: string | undefined
  readonly value: number
  readonly adjustable?: boolean | undefined
}

/** Where and how to ask, beside the options of a client. */
export interface ServiceQuotasOptions extends BedrockOptions {
  /**
   * Where Service Quotas is. Absent: `AWS_ENDPOINT_URL_SERVICE_QUOTAS`, `AWS_ENDPOINT_URL`, else the Region's own host; never
   * `baseURL`, as for STS.
   */
  readonly serviceQuotasURL?: string | undefined
}

/** A server that hands out tokens for ever is not followed for ever. */
const mostPages = 100

/**
 * Lists Bedrock's quotas of the account in a Region, which takes the permission `servicequotas:ListServiceQuotas`. A refusal
 * rejects as `BedrockFailureError`, a client without AWS keys, which Service Quotas asks for, as `CredentialError`.
 */
export async function listServiceQuotas(
  options: ServiceQuotasOptions = {},
  call: ControlCall = {},
): Promise<readonly ServiceQuota[]> {
  const authorizer = createAuthorizer(options, ownPlatform)
  if (authorizer.kind !== 'sigv4') {
    throw new CredentialError(
      'Service Quotas takes AWS keys alone: neither a Bedrock API key nor a call without a signature',
    )
  }
  const region = await createRegionResolver(options, ownPlatform)()
  const { serviceQuotasURL } = options
  const base =
    serviceQuotasURL === undefined
      ? serviceUrl({ host: 'servicequotas', variable: 'AWS_ENDPOINT_URL_SERVICE_QUOTAS' }, region, options, ownPlatform)
      : parseBaseUrl(serviceQuotasURL, 'serviceQuotasURL')
  const quotas: ServiceQuota[] = []
  let nextToken: string | undefined
  for (let page = 0; page < mostPages; page += 1) {
    const request = toRequest(`${base}/`, nextToken)
    const audience = { service: 'servicequotas', region } as const
    const { text, headers } = await sendControl({ request, audience, authorizer, options, signal: call.signal })
    const answer = parseJson(text)
    if (!isRecord(answer) || !Array.isArray(answer['Quotas'])) {
      throw new BedrockFailureError({
        status: 502,
        type: 'api_error',
        message: `ListServiceQuotas: ${new URL(base).origin} answered without Quotas: is it Service Quotas?`,
        requestId: headers.get('x-amzn-requestid') ?? undefined,
        region,
        retryable: false,
      })
    }
    quotas.push(...answer['Quotas'].flatMap((quota: unknown) => readQuota(quota) ?? []))
    nextToken = textIn(answer, 'NextToken')
    if (nextToken === undefined || nextToken === '') break
  }
  return quotas
}

/** Service Quotas speaks AWS's JSON protocol 1.1. */
function toRequest(url: string, nextToken: string | undefined): HttpRequest {
  return {
    method: 'POST',
    url,
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'ServiceQuotasV20190624.ListServiceQuotas',
      accept: 'application/json',
    },
    body: JSON.stringify({ ServiceCode: 'bedrock', MaxResults: 100, ...(nextToken && { NextToken: nextToken }) }),
  }
}

function readQuota(quota: unknown): ServiceQuota | undefined {
  const quotaName = isRecord(quota) ? textIn(quota, 'QuotaName') : undefined
  const value = isRecord(quota) ? quota['Value'] : undefined
  if (!isRecord(quota) || quotaName === undefined || typeof value !== 'number') return undefined
  const adjustable = quota['Adjustable']
  return {
    quotaName,
    quotaCode: textIn(quota, 'QuotaCode'),
    value,
    adjustable: typeof adjustable === 'boolean' ? adjustable : undefined,
  }
}
