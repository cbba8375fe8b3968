import { BedrockFailureError } from '../reliability/bedrock-failure.ts'
import { createSseReader } from '@outcrop/protocol'
import { bedrockHeaders } from './bedrock-headers.ts'
import { eventName } from './event-name.ts'
import type { AnswerContext, WireAdapter, WireCall, WireEvent, WireRequest } from './wire-adapter.ts'

/** Anthropic's own Messages API on the runtime (WIRE §1.3): the model in the body, betas and the version in headers. */
export const runtimeMessages: WireAdapter = { plane: 'runtime', encode, decode, events }

/** The same on mantle, which takes bare model ids and none of the runtime's own headers. */
export const mantle: WireAdapter = {
  plane: 'mantle',
  encode: (call) => encode({ ...call, bedrock: {} }),
  decode,
  events,
}

function encode(call: WireCall): WireRequest {
  const { body, modelId, stream, betas, anthropicVersion, bedrock } = call
  const headers: Record<string, string> = { 'anthropic-version': anthropicVersion, ...bedrockHeaders(bedrock) }
  if (betas.length > 0) headers['anthropic-beta'] = betas.join(',')
  return {
    path: '/anthropic/v1/messages',
    headers: { ...headers, accept: stream ? 'text/event-stream' : 'application/json' },
    body: { model: modelId, ...body, ...(stream && { stream: true }) },
    warnings: [],
  }
}

function decode(body: string): string {
  return body
}

async function readError(data: string, answer: AnswerContext): Promise<BedrockFailureError> {
  const { failureOfException } = await import('../reliability/read-failure.ts')
  return new BedrockFailureError(failureOfException('error', data, answer))
}

async function* events(chunks: AsyncIterable<Uint8Array>, answer: AnswerContext): AsyncGenerator<WireEvent> {
  const reader = createSseReader()
  for await (const chunk of chunks) {
    for (const { event, data } of reader.push(chunk)) {
      if (event === 'error') throw await readError(data, answer)
      // Servers that leave the name out say it in the data.
      yield { name: event === 'message' ? eventName(data) : event, data }
    }
  }
}
