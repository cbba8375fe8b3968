import type { JsonObject } from '@outcrop/protocol'
import { asksForStructure } from '../structured/asks-for-structure.ts'
import type { AnthropicCall } from './anthropic-call.ts'
import { refuse } from './call-error.ts'
import { loadKnowledge } from './load-knowledge.ts'
import type { CallPlan } from './call-plan.ts'
import { sendMessages } from './send-messages.ts'
import type { Settings } from './settings.ts'

/** Answers `/v1/messages`; structured output and reports of cost are loaded for those who ask for them. */
export async function answerMessages(call: AnthropicCall, settings: Settings, init: RequestInit): Promise<Response> {
  const { planCall, prepareAt } = await loadKnowledge()
  const plan = await planCall(call, settings)
  if ('status' in plan) return refuse(plan.status, plan.message, plan.region)
  const send = (body: JsonObject): Promise<Response> =>
    sendMessages({ ...call, body }, { plan, prepareAt, settings, init })
  const isStructured = settings.options.capabilities !== 'send' && asksForStructure(call.body)
  const response = await (isStructured ? answerStructured(call, plan, settings, send) : send(call.body))
  const { onAnswer } = settings.options
  if (onAnswer === undefined) return response
  const { reportResponse } = await import('../cost/report-response.ts')
  return reportResponse(response, settings.now, onAnswer)
}

async function answerStructured(
  call: AnthropicCall,
  { places: [place] }: CallPlan,
  { warn }: Settings,
  send: (body: JsonObject) => Promise<Response>,
): Promise<Response> {
  const { sendStructured } = await import('../structured/send-structured.ts')
  const { body, stream: isStream, betas } = call
  const anthropicName = place?.anthropicName ?? place?.model?.anthropicName
  // Other places have the same model, and the table says the same of all wires of Bedrock.
  const model = anthropicName === undefined ? undefined : { anthropicName }
  return sendStructured({ body, isStream, model, wire: place?.target.wire ?? 'invoke', betas, send, warn })
}
