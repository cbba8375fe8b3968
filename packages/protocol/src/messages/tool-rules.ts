import { texts } from '../failures/texts.ts'
import type { RuleContext } from './rule-context.ts'
import type { ContentBlock, MessagesRequest } from './types.ts'

/** Looks for tools that do not fit together: names, the choice, and calls without results or results without calls. */
export function findToolFault(request: MessagesRequest, context: RuleContext): string | undefined {
  return findNameFault(request) ?? findChoiceFault(request) ?? findPairingFault(request, context)
}

function findNameFault({ tools = [] }: MessagesRequest): string | undefined {
  return new Set(tools.map(({ name }) => name)).size < tools.length ? texts.duplicateToolNames : undefined
}

function findChoiceFault({ tools = [], tool_choice }: MessagesRequest): string | undefined {
  if (tool_choice?.type === 'any' && tools.length === 0) return texts.choiceWithoutTools
  if (tool_choice?.type !== 'tool') return undefined
  if (tools.length === 0) return texts.choiceWithoutTools
  return tools.some(({ name }) => name === tool_choice.name) ? undefined : texts.unknownTool(tool_choice.name)
}

/** Messages of one role in a row: Anthropic reads them as one turn, and `system` messages between as no turn at all. */
interface Turn {
  readonly role: 'user' | 'assistant'
  readonly firstMessage: number
  readonly blocks: Array<{ readonly block: ContentBlock; readonly path: string }>
}

function toTurns({ messages }: MessagesRequest): readonly Turn[] {
  const turns: Turn[] = []
  for (const [index, { role, content }] of messages.entries()) {
    if (role === 'system') continue
    let turn = turns.at(-1)
    if (turn?.role !== role) {
      turn = { role, firstMessage: index, blocks: [] }
      turns.push(turn)
    }
    if (typeof content === 'string') continue
    for (const [position, block] of content.entries()) {
      turn.blocks.push({ block, path: `messages.${index}.content.${position}` })
    }
  }
  return turns
}

function findPairingFault(request: MessagesRequest, context: RuleContext): string | undefined {
  if (!hasToolBlocks(request)) return undefined
  const turns = toTurns(request)
  const allCalls = new Set<string>()
  let calls: ReadonlySet<string> = new Set()
  for (const [index, turn] of turns.entries()) {
    if (turn.role === 'user') {
      const fault = findResultFault(turn, calls)
      if (fault !== undefined) return fault
      calls = new Set()
      continue
    }
    calls = callsOf(turn)
    for (const id of calls) {
      if (allCalls.has(id)) return texts.duplicateToolUseIds
      allCalls.add(id)
    }
    const fault = findMissingResults(turn, calls, turns[index + 1], request.messages.length, context)
    if (fault !== undefined) return fault
  }
  return undefined
}

function hasToolBlocks({ messages }: MessagesRequest): boolean {
  return messages.some(
    ({ content }) =>
      typeof content !== 'string' && content.some(({ type }) => type === 'tool_use' || type === 'tool_result'),
  )
}

function callsOf({ blocks }: Turn): ReadonlySet<string> {
  return new Set(blocks.flatMap(({ block }) => (block.type === 'tool_use' ? [block.id] : [])))
}

function findMissingResults(
  turn: Turn,
  calls: ReadonlySet<string>,
  next: Turn | undefined,
  messageCount: number,
  { byBedrock }: RuleContext,
): string | undefined {
  if (calls.size === 0) return undefined
  const results = new Set(
    next?.blocks.flatMap(({ block }) => (block.type === 'tool_result' ? [block.tool_use_id] : [])),
  )
  const missing = [...calls].filter((id) => !results.has(id))
  if (missing.length === 0) return undefined
  return byBedrock
    ? texts.toolResultsNotFound(next?.firstMessage ?? messageCount, calls.size)
    : texts.toolResultsMissing(turn.firstMessage, missing)
}

function findResultFault({ blocks }: Turn, calls: ReadonlySet<string>): string | undefined {
  const seen = new Set<string>()
  for (const { block, path } of blocks) {
    if (block.type !== 'tool_result') continue
    if (!calls.has(block.tool_use_id)) return texts.unexpectedToolResult(path, block.tool_use_id)
    if (seen.has(block.tool_use_id)) return texts.repeatedToolResult(path, block.tool_use_id)
    seen.add(block.tool_use_id)
  }
  return undefined
}
