import { modelVersion } from '../catalogue/model-version.ts'
import type { ConverseBlock, ConverseRequest, ConverseResponse } from '../converse/types.ts'
import type { Message, ResponseBlock, TextBlock } from '../messages/types.ts'
import { textToBase64 } from '../shapes/base64.ts'
import { isConverseCitation, toConverseCitation } from './citation.ts'
import { pickResponseFields } from './response-fields.ts'
import { toConverseStopReason } from './stop-reason.ts'
import { toConverseToolUseId } from './tool-use-id.ts'
import { toConverseUsage } from './usage.ts'

/** Translates an answer of Messages into Converse's, keys in alphabetical order at every level (WIRE §3.5, §6.3). */
export function toConverseResponse(
  message: Message,
  options: { readonly request: ConverseRequest; readonly latencyMs: number },
): ConverseResponse {
  const { request, latencyMs } = options
  const fields = pickResponseFields(message, request.additionalModelResponseFieldPaths)
  return {
    ...(fields === undefined ? {} : { additionalModelResponseFields: fields }),
    metrics: { latencyMs: Math.round(latencyMs) },
    output: { message: { content: toConverseBlocks(message.content), role: 'assistant' } },
    ...echoedSettings(request),
    stopReason: toConverseStopReason(message.stop_reason),
    usage: toConverseUsage(message.usage, { whenUnused: isLater(message) ? 'zero reads' : 'zeros' }),
  }
}

/** [?] Recorded of Sonnet 5 alone; the line is drawn where the other words change. */
function isLater({ model }: Message): boolean {
  return modelVersion({ anthropicName: model }) >= 407
}

/** The settings of a request that its answer repeats, when they were set. */
export function echoedSettings(request: ConverseRequest): Pick<ConverseResponse, 'performanceConfig' | 'serviceTier'> {
  const latency = request.performanceConfig?.latency
  const tier = request.serviceTier?.type
  return {
    ...(latency === undefined ? {} : { performanceConfig: { latency } }),
    ...(tier === undefined ? {} : { serviceTier: { type: tier } }),
  }
}

type BlockOf<K extends ResponseBlock['type']> = Extract<ResponseBlock, { readonly type: K }>

// WIRE §6.2, one entry a kind of block.
const table: { readonly [K in ResponseBlock['type']]: (block: BlockOf<K>) => ConverseBlock } = {
  text: fromText,
  tool_use: ({ id, name, input }) => ({
    toolUse: { input, name, toolUseId: toConverseToolUseId(id), type: 'tool_use' },
  }),
  thinking: ({ thinking, signature }) => ({
    reasoningContent: { reasoningText: { signature, text: thinking } },
  }),
  redacted_thinking: ({ data }) => ({ reasoningContent: { redactedContent: textToBase64(data) } }),
}

const translators: ReadonlyMap<string, (block: never) => ConverseBlock> = new Map(Object.entries(table))

/** Whether Converse has a word for a kind of block; what is newer than that has no place in its answers. */
export function isConverseBlock({ type }: ResponseBlock): boolean {
  return translators.has(type)
}

function toConverseBlocks(blocks: readonly ResponseBlock[]): readonly ConverseBlock[] {
  return blocks.flatMap((block) => {
    const one = translators.get(block.type)
    // The entry under a type takes just that type's block; the compiler cannot follow a union through a lookup.
    return one === undefined ? [] : [one(block as never)]
  })
}

function fromText({ text, citations }: TextBlock): ConverseBlock {
  const known = (citations ?? []).filter(isConverseCitation)
  if (known.length === 0) return { text }
  return { citationsContent: { citations: known.map(toConverseCitation), content: [{ text }] } }
}
