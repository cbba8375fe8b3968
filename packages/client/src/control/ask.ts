import { platform as ownPlatform } from '#platform'
import { createAuthorizer } from '../credentials/create-authorizer.ts'
import { endpointsFor } from '../endpoint/endpoints.ts'
import { createRegionResolver } from '../endpoint/resolve-region.ts'
import type { BedrockOptions } from '../options.ts'
import { BedrockFailureError } from '../reliability/bedrock-failure.ts'
import type { HttpRequest } from '../transport/http-request.ts'
import { isRecord, type JsonRecord } from './json-fields.ts'
import { parseJson } from './read-text.ts'
import { type Answer, sendControl } from './send-control.ts'

/** One question to the control plane. */
export interface Question {
  readonly operation: string
  /** Percent-encoded, from the root of the plane. */
  readonly path: string
  readonly query?: Readonly<Record<string, string | undefined>>
  readonly signal?: AbortSignal | undefined
}

/** What was answered, and how to refuse it when it is not what was asked for. */
export interface Asked {
  readonly answer: JsonRecord
  readonly refuse: (why: string) => Error
}

/** Makes what asks the control plane of one client: authorised, within its limits of time, repeated where that may help. */
export function createAsk(options: BedrockOptions): (question: Question) => Promise<Asked> {
  const authorizer = createAuthorizer(options, ownPlatform)
  const regionOf = createRegionResolver(options, ownPlatform)
  return async ({ operation, path, query = {}, signal }) => {
    const region = await regionOf()
    const base = endpointsFor(region, options, (name) => ownPlatform.env(name)).control
    const search = Object.entries(query).flatMap(([name, value]) =>
      value === undefined ? [] : [`${encodeURIComponent(name)}=${encodeURIComponent(value)}`],
    )
    const url = `${base}${path}${search.length === 0 ? '' : `?${search.join('&')}`}`
    const request: HttpRequest = { method: 'GET', url, headers: { accept: 'application/json' } }
    const answer = await sendControl({ request, audience: { service: 'bedrock', region }, authorizer, options, signal })
    return readAsked(answer, operation, region, url)
  }
}

function readAsked({ headers, text }: Answer, operation: string, region: string, url: string): Asked {
  const refuse = (why: string): Error =>
    new BedrockFailureError({
      status: 502,
      type: 'api_error',
      message: `${operation}: ${new URL(url).origin} ${why}: is it a Bedrock endpoint?`,
      requestId: headers.get('x-amzn-requestid') ?? undefined,
      region,
      retryable: false,
    })
  const answer = parseJson(text)
  if (!isRecord(answer)) throw refuse('did not answer with JSON')
  return { answer, refuse }
}
