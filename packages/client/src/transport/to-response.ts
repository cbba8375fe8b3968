import type { JsonObject } from '@outcrop/protocol'
import type { AnswerContext } from '../wires/wire-adapter.ts'
import type { Answered, WholeMessage } from './attempt.ts'
import type { Prepared } from './prepare.ts'
import { toStreamedResponse } from './streamed-answer.ts'

// What belongs to the body that came, not to the one that is handed on.
const ofTheBody = ['content-length', 'content-encoding', 'transfer-encoding', 'connection', 'keep-alive']

/** Answers as Anthropic would; headers say which wire, Region and model id answered, and what had no effect. */
export function toResponse(outcome: Answered, prepared: Prepared, headers: Readonly<Record<string, string>>): Response {
  const init = { status: 200, headers: answerHeaders(outcome.answer, prepared, headers) }
  if (outcome.kind === 'events') {
    init.headers.set('content-type', 'text/event-stream; charset=utf-8')
    return toStreamedResponse(outcome.events, init)
  }
  init.headers.set('content-type', 'application/json')
  return withText(outcome.message, init)
}

/**
 * A response of a message that is at hand: read as JSON or text it need not come back out of a stream and be parsed again, which
 * costs more than all else here. Read in any other way, or again, it is a response like all others.
 */
function withText({ text, value }: WholeMessage, init: ResponseInit): Response {
  const response = new Response(text, init)
  const [json, readText] = [response.json.bind(response), response.text.bind(response)]
  let parsed: JsonObject | undefined = value
  const takeParsed = (): unknown => {
    const taken = parsed ?? (JSON.parse(text) as unknown)
    parsed = undefined // its reader may change it
    return taken
  }
  return Object.defineProperties(response, {
    json: { value: async (): Promise<unknown> => (response.bodyUsed ? json() : takeParsed()) },
    text: { value: async (): Promise<string> => (response.bodyUsed ? readText() : text) },
  })
}

function answerHeaders(
  { headers: received, requestId }: AnswerContext,
  { target, model, warnings }: Prepared,
  more: Readonly<Record<string, string>>,
): Headers {
  const headers = new Headers(received)
  for (const name of ofTheBody) headers.delete(name)
  if (requestId !== undefined) headers.set('request-id', requestId)
  headers.set('x-outcrop-wire', target.wire)
  headers.set('x-outcrop-region', target.region)
  headers.set('x-outcrop-model-id', target.modelId)
  const pricedAs = idBehind(target, model)
  if (pricedAs !== undefined) headers.set('x-outcrop-priced-as', pricedAs)
  for (const [name, value] of Object.entries(more)) headers.set(name, value)
  for (const warning of warnings) headers.append('x-outcrop-warning', toHeaderText(warning))
  return headers
}

/** The id that an application profile stands for, where that is known: its own tells no price. */
function idBehind({ modelId, scope }: Prepared['target'], model: Prepared['model']): string | undefined {
  if (model === undefined || scope === undefined || !modelId.includes(':application-inference-profile/'))
    return undefined
  return scope === 'in-region' ? model.modelId : model.profiles[scope]?.profileId
}

/** A text as a header can carry it: in one line of printable ASCII. */
function toHeaderText(text: string): string {
  return text.replaceAll(/[^\u0020-\u007e]+/g, '?')
}
