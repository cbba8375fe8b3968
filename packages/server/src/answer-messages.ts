import {
  type Fidelity,
  GatewayError,
  listMantleModels,
  type MessagesRequest,
  models,
  findPlainModel,
  lifecycleState,
  parseAnthropicRequest,
  readAnthropicEnvelope,
  type ResolvedModel,
  resolveSurfaceModel,
  texts,
} from '@outcrop/protocol'
import type { Backend, BackendCall } from './backends/backend.ts'
import type { Call } from './call.ts'
import { type Headers, unknownOperationReply } from './edge/dialects/aws-json.ts'
import {
  anthropicModel,
  anthropicModels,
  createdReply,
  errorEvent,
  surfaceHeaders,
  surfaceReply,
  wrongMethodReply,
} from './edge/dialects/messages.ts'
import { openAiModel, openAiModels } from './edge/dialects/openai.ts'
import { sseReply } from './edge/dialects/sse-reply.ts'
import type { MessagesRoute } from './edge/messages-route.ts'
import type { Reply } from './exchange.ts'
import type { Log } from './log.ts'
import type { WarningHeaders } from './warnings.ts'

/** What the Messages surfaces need of the gateway. */
export interface MessagesOptions {
  readonly backend: Backend
  readonly fidelity: Fidelity
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
      const { request, model, modelId, warnings } = readRequest(route, call, options, true)
      const input_tokens = await options.backend.countTokens(toBackendCall(call, { request, model, modelId }))
      return surfaceReply(surface, requestId, { input_tokens }, [
        ...options.backend.headers,
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
  const { backend, log } = options
  const read = readRequest(route, call, options, false)
  const backendCall = toBackendCall(call, read)
  const headers: Headers = [...backend.headers, ...options.warn(read.model, read.warnings)]
  if (!read.stream) return createdReply(surface, requestId, await backend.complete(backendCall), headers)
  return sseReply({
    events: await backend.stream(backendCall),
    headers: [...surfaceHeaders(surface, requestId, 'text/event-stream'), ['Cache-Control', 'no-cache'], ...headers],
    toErrorData: (error) => errorEvent(requestId, error),
    pingMs,
    onFailure: (error) => {
      if (!call.exchange.signal.aborted) log.error(`messages ${requestId} broke off`, error)
    },
  })
}

interface ReadRequest {
  readonly request: MessagesRequest
  readonly model: ResolvedModel
  readonly modelId: string
  readonly stream: boolean
  readonly warnings: readonly string[]
}

function readRequest(
  { surface }: MessagesRoute,
  { body, exchange, identity }: Call,
  { fidelity, now }: MessagesOptions,
  isCounting: boolean,
): ReadRequest {
  const envelope = readAnthropicEnvelope(body)
  const { region, account } = identity
  const modelId = envelope.model
  const resolution = resolveSurfaceModel(surface, { modelId, region, account, fidelity, now: now() })
  if (resolution.kind === 'refused') throw new GatewayError(resolution.code, resolution.message)
  const betas = readBetas(exchange.headers['anthropic-beta'])
  const { model } = resolution
  const warnings: string[] = []
  const warn = (text: string): number => warnings.push(text)
  const request = parseAnthropicRequest(envelope, { model, fidelity, surface, betas, isCounting, warn })
  return { request, model: resolution, modelId, stream: envelope.stream, warnings }
}

function readBetas(header: string | undefined): readonly string[] {
  if (header === undefined) return []
  return header
    .split(',')
    .map((beta) => beta.trim())
    .filter((beta) => beta !== '')
}

function toBackendCall(
  { exchange, identity }: Call,
  { request, model, modelId }: Pick<ReadRequest, 'request' | 'model' | 'modelId'>,
): BackendCall {
  return {
    model: model.model,
    modelId,
    wire: 'messages',
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
