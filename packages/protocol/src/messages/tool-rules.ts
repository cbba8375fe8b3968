import { texts } from '../failures/texts.ts'
import type { RuleContext } from './rule-context.ts'
import type { MessagesRequest } from './types.ts'

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
  readonly calls: Set<string>
  readonly results: Array<{ readonly id: string; readonly message: number; readonly position: number }>
}

/** One turn after the other, because a conversation may have as many as fit into a request. */
function* toTurns({ messages }: MessagesRequest): Generator<Turn> {
  let turn: Turn | undefined
  for (const [message, { role, content }] of messages.entries()) {
    if (role === 'system') continue
    if (turn?.role !== role) {
      if (turn !== undefined) yield turn
      turn = { role, firstMessage: message, calls: new Set(), results: [] }
    }
    if (typeof content === 'string') continue
    for (const [position, block] of content.entries()) {
      if (block.type === 'tool_use') turn.calls.add(block.id)
      else if (block.type === 'tool_result') turn.results.push({ id: block.tool_use_id, message, position })
    }
  }
  if (turn !== undefined) yield turn
}

function findPairingFault(request: MessagesRequest, context: RuleContext): string | undefined {
  if (!hasToolBlocks(request)) return undefined
  const messageCount = request.messages.length
  const allCalls = new Set<string>()
  let asking: Turn | undefined
  for (const turn of toTurns(request)) {
    const fault =
      turn.role === 'assistant'
        ? findRepeatedCall(turn, allCalls)
        : (findMissingResults(asking, turn, messageCount, context) ?? findResultFault(turn, asking))
    if (fault !== undefined) return fault
    asking = turn.role === 'assistant' ? turn : undefined
  }
  return findMissingResults(asking, undefined, messageCount, context)
}

function hasToolBlocks({ messages }: MessagesRequest): boolean {
  return messages.some(
    ({ content }) =>
      typeof content !== 'string' && content.some(({ type }) => type === 'tool_use' || type === 'tool_result'),
  )
}

function findRepeatedCall({ calls }: Turn, allCalls: Set<string>): string | undefined {
  for (const id of calls) {
    if (allCalls.has(id)) return texts.duplicateToolUseIds
    allCalls.add(id)
  }
  return undefined
}

function findMissingResults(
  asking: Turn | undefined,
  next: Turn | undefined,
  messageCount: number,
  { byBedrock }: RuleContext,
): string | undefined {
  if (asking === undefined || asking.calls.size === 0) return undefined
  const results = new Set(next?.results.map(({ id }) => id))
  const missing = [...asking.calls].filter((id) => !results.has(id))
  if (missing.length === 0) return undefined
  return byBedrock
    ? texts.toolResultsNotFound(next?.firstMessage ?? messageCount, asking.calls.size)
    : texts.toolResultsMissing(asking.firstMessage, missing)
}

function findResultFault({ results }: Turn, asking: Turn | undefined): string | undefined {
  if (results.length === 0) return undefined
  const seen = new Set<string>()
  for (const { id, message, position } of results) {
    const path = `messages.${message}.content.${position}`
    if (asking?.calls.has(id) !== true) return texts.unexpectedToolResult(path, id)
    if (seen.has(id)) return texts.repeatedToolResult(path, id)
    seen.add(id)
  }
  return undefined
}
