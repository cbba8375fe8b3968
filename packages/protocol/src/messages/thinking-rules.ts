import { texts } from '../failures/texts.ts'
import type { RuleContext } from './rule-context.ts'
import type { ContentBlock, MessageParam, MessagesRequest } from './types.ts'

/** Looks for settings and histories that do not go together with thinking, or with its absence. */
export function findThinkingFault(request: MessagesRequest, context: RuleContext): string | undefined {
  return isThinking(request)
    ? (findSettingFault(request, context) ?? findOrderFault(request))
    : findUnaskedThinking(request)
}

function isThinking({ thinking }: MessagesRequest): boolean {
  return thinking?.type === 'enabled' || thinking?.type === 'adaptive'
}

function findSettingFault(request: MessagesRequest, { byBedrock }: RuleContext): string | undefined {
  const { thinking, max_tokens, tool_choice, temperature, top_p, top_k } = request
  const isManual = thinking?.type === 'enabled'
  if (isManual && !isInterleaved(request) && (thinking.budget_tokens ?? 0) >= max_tokens) return texts.budgetTooLarge
  if (temperature !== undefined && temperature !== 1) return texts.thinkingTemperature
  if (top_k !== undefined) return texts.thinkingTopK
  if (top_p !== undefined && top_p < 0.95) return texts.thinkingTopP
  const isForced = tool_choice?.type === 'any' || tool_choice?.type === 'tool'
  // Models after 4.6 were seen to answer a forced choice with mere text when they think by themselves.
  return isForced && (isManual || byBedrock) ? texts.thinkingForcesTool : undefined
}

/** With interleaved thinking the budget spans a whole turn of several calls and may exceed one answer. */
function isInterleaved({ anthropic_beta }: MessagesRequest): boolean {
  return anthropic_beta?.includes('interleaved-thinking-2025-05-14') === true
}

/** Where thinking blocks may stand; adaptive thinking asks for none at the start of a turn, only manual thinking does. */
function findOrderFault({ messages, thinking }: MessagesRequest): string | undefined {
  const last = messages.length - 1
  if (thinking?.type === 'enabled') {
    const start = startOfFinalTurn(messages)
    const first = start === undefined ? undefined : firstKind(messages[start])
    if (start !== undefined && first !== undefined && !isThought(first)) return texts.thinkingExpected(start, first)
    const late = messages.findIndex(startsLate)
    if (late >= 0) return texts.thinkingNotFirst(late, firstKind(messages[late]) ?? 'text')
  }
  const end = blocksOf(messages[last]).at(-1)
  return messages[last]?.role === 'assistant' && end?.type === 'thinking' ? texts.thinkingLast(last) : undefined
}

/** Without thinking an old turn may have thought, but not the turn that is to be continued. */
function findUnaskedThinking({ messages }: MessagesRequest): string | undefined {
  const last = messages.length - 1
  if (messages[last]?.role !== 'assistant') return undefined
  const at = blocksOf(messages[last]).findIndex(({ type }) => isThought(type))
  return at < 0 ? undefined : texts.thinkingUnasked(`messages.${last}.content.${at}`)
}

/**
 * The message with which the assistant began the turn that goes on: its last one, or behind results of tools the first
 * since somebody spoke. Nothing when a new turn begins.
 */
function startOfFinalTurn(messages: readonly MessageParam[]): number | undefined {
  let start: number | undefined
  for (let at = messages.length - 1; at >= 0; at--) {
    const message = messages[at]
    if (message?.role === 'assistant') start = at
    else if (message?.role === 'user' && !isResults(message)) break
  }
  return start
}

function isResults(message: MessageParam): boolean {
  return blocksOf(message).some(({ type }) => type === 'tool_result')
}

function startsLate(message: MessageParam): boolean {
  if (message.role !== 'assistant') return false
  const [first, ...rest] = blocksOf(message)
  return first !== undefined && !isThought(first.type) && rest.some(({ type }) => isThought(type))
}

function isThought(type: string): boolean {
  return type === 'thinking' || type === 'redacted_thinking'
}

function firstKind(message: MessageParam | undefined): string | undefined {
  if (message === undefined || message.content === '') return undefined
  return typeof message.content === 'string' ? 'text' : message.content[0]?.type
}

function blocksOf(message: MessageParam | undefined): readonly ContentBlock[] {
  return message === undefined || typeof message.content === 'string' ? [] : message.content
}
