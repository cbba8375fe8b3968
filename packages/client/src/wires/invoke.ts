import { type Frame, stringHeader } from '@outcrop/protocol'
import { bedrockHeaders } from './bedrock-headers.ts'
import { readChunkText } from './chunk-text.ts'
import { eventName } from './event-name.ts'
import { modelPath } from './model-path.ts'
import { readFrames } from './read-frames.ts'
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
  for await (const frames of readFrames(chunks)) {
    for (const frame of frames) {
      const data = readChunkText(frame.payload)
      if (data !== undefined) yield { name: eventName(data), data }
      else await passOver(frame, answer)
    }
  }
}

/** What is no event of the model's: a failure, or something that is merely new. */
async function passOver(frame: Frame, answer: AnswerContext): Promise<void> {
  const { failureOfFrame } = await import('./frame-failure.ts')
  const failure = failureOfFrame(frame, answer)
  if (failure !== undefined) throw failure
  answer.warn?.(
    `${stringHeader(frame, ':event-type') ?? 'An event'}: nothing of the model's is in it: it was left out.`,
  )
}
