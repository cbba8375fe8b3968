import { BedrockFailureError } from '../reliability/bedrock-failure.ts'
import { createSseReader } from '@outcrop/protocol'
import { createEventBound } from '../reliability/read-whole-text.ts'
import { bedrockHeaders } from './bedrock-headers.ts'
import { checkEvent, eventName } from './event-name.ts'
import {
  type AnswerContext,
  type WireAdapter,
  type WireCall,
  type WireEvent,
  WireRefusal,
  type WireRequest,
} from './wire-adapter.ts'

/** Anthropic's own Messages API on the runtime (WIRE §1.3): the model in the body, betas and the version in headers. */
export const runtimeMessages: WireAdapter = { plane: 'runtime', encode, decode, events }

/**
 * The same on mantle, which takes bare model ids and none of the runtime's own headers: a call with a guardrail is refused, for it
 * would go out unguarded.
 */
export const mantle: WireAdapter = { plane: 'mantle', encode: encodeForMantle, decode, events }

function encodeForMantle(call: WireCall): WireRequest {
  const { bedrock } = call
  if (bedrock.guardrail !== undefined) {
    throw new WireRefusal('bedrock.guardrail: mantle has no guardrails. Choose the wire "invoke" or "converse".')
  }
  const lost = runtimesOwn.filter((option) => bedrock[option] !== undefined)
  const warnings = lost.map((option) => `bedrock.${option}: mantle has no place for it: it was left out.`)
  return { ...encode({ ...call, bedrock: {} }), warnings }
}

const runtimesOwn = ['trace', 'serviceTier', 'latency', 'requestMetadata'] as const

function encode(call: WireCall): WireRequest {
  const { body, modelId, stream, betas, anthropicVersion, bedrock } = call
  const headers: Record<string, string> = { 'anthropic-version': anthropicVersion, ...bedrockHeaders(bedrock) }
  if (betas.length > 0) headers['anthropic-beta'] = betas.join(',')
  return {
    path: '/anthropic/v1/messages',
    headers: { ...headers, accept: stream ? 'text/event-stream' : 'application/json' },
    body: { model: modelId, ...body, ...(stream && { stream: true }) },
    // [?] No source names a place for it in a Messages body.
    warnings: bedrock.guardrail?.streamProcessingMode === undefined ? [] : [lostStreamMode],
  }
}

const lostStreamMode =
  'bedrock.guardrail.streamProcessingMode: Messages has no place for it: it was left out. The wires "invoke" and "converse" have one.'

function decode(body: string): string {
  return body
}

async function readError(data: string, answer: AnswerContext): Promise<BedrockFailureError> {
  const { failureOfException } = await import('../reliability/read-failure.ts')
  return new BedrockFailureError(failureOfException('error', data, answer))
}

async function* events(chunks: AsyncIterable<Uint8Array>, answer: AnswerContext): AsyncGenerator<WireEvent> {
  const reader = createSseReader()
  const checkBound = createEventBound(answer)
  for await (const chunk of chunks) {
    const read = reader.push(chunk)
    checkBound(chunk, read.length)
    for (const { event, data } of read) {
      if (event === 'error') throw await readError(data, answer)
      checkEvent(data)
      // Servers that leave the name out say it in the data.
      yield { name: event === 'message' ? eventName(data) : event, data }
    }
  }
}
