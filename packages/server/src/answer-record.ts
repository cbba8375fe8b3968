import {
  batchTexts,
  type Fidelity,
  GatewayError,
  type Message,
  type MessagesRequest,
  parseConverseRequest,
  parseMessagesRequest,
  toConverseResponse,
  toMessagesRequest,
} from '@outcrop/protocol'
import type { Admission } from './admission/admission.ts'
import type { BackendCall } from './backends/backend.ts'
import type { AnswerRecord, CheckModel, RecordAnswer, RecordCall } from './batch/record.ts'
import type { Identity } from './call.ts'
import { throwFromModel } from './edge/dialects/converse.ts'
import { refuseGuardrailConfig, unknownGuardrail } from './edge/dialects/guardrail.ts'
import type { Metering } from './metering.ts'
import type { Reader } from './storage/store.ts'
import { type RoutedModel, type RouteOptions, routeModel } from './routing/route-model.ts'

/** The stages that answer a record, the same that answer calls. */
export interface RecordStages {
  readonly admission: Admission
  readonly metering: Metering
  readonly fidelity: Fidelity
  /** What accounts have: their application profiles. */
  readonly store: Reader
  /** Whether the id of a job's model may ask for a fault. */
  readonly takesFaults: boolean
  /** Milliseconds of the epoch. */
  readonly now: () => number
}

/** Joins the stages for the records of batch jobs: who may use the model, its answer, and the dialect of the job. */
export function createRecordAnswers(stages: RecordStages): { checkModel: CheckModel; answerRecord: AnswerRecord } {
  const { fidelity, metering, now } = stages
  const route = (modelId: string, caller: Identity, wire: RouteOptions['wire']): RoutedModel => {
    const { region, account } = caller
    const rawModelId = encodeURIComponent(modelId)
    const { takesFaults, store } = stages
    const model = routeModel({ rawModelId, wire, region, account, fidelity, now: now(), store, takesFaults })
    stages.admission.permit({ ...model, caller, action: 'bedrock:InvokeModel' })
    return model
  }
  return {
    checkModel: (modelId, caller) => void route(modelId, caller, 'invoke'),
    async answerRecord(record) {
      if (record.type === 'InvokeModel') {
        const model = route(record.modelId, record.caller, 'invoke')
        const request = parseMessagesRequest(record.body, { model: model.model, fidelity, warn() {} })
        if ('amazon-bedrock-guardrailConfig' in request) throw unknownGuardrail()
        const { message } = await metering.complete(toCall(record, model, request))
        return answerOf(message, message)
      }
      const model = route(record.modelId, record.caller, 'converse')
      const request = parseConverseRequest(record.body, { model: model.model, fidelity })
      if (request.toolConfig !== undefined) throw new GatewayError('validation', batchTexts.converseTools)
      refuseGuardrailConfig(request)
      const messages = toMessagesRequest(request, { model: model.model, fidelity, warn() {} })
      const start = now()
      const { message } = await metering.complete(toCall(record, model, messages)).catch(throwFromModel)
      const latencyMs = Math.max(0, now() - start)
      return answerOf(message, toConverseResponse(message, { request, latencyMs }))
    },
  }
}

function toCall(
  { requestId, caller, type, signal }: RecordCall,
  { model, scope, application, modelId, askedFault }: RoutedModel,
  request: MessagesRequest,
): BackendCall {
  const isConverse = type === 'Converse'
  return {
    requestId,
    model,
    scope,
    application,
    isBatch: true,
    modelId,
    askedFault,
    wire: isConverse ? 'converse' : 'invoke',
    caller,
    headers: {},
    request,
    documentMode: isConverse ? 'per-citations' : 'visual',
    signal,
  }
}

function answerOf({ usage }: Message, output: object): RecordAnswer {
  const { input_tokens, cache_creation_input_tokens, cache_read_input_tokens, output_tokens } = usage
  // [?] Whether the manifest counts cached tokens as input; a record's own usage tells them apart.
  const inputTokens = input_tokens + (cache_creation_input_tokens ?? 0) + (cache_read_input_tokens ?? 0)
  return { output, inputTokens, outputTokens: output_tokens }
}
