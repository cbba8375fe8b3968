import { texts } from '../failures/texts.ts'
import type { ConverseMessage, ConverseRequest } from './types.ts'

/** Looks for tool calls and results that do not fit together, or without a tool configuration (WIRE §6.6). */
export function findToolFault(request: ConverseRequest): string | undefined {
  const { messages = [], toolConfig } = request
  if (toolConfig?.tools.some((tool) => 'systemTool' in tool) === true) return texts.unsupportedField('systemTool')
  const hasToolBlocks = messages.some(({ content }) =>
    content.some((block) => 'toolUse' in block || 'toolResult' in block),
  )
  if (!hasToolBlocks) return undefined
  if (toolConfig === undefined) return texts.toolConfigMissing
  return findEmptyErrorResult(messages) ?? findPairingFault(messages)
}

function findEmptyErrorResult(messages: readonly ConverseMessage[]): string | undefined {
  for (const [index, { content }] of messages.entries()) {
    const position = content.findIndex(
      (block) =>
        'toolResult' in block && block.toolResult.status === 'error' && (block.toolResult.content ?? []).length === 0,
    )
    if (position >= 0) return texts.emptyErrorResult(`messages.${index}.content.${position}.toolResult`)
  }
  return undefined
}

/** Messages of one role in a row are one turn, and `system` messages are no turn. */
interface Turn {
  readonly role: 'user' | 'assistant'
  readonly firstMessage: number
  readonly calls: Set<string>
  readonly results: string[]
}

function findPairingFault(messages: readonly ConverseMessage[]): string | undefined {
  let last: Turn | undefined
  for (const turn of toTurns(messages)) {
    if (turn.role === 'user') {
      const fault = findResultFault(turn, last?.calls ?? new Set())
      if (fault !== undefined) return fault
    }
    last = turn
  }
  return last !== undefined && last.calls.size > 0
    ? texts.expectedToolResults(messages.length, [...last.calls])
    : undefined
}

/** One turn after the other, because a conversation may have as many as fit into a request. */
function* toTurns(messages: readonly ConverseMessage[]): Generator<Turn> {
  let turn: Turn | undefined
  for (const [index, { role, content }] of messages.entries()) {
    if (role === 'system') continue
    if (turn?.role !== role) {
      if (turn !== undefined) yield turn
      turn = { role, firstMessage: index, calls: new Set(), results: [] }
    }
    for (const block of content) {
      if ('toolUse' in block) turn.calls.add(block.toolUse.toolUseId)
      else if ('toolResult' in block) turn.results.push(block.toolResult.toolUseId)
    }
  }
  if (turn !== undefined) yield turn
}

function findResultFault({ firstMessage, results }: Turn, calls: ReadonlySet<string>): string | undefined {
  if (results.length > calls.size) return texts.surplusToolResults(firstMessage)
  const found = new Set(results)
  const missing = [...calls].filter((id) => !found.has(id))
  return missing.length > 0 ? texts.expectedToolResults(firstMessage, missing) : undefined
}
