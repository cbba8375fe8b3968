import type { Ask } from '../control/ask.ts'
import { isRecord } from '../control/json-fields.ts'
import { BedrockFailureError } from '../reliability/bedrock-failure.ts'
import { type JsonTools, sendJson } from '../transport/send-json.ts'

/** Asks the control plane of a Region by the means of a transport: its credentials, limits, routes and repeats. */
export function askAt(region: string, tools: JsonTools, init: RequestInit): Ask {
  return async ({ operation, method = 'GET', path, query = {}, body }) => {
    const search = new URLSearchParams(
      Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
    )
    const asked = {
      plane: 'control',
      region,
      method: method === 'GET' ? 'GET' : 'POST',
      // SigV4 knows no `+` for a blank.
      path: `${path}${search.size === 0 ? '' : `?${search.toString().replaceAll('+', '%20')}`}`,
      body: body === undefined ? undefined : JSON.stringify(body),
      maySayNothing: method !== 'GET',
    } as const
    const outcome = await sendJson(asked, tools, init)
    if (outcome.kind === 'failed') throw new BedrockFailureError(outcome.failure)
    const refuse = (why: string): Error =>
      new BedrockFailureError({
        status: 502,
        type: 'api_error',
        message: `${operation}: ${tools.endpointsFor(region).control} ${why}: is it a Bedrock endpoint?`,
        requestId: outcome.headers.get('x-amzn-requestid') ?? undefined,
        region,
        retryable: false,
      })
    if (!isRecord(outcome.json)) throw refuse('did not answer with an object')
    return { answer: outcome.json, refuse }
  }
}
