import type { ContentBlock, MessageParam, MessagesRequest, TextBlock, ToolResultBlock } from '@outcrop/protocol'

/** A tool's answer, as the last user turn brings it. */
export interface ToolOutcome {
  readonly tool: string
  readonly text: string
  /** How many documents and search results it brings, and how many images. */
  readonly documents: number
  readonly images: number
  readonly failed: boolean
}

/** What the simulator answers to: the last user turn, and a little of what stands around it. */
export interface Prompt {
  /** The text of the last user turn, what clients inject left out. */
  readonly text: string
  /** The tool results of the last user turn. */
  readonly outcomes: readonly ToolOutcome[]
  /** Which user turn this is, from 1. */
  readonly turn: number
  readonly system: string
  /** The start of the answer that the caller put into its mouth; `''` when there is none. */
  readonly prefill: string
}

/** Reads the facts that an answer depends on out of a request. */
export function readPrompt(request: MessagesRequest): Prompt {
  const { messages } = request
  let last = messages.length - 1
  const prefill = messages[last]?.role === 'assistant' ? textOf(messages[last]) : ''
  while (last >= 0 && messages[last]?.role !== 'user') last--
  let first = last
  while (first > 0 && messages[first - 1]?.role === 'user') first--
  const turnMessages = messages.slice(Math.max(0, first), last + 1)
  return {
    text: turnMessages.map(textOf).filter(Boolean).join('\n'),
    outcomes: outcomesOf(turnMessages, messages),
    turn: countTurns(messages),
    system: systemText(request.system),
    prefill,
  }
}

/** The text of blocks, one a line. */
function blocksText(content: string | readonly ContentBlock[] | undefined): string {
  if (content === undefined) return ''
  if (typeof content === 'string') return content
  return content
    .map((block) => (block.type === 'text' ? block.text : ''))
    .filter(Boolean)
    .join('\n')
}

function systemText(system: string | readonly TextBlock[] | undefined): string {
  return blocksText(system)
}

function textOf(message: MessageParam | undefined): string {
  const content = message?.content ?? ''
  if (typeof content === 'string') return content
  return content
    .map((block) => (block.type === 'text' && !block.text.startsWith('<system-reminder>') ? block.text : ''))
    .filter(Boolean)
    .join('\n')
}

function countTurns(messages: readonly MessageParam[]): number {
  let turns = 0
  let before = ''
  for (const { role } of messages) {
    if (role === 'user' && before !== 'user') turns++
    before = role
  }
  return turns
}

function outcomesOf(turn: readonly MessageParam[], all: readonly MessageParam[]): readonly ToolOutcome[] {
  const results: ToolResultBlock[] = []
  for (const { content } of turn) {
    if (typeof content === 'string') continue
    for (const block of content) if (block.type === 'tool_result') results.push(block)
  }
  if (results.length === 0) return []
  const names = toolNames(all, new Set(results.map(({ tool_use_id }) => tool_use_id)))
  return results.map(({ tool_use_id, content, is_error }) => ({
    tool: names.get(tool_use_id) ?? 'tool',
    text: blocksText(content),
    documents: countOf(content, ['document', 'search_result']),
    images: countOf(content, ['image']),
    failed: is_error === true,
  }))
}

function countOf(content: ToolResultBlock['content'], types: readonly string[]): number {
  return Array.isArray(content) ? content.filter(({ type }) => types.includes(type)).length : 0
}

/** The tools that the conversation called, by the ids of the calls that are asked about. */
function toolNames(messages: readonly MessageParam[], ids: ReadonlySet<string>): ReadonlyMap<string, string> {
  const names = new Map<string, string>()
  for (const { content } of messages) {
    if (typeof content === 'string') continue
    for (const block of content) if (block.type === 'tool_use' && ids.has(block.id)) names.set(block.id, block.name)
  }
  return names
}
