import type { Json } from '@outcrop/protocol'
import type { BedrockFailure } from '../reliability/bedrock-failure.ts'
import { isUnknownOperation, readFailure, readStrangeAnswer } from '../reliability/read-failure.ts'
import { readWholeText } from '../reliability/read-whole-text.ts'
import { readFailureText } from '../reliability/read-failure-text.ts'
import { nextStep } from '../reliability/retry-policy.ts'
import type { Endpoints } from './http-request.ts'
import { isExpiry } from './next-move.ts'
import { pause } from './pause.ts'
import type { Settings } from './settings.ts'

/** A request whose whole answer is JSON. */
export interface JsonRequest {
  readonly plane: keyof Endpoints
  readonly region: string
  readonly method: 'GET' | 'POST'
  /** What follows the endpoint's URL, the query included; begins with a slash. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly body?: string | undefined
  /** An order that is carried out may be answered with nothing. */
  readonly maySayNothing?: boolean | undefined
}

/** What came of it. */
export type JsonOutcome =
  | { readonly kind: 'answered'; readonly json: Json; readonly headers: Headers }
  | { readonly kind: 'failed'; readonly failure: BedrockFailure }

/** How a request of JSON is made: what `Settings` has of it. */
export type JsonTools = Pick<Settings, 'authorizer' | 'fetch' | 'endpointsFor' | 'now' | 'random'> & {
  /** How often a failure that may pass is repeated here. */
  readonly maxRepeats: number
}

/**
 * Sends a request and reads its answer as JSON; expired credentials are renewed once, failures that may pass are repeated. Throws
 * what `fetch` throws.
 */
export async function sendJson(request: JsonRequest, tools: JsonTools, init: RequestInit = {}): Promise<JsonOutcome> {
  let isRefreshed = false
  for (let repeats = 0; ;) {
    const { outcome, refresh } = await sendOnce(request, tools, init)
    if (outcome.kind === 'answered') return outcome
    const { failure } = outcome
    if (isExpiry(failure)) {
      if (isRefreshed || !(await refresh())) return outcome
      isRefreshed = true
      continue
    }
    const step = nextStep(failure, repeats, tools.random)
    if (step.kind === 'tell' || repeats >= tools.maxRepeats) return outcome
    repeats += 1
    await pause(step.afterMs, init.signal)
  }
}

async function sendOnce(request: JsonRequest, tools: JsonTools, init: RequestInit) {
  const { plane, region, method, path, body } = request
  const { authorizer, endpointsFor, fetch, now } = tools
  const url = endpointsFor(region)[plane] + path
  const headers = {
    accept: 'application/json',
    ...(body !== undefined && { 'content-type': 'application/json' }),
    ...request.headers,
  }
  const service = plane === 'mantle' ? 'bedrock-mantle' : 'bedrock'
  const audience = { service, region } as const
  const sent = await authorizer.authorize({ method, url, headers, body }, audience, init.signal)
  const response = await fetch(url, {
    redirect: 'manual',
    ...init,
    method,
    headers: sent.headers,
    ...(body !== undefined && { body }),
  })
  const text = response.ok ? await readWholeText(response, { region }) : await readFailureText(response)
  const refresh = async (): Promise<boolean> => authorizer.refresh(sent)
  return { outcome: toOutcome(request, response, text, now()), refresh }
}

function toOutcome(request: JsonRequest, response: Response, body: string, nowMs: number): JsonOutcome {
  const { status, headers } = response
  const failed = { status, headers, body, region: request.region, nowMs }
  if (!response.ok) return { kind: 'failed', failure: readFailure(failed) }
  const json = isUnknownOperation(status, body)
    ? undefined
    : parse(request.maySayNothing === true && body === '' ? '{}' : body)
  if (json !== undefined) return { kind: 'answered', json, headers }
  const wire = request.plane === 'mantle' ? 'mantle' : 'invoke'
  return { kind: 'failed', failure: readStrangeAnswer({ ...failed, wire, operation: request.path }) }
}

function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json
  } catch {
    return undefined
  }
}
