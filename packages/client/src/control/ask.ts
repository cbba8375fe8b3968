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

/** A question or an order to the control plane. */
interface Question {
  readonly operation: string
  /** `GET` unless told otherwise. */
  readonly method?: HttpRequest['method'] | undefined
  /** Percent-encoded, from the root of the plane. */
  readonly path: string
  readonly query?: Readonly<Record<string, string | undefined>>
  /** What is sent as JSON; members that are `undefined` are left out. */
  readonly body?: object | undefined
  readonly signal?: AbortSignal | undefined
}

/** What was answered, and how to refuse it when it is not what was asked for. */
interface Asked {
  readonly answer: JsonRecord
  readonly refuse: (why: string) => Error
}

/** Asks one question. */
export type Ask = (question: Question) => Promise<Asked>

/** Makes what asks the control plane of one client: authorised, within its limits of time, repeated where that may help. */
export function createAsk(options: BedrockOptions): Ask {
  const authorizer = createAuthorizer(options, ownPlatform)
  const regionOf = createRegionResolver(options, ownPlatform)
  return async ({ operation, method = 'GET', path, query = {}, body, signal }) => {
    const region = await regionOf()
    const base = endpointsFor(region, options, (name) => ownPlatform.env(name)).control
    const search = Object.entries(query).flatMap(([name, value]) =>
      value === undefined ? [] : [`${encodeURIComponent(name)}=${encodeURIComponent(value)}`],
    )
    const url = `${base}${path}${search.length === 0 ? '' : `?${search.join('&')}`}`
    const request: HttpRequest = {
      method,
      url,
      headers: { accept: 'application/json', ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    }
    const answer = await sendControl({ request, audience: { service: 'bedrock', region }, authorizer, options, signal })
    // An order that is carried out may be answered with nothing.
    const isSilent = method !== 'GET' && answer.text === ''
    return readAsked(isSilent ? { ...answer, text: '{}' } : answer, operation, region, url)
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
