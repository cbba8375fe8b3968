import type { ContentBlock, MessagesRequest, Tool } from '@outcrop/protocol'

import { noMedia, type Media } from './media/media.ts'
import { countTokens } from './tokens.ts'

/**
 * Estimates the tokens of a request: its texts, tools and media, and the frame that Claude's prompt puts around them.
 * Equal requests count equal, and a request that says more never counts less.
 */
export function countInputTokens(request: MessagesRequest, media: Media = noMedia): number {
  let tokens = frameTokens + media.tokens
  for (const { content } of request.messages) tokens += messageTokens + countContent(content)
  if (request.system !== undefined) tokens += countContent(request.system)
  if (request.tools !== undefined && request.tools.length > 0) tokens += countTools(request.tools, request)
  return tokens
}

// Anchored to one measured count of the Claude 3 to 4.6 vocabulary: "hello, world" as the only message is 10 (LOCAL §4).
const frameTokens = 5
const messageTokens = 2
/** What Anthropic documents for its tool prompt: the first with a free choice, the second with a forced call. */
const toolPromptTokens = { free: 346, forced: 313 }
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

function countBlock(block: ContentBlock, depth: number): number {
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
      return 0 // Counted with the media, where their bytes were read.
    default:
      return countJson(block, 0) // A kind of block that is newer than we are.
  }
}

function countTools(tools: readonly Tool[], { tool_choice }: MessagesRequest): number {
  const isForced = tool_choice?.type === 'any' || tool_choice?.type === 'tool'
  let tokens = isForced ? toolPromptTokens.forced : toolPromptTokens.free
  for (const { cache_control: _, ...tool } of tools) tokens += toolTokens + countJson(tool, 0)
  return tokens
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
  for (const [name, item] of Object.entries(value)) tokens += 1 + countTokens(name) + countJson(item, depth + 1)
  return tokens
}
