import type { TokenizerFamily } from '../catalogue/tokenizer-families.ts'
import type { MessagesRequest } from '../messages/types.ts'
import { countText, messageTokens, toFamily, toolPromptTokens } from './count-text.ts'
import { countTokens } from './tokens.ts'

/** The part of a request that its input tokens come from. */
type Input = Pick<MessagesRequest, 'messages' | 'system' | 'tools' | 'tool_choice'>

/**
 * Estimates the input tokens of a request in a few microseconds beside a walk over it: by CountTokens' own rule where its text is
 * short, by samples where it is long, by size what is seen. Nothing is decoded; what a call really took settles what this reserves.
 */
export function estimateInputTokens(input: Input, family: TokenizerFamily): number {
  const found: Found = { texts: [], characters: 0, structure: 0, seen: 0, readsMore: false, family }
  collect(input.messages, found, 0)
  collect(input.system, found, 0)
  collect(input.tools, found, 0, true)
  const isShort = found.characters <= countedCharacters && !found.readsMore
  const text = isShort ? countText(input) : found.structure + fixedTokens(input) + countSamples(found)
  return family.frameTokens + toFamily(text, family) + found.seen
}

/** What a request was found to hold. */
interface Found {
  readonly texts: string[]
  characters: number
  /** Tokens of what stands around the texts. */
  structure: number
  /** Tokens of images and pages. */
  seen: number
  /** Whether it has text that is read from a document. */
  readsMore: boolean
  readonly family: TokenizerFamily
}

/** Text up to this many characters is counted; of longer text, as much from all over it. */
const countedCharacters = 2_048
const samples = 16
/** [?] The most that an image costs: the tiles that the simulator charges, which are more since 4.7. */
const imageTokens = { v3: 1_568, 'v4.7': 4_784, v5: 4_784 } as const
/** [?] How much base64 a page of a PDF has, and what seeing and reading it costs (M10). */
const page = { characters: 100_000, tokens: 3_000 }
/** Deeper values are not looked at: recursion stays bounded. */
const deepest = 64

function fixedTokens(input: Input): number {
  const hasTools = input.tools !== undefined && input.tools.length > 0
  return input.messages.length * messageTokens + (hasTools ? toolPromptTokens(input) : 0)
}

/** Members' names are text where the value reaches the model as JSON: in definitions of tools and in what tools are called with. */
function collect(value: unknown, found: Found, depth: number, isJson = false): void {
  if (typeof value === 'string') {
    found.texts.push(value)
    found.characters += value.length
    return
  }
  if (typeof value !== 'object' || value === null || depth > deepest) return
  if (Array.isArray(value)) {
    for (const item of value) collect(item, found, depth + 1, isJson)
    return
  }
  const members = value as Readonly<Record<string, unknown>>
  if (isBytes(members['source'])) {
    found.seen += members['type'] === 'image' ? imageTokens[found.family.name] : pagesOf(members['source'].data)
    return
  }
  const { type } = members
  if (type === 'document' || type === 'search_result') found.readsMore = true
  for (const name of Object.keys(members)) {
    if (isJson) {
      found.structure += 2
      collect(name, found, depth)
    }
    if (isJson || !frame.has(name)) collect(members[name], found, depth + 1, isJson || name === 'input')
  }
}

/** Members of messages and blocks that say what they are. */
const frame = new Set(['type', 'role', 'cache_control', 'id', 'tool_use_id', 'signature', 'citations'])

function isBytes(source: unknown): source is { readonly data: string } {
  return (
    typeof source === 'object' &&
    source !== null &&
    'data' in source &&
    typeof source.data === 'string' &&
    'type' in source &&
    source.type === 'base64'
  )
}

function pagesOf(data: string): number {
  return page.tokens * Math.ceil(data.length / page.characters)
}

/** The tokens of texts by what a few even samples of them have; all of it where it is short. */
function countSamples({ texts, characters }: Found): number {
  if (characters <= countedCharacters) return texts.reduce((sum, text) => sum + countTokens(text), 0)
  const size = countedCharacters / samples
  const stride = characters / samples
  let tokens = 0
  let taken = 0
  let next = (stride - size) / 2
  let start = 0
  for (const text of texts) {
    for (; next < start + text.length; next += stride) {
      // A short text is taken whole: its ends are tokens' ends.
      const sample = text.length <= size ? text : text.slice(next - start, next - start + size)
      tokens += countTokens(sample)
      taken += sample.length
    }
    start += text.length
  }
  return taken === 0 ? characters : Math.ceil((tokens * characters) / taken)
}
