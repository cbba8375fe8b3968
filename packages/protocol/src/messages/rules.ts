import { texts } from '../failures/texts.ts'
import { findCacheFault } from './cache-rules.ts'
import { findFieldFault } from './field-rules.ts'
import { outputLimit } from './model-limits.ts'
import type { RuleContext } from './rule-context.ts'
import { findSchemaFault } from './schema-rules.ts'
import { findThinkingFault } from './thinking-rules.ts'
import { findToolFault } from './tool-rules.ts'
import type { ContentBlock, ImageBlock, MessageParam, MessagesRequest } from './types.ts'

/** Looks for what a model refuses in a request of the right shape and says it in the model's words, or nothing. */
export function findMessagesFault(request: MessagesRequest, context: RuleContext): string | undefined {
  for (const rule of rules) {
    const fault = rule(request, context)
    if (fault !== undefined) return fault
  }
  return undefined
}

type Rule = (request: MessagesRequest, context: RuleContext) => string | undefined

const rules: readonly Rule[] = [
  findMaxTokensFault,
  findFieldFault,
  findSchemaFault,
  findRoleFault,
  findSystemFault,
  findContentFault,
  findStopSequenceFault,
  findToolFault,
  findThinkingFault,
  findCacheFault,
]

function findMaxTokensFault(request: MessagesRequest, { model, byBedrock }: RuleContext): string | undefined {
  const limit = outputLimit(request.anthropic_beta, model.maxOutputTokens)
  if (limit === null || request.max_tokens <= limit) return undefined
  return byBedrock
    ? texts.maxTokensOnInvoke(limit)
    : texts.maxTokensOnNewer(request.max_tokens, limit, model.anthropicName)
}

function findRoleFault({ messages }: MessagesRequest): string | undefined {
  const first = messages.find(({ role }) => role !== 'system')
  return first?.role === 'assistant' ? texts.firstMessageNotUser : undefined
}

function findSystemFault({ system }: MessagesRequest): string | undefined {
  if (system === undefined || typeof system === 'string') return undefined
  return system.some(({ text }) => text === '') ? texts.emptySystemText : undefined
}

function findContentFault({ messages }: MessagesRequest): string | undefined {
  for (const [index, message] of messages.entries()) {
    const fault = findMessageFault(message, index, index === messages.length - 1)
    if (fault !== undefined) return fault
  }
  return undefined
}

function findMessageFault({ role, content }: MessageParam, index: number, isLast: boolean): string | undefined {
  // Anthropic takes an assistant turn that says nothing, and skips it.
  if (content.length === 0) return role === 'assistant' ? undefined : texts.emptyMessage(index)
  if (typeof content === 'string') {
    if (isBlank(content)) return texts.blankText
    return isLast && role === 'assistant' && endsBlank(content) ? texts.trailingWhitespace : undefined
  }
  for (const [position, block] of content.entries()) {
    const fault = findBlockFault(block, index, position)
    if (fault !== undefined) return fault
  }
  const last = content.at(-1)
  const endsOpen = isLast && role === 'assistant' && last?.type === 'text' && endsBlank(last.text)
  return endsOpen ? texts.trailingWhitespace : undefined
}

function findBlockFault(block: ContentBlock, index: number, position: number): string | undefined {
  if (block.type === 'text') {
    if (block.text === '') return texts.emptyText
    return isBlank(block.text) ? texts.blankText : undefined
  }
  if (block.type === 'image') return findImageFault(block, `messages.${index}.content.${position}`)
  if (block.type !== 'tool_result' || !Array.isArray(block.content)) return undefined
  const inner: readonly ContentBlock[] = block.content
  for (const [at, item] of inner.entries()) {
    if (item.type !== 'image') continue
    const fault = findImageFault(item, `messages.${index}.content.${position}.tool_result.content.${at}`)
    if (fault !== undefined) return fault
  }
  return undefined
}

function findImageFault({ source }: ImageBlock, path: string): string | undefined {
  const { length } = source.data
  return length > maximumImageLength ? texts.imageTooLarge(`${path}.image.source.base64`, length) : undefined
}

/** Measured on the base64, so that 3.75 MB of image is the most (WIRE §6.2). */
const maximumImageLength = 5_242_880

function isBlank(text: string): boolean {
  return text.trim() === ''
}

function endsBlank(text: string): boolean {
  return text.trimEnd().length < text.length
}

function findStopSequenceFault({ stop_sequences }: MessagesRequest): string | undefined {
  return stop_sequences?.some(isBlank) === true ? texts.blankStopSequence : undefined
}
