import {
  type CacheControl,
  type ContentBlock,
  countBlock,
  countTool,
  type MessagesRequest,
  messageTokens,
  type Tool,
  toolPromptTokens,
  type ToolResultBlock,
} from '@outcrop/protocol'

import type { BackendCall } from '../backend.ts'
import type { Media, MediaCost } from './media/media.ts'

/** A piece of a prompt that a cached prefix can end with. */
export interface PromptPart {
  /** What it says: equal prefixes have equal texts, whatever is marked in them. */
  readonly text: string
  /** Of text in the common estimate, and of what is seen. */
  readonly cost: MediaCost
  /** How long the prefix up to here should live, when it is marked. */
  readonly ttl: '5m' | '1h' | undefined
  /** Whether it is a whole block, as the way back to an earlier prefix is counted in them. */
  readonly isBlock: boolean
}

/** Whether a request asks for caching at all: most do not, and must not pay for those that do. */
export function asksForCaching({ cache_control, tools, system, messages }: MessagesRequest): boolean {
  if (isMark(cache_control) || tools?.some(isMarked) === true) return true
  if (typeof system === 'object' && system.some(isMarked)) return true
  return messages.some(({ content }) => typeof content === 'object' && content.some(isMarkedWithin))
}

/** The prompt in the order in which it is cached: tools, system, messages. What nobody can mark is in no part. */
export function readPromptParts({ request, documentMode }: BackendCall, media: Media): readonly PromptPart[] {
  const reader = new PartReader(media, documentMode)
  for (const tool of request.tools ?? []) reader.tool(tool, request)
  const { system } = request
  if (system !== undefined) reader.content('system', system)
  // What changes how messages are read invalidates them, and leaves tools and system alone (Anthropic's table).
  reader.lead(JSON.stringify([request.tool_choice, request.thinking, media.images.length > 0]), 0)
  for (const { role, content } of request.messages) {
    reader.lead('', messageTokens)
    reader.content(role, content)
  }
  return isMark(request.cache_control) ? withLastMarked(reader.parts, request.cache_control) : reader.parts
}

type Part = PromptPart & { readonly isMarkable: boolean }

class PartReader {
  readonly parts: Part[] = []
  readonly #media: Media
  readonly #documentMode: BackendCall['documentMode']
  #leadText = ''
  #leadTokens = 0

  constructor(media: Media, documentMode: BackendCall['documentMode']) {
    this.#media = media
    this.#documentMode = documentMode
  }

  /** Puts something before the next part that cannot be told from it. */
  lead(text: string, tokens: number): void {
    this.#leadText += text
    this.#leadTokens += tokens
  }

  tool(tool: Tool, request: MessagesRequest): void {
    const { cache_control, ...rest } = tool
    if (this.parts.length === 0) this.lead('', toolPromptTokens(request))
    this.#add(JSON.stringify(rest), { text: countTool(tool), seen: 0 }, cache_control)
  }

  content(role: string, content: string | readonly ContentBlock[]): void {
    this.lead(`${role}:`, 0)
    // A text alone is the same prompt as a list of one block.
    const blocks = typeof content === 'string' ? [{ type: 'text' as const, text: content }] : content
    for (const block of blocks) this.#block(block)
  }

  #block(block: ContentBlock): void {
    if (block.type === 'tool_result' && typeof block.content === 'object') this.#toolResult(block, block.content)
    else this.#add(this.#textOf(block), this.#tokensOf(block, 0), controlOf(block), isMarkable(block))
  }

  /** Blocks inside a result can be marked too, but the way back is counted in whole results. */
  #toolResult(result: ToolResultBlock, content: readonly ContentBlock[]): void {
    const { content: _, cache_control, ...rest } = result
    this.lead(JSON.stringify(rest), countBlock({ ...result, content: '' }, 0))
    for (const block of content) {
      this.#add(this.#textOf(block), this.#tokensOf(block, 1), controlOf(block), isMarkable(block), false)
    }
    this.#add('end', { text: 0, seen: 0 }, cache_control)
  }

  #add(
    text: string,
    tokens: MediaCost,
    control: CacheControl | null | undefined,
    canBeMarked = true,
    isBlock = true,
  ): void {
    const ttl = isMark(control) ? ttlOf(control) : undefined
    const cost = { text: this.#leadTokens + tokens.text, seen: tokens.seen }
    this.parts.push({ text: this.#leadText + text, cost, ttl, isBlock, isMarkable: canBeMarked })
    this.#leadText = ''
    this.#leadTokens = 0
  }

  #textOf(block: ContentBlock): string {
    // The same file is another prompt when it is seen instead of read.
    return (block.type === 'document' ? this.#documentMode : '') + JSON.stringify(withoutControl(block))
  }

  #tokensOf(block: ContentBlock, depth: number): MediaCost {
    const media = this.#media.costs.get(block)
    return { text: countBlock(block, depth) + (media?.text ?? 0), seen: media?.seen ?? 0 }
  }
}

function withLastMarked(parts: readonly Part[], control: CacheControl): readonly PromptPart[] {
  const last = parts.findLastIndex(({ isMarkable: can, isBlock }) => can && isBlock)
  return parts.map((part, index) => (index === last ? { ...part, ttl: part.ttl ?? ttlOf(control) } : part))
}

/** Thinking and empty texts cannot be marked. */
function isMarkable(block: ContentBlock): boolean {
  if (block.type === 'text') return block.text !== ''
  return block.type !== 'thinking' && block.type !== 'redacted_thinking'
}

function withoutControl(block: ContentBlock): unknown {
  if (!('cache_control' in block)) return block
  const { cache_control: _, ...rest } = block
  return rest
}

function controlOf(block: ContentBlock): CacheControl | null | undefined {
  return 'cache_control' in block ? block.cache_control : undefined
}

function isMarkedWithin(block: ContentBlock): boolean {
  if (isMark(controlOf(block))) return true
  return block.type === 'tool_result' && typeof block.content === 'object' && block.content.some(isMarkedWithin)
}

function isMarked(item: { readonly cache_control?: CacheControl | null }): boolean {
  return isMark(item.cache_control)
}

// Converse's additional fields are passed on unchecked, so a control may be anything.
function isMark(control: CacheControl | null | undefined): control is CacheControl {
  return control?.type === 'ephemeral'
}

function ttlOf({ ttl }: CacheControl): '5m' | '1h' {
  return ttl === '1h' ? '1h' : '5m'
}
