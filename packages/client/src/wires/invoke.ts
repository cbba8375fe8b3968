import { createFrameDecoder, type Frame, stringHeader } from '@outcrop/protocol'
import { BedrockFailureError } from '../reliability/bedrock-failure.ts'
import { failureOfException } from '../reliability/read-failure.ts'
import { bedrockHeaders } from './bedrock-headers.ts'
import { readChunkText } from './chunk-text.ts'
import { eventName } from './event-name.ts'
import { modelPath } from './model-path.ts'
import type { AnswerContext, WireAdapter, WireCall, WireEvent, WireRequest } from './wire-adapter.ts'

/** InvokeModel and its stream: the model in the path, the version and the betas in the body (WIRE §3.4, §5). */
export const invoke: WireAdapter = { plane: 'runtime', encode, decode, events }

function encode({ body, modelId, stream, betas, anthropicVersion, bedrock }: WireCall): WireRequest {
  const { guardrail } = bedrock
  return {
    path: modelPath(modelId, stream ? 'invoke-with-response-stream' : 'invoke'),
    headers: { ...bedrockHeaders(bedrock), accept: stream ? 'application/vnd.amazon.eventstream' : 'application/json' },
    body: {
      anthropic_version: anthropicVersion,
      ...(betas.length > 0 && { anthropic_beta: betas }),
      ...body,
      ...(guardrail?.streamProcessingMode !== undefined && {
        'amazon-bedrock-guardrailConfig': { streamProcessingMode: guardrail.streamProcessingMode.toUpperCase() },
      }),
    },
    warnings: [],
  }
}

function decode(body: string): string {
  return body
}

async function* events(chunks: AsyncIterable<Uint8Array>, answer: AnswerContext): AsyncGenerator<WireEvent> {
  const decoder = createFrameDecoder()
  for await (const chunk of chunks) for (const frame of decoder.push(chunk)) yield toEvent(frame, answer)
  decoder.end()
}

const payloadDecoder = new TextDecoder()

function toEvent(frame: Frame, answer: AnswerContext): WireEvent {
  const data = readChunkText(frame.payload)
  const exception = stringHeader(frame, ':exception-type') ?? stringHeader(frame, ':error-code')
  if (exception !== undefined || data === undefined) {
    const payload = payloadDecoder.decode(frame.payload)
    throw new BedrockFailureError(failureOfException(exception ?? 'internalServerException', payload, answer))
  }
  return { name: eventName(data), data }
}
