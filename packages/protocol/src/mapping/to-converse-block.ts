import type {
  CachePoint,
  ConverseBlock,
  ConverseDocument,
  ConverseImage,
  ConverseSearchResult,
  ToolResultContent,
} from '../converse/types.ts'
import type {
  CacheControl,
  ContentBlock,
  DocumentBlock,
  ImageBlock,
  SearchResultBlock,
  TextBlock,
  ToolResultBlock,
  ToolUseBlock,
} from '../messages/types.ts'
import { textToBase64 } from '../shapes/base64.ts'
import { isConverseCitation, toConverseCitation } from './citation.ts'
import { toDocumentFormat } from './document-format.ts'
import type { DocumentNames } from './document-names.ts'
import { Inexpressible, type WarnedLoss } from './losses.ts'

/** What the blocks of one request share while they are translated. */
export interface BlockTask {
  readonly lose: (loss: WarnedLoss, at: string) => void
  readonly documentNames: DocumentNames
}

/** Turns Messages' blocks into Converse's in the same order, a cache point behind each that is marked. */
export function toConverseBlocks(
  content: string | readonly ContentBlock[],
  at: string,
  task: BlockTask,
): readonly ConverseBlock[] {
  if (typeof content === 'string') return [{ text: content }]
  const blocks: ConverseBlock[] = []
  for (const [index, block] of content.entries()) {
    const here = `${at}.${index}`
    blocks.push(translate(block, here, task))
    if ('cache_control' in block && isGiven(block.cache_control)) blocks.push(toCachePoint(block.cache_control))
  }
  return blocks
}

/** A mark on something, as the cache point that stands behind it. */
export function toCachePoint({ ttl }: CacheControl): { readonly cachePoint: CachePoint } {
  return { cachePoint: ttl === undefined ? { type: 'default' } : { type: 'default', ttl } }
}

/** Whether a member says anything: in Messages null says no more than absence. */
export function isGiven<Value>(value: Value): value is NonNullable<Value> {
  return value !== undefined && value !== null
}

type Kind = ContentBlock['type']
type BlockOf<K extends Kind> = Extract<ContentBlock, { readonly type: K }>

interface Entry<K extends Kind> {
  readonly to: (block: BlockOf<K>, at: string, task: BlockTask) => ConverseBlock
  /** The members that are translated; any other is lost, and that is said. */
  readonly members: ReadonlyArray<keyof BlockOf<K>>
}

// WIRE §6.2, one entry a kind of block.
const table: { readonly [K in Kind]: Entry<K> } = {
  text: { to: toText, members: ['type', 'text', 'citations', 'cache_control'] },
  image: { to: (block, at) => ({ image: toImage(block, at) }), members: ['type', 'source', 'cache_control'] },
  document: {
    to: (block, at, task) => ({ document: toDocument(block, at, task) }),
    members: ['type', 'source', 'title', 'context', 'citations', 'cache_control'],
  },
  search_result: {
    to: (block, at, task) => ({ searchResult: toSearchResult(block, at, task) }),
    members: ['type', 'source', 'title', 'content', 'citations', 'cache_control'],
  },
  tool_use: { to: toToolUse, members: ['type', 'id', 'name', 'input', 'cache_control'] },
  tool_result: { to: toToolResult, members: ['type', 'tool_use_id', 'content', 'is_error', 'cache_control'] },
  thinking: {
    to: ({ thinking, signature }) => ({
      reasoningContent: { reasoningText: signature === '' ? { text: thinking } : { signature, text: thinking } },
    }),
    members: ['type', 'thinking', 'signature'],
  },
  redacted_thinking: {
    to: ({ data }) => ({ reasoningContent: { redactedContent: textToBase64(data) } }),
    members: ['type', 'data'],
  },
}

/** An entry whose kind is not known any more. */
interface AnyEntry {
  readonly to: (block: never, at: string, task: BlockTask) => ConverseBlock
  readonly members: readonly PropertyKey[]
}

const translators: ReadonlyMap<string, AnyEntry> = new Map<string, AnyEntry>(Object.entries(table))

function translate(block: ContentBlock, at: string, task: BlockTask): ConverseBlock {
  const entry = translators.get(block.type)
  if (entry === undefined) throw new Inexpressible('blockUnknown', `${at}.${block.type}`)
  for (const [member, value] of Object.entries(block)) {
    if (!entry.members.includes(member) && isGiven(value)) task.lose('blockMember', `${at}.${block.type}.${member}`)
  }
  // The entry under a type takes just that type's block; the compiler cannot follow a union through a lookup.
  return entry.to(block as never, at, task)
}

function toText({ text, citations }: TextBlock, at: string, task: BlockTask): ConverseBlock {
  const known = []
  for (const [index, citation] of (citations ?? []).entries()) {
    if (isConverseCitation(citation)) known.push(toConverseCitation(citation))
    else task.lose('citationUnknown', `${at}.citations.${index}`)
  }
  return known.length === 0 ? { text } : { citationsContent: { citations: known, content: [{ text }] } }
}

// Each media type is its format's own name.
const imageFormats = { 'image/png': 'png', 'image/jpeg': 'jpeg', 'image/gif': 'gif', 'image/webp': 'webp' } as const

function toImage({ source }: ImageBlock, at: string): ConverseImage {
  requireSource(['base64'], source.type, at)
  const { media_type, data } = source
  if (!isImageType(media_type)) throw new Inexpressible('mediaTypeUnknown', `${at}.source.media_type`)
  return { format: imageFormats[media_type], source: { bytes: data } }
}

function isImageType(type: string): type is keyof typeof imageFormats {
  return Object.hasOwn(imageFormats, type)
}

function requireSource(kinds: readonly string[], found: string, at: string): void {
  if (!kinds.includes(found)) throw new Inexpressible('sourceUnknown', `${at}.source`)
}

function toDocument(block: DocumentBlock, at: string, task: BlockTask): ConverseDocument {
  const { title, context, citations } = block
  const { name, isFaithful } = task.documentNames.take(title)
  if (!isFaithful) task.lose('documentTitle', `${at}.title`)
  const body = toDocumentSource(block.source, at, task)
  if (body.format === 'pdf' && citations?.enabled !== true) task.lose('pdfAsText', at)
  return {
    ...body,
    name,
    ...(isGiven(context) ? { context } : {}),
    ...(isGiven(citations?.enabled) ? { citations: { enabled: citations.enabled } } : {}),
  }
}

function toDocumentSource(
  source: DocumentBlock['source'],
  at: string,
  task: BlockTask,
): Pick<ConverseDocument, 'format' | 'source'> {
  requireSource(['base64', 'text', 'content'], source.type, at)
  if (source.type === 'content') {
    const { content } = source
    const chunks = typeof content === 'string' ? [{ text: content }] : toChunks(content, `${at}.source.content`, task)
    return { source: { content: chunks } }
  }
  const format = toDocumentFormat(source.media_type)
  if (format === undefined) throw new Inexpressible('mediaTypeUnknown', `${at}.source.media_type`)
  if (source.type === 'base64') return { format, source: { bytes: source.data } }
  // Plain text has a member of its own; text of another kind is a file of that kind.
  return { format, source: format === 'txt' ? { text: source.data } : { bytes: textToBase64(source.data) } }
}

function toSearchResult(block: SearchResultBlock, at: string, task: BlockTask): ConverseSearchResult {
  const { source, title, citations } = block
  const content = toChunks(block.content, `${at}.content`, task)
  return {
    source,
    title,
    content,
    ...(isGiven(citations?.enabled) ? { citations: { enabled: citations.enabled } } : {}),
  }
}

/** The chunks of a document or a search result, which are bare texts on Converse. */
function toChunks(
  content: readonly ContentBlock[],
  at: string,
  task: BlockTask,
): ReadonlyArray<{ readonly text: string }> {
  return content.map((block, index) => {
    if (block.type !== 'text') throw new Inexpressible('chunkNotText', `${at}.${index}`)
    if (isGiven(block.cache_control)) task.lose('innerCachePoint', `${at}.${index}.cache_control`)
    return { text: block.text }
  })
}

function toToolUse({ id, name, input }: ToolUseBlock, at: string): ConverseBlock {
  return { toolUse: { toolUseId: checkId(id, `${at}.id`), name: checkToolName(name, `${at}.name`), input } }
}

function toToolResult(block: ToolResultBlock, at: string, task: BlockTask): ConverseBlock {
  const { tool_use_id, content, is_error } = block
  const toolUseId = checkId(tool_use_id, `${at}.tool_use_id`)
  return {
    toolResult: {
      toolUseId,
      content: toResultContent(content ?? [], `${at}.content`, task),
      ...(is_error === true ? { status: 'error' } : {}),
    },
  }
}

function toResultContent(
  content: string | readonly ContentBlock[],
  at: string,
  task: BlockTask,
): readonly ToolResultContent[] {
  // A tool that says nothing is common, and an empty text is no text on Converse.
  if (typeof content === 'string') return content === '' ? [] : [{ text: content }]
  return content.map((block, index) => toResultItem(block, `${at}.${index}`, task))
}

function toResultItem(block: ContentBlock, at: string, task: BlockTask): ToolResultContent {
  if ('cache_control' in block && isGiven(block.cache_control)) task.lose('innerCachePoint', `${at}.cache_control`)
  const item = translate(block, at, task)
  // Converse's results hold bare texts, with nothing in them cited.
  if ('citationsContent' in item) {
    task.lose('blockMember', `${at}.text.citations`)
    return { text: block.type === 'text' ? block.text : '' }
  }
  if ('text' in item || 'image' in item || 'document' in item || 'searchResult' in item) return item
  throw new Inexpressible('blockUnknown', `${at}.${block.type}`)
}

function checkId(id: string, at: string): string {
  if (!/^[\w.:-]{1,64}$/.test(id)) throw new Inexpressible('toolUseId', at)
  return id
}

/** The name of a tool; throws when it is none on Converse. */
export function checkToolName(name: string, at: string): string {
  if (!/^[\w-]{1,64}$/.test(name)) throw new Inexpressible('toolName', at)
  return name
}
