import type { Json } from '@outcrop/protocol'
import { BedrockFailureError } from '../reliability/bedrock-failure.ts'
import { toFailureResponse } from '../reliability/failure-response.ts'
import * as models from '../wires/models-list.ts'
import type { AnthropicCall } from './anthropic-call.ts'
import { refuse } from './call-error.ts'
import { sendJson } from './send-json.ts'
import type { Settings } from './settings.ts'
import { steer } from './steer.ts'

/** Answers `/v1/models` with what the account may call in its Region. */
export function listModels(call: AnthropicCall, settings: Settings, init: RequestInit): Promise<Response> {
  return answer(call, settings, init, (context) => models.listModels(call.query, context))
}

/** Answers `/v1/models/{id}` with the model that an id, an ARN, an alias or a name means to the account. */
export function retrieveModel(call: AnthropicCall, settings: Settings, init: RequestInit): Promise<Response> {
  return answer(call, settings, init, (context) => models.retrieveModel(call.model, context))
}

async function answer(
  call: AnthropicCall,
  settings: Settings,
  init: RequestInit,
  find: (context: models.ModelsContext) => Promise<models.ModelsAnswer<unknown>>,
): Promise<Response> {
  const region = await settings.regionFor(call.model)
  const { options, now } = settings
  try {
    const found = await find({
      ask: askControl(region, call, settings, init),
      region,
      scope: options.scope,
      now: now(),
    })
    if (found.kind === 'refused') return refuse(found.status, found.message, region)
    return Response.json(found.body, { headers: { 'x-outcrop-region': region } })
  } catch (error) {
    if (!(error instanceof BedrockFailureError)) throw error
    return toFailureResponse(error.failure, steer(error.failure, call, settings))
  }
}

function askControl(
  region: string,
  { repeat }: AnthropicCall,
  settings: Settings,
  init: RequestInit,
): (path: string) => Promise<Json> {
  const maxRepeats = repeat === undefined ? settings.maxRetries : 0
  return async (path) => {
    const request = { plane: 'control', region, method: 'GET', path } as const
    const outcome = await sendJson(request, { ...settings, maxRepeats }, init)
    if (outcome.kind === 'failed') throw new BedrockFailureError(outcome.failure)
    return outcome.json
  }
}
