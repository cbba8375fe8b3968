import {
  checkMessagesShape,
  type ConverseTranslation,
  findModel,
  fromConverseResponse,
  type JsonObject,
  parseConverseResponse,
  toConverseRequest,
} from '@outcrop/protocol'
import { readConverseEvents } from './converse-events.ts'
import { sayConverseRest } from './converse-rest.ts'
import { toConverseSettings } from './converse-settings.ts'
import { modelPath } from './model-path.ts'
import { answerOptions, unreadable } from './read-converse.ts'
import { type AnswerContext, type WireAdapter, type WireCall, type WireRequest, WireRefusal } from './wire-adapter.ts'

/**
 * Converse and its stream (WIRE §3.5, §6): Messages in Converse's words and back. What those words cannot carry is refused, and
 * what is lost on the way is warned of. A PDF is seen with its pages when its citations are enabled, and read as text when not.
 */
export const converse: WireAdapter = { plane: 'runtime', encode, decode, events: readConverseEvents }

function encode({ body, modelId, stream, betas, bedrock }: WireCall): WireRequest {
  const checked = checkMessagesShape({
    anthropic_version: 'bedrock-2023-05-31', // Converse has no versions, and Messages' shape wants one
    ...body,
    ...(betas.length > 0 && { anthropic_beta: betas }),
  })
  if (checked.kind === 'malformed') throw new WireRefusal(checked.text)
  const { settings, warnings } = toConverseSettings(bedrock, stream)
  const translation = toConverseRequest(checked.request, {
    model: findModel(modelId) ?? { modelId, anthropicName: modelId, maxOutputTokens: null },
    fidelity: 'aws',
    settings,
    // By the same table, and with the caller's policy: what is still there is meant to be sent.
    isJudged: true,
  })
  if (translation.kind === 'refused') throw new WireRefusal(sayRefusal(translation))
  return {
    path: modelPath(modelId, stream ? 'converse-stream' : 'converse'),
    headers: { accept: stream ? 'application/vnd.amazon.eventstream' : 'application/json' },
    body: translation.request as JsonObject, // made of JSON alone
    warnings: [...warnings, ...translation.warnings],
  }
}

function sayRefusal({ text }: Extract<ConverseTranslation, { readonly kind: 'refused' }>): string {
  return `${text} The wire "converse" cannot carry it: choose "invoke", "runtime-messages" or "auto".`
}

function decode(body: string, answer: AnswerContext): string {
  const parsed = parseConverseResponse(parseJson(body, answer))
  if (parsed.kind === 'malformed') throw unreadable(parsed.text, answer)
  const { message, rest } = fromConverseResponse(parsed.response, answerOptions(answer))
  return JSON.stringify({ ...message, ...sayConverseRest(rest, message.usage) })
}

function parseJson(body: string, answer: AnswerContext): unknown {
  try {
    return JSON.parse(body)
  } catch (cause) {
    throw unreadable('The body is no JSON.', answer, { cause })
  }
}
