import type { Json, JsonObject, Message, MessageStreamEvent, Usage } from '@outcrop/protocol'
import type { ScriptBlock, ScriptReply, ScriptToolCall } from '../../script.ts'
import type { BackendCall } from '../backend.ts'
import type { AnswerBlock } from '../simulator/answer.ts'
import { base58Id, type Random, seedRandom } from '../simulator/random.ts'
import { isObject } from '../simulator/schema/schema.ts'
import { sealThinking, signThinking } from '../simulator/thinking.ts'
import type { Lines } from '../simulator/simulator.ts'

/** What a script wants said, in the words of the simulator. */
export function toLines(reply: ScriptReply, call: BackendCall, seed: string): Lines {
  const blocks = toBlocks(reply)
  const random = seedRandom(seed, 'script', call.model.modelId, call.request)
  const isHidden = call.request.thinking?.display === 'omitted'
  return {
    ...((blocks.length > 0 || reply.content !== undefined) && {
      blocks: blocks.map((block) => toAnswerBlock(block, { random, seed, isHidden })),
    }),
    unlimited: reply.stopReason !== undefined,
    pace: reply.pace ?? {},
  }
}

function toBlocks(reply: ScriptReply): readonly ScriptBlock[] {
  const { content, thinking, redactedThinking, text, citations, toolCalls = [] } = reply
  if (content !== undefined) return content
  return [
    ...(thinking === undefined ? [] : [{ type: 'thinking' as const, thinking }]),
    ...(redactedThinking === undefined ? [] : [{ type: 'redacted_thinking' as const, thinking: redactedThinking }]),
    ...(text === undefined ? [] : [{ type: 'text' as const, text, ...(citations !== undefined && { citations }) }]),
    ...toolCalls.map((call: ScriptToolCall): ScriptBlock => Object.assign({ type: 'tool_use' as const }, call)),
  ]
}

interface Means {
  readonly random: Random
  readonly seed: string
  /** Whether the caller wants no thinking shown. */
  readonly isHidden: boolean
}

function toAnswerBlock(block: ScriptBlock, { random, seed, isHidden }: Means): AnswerBlock {
  switch (block.type) {
    case 'text': {
      const { text, citations } = block
      return citations === undefined ? { kind: 'text', text } : { kind: 'text', text, citations }
    }
    case 'thinking': {
      // Signed as the simulator signs its own, so that it is known again when it comes back.
      const { thinking: text, signature = signThinking(seed, isHidden ? '' : text) } = block
      return { kind: 'thinking', text, signature, shown: !isHidden }
    }
    case 'redacted_thinking': {
      const { thinking: text = '', data = sealThinking(seed, text) } = block
      return { kind: 'redacted', text, data }
    }
    case 'tool_use': {
      const { name, inputText, id = `toolu_bdrk_01${base58Id(random)}` } = block
      const input = block.input ?? readObject(inputText) ?? {}
      return { kind: 'tool', id, name, input, json: inputText ?? JSON.stringify(input) }
    }
  }
}

/** The object that a text is, when it is one. */
function readObject(text: string | undefined): JsonObject | undefined {
  if (text === undefined) return undefined
  try {
    const value = JSON.parse(text) as Json
    return isObject(value) ? value : undefined
  } catch {
    return undefined // no JSON, which is what such a text is for
  }
}

type Outcome = Pick<ScriptReply, 'stopReason' | 'stopSequence' | 'usage'>

/** The answer with the stop reason and the token counts that a script gives. */
export function withOutcome(message: Message, reply: Outcome): Message {
  return {
    ...message,
    stop_reason: reply.stopReason ?? message.stop_reason,
    stop_sequence: reply.stopSequence ?? message.stop_sequence,
    ...detailsOf(reply, message.stop_details),
    usage: { ...message.usage, ...usageOf(reply) },
  }
}

/** The same for a stream: counts at its start, everything at its end. */
export async function* eventsWithOutcome(
  events: AsyncIterable<MessageStreamEvent>,
  reply: Outcome,
): AsyncGenerator<MessageStreamEvent> {
  const { output_tokens, ...atStart } = usageOf(reply)
  for await (const event of events) {
    if (event.type === 'message_start') {
      yield { ...event, message: { ...event.message, usage: { ...event.message.usage, ...atStart } } }
    } else if (event.type === 'message_delta') {
      yield {
        ...event,
        delta: {
          stop_reason: reply.stopReason ?? event.delta.stop_reason,
          stop_sequence: reply.stopSequence ?? event.delta.stop_sequence,
          ...detailsOf(reply, event.delta.stop_details),
        },
        usage: { ...event.usage, ...(output_tokens !== undefined && { output_tokens }) },
      }
    } else yield event
  }
}

/** Whoever says more of a refusal says it of a script's too, and nothing of any other end. */
function detailsOf({ stopReason }: Outcome, details: Message['stop_details']): Pick<Message, 'stop_details'> {
  if (details === undefined) return {}
  if (stopReason === undefined) return { stop_details: details }
  return { stop_details: stopReason === 'refusal' ? { type: 'refusal', category: null, explanation: null } : null }
}

function usageOf({ usage = {} }: Outcome): Partial<Usage> {
  const { inputTokens, outputTokens, cacheReadInputTokens, cacheWriteInputTokens } = usage
  return {
    ...(inputTokens !== undefined && { input_tokens: inputTokens }),
    ...(cacheWriteInputTokens !== undefined && {
      cache_creation_input_tokens: cacheWriteInputTokens,
      cache_creation: { ephemeral_5m_input_tokens: cacheWriteInputTokens, ephemeral_1h_input_tokens: 0 },
    }),
    ...(cacheReadInputTokens !== undefined && { cache_read_input_tokens: cacheReadInputTokens }),
    ...(outputTokens !== undefined && { output_tokens: outputTokens }),
  }
}
