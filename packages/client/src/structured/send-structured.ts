import type { JsonObject } from '@outcrop/protocol'
import type { ClientWire } from '../options.ts'
import { BedrockFailureError } from '../reliability/bedrock-failure.ts'
import { toFailureResponse } from '../reliability/failure-response.ts'
import type { StreamSource } from '../reliability/hold-until-content.ts'
import { takeEvents, toStreamedResponse } from '../transport/streamed-answer.ts'
import type { WireEvent } from '../wires/wire-adapter.ts'
import { readFormat } from './answer-rules.ts'
import { toFailure } from './ask-for-repair.ts'
import { isObject, textAt } from './json-values.ts'
import { planStructuredOutput, type StructuredContext } from './plan-structured-output.ts'
import type { Done, Failed, StructuredPlan } from './structured-plan.ts'

/** A call for structured output, and how calls are sent. */
export interface StructuredCall {
  readonly body: JsonObject
  readonly isStream: boolean
  readonly model: StructuredContext['model']
  readonly wire: ClientWire
  readonly betas: readonly string[]
  /** Sends a body in place of the call's, and answers as Anthropic would. */
  readonly send: (body: JsonObject) => Promise<Response>
  readonly warn: (warning: string) => void
}

/**
 * Gets structured output from whatever model answers: natively where the capability table passes it, unless the endpoint
 * refuses it all the same, and by a plan otherwise. The header `x-outcrop-structured-output` says which way it took.
 */
export async function sendStructured(call: StructuredCall): Promise<Response> {
  const plan = planStructuredOutput(call.body, contextOf(call))
  if (plan !== undefined) return sendPlan(plan, call)
  const response = await call.send(call.body)
  if (response.status === 400) return sendRefused(call, response)
  if (response.ok && readFormat(call.body) !== undefined) response.headers.set(wayHeader, 'native')
  return response
}

function contextOf({ model, wire, betas }: StructuredCall): StructuredContext {
  return { model, wire: wire === 'runtime-messages' ? 'runtime' : wire, betas }
}

const wayHeader = 'x-outcrop-structured-output'

/** A model that is newer than the table, or that an id hides, may refuse what the table passes; nothing was answered yet. */
async function sendRefused(call: StructuredCall, response: Response): Promise<Response> {
  const text = await response.text()
  const isRefused = /(output_config\.format|output_format|\.strict): Extra inputs are not permitted/.test(text)
  const plan = isRefused ? planStructuredOutput(call.body, { ...contextOf(call), isRefused }) : undefined
  return plan === undefined ? new Response(text, response) : sendPlan(plan, call)
}

async function sendPlan(plan: StructuredPlan, call: StructuredCall): Promise<Response> {
  for (const warning of plan.warnings) call.warn(warning)
  const response = await call.send(plan.body)
  if (!response.ok) return response
  const { headers } = response
  for (const warning of plan.warnings) headers.append('x-outcrop-warning', warning)
  if (!call.isStream) return readWhole(plan, call, response)
  if (plan.way !== undefined) headers.set(wayHeader, plan.way)
  const ask = async (body: JsonObject) => eventsOf(await call.send(body))
  const events = plan.events(eventsOf(response), { ask, source: sourceOf(headers) })
  return toStreamedResponse(events[Symbol.asyncIterator](), { status: response.status, headers })
}

async function readWhole(plan: StructuredPlan, call: StructuredCall, response: Response): Promise<Response> {
  const reading = plan.read(await readObject(response))
  if (reading.kind === 'done') return toAnswer(reading, response)
  const repaired = await call.send(reading.body)
  return repaired.ok ? toAnswer(reading.read(await readObject(repaired)), response) : repaired
}

function toAnswer(outcome: Done | Failed, { status, headers }: Response): Response {
  if (outcome.kind === 'failed') return toFailureResponse(toFailure(outcome, sourceOf(headers)))
  if (outcome.way !== undefined) headers.set(wayHeader, outcome.way)
  return new Response(JSON.stringify(outcome.message), { status, headers })
}

async function readObject(response: Response): Promise<JsonObject> {
  const value: unknown = await response.json()
  return isObject(value) ? value : {}
}

/** The events of an answer; a failure is thrown as the one that a stream tells of. */
async function* eventsOf(response: Response): AsyncGenerator<WireEvent, void> {
  const events = takeEvents(response)
  if (events !== undefined) {
    yield* { [Symbol.asyncIterator]: () => events }
    return
  }
  const { error } = await readObject(response)
  const failed = isObject(error) ? error : {}
  throw new BedrockFailureError({
    ...sourceOf(response.headers),
    status: response.status,
    type: textAt(failed, 'type') || 'api_error',
    message: textAt(failed, 'message') || 'The answer is no stream.',
    retryable: false,
  })
}

function sourceOf(headers: Headers): StreamSource {
  return { region: headers.get('x-outcrop-region') ?? '', requestId: headers.get('request-id') ?? undefined }
}
