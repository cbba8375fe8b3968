import { type BlockDelta, type MessageStreamEvent, pieceEnd, type ResponseBlock } from '@outcrop/protocol'

import { outputDetails, stopDetails, toMessage, type Answer, type AnswerBlock } from './answer.ts'
import type { Pacer } from './pace.ts'

/** Streams an answer in the order of WIRE §4.3, one token an event, each when the pacer says that it is due. */
export async function* answerEvents(answer: Answer, pacer: Pacer): AsyncGenerator<MessageStreamEvent, void> {
  yield messageStart(answer)
  let token = 0
  let index = 0
  for (const block of answer.blocks) {
    const first = pacer.until(token)
    if (first !== undefined) await first
    yield { type: 'content_block_start', index, content_block: openingOf(block) }
    for (const delta of leadingDeltas(block)) yield { type: 'content_block_delta', index, delta }
    const text = streamedText(block)
    const toDelta = deltaOf[block.kind]
    for (let at = 0; at < text.length; token++) {
      const due = pacer.until(token)
      if (due !== undefined) await due
      const end = pieceEnd(text, at)
      yield { type: 'content_block_delta', index, delta: toDelta(text.slice(at, end)) }
      at = end
    }
    if (block.kind === 'thinking') {
      yield { type: 'content_block_delta', index, delta: { type: 'signature_delta', signature: block.signature } }
    }
    yield { type: 'content_block_stop', index }
    index++
  }
  yield {
    type: 'message_delta',
    delta: { stop_reason: answer.stopReason, stop_sequence: answer.stopSequence, ...stopDetails(answer) },
    usage: answer.isDetailed
      ? { output_tokens: answer.outputTokens, output_tokens_details: outputDetails(answer) }
      : { output_tokens: answer.outputTokens },
  }
  yield { type: 'message_stop' }
}

const deltaOf: Readonly<Record<AnswerBlock['kind'], (piece: string) => BlockDelta>> = {
  thinking: (thinking) => ({ type: 'thinking_delta', thinking }),
  redacted: (thinking) => ({ type: 'thinking_delta', thinking }), // none ever comes: it is all in the start
  text: (text) => ({ type: 'text_delta', text }),
  tool: (json) => ({ type: 'input_json_delta', partial_json: json }),
}

function messageStart(answer: Answer): MessageStreamEvent {
  const whole = toMessage(answer)
  // What was thought is known at the end.
  const { output_tokens_details: _, ...usage } = whole.usage
  return {
    type: 'message_start',
    message: {
      ...whole,
      content: [],
      stop_reason: null,
      stop_sequence: null,
      ...(whole.stop_details !== undefined && { stop_details: null }),
      // The first token is on its way when the head leaves, and the last event gives the final count.
      usage: { ...usage, output_tokens: Math.min(1, answer.outputTokens) },
    },
  }
}

function openingOf(block: AnswerBlock): ResponseBlock {
  if (block.kind === 'tool') return { type: 'tool_use', id: block.id, name: block.name, input: {} }
  if (block.kind === 'thinking') return { type: 'thinking', thinking: '', signature: '' }
  if (block.kind === 'redacted') return { type: 'redacted_thinking', data: block.data }
  return block.citations === undefined ? { type: 'text', text: '' } : { type: 'text', text: '', citations: [] }
}

/** What comes before the text: citations, as WIRE §4.4 orders them, and the empty first piece of a tool's input. */
function leadingDeltas(block: AnswerBlock): readonly BlockDelta[] {
  if (block.kind === 'tool') return [{ type: 'input_json_delta', partial_json: '' }]
  if (block.kind !== 'text' || block.citations === undefined) return []
  return block.citations.map((citation) => ({ type: 'citations_delta', citation }))
}

function streamedText(block: AnswerBlock): string {
  if (block.kind === 'tool') return block.json
  if (block.kind === 'redacted') return ''
  return block.kind === 'thinking' && !block.shown ? '' : block.text
}
