import type { Citation, JsonObject, Message, ResponseBlock, StopReason } from '@outcrop/protocol'

/** A block that the simulator means to say, before limits cut it. */
export type AnswerBlock =
  | {
      readonly kind: 'thinking'
      readonly text: string
      readonly signature: string
      /** False when the caller asked for a signature without the text. */
      readonly shown: boolean
    }
  | { readonly kind: 'text'; readonly text: string; readonly citations?: readonly Citation[] }
  | {
      readonly kind: 'tool'
      readonly id: string
      readonly name: string
      readonly input: JsonObject
      /** The input as JSON text, or as much of it as the limit left. */
      readonly json: string
    }

/** A finished answer: streamed or whole, it is the same one. */
export interface Answer {
  readonly id: string
  readonly model: string
  readonly blocks: readonly AnswerBlock[]
  readonly stopReason: StopReason
  readonly stopSequence: string | null
  readonly inputTokens: number
  readonly outputTokens: number
}

/** The answer as one message, keys in the order of WIRE §3.4. */
export function toMessage(answer: Answer): Message {
  return {
    model: answer.model,
    id: answer.id,
    type: 'message',
    role: 'assistant',
    content: answer.blocks.map(toResponseBlock),
    stop_reason: answer.stopReason,
    stop_sequence: answer.stopSequence,
    usage: {
      input_tokens: answer.inputTokens,
      cache_creation_input_tokens: 0,
      cache_read_input_tokens: 0,
      output_tokens: answer.outputTokens,
    },
  }
}

function toResponseBlock(block: AnswerBlock): ResponseBlock {
  if (block.kind === 'tool') return { type: 'tool_use', id: block.id, name: block.name, input: block.input }
  if (block.kind === 'thinking') {
    return { type: 'thinking', thinking: block.shown ? block.text : '', signature: block.signature }
  }
  const { text, citations } = block
  return citations === undefined ? { type: 'text', text } : { type: 'text', text, citations }
}
