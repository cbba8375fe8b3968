import {
  contextWindowOf,
  findModel,
  GatewayError,
  type MessagesRequest,
  type ModelEntry,
  parseConverseRequest,
  parseMessagesRequest,
  type TokenizerFamily,
  tokenizerFamilyOf,
  toMessagesRequest,
} from '@outcrop/protocol'
import { costOf } from '../backends/simulator/count-input-tokens.ts'
import type { DocumentReader } from '../backends/simulator/media/document-reader.ts'
import { readMedia } from '../backends/simulator/media/read-media.ts'
import type { MeasuredCall } from './fit.ts'

/** A line that could be read, with the family that its model counts by, or why it could not. */
export type RealCall =
  | { readonly kind: 'call'; readonly family: TokenizerFamily; readonly call: MeasuredCall }
  | { readonly kind: 'unusable'; readonly because: string }

/** Reads `{"modelId", "body", "inputTokens"}`: the body of InvokeModel, Messages or Converse, as JSON or as its text. */
export async function readRealCall(line: string, documents: DocumentReader): Promise<RealCall> {
  const written = parse(line)
  if (!isObject(written)) return unusable('expected a JSON object {"modelId": …, "body": …, "inputTokens": …}')
  const { modelId, inputTokens } = written
  const body = typeof written['body'] === 'string' ? parse(written['body']) : written['body']
  const model = typeof modelId === 'string' ? findModel(modelId) : undefined
  if (model === undefined) return unusable(`modelId names no Claude model of the catalogue: ${shown(modelId)}`)
  if (!isObject(body)) return unusable('body is no JSON object')
  if (typeof inputTokens !== 'number' || !Number.isSafeInteger(inputTokens) || inputTokens < 1) {
    return unusable(
      `expected inputTokens to be a whole number from 1 (all input, cached or not), found ${shown(inputTokens)}`,
    )
  }
  try {
    const { request, documentMode } = toRequest(body, model)
    const contextWindow = contextWindowOf(model, request.anthropic_beta)
    const media = await readMedia(request, {
      model: model.anthropicName,
      contextWindow,
      documentMode,
      wire: documentMode === 'visual' ? 'invoke' : 'converse',
      documents,
      call: new AbortController(),
    })
    return { kind: 'call', family: tokenizerFamilyOf(model), call: { ...costOf(request, media), inputTokens } }
  } catch (cause) {
    if (cause instanceof GatewayError) return unusable(`the body would be refused: ${cause.message}`)
    throw cause
  }
}

/** Converse has no `max_tokens` of its own; every body of InvokeModel and Messages has, the latter without a version. */
function toRequest(
  body: object,
  model: ModelEntry,
): { readonly request: MessagesRequest; readonly documentMode: 'visual' | 'per-citations' } {
  const context = { model, fidelity: 'guide' as const }
  if ('max_tokens' in body || 'anthropic_version' in body) {
    const versioned = encode({ anthropic_version: 'bedrock-2023-05-31', ...body })
    return { request: parseMessagesRequest(versioned, context), documentMode: 'visual' }
  }
  const request = parseConverseRequest(encode(body), context)
  return { request: toMessagesRequest(request, context), documentMode: 'per-citations' }
}

const encode = (body: object): Uint8Array => new TextEncoder().encode(JSON.stringify(body))

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // a line that is no JSON is unusable, whatever the parser says of it
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function shown(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 80)
}

function unusable(because: string): RealCall {
  return { kind: 'unusable', because }
}
