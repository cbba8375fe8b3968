import type { ContentBlock, MessagesRequest, Tool } from '../messages/types.ts'
import type { TokenizerFamily } from '../catalogue/tokenizer-families.ts'
import { countTokens } from './tokens.ts'

/** Estimates the text of a request in common tokens: messages, system and tools. Media count nothing here. */
export function countText(request: Pick<MessagesRequest, 'messages' | 'system' | 'tools' | 'tool_choice'>): number {
  let tokens = 0
  for (const { content } of request.messages) tokens += messageTokens + countContent(content)
  if (request.system !== undefined) tokens += countContent(request.system)
  if (request.tools !== undefined && request.tools.length > 0) tokens += countTools(request.tools, request)
  return tokens
}

/** How the common estimate becomes a family's: the frame of a prompt, and a factor for everything that is text. */
export type TokenRate = Pick<TokenizerFamily, 'frameTokens' | 'multiplier'>

/** Common tokens as a family counts them. What is seen, pages and images, costs every family the same. */
export function toFamily(tokens: number, { multiplier }: TokenRate): number {
  return Math.round(tokens * multiplier)
}

/** What a message costs beside its content. */
export const messageTokens = 2
/** What Anthropic documents for its tool prompt: the first with a free choice, the second with a forced call. */
const toolPrompt = { free: 346, forced: 313 }
const toolTokens = 8
const blockTokens = 8
/** Deeper values are not counted: recursion stays bounded. */
const deepest = 64

function countContent(content: string | readonly ContentBlock[], depth = 0): number {
  if (typeof content === 'string') return countTokens(content)
  let tokens = 0
  for (const block of content) tokens += countBlock(block, depth)
  return tokens
}

/** Estimates the tokens of a block, as far as they are text; `depth` says how many results of tools it lies in. */
export function countBlock(block: ContentBlock, depth: number): number {
  switch (block.type) {
    case 'text':
      return countTokens(block.text)
    case 'tool_use':
      return blockTokens + countTokens(block.name) + countJson(block.input, 0)
    case 'tool_result':
      return blockTokens + (depth < deepest ? countContent(block.content ?? '', depth + 1) : 0)
    case 'thinking':
      return countTokens(block.thinking)
    case 'redacted_thinking':
      return Math.ceil(block.data.length / 6)
    case 'image':
    case 'document':
    case 'search_result':
      return 0 // Whoever reads their bytes counts them.
    default:
      return countJson(block, 0) // A kind of block that is newer than we are.
  }
}

function countTools(tools: readonly Tool[], request: Pick<MessagesRequest, 'tool_choice'>): number {
  let tokens = toolPromptTokens(request)
  for (const tool of tools) tokens += countTool(tool)
  return tokens
}

/** What having tools at all costs. */
export function toolPromptTokens({ tool_choice }: Pick<MessagesRequest, 'tool_choice'>): number {
  return tool_choice?.type === 'any' || tool_choice?.type === 'tool' ? toolPrompt.forced : toolPrompt.free
}

/** Estimates the tokens of a tool's definition. */
export function countTool(tool: Tool): number {
  const { cache_control: _, ...definition } = tool
  return toolTokens + countJson(definition, 0)
}

/** The tokens of a value's JSON text, without making that text. */
function countJson(value: unknown, depth: number): number {
  if (typeof value === 'string') return 1 + countTokens(value)
  if (typeof value !== 'object' || value === null || depth > deepest) return 1
  let tokens = 1
  if (Array.isArray(value)) {
    for (const item of value) tokens += countJson(item, depth + 1)
    return tokens
  }
  // Not by entries: of a million members they take three times as long as keys.
  const members = value as Readonly<Record<string, unknown>>
  for (const name of Object.keys(members)) tokens += 1 + countTokens(name) + countJson(members[name], depth + 1)
  return tokens
}
