import {
  type Fidelity,
  GatewayError,
  listMantleModels,
  type MessagesRequest,
  type MessagesSurface,
  models,
  findPlainModel,
  lifecycleState,
  parseAnthropicRequest,
  readAnthropicEnvelope,
  texts,
} from '@outcrop/protocol'
import type { Admission } from './admission/admission.ts'
import { answerHeaders, type Backend, type BackendCall } from './backends/backend.ts'
import type { Call } from './call.ts'
import { type Headers, unknownOperationReply } from './edge/dialects/aws-json.ts'
import { breakBody } from './edge/dialects/break-body.ts'
import {
  anthropicModel,
  anthropicModels,
  createdReply,
  errorEvent,
  surfaceHeaders,
  surfaceReply,
  wrongMethodReply,
} from './edge/dialects/messages.ts'
import { guardrailWarning, unknownGuardrail } from './edge/dialects/guardrail.ts'
import { type InvokeSettings, parseInvokeHeaders } from './edge/dialects/invoke-model.ts'
import { openAiModel, openAiModels } from './edge/dialects/openai.ts'
import { sseReply } from './edge/dialects/sse-reply.ts'
import type { MessagesRoute } from './edge/messages-route.ts'
import type { HeaderMap, Reply } from './exchange.ts'
import { bodyFault } from './faults.ts'
import type { Log } from './log.ts'
import type { Metering } from './metering.ts'
import { permitModel } from './permit-model.ts'
import { type RoutedModel, routeSurfaceModel } from './routing/route-model.ts'
import type { Reader } from './storage/store.ts'
import type { WarningHeaders } from './warnings.ts'

/** What the Messages surfaces need of the gateway. */
export interface MessagesOptions {
  readonly backend: Backend
  readonly admission: Admission
  readonly metering: Metering
  readonly fidelity: Fidelity
  readonly store: Reader
  readonly log: Log
  /** Milliseconds of the epoch. */
  readonly now: () => number
  /** What the caller should hear of a model, as headers. */
  readonly warn: WarningHeaders
}

/** How long a stream may be silent, as the clients of Anthropic's API expect it. */
const pingMs = 15_000

/** Answers a call in Anthropic's own Messages API (WIRE §1.3). */
export async function answerMessages(route: MessagesRoute, call: Call, options: MessagesOptions): Promise<Reply> {
  const { surface } = route
  const { requestId } = call
  switch (route.operation) {
    case 'CreateMessage':
      return await createMessage(route, call, options)
    case 'CountTokens': {
      const { request, model, settings, warnings } = readRequest(route, call, options, true)
      const input_tokens = await options.backend.countTokens(toBackendCall(surface, call, { request, model, settings }))
      return surfaceReply(surface, requestId, { input_tokens }, [
        ...answerHeaders(options.backend, model.model),
        ...options.warn(model, warnings),
      ])
    }
    case 'ListModels':
      return surfaceReply(surface, requestId, listModels(route, call, options), [])
    case 'GetModel':
      return surfaceReply(surface, requestId, getModel(route, call, options), [])
    case 'OpenAi': {
      const { model } = readAnthropicEnvelope(call.body)
      // Recorded of mantle under `/v1`; [?] that `/openai/v1` and the runtime say the same.
      const path = call.exchange.rawPath.replace(/^.*(?=\/v1\/)/, '')
      throw new GatewayError('validation', texts.mantleChatUnsupported(model.slice(0, 200), path))
    }
    case 'KeyOnBatches':
      throw new GatewayError('missingAuthentication', texts.authorizationMissing)
    case 'Unknown':
      return unknownOperationReply(requestId)
    case 'WrongMethod':
      return wrongMethodReply(surface, requestId, texts.methodNotAllowed)
    case 'Missing':
      throw new GatewayError('notFound', texts.pathMissing)
  }
}

async function createMessage(route: MessagesRoute, call: Call, options: MessagesOptions): Promise<Reply> {
  const { surface } = route
  const { requestId } = call
  const { backend, log, metering } = options
  const read = readRequest(route, call, options, false)
  const backendCall = toBackendCall(surface, call, read)
  const headers: Headers = [...answerHeaders(backend, read.model.model), ...options.warn(read.model, read.warnings)]
  if (!read.stream) {
    const { message, headers: spent } = await metering.complete(backendCall)
    return breakBody(createdReply(surface, requestId, message, [...headers, ...spent]), message[bodyFault])
  }
  const { events, headers: prices } = await metering.stream(backendCall)
  const first = surfaceHeaders(surface, requestId, 'text/event-stream')
  return sseReply({
    events,
    headers: [...first, ['Cache-Control', 'no-cache'], ...headers, ...prices],
    toErrorData: (error) => errorEvent(requestId, error),
    pingMs,
    onFailure: (error) => {
      if (!call.exchange.signal.aborted) log.error(`messages ${requestId} broke off`, error)
    },
  })
}

/** WIRE §1.3: the runtime's Messages route is allowed by InvokeModel, mantle's by an action of its own, [?] counting too. */
function actionOf(surface: MessagesSurface, stream: boolean, isCounting: boolean): string {
  if (surface === 'mantle') return 'bedrock-mantle:CreateInference'
  if (isCounting) return 'bedrock:CountTokens'
  return `bedrock:${stream ? 'InvokeModelWithResponseStream' : 'InvokeModel'}`
}

interface ReadRequest {
  readonly request: MessagesRequest
  readonly model: RoutedModel
  readonly settings: InvokeSettings | undefined
  readonly stream: boolean
  readonly warnings: readonly string[]
}

function readRequest(
  { surface }: MessagesRoute,
  { body, exchange, identity }: Call,
  { fidelity, now, backend, admission, store }: MessagesOptions,
  isCounting: boolean,
): ReadRequest {
  const envelope = readAnthropicEnvelope(body)
  const { model: modelId, stream } = envelope
  const { region, account } = identity
  const { takesFaults = false } = backend
  const action = actionOf(surface, stream, isCounting)
  const asked = { caller: identity, modelId, action, isMantle: surface === 'mantle' }
  const model = permitModel(admission, asked, () =>
    routeSurfaceModel(surface, { modelId, region, account, fidelity, now: now(), store, takesFaults }),
  )
  const betas = readBetas(exchange.headers['anthropic-beta'])
  const warnings: string[] = []
  const warn = (text: string): void => void warnings.push(text)
  // The runtime takes InvokeModel's headers here too; [?] whether it repeats them in its answer.
  const settings = surface === 'runtime' ? parseInvokeHeaders(exchange.headers) : undefined
  const request = parseAnthropicRequest(envelope, { model: model.model, fidelity, surface, betas, isCounting, warn })
  checkGuardrail(surface, exchange.headers, request, warn)
  return { request, model, settings, stream, warnings }
}

/** Nowhere is a guardrail passed over in silence: the runtime has none, mantle and Anthropic's API know no such thing. */
function checkGuardrail(
  surface: MessagesSurface,
  headers: HeaderMap,
  request: MessagesRequest,
  warn: (text: string) => void,
): void {
  if (guardrailMember in request) {
    if (surface === 'runtime') throw unknownGuardrail()
    throw new GatewayError('validation', texts.extraInput(guardrailMember))
  }
  const warning = surface === 'runtime' ? undefined : guardrailWarning(headers)
  if (warning !== undefined) warn(warning)
}

const guardrailMember = 'amazon-bedrock-guardrailConfig'

function readBetas(header: string | undefined): readonly string[] {
  if (header === undefined) return []
  return header
    .split(',')
    .map((beta) => beta.trim())
    .filter((beta) => beta !== '')
}

function toBackendCall(
  surface: MessagesSurface,
  { exchange, identity, requestId }: Call,
  {
    request,
    model: { model, modelId, askedFault, scope, application },
    settings,
  }: Pick<ReadRequest, 'request' | 'model' | 'settings'>,
): BackendCall {
  return {
    requestId,
    model,
    scope,
    application,
    modelId,
    askedFault,
    wire: 'messages',
    surface,
    latency: settings?.latency,
    serviceTier: settings?.serviceTier,
    caller: identity,
    headers: exchange.headers,
    request,
    documentMode: 'visual',
    // Read when somebody waits: most calls need none.
    get signal() {
      return exchange.signal
    },
  }
}

function listModels({ surface }: MessagesRoute, call: Call, { fidelity, now }: MessagesOptions): unknown {
  if (surface === 'mantle') {
    return openAiModels(listMantleModels({ region: call.identity.region, fidelity, now: now() }))
  }
  const served = models.filter((model) => fidelity === 'guide' || lifecycleState(model, now()) !== 'EOL')
  return anthropicModels(served, call.exchange.rawQuery)
}

function getModel(
  { surface, rawIdentifier }: MessagesRoute,
  { identity }: Call,
  { fidelity, now }: MessagesOptions,
): unknown {
  const name = decode(rawIdentifier)
  if (surface === 'mantle') {
    const found = listMantleModels({ region: identity.region, fidelity, now: now() })
    const model = found.find(({ mantleId }) => mantleId === name)
    if (model === undefined) throw new GatewayError('notFound', texts.mantleModelMissing)
    return openAiModel(model)
  }
  const model = findPlainModel(name)
  if (model === undefined || (fidelity === 'aws' && lifecycleState(model, now()) === 'EOL')) {
    throw new GatewayError('notFound', texts.plainModelMissing(name))
  }
  return anthropicModel(model)
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
