import { countTokens, cutAtTokens, type JsonObject, type StopReason } from '@outcrop/protocol'

import type { AnswerBlock } from './answer.ts'

/** What the caller lets an answer be. */
export interface AnswerLimits {
  readonly maxTokens: number
  /** Why an answer ends that has as many; `max_tokens` when nothing is said. */
  readonly whenReached?: StopReason
  readonly stopSequences: readonly string[]
}

/** The part of an answer that its limits leave. */
export interface FittedAnswer {
  readonly blocks: readonly AnswerBlock[]
  readonly stopReason: StopReason
  readonly stopSequence: string | null
  readonly outputTokens: number
}

/** Opening a tool call costs Claude some tokens beside its name and input. */
const toolFrameTokens = 8

/**
 * Cuts an answer where Claude would stop: before the first stop sequence, which may span tokens and blocks, or after
 * exactly `max_tokens` tokens, whichever is reached first.
 */
export function fitAnswer(blocks: readonly AnswerBlock[], limits: AnswerLimits): FittedAnswer {
  const kept: AnswerBlock[] = []
  const stop = findStop(blocks, limits.stopSequences)
  let used = 0
  let textBefore = 0
  for (const block of blocks) {
    const left = limits.maxTokens - used
    if (left <= 0) return { blocks: kept, ...cutOff(limits) }
    const at = stop === undefined ? -1 : stop.at - textBefore
    if (block.kind === 'text' && stop !== undefined && at >= 0 && at < block.text.length) {
      // The model has to say the sequence before anyone can notice it, so its tokens are spent.
      const spoken = countTokens(block.text.slice(0, at) + stop.sequence)
      if (spoken <= left) {
        if (at > 0) kept.push({ ...block, text: block.text.slice(0, at) })
        return {
          blocks: kept,
          stopReason: 'stop_sequence',
          stopSequence: stop.sequence,
          outputTokens: used + spoken,
        }
      }
    }
    const cost = costOf(block)
    if (cost > left) {
      kept.push(cutBlock(block, left))
      return { blocks: kept, ...cutOff(limits) }
    }
    kept.push(block)
    used += cost
    if (block.kind === 'text') textBefore += block.text.length
  }
  const calls = kept.some((block) => block.kind === 'tool')
  return { blocks: kept, stopReason: calls ? 'tool_use' : 'end_turn', stopSequence: null, outputTokens: used }
}

const cutOff = ({ maxTokens, whenReached = 'max_tokens' }: AnswerLimits): Omit<FittedAnswer, 'blocks'> => ({
  stopReason: whenReached,
  stopSequence: null,
  outputTokens: maxTokens,
})

/** The stop sequence that is complete first in the text of all blocks, read as one text. */
function findStop(
  blocks: readonly AnswerBlock[],
  sequences: readonly string[],
): { at: number; sequence: string } | undefined {
  if (sequences.length === 0) return undefined
  let text = ''
  for (const block of blocks) if (block.kind === 'text') text += block.text
  let found: { at: number; sequence: string } | undefined
  for (const sequence of sequences) {
    if (sequence === '') continue
    // Nothing from the end of the best hit on matters, so thousands of sequences stay cheap.
    const within = found === undefined ? text : text.slice(0, found.at + found.sequence.length - 1)
    const at = within.indexOf(sequence)
    if (at !== -1) found = { at, sequence }
  }
  return found
}

function costOf(block: AnswerBlock): number {
  return block.kind === 'tool' ? frameOf(block.name) + countTokens(block.json) : countTokens(block.text)
}

const frameOf = (name: string): number => toolFrameTokens + countTokens(name)

function cutBlock(block: AnswerBlock, tokens: number): AnswerBlock {
  if (block.kind !== 'tool') return { ...block, text: block.text.slice(0, cutAtTokens(block.text, tokens)) }
  const json = block.json.slice(0, cutAtTokens(block.json, Math.max(0, tokens - frameOf(block.name))))
  return { ...block, json, input: wholeMembers(block.input, json) }
}

/** The members of an input that were said in full before its JSON text broke off. */
function wholeMembers(input: JsonObject, json: string): JsonObject {
  const whole: Array<[string, JsonObject[string]]> = []
  let length = 1
  for (const [name, value] of Object.entries(input)) {
    length += JSON.stringify(name).length + 1 + (JSON.stringify(value) ?? '').length
    if (length > json.length) break
    whole.push([name, value])
    length += 1
  }
  return Object.fromEntries(whole)
}
