import {
  type Fidelity,
  GatewayError,
  type MessagesRequest,
  parseConverseRequest,
  parseMessagesRequest,
  toGatewayError,
  toMessagesRequest,
} from '@outcrop/protocol'
import { answerCountTokens } from './answer-count-tokens.ts'
import { answerMessages } from './answer-messages.ts'
import { answerServiceQuotas } from './answer-service-quotas.ts'
import type { Admin } from './admin/admin.ts'
import { checkOperator } from './admin/admin-door.ts'
import type { Admission } from './admission/admission.ts'
import { answerHeaders, type Backend, type BackendCall } from './backends/backend.ts'
import type { ApplicationProfileUse, Call, Identity } from './call.ts'
import type { Control } from './control/control.ts'
import { errorReply, type Headers, jsonReply, unknownOperationReply } from './edge/dialects/aws-json.ts'
import { jsonRpcFailure } from './edge/dialects/aws-json-rpc.ts'
import { breakBody } from './edge/dialects/break-body.ts'
import { converseReply, createConverseEvents, throwFromModel } from './edge/dialects/converse.ts'
import { eventStreamReply, type EventStreamOptions } from './edge/dialects/event-stream-reply.ts'
import {
  createChunks,
  type InvokeSettings,
  messageReply,
  parseInvokeHeaders,
  settingHeaders,
} from './edge/dialects/invoke-model.ts'
import { guardrailWarning, refuseGuardrailConfig, unknownGuardrail } from './edge/dialects/guardrail.ts'
import { surfaceErrorReply } from './edge/dialects/messages.ts'
import { openAiErrorReply } from './edge/dialects/openai.ts'
import { answerSts, stsErrorReply } from './edge/dialects/sts.ts'
import { speaksOpenAi } from './edge/messages-route.ts'
import { isOfConnection } from './edge/listener/refusals.ts'
import { matchRoute, type Route } from './edge/route.ts'
import type { Exchange, Handle, HeaderMap, Reply } from './exchange.ts'
import { AskedFailure, bodyFault, type ModelEvents } from './faults.ts'
import type { Entrance, Gatekeeper } from './identity/gatekeeper.ts'
import type { Log } from './log.ts'
import type { Metering } from './metering.ts'
import { permitModel } from './permit-model.ts'
import type { QuotaBook } from './quota.ts'
import { type RoutedModel, routeModel } from './routing/route-model.ts'
import type { Reader } from './storage/store.ts'
import { headersOf } from './retry-headers.ts'
import { createWarnings, type WarningHeaders, warnOfBetaHeader } from './warnings.ts'

/** The stages that the gateway joins, and the clock and chance that they share. */
export interface GatewayOptions {
  readonly gatekeeper: Gatekeeper
  readonly backend: Backend
  readonly admission: Admission
  readonly metering: Metering
  readonly control: Control
  /** What accounts have. */
  readonly store: Reader
  readonly admin: Admin
  readonly quotas: QuotaBook
  /** Whether callers are verified. */
  readonly mode: 'open' | 'strict'
  readonly fidelity: Fidelity
  readonly log: Log
  /** Milliseconds of the epoch. */
  readonly now: () => number
  /** A number in [0, 1): the length of stream padding. */
  readonly random: () => number
  readonly newRequestId: () => string
  /** Whether new work is welcome: false once a shutdown has begun. */
  readonly isReady: () => boolean
}

type RuntimeRoute = Extract<Route, { readonly kind: 'runtime' }>
type ServedRoute = Exclude<Route, { readonly kind: 'health' }>

/** Joins the stages in order: route, identity, routing, admission, backend, and the caller's own dialect on the way back. */
export function createGateway(options: GatewayOptions): Handle {
  const warnOnce = createWarnings(options.log)
  return async (exchange) => {
    const route = matchRoute(exchange)
    const requestId = options.newRequestId()
    if (route.kind === 'health') return healthReply(requestId, route.probe === 'live' || options.isReady())
    try {
      const pending = options.gatekeeper.beforeBody(exchange, entranceOf(route))
      const body = await exchange.readBody((chunk) => pending.update(chunk))
      const call: Call = { requestId, exchange, body, identity: pending.finish() }
      return await answer(route, call, options, warnOnce)
    } catch (cause) {
      if (isOfConnection(cause)) throw cause
      const error = toGatewayError(cause)
      if (error.code === 'internal' && !(error instanceof AskedFailure) && !exchange.signal.aborted) {
        options.log.error(`${exchange.method} ${route.kind} ${requestId} failed`, cause)
      }
      return refuse(route, requestId, error, headersOf(error, options.backend.headers))
    }
  }
}

const forSts: Entrance = { service: 'sts' }
const forServiceQuotas: Entrance = { service: 'servicequotas' }
const forBedrock: Entrance = { service: 'bedrock' }
const forRuntimeMessages: Entrance = { service: 'bedrock', takesApiKey: true }
const forMantle: Entrance = { service: 'bedrock-mantle', orService: 'bedrock', takesApiKey: true }

function entranceOf(route: ServedRoute): Entrance {
  if (route.kind === 'admin') return forBedrock
  if (route.kind === 'service-quotas') return forServiceQuotas
  if (route.kind === 'messages') return route.surface === 'runtime' ? forRuntimeMessages : forMantle
  return route.kind === 'sts' ? forSts : forBedrock
}

/** A refusal in the route's own dialect. */
function refuse(route: ServedRoute, requestId: string, error: GatewayError, fromBackend: Headers): Reply {
  if (route.kind === 'sts') return stsErrorReply(requestId, error)
  if (route.kind === 'service-quotas') return jsonRpcFailure(requestId, error)
  if (route.kind === 'messages') {
    const reply = speaksOpenAi(route) ? openAiErrorReply : surfaceErrorReply
    return reply(route.surface, requestId, error, fromBackend)
  }
  const isAnswered = route.kind === 'runtime' || route.kind === 'counting'
  return errorReply(requestId, error, isAnswered ? fromBackend : [])
}

function answer(route: ServedRoute, call: Call, options: GatewayOptions, warn: WarningHeaders): Reply | Promise<Reply> {
  switch (route.kind) {
    case 'runtime':
      return answerRuntime(route, call, options, warn)
    case 'counting':
      return answerCountTokens(route.rawModelId, call, { ...options, warn })
    case 'messages':
      return answerMessages(route, call, { ...options, warn })
    case 'control':
      return answerControl(route, call, options)
    case 'admin':
      return answerAdmin(route, call, options)
    case 'sts':
      return answerSts(call.requestId, call.exchange, call.body, call.identity)
    case 'service-quotas':
      return answerServiceQuotas(route.operation, call, options)
    case 'unserved':
      throw new GatewayError(
        'unserved',
        `Outcrop does not serve ${route.operation}. It serves InvokeModel, Converse, their streams, CountTokens, Anthropic's Messages API, lists of models, access to them, inference profiles and their tags, batch inference jobs, the configuration of invocation logging, lists of quotas, and STS GetCallerIdentity.`,
      )
    case 'unknown':
      return unknownOperationReply(call.requestId)
  }
}

async function answerControl(
  route: Extract<Route, { readonly kind: 'control' }>,
  { requestId, identity, exchange, body: bytes }: Call,
  { control, fidelity, now }: GatewayOptions,
): Promise<Reply> {
  const { region, account } = identity
  const caller = { region, account, identity, fidelity, now: now() }
  const { status, body, warnings } = await control(route, exchange.rawQuery, caller, bytes)
  const headers: Headers = warnings.length === 0 ? [] : [['x-outcrop-warning', warnings.join('; ')]]
  return jsonReply(requestId, body, headers, status)
}

async function answerAdmin(
  { path }: Extract<Route, { readonly kind: 'admin' }>,
  { requestId, identity, exchange, body }: Call,
  { admin, mode }: GatewayOptions,
): Promise<Reply> {
  checkOperator(exchange, identity, mode)
  const { method, rawQuery } = exchange
  return jsonReply(requestId, await admin({ method, path, rawQuery, body }), [['Cache-Control', 'no-store']])
}

function answerRuntime(route: RuntimeRoute, call: Call, options: GatewayOptions, warn: WarningHeaders): Promise<Reply> {
  const { region, account } = call.identity
  const now = options.now()
  const wire = isConverse(route) ? 'converse' : 'invoke'
  const { fidelity, backend, store } = options
  const { takesFaults = false } = backend
  const { rawModelId } = route
  const asked = { caller: call.identity, rawModelId, action: `bedrock:${actionOf(route)}` }
  const model = permitModel(options.admission, asked, () =>
    routeModel({ rawModelId, wire, region, account, fidelity, now, store, takesFaults }),
  )
  const work: Work = {
    route,
    call,
    options,
    model,
    headers: (warnings) => together(answerHeaders(options.backend, model.model), warn(model, warnings)),
    elapsedMs: () => Math.max(0, options.now() - call.exchange.arrivedAt),
  }
  return isConverse(route) ? converse(work) : invoke(work)
}

/** Converse is allowed by the actions of InvokeModel (WIRE §2.7). */
function actionOf({ operation }: RuntimeRoute): string {
  return operation.endsWith('Stream') ? 'InvokeModelWithResponseStream' : 'InvokeModel'
}

function isConverse({ operation }: RuntimeRoute): boolean {
  return operation === 'Converse' || operation === 'ConverseStream'
}

/** Everything the two runtime dialects need to answer one call. */
interface Work {
  readonly route: RuntimeRoute
  readonly call: Call
  readonly options: GatewayOptions
  readonly model: RoutedModel
  /** What goes with an answer to a request that gave rise to these warnings. */
  readonly headers: (warnings: readonly string[]) => Headers
  /** Whole milliseconds since the request's head arrived. */
  readonly elapsedMs: () => number
}

async function invoke(work: Work): Promise<Reply> {
  const { call, options, model } = work
  const settings = parseInvokeHeaders(call.exchange.headers)
  const warnings: string[] = []
  const context = { model: model.model, fidelity: options.fidelity, warn: (text: string) => warnings.push(text) }
  const request = parseMessagesRequest(call.body, context)
  warnOfBetaHeader(call.exchange.headers, request, { ...context, wire: 'invoke' })
  // [M] The member is only legal beside a guardrail header, which was refused above.
  if ('amazon-bedrock-guardrailConfig' in request) throw unknownGuardrail()
  const headers = together(settingHeaders(settings), work.headers(warnings))
  if (work.route.operation === 'InvokeModel') {
    const { message, headers: spent } = await complete(work, request, settings)
    const reply = messageReply(call.requestId, message, work.elapsedMs(), together(headers, spent))
    return breakBody(reply, message[bodyFault])
  }
  const { events, headers: prices } = await stream(work, request, settings)
  const withType: Headers = [['X-Amzn-Bedrock-Content-Type', 'application/json'], ...headers, ...prices]
  return eventStreamReply(streamOptions(work, events, createChunks(work.elapsedMs), withType))
}

async function converse(work: Work): Promise<Reply> {
  const { call, options, model } = work
  const request = parseConverseRequest(call.body, { model: model.model, fidelity: options.fidelity })
  refuseGuardrailConfig(request)
  const warnings: string[] = []
  const context = { model: model.model, fidelity: options.fidelity, warn: (text: string) => warnings.push(text) }
  const messages = toMessagesRequest(request, context)
  warnOfBetaHeader(call.exchange.headers, messages, { ...context, wire: 'converse' })
  const unguarded = guardrailWarning(call.exchange.headers) // Converse names one in its body alone
  if (unguarded !== undefined) warnings.push(unguarded)
  const headers = work.headers(warnings)
  const settings = { latency: request.performanceConfig?.latency, serviceTier: request.serviceTier?.type }
  if (work.route.operation === 'Converse') {
    const { message, headers: spent } = await complete(work, messages, settings).catch(throwFromModel)
    const reply = converseReply(call.requestId, message, request, work.elapsedMs(), together(headers, spent))
    return breakBody(reply, message[bodyFault])
  }
  const { events, headers: prices } = await stream(work, messages, settings).catch(throwFromModel)
  const all = together(headers, prices)
  return eventStreamReply(streamOptions(work, events, createConverseEvents(request, work.elapsedMs), all))
}

function complete(work: Work, request: MessagesRequest, settings: InvokeSettings): ReturnType<Metering['complete']> {
  return work.options.metering.complete(new WorkCall(work, request, settings))
}

function stream(work: Work, request: MessagesRequest, settings: InvokeSettings): ReturnType<Metering['stream']> {
  return work.options.metering.stream(new WorkCall(work, request, settings))
}

class WorkCall implements BackendCall {
  readonly requestId: string
  readonly scope: BackendCall['scope']
  readonly application: ApplicationProfileUse | undefined
  readonly model: BackendCall['model']
  readonly request: MessagesRequest
  readonly documentMode: BackendCall['documentMode']
  readonly wire: BackendCall['wire']
  readonly caller: Identity
  readonly modelId: string
  readonly askedFault: string | undefined
  readonly latency: string | undefined
  readonly serviceTier: string | undefined
  readonly #exchange: Exchange

  constructor({ model, call, route }: Work, request: MessagesRequest, { latency, serviceTier }: InvokeSettings) {
    this.requestId = call.requestId
    this.model = model.model
    this.scope = model.scope
    this.application = model.application
    this.modelId = model.modelId
    this.askedFault = model.askedFault
    this.wire = isConverse(route) ? 'converse' : 'invoke'
    this.documentMode = this.wire === 'converse' ? 'per-citations' : 'visual'
    this.caller = call.identity
    this.request = request
    this.latency = latency
    this.serviceTier = serviceTier
    this.#exchange = call.exchange
  }

  get headers(): HeaderMap {
    return this.#exchange.headers
  }

  // Read when somebody waits: a signal costs more than the rest of this object, and most calls need none.
  get signal(): AbortSignal {
    return this.#exchange.signal
  }
}

function streamOptions(
  { route, call, options }: Work,
  events: ModelEvents,
  toWire: EventStreamOptions['toWire'],
  headers: Headers,
): EventStreamOptions {
  return {
    requestId: call.requestId,
    operation: route.operation === 'ConverseStream' ? 'ConverseStream' : 'InvokeModelWithResponseStream',
    events,
    toWire,
    headers,
    random: options.random,
    onFailure: (error) => {
      if (!call.exchange.signal.aborted) options.log.error(`${route.operation} ${call.requestId} broke off`, error)
    },
  }
}

/** Both lists, copied only when neither is empty. */
function together(first: Headers, second: Headers): Headers {
  if (first.length === 0) return second
  return second.length === 0 ? first : [...first, ...second]
}

function healthReply(requestId: string, healthy: boolean): Reply {
  return jsonReply(
    requestId,
    { status: healthy ? 'ok' : 'shutting down' },
    [['Cache-Control', 'no-store']],
    healthy ? 200 : 503,
  )
}
