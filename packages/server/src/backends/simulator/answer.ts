import {
  type Citation,
  countTokens,
  type JsonObject,
  type Message,
  type ResponseBlock,
  type StopDetails,
  type StopReason,
  type Usage,
} from '@outcrop/protocol'

import type { CachedInput } from './prompt-cache.ts'

/** A block that the simulator means to say, before limits cut it. */
export type AnswerBlock =
  | {
      readonly kind: 'thinking'
      readonly text: string
      readonly signature: string
      /** False when the caller asked for a signature without the text. */
      readonly shown: boolean
    }
  | {
      readonly kind: 'redacted'
      /** What was thought: it is paid for, and never said. */
      readonly text: string
      readonly data: string
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
  /** All of them, cached or not. */
  readonly inputTokens: number
  /** What caching takes out of them. */
  readonly cached: CachedInput | undefined
  readonly outputTokens: number
  /** Whether the model tells more of its usage, as those after 4.6 do (WIRE §5.2). */
  readonly isDetailed: boolean
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
    ...stopDetails(answer),
    usage: toUsage(answer),
  }
}

const refusalDetails: StopDetails = { type: 'refusal', category: null, explanation: null } // [?] what a test's refusal says

/** Why the answer ended, on the models that say so: nothing but for a refusal (WIRE §5.2). */
export function stopDetails({ stopReason, isDetailed }: Answer): Pick<Message, 'stop_details'> {
  if (!isDetailed) return {}
  return { stop_details: stopReason === 'refusal' ? refusalDetails : null }
}

function toUsage(answer: Answer): Usage {
  const { inputTokens, cached, outputTokens, isDetailed } = answer
  if (cached === undefined && !isDetailed) {
    return {
      input_tokens: inputTokens,
      cache_creation_input_tokens: 0,
      cache_read_input_tokens: 0,
      output_tokens: outputTokens,
    }
  }
  const { read, written5m, written1h } = cached ?? nothingCached
  return {
    input_tokens: inputTokens - read - written5m - written1h,
    cache_creation_input_tokens: written5m + written1h,
    cache_read_input_tokens: read,
    cache_creation: { ephemeral_5m_input_tokens: written5m, ephemeral_1h_input_tokens: written1h },
    output_tokens: outputTokens,
    // [?] Recorded of Opus 4.8, without the place of the last two.
    ...(isDetailed ? { output_tokens_details: outputDetails(answer), service_tier: 'standard' } : {}),
  }
}

const nothingCached: CachedInput = { read: 0, written5m: 0, written1h: 0 }

/** How much of an answer was thought. */
export function outputDetails({ blocks }: Answer): { readonly thinking_tokens: number } {
  let thinking_tokens = 0
  for (const block of blocks) {
    if (block.kind === 'thinking' || block.kind === 'redacted') thinking_tokens += countTokens(block.text)
  }
  return { thinking_tokens }
}

function toResponseBlock(block: AnswerBlock): ResponseBlock {
  if (block.kind === 'tool') return { type: 'tool_use', id: block.id, name: block.name, input: block.input }
  if (block.kind === 'thinking') {
    return { type: 'thinking', thinking: block.shown ? block.text : '', signature: block.signature }
  }
  if (block.kind === 'redacted') return { type: 'redacted_thinking', data: block.data }
  const { text, citations } = block
  return citations === undefined ? { type: 'text', text } : { type: 'text', text, citations }
}
