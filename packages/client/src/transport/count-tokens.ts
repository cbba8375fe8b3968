import { adaptRequest } from '../models/adapt-request.ts'
import { resolveTargets } from '../models/resolve-targets.ts'
import { toFailureResponse } from '../reliability/failure-response.ts'
import { sortThrown } from '../reliability/thrown.ts'
import { type CountStep, countTokensPlan, mayCountElsewhere } from '../wires/count-tokens.ts'
import { estimateTokens } from '../wires/estimate-tokens.ts'
import { WireRefusal } from '../wires/wire-adapter.ts'
import type { AnthropicCall } from './anthropic-call.ts'
import { refuse } from './call-error.ts'
import { named } from './named.ts'
import { readPlace, toRefusal } from './plan-call.ts'
import type { Refusal } from './prepare.ts'
import { sendJson } from './send-json.ts'
import type { Settings } from './settings.ts'
import { steer } from './steer.ts'

/**
 * Answers `/v1/messages/count_tokens` with the count of whoever counts for the model: Bedrock, else mantle, else an estimate,
 * which the header `x-outcrop-token-estimate` says it is, and how good.
 */
export async function countTokens(call: AnthropicCall, settings: Settings, init: RequestInit): Promise<Response> {
  const { options, now } = settings
  if (call.model === '') return refuse(400, 'model: Field required')
  const place = await readPlace(call, settings)
  const resolved = resolveTargets(call.model, place)
  if (resolved.kind === 'refused') return answerRefusal(toRefusal(resolved, place.region))
  const [target] = resolved.targets
  if (target === undefined) return refuse(404, `${call.model} is called nowhere.`, place.region)
  const { betas, version } = call
  const model = named(resolved)
  const plan = countTokensPlan({
    ...resolved,
    ...target,
    adapt: (wire) => adaptRequest(call.body, { model, wire, betas, version, policy: options.capabilities ?? 'adapt' }),
    residency: options.residency,
    now: now(),
  })
  if (plan.kind === 'refused') return refuse(400, plan.message, target.region)
  for (const step of plan.steps) {
    for (const warning of step.warnings) settings.warn(warning)
    const outcome = await sendStep(step, target.region, call, settings, init)
    if (outcome !== undefined) return outcome
  }
  try {
    const { input_tokens, quality } = estimateTokens(call.body, model ?? { anthropicName: '' })
    const headers = { 'x-outcrop-token-estimate': quality, 'x-outcrop-region': target.region }
    settings.warn(`Nobody counts the tokens of ${call.model} for this caller: they were estimated (${quality}).`)
    // Said in the body too: who counts by an SDK sees no headers.
    return Response.json({ input_tokens, estimated: true }, { headers })
  } catch (error) {
    if (error instanceof WireRefusal) return refuse(400, error.message, target.region)
    throw error
  }
}

function answerRefusal({ status, message, region }: Refusal): Response {
  return refuse(status, message, region)
}

/** The answer of a step; `undefined` when another may count what this one does not. */
async function sendStep(
  step: CountStep,
  region: string,
  call: AnthropicCall,
  settings: Settings,
  init: RequestInit,
): Promise<Response | undefined> {
  const { plane, path, headers, wire } = step
  const request = { plane, region, method: 'POST', path, headers, body: JSON.stringify(step.body) } as const
  const maxRepeats = call.repeat === undefined ? settings.maxRetries : 0
  const outcome = await sendJson(request, { ...settings, maxRepeats }, init).catch((error: unknown) => {
    // Who may reach the runtime alone, as by a VPC endpoint, cannot be counted for by mantle.
    if (wire === 'mantle' && sortThrown(error, { region }).kind === 'connection') return undefined
    throw error
  })
  if (outcome === undefined) return undefined
  if (outcome.kind === 'failed') {
    return mayCountElsewhere(outcome.failure)
      ? undefined
      : toFailureResponse(outcome.failure, steer(outcome.failure, call, settings))
  }
  const count = step.read(outcome.json)
  const requestId = outcome.headers.get('x-amzn-requestid') ?? outcome.headers.get('request-id')
  if (count === undefined) return undefined
  return answer(count.input_tokens, {
    'x-outcrop-wire': wire,
    'x-outcrop-region': region,
    ...(requestId !== null && { 'request-id': requestId, 'x-amzn-requestid': requestId }),
  })
}

function answer(input_tokens: number, headers: Readonly<Record<string, string>>): Response {
  return Response.json({ input_tokens }, { headers })
}
