import { type JsonObject, type NamedModel, parseFieldPattern } from '@outcrop/protocol'

/** What a request asks for that Claude gives only with a beta. */
interface Implied {
  readonly pattern: string
  readonly beta: string
  /** Absent: for every model. */
  readonly models?: readonly string[]
}

// The betas that Bedrock takes (WIRE §5.3), by what Anthropic's documentation asks each of them for [?].
const implied: readonly Implied[] = [
  { pattern: 'context_management.edits[].type=compact_*', beta: 'compact-2026-01-12' },
  { pattern: 'context_management.edits[].type=clear_*', beta: 'context-management-2025-06-27' },
  { pattern: 'tools[].type=computer_20241022|bash_20241022|text_editor_20241022', beta: 'computer-use-2024-10-22' },
  { pattern: 'tools[].type=computer_20250124', beta: 'computer-use-2025-01-24' },
  { pattern: 'tools[].type=computer_20251124', beta: 'computer-use-2025-11-24' },
  { pattern: 'tools[].type=memory_20250818', beta: 'context-management-2025-06-27' },
  { pattern: 'tools[].type=tool_search_tool_*', beta: 'tool-search-tool-2025-10-19' },
  { pattern: 'tools[].input_examples', beta: 'tool-examples-2025-10-29' },
  { pattern: 'output_config.effort', beta: 'effort-2025-11-24', models: ['claude-opus-4-5-20251101'] },
]

const table = implied.map(({ pattern, beta, models }) => ({ beta, models, find: parseFieldPattern(pattern).find }))

/** Lists the betas without which a request would be refused, or would not do what it says. */
export function impliedBetas(body: JsonObject, model: NamedModel | undefined): readonly string[] {
  const found = table.filter(({ models, find }) => {
    if (models !== undefined && (model === undefined || !models.includes(model.anthropicName))) return false
    return find(body) !== undefined
  })
  const betas = found.map(({ beta }) => beta)
  // Edits of a kind that nobody knows yet still need the member itself to be taken.
  const needsAny = body['context_management'] !== undefined && body['context_management'] !== null
  const isLifted = betas.some((beta) => beta.startsWith('context-management-') || beta.startsWith('compact-'))
  return [...new Set(needsAny && !isLifted ? [...betas, 'context-management-2025-06-27'] : betas)]
}
