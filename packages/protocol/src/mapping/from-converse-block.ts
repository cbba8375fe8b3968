import type {
  CachePoint,
  ConverseBlock,
  ConverseDocument,
  ConverseImage,
  ConverseSearchResult,
  DocumentFormat,
  ToolResultContent,
} from '../converse/types.ts'
import { GatewayError } from '../failures/gateway-error.ts'
import { texts } from '../failures/texts.ts'
import type {
  CacheControl,
  Citation,
  ContentBlock,
  DocumentBlock,
  ImageBlock,
  ResponseBlock,
  SearchResultBlock,
  TextBlock,
} from '../messages/types.ts'
import { base64ToFileText, base64ToText } from '../shapes/base64.ts'
import { isObject } from '../shapes/shape.ts'
import { fromConverseCitation } from './citation.ts'
import { documentMediaTypes } from './document-format.ts'

/** Turns Converse's blocks into Messages' in the same order; a cache point marks the block before it. */
export function fromConverseBlocks(content: readonly ConverseBlock[]): readonly ContentBlock[] {
  const blocks: ContentBlock[] = []
  let lastMarkable = -1
  for (const block of content) {
    if ('cachePoint' in block) {
      markForCache(blocks, lastMarkable, block.cachePoint)
      continue
    }
    blocks.push(translate(block))
    // Thinking cannot be marked, so the cut moves to what stands before it.
    if (!('reasoningContent' in block)) lastMarkable = blocks.length - 1
  }
  return blocks
}

/** Cuts a prompt for caching after one of its items; a cache point with nothing before it caches nothing. */
export function markForCache(
  items: Array<object & { readonly cache_control?: CacheControl | null }>,
  index: number,
  { ttl }: CachePoint,
): void {
  const item = items[index]
  if (item === undefined) return
  items[index] = { ...item, cache_control: ttl === undefined ? { type: 'ephemeral' } : { type: 'ephemeral', ttl } }
}

type KeyOf<Union> = Union extends Union ? keyof Union : never
type Key = KeyOf<ConverseBlock | ToolResultContent>
type Single = Exclude<Key, 'cachePoint'>
type ValueOf<K extends Key> = Extract<ConverseBlock | ToolResultContent, Readonly<Record<K, unknown>>>[K]

type AnswerKey = 'text' | 'toolUse' | 'reasoningContent' | 'citationsContent'

// The kinds of block that answers have too (WIRE §6.2).
const answerTable: { readonly [K in AnswerKey]: (value: ValueOf<K>) => ResponseBlock } = {
  text: (text) => ({ type: 'text', text }),
  toolUse: ({ toolUseId, name, input }) => ({ type: 'tool_use', id: toolUseId, name, input }),
  reasoningContent: (reasoning) =>
    'reasoningText' in reasoning
      ? {
          type: 'thinking',
          thinking: reasoning.reasoningText.text,
          signature: reasoning.reasoningText.signature ?? '',
        }
      : { type: 'redacted_thinking', data: base64ToText(reasoning.redactedContent) },
  citationsContent: ({ content = [], citations = [] }) => ({
    type: 'text',
    text: content.map(({ text }) => text).join(''),
    citations: citations.map(fromConverseCitation).filter((citation): citation is Citation => citation !== undefined),
  }),
}

const answerTranslators: ReadonlyMap<string, (value: never) => ResponseBlock> = new Map(Object.entries(answerTable))

/** Turns a block of an answer into Messages', or into nothing when Messages has no such block. */
export function fromConverseAnswerBlock(block: ConverseBlock): ResponseBlock | undefined {
  const [key = '', value] = Object.entries(block)[0] ?? []
  if (key === 'reasoningContent' && !isReasoning(value)) return undefined
  // The entry under a key takes just that key's value; the compiler cannot follow a union through a lookup.
  return answerTranslators.get(key)?.(value as never)
}

/** Whether reasoning is of a kind that is known here: what AWS adds later is no reason to fail. */
function isReasoning(value: unknown): boolean {
  return isObject(value) && ('reasoningText' in value || 'redactedContent' in value)
}

// WIRE §6.2, one entry a kind of block.
const table: { readonly [K in Single]: (value: ValueOf<K>) => ContentBlock } = {
  ...answerTable,
  image: fromImage,
  document: fromDocument,
  video: () => refuse('video'),
  audio: () => refuse('audio'),
  toolResult: ({ toolUseId, content = [], status }) => ({
    type: 'tool_result',
    tool_use_id: toolUseId,
    content: content.map(translate),
    ...(status === 'error' ? { is_error: true } : {}),
  }),
  json: (json) => ({ type: 'text', text: JSON.stringify(json) }), // Messages has no JSON block
  searchResult: fromSearchResult,
  // Guardrails judge guarded content before the model; the model itself reads it as plain content.
  guardContent: (guard) => ('text' in guard ? { type: 'text', text: guard.text.text } : fromImage(guard.image)),
}

const translators: ReadonlyMap<string, (value: never) => ContentBlock> = new Map(Object.entries(table))

function translate(block: ConverseBlock | ToolResultContent): ContentBlock {
  const key = Object.keys(block)[0] ?? ''
  const value: unknown = (block as Readonly<Record<string, unknown>>)[key]
  const one = translators.get(key)
  // The entry under a key takes just that key's value; the compiler cannot follow a union through a lookup.
  return one === undefined ? refuse(key) : one(value as never)
}

function refuse(block: string): never {
  throw new GatewayError('validation', texts.unsupportedBlock(block))
}

function fromImage({ format, source }: ConverseImage): ImageBlock {
  return { type: 'image', source: { type: 'base64', media_type: `image/${format}`, data: source.bytes ?? '' } }
}

function fromSearchResult({ source, title, content, citations }: ConverseSearchResult): SearchResultBlock {
  const blocks = content.map(({ text }): TextBlock => ({ type: 'text', text }))
  return { type: 'search_result', source, title, content: blocks, ...(citations === undefined ? {} : { citations }) }
}

function fromDocument({ name, format, source, context, citations }: ConverseDocument): DocumentBlock {
  return {
    type: 'document',
    source: fromDocumentSource(source, format),
    title: name,
    ...(context === undefined ? {} : { context }),
    ...(citations === undefined ? {} : { citations }),
  }
}

function fromDocumentSource(
  { bytes, text, content }: ConverseDocument['source'],
  format: DocumentFormat = 'txt',
): DocumentBlock['source'] {
  if (content !== undefined) return { type: 'content', content: content.map(({ text }) => ({ type: 'text', text })) }
  if (text !== undefined) return { type: 'text', media_type: 'text/plain', data: text }
  const { encoding, type } = documentMediaTypes[format]
  return encoding === 'text'
    ? { type: 'text', media_type: type, data: base64ToFileText(bytes ?? '') }
    : { type: 'base64', media_type: type, data: bytes ?? '' }
}
