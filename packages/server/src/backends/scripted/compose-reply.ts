import { type Message, type MessageStreamEvent, type Usage } from '@outcrop/protocol'
import type { ScriptBlock, ScriptReply, ScriptToolCall } from '../../script.ts'
import type { BackendCall } from '../backend.ts'
import type { AnswerBlock } from '../simulator/answer.ts'
import { base58Id, type Random, seedRandom } from '../simulator/random.ts'
import { signThinking } from '../simulator/thinking.ts'
import type { Lines } from '../simulator/simulator.ts'

/** What a script wants said, in the words of the simulator. */
export function toLines(reply: ScriptReply, call: BackendCall, seed: string): Lines {
  const blocks = toBlocks(reply)
  const random = seedRandom(seed, 'script', call.model.modelId, call.request)
  return {
    ...(blocks.length > 0 && { blocks: blocks.map((block) => toAnswerBlock(block, random, seed)) }),
    unlimited: reply.stopReason !== undefined,
    pace: reply.pace ?? {},
  }
}

function toBlocks({ content, thinking, text, citations, toolCalls = [] }: ScriptReply): readonly ScriptBlock[] {
  if (content !== undefined) return content
  return [
    ...(thinking === undefined ? [] : [{ type: 'thinking' as const, thinking }]),
    ...(text === undefined ? [] : [{ type: 'text' as const, text, ...(citations !== undefined && { citations }) }]),
    ...toolCalls.map((call: ScriptToolCall) => ({ type: 'tool_use' as const, ...call })),
  ]
}

function toAnswerBlock(block: ScriptBlock, random: Random, seed: string): AnswerBlock {
  switch (block.type) {
    case 'text': {
      const { text, citations } = block
      return citations === undefined ? { kind: 'text', text } : { kind: 'text', text, citations }
    }
    case 'thinking': {
      // Signed as the simulator signs its own, so that it is known again when it comes back.
      const { thinking: text, signature = signThinking(seed, text) } = block
      return { kind: 'thinking', text, signature, shown: true }
    }
    case 'tool_use': {
      const { name, input = {}, id = `toolu_bdrk_01${base58Id(random)}` } = block
      return { kind: 'tool', id, name, input, json: JSON.stringify(input) }
    }
  }
}

type Outcome = Pick<ScriptReply, 'stopReason' | 'stopSequence' | 'usage'>

/** The answer with the stop reason and the token counts that a script gives. */
export function withOutcome(message: Message, reply: Outcome): Message {
  return {
    ...message,
    stop_reason: reply.stopReason ?? message.stop_reason,
    stop_sequence: reply.stopSequence ?? message.stop_sequence,
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
        },
        usage: { ...event.usage, ...(output_tokens !== undefined && { output_tokens }) },
      }
    } else yield event
  }
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
