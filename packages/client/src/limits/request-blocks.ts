import type { Json, JsonObject } from '@outcrop/protocol'

/** A block of a request, as far as its size is concerned. */
export interface SizedBlock {
  /** `messages.3.content.0`. */
  readonly path: string
  /** `image/png`, or the kind of the block. */
  readonly what: string
  readonly kind: string
  /** Characters of the longest part, which count as bytes in base64 and ASCII. */
  readonly size: number
  readonly isMedia: boolean
}

/** Lists all that makes a Messages body large, with what it weighs: its blocks, and its tools. */
export function* requestParts(body: JsonObject): Generator<SizedBlock> {
  yield* blocksIn(body['system'], 'system')
  for (const [index, tool] of entriesOf(body['tools'])) {
    yield { path: `tools.${index}`, what: 'tool', kind: 'tool', size: lengthOf(tool), isMedia: false }
  }
  yield* messageBlocks(body)
}

/** Lists the blocks of all messages, those inside of tool results included; serialises nothing. */
export function* messageBlocks(body: JsonObject): Generator<SizedBlock> {
  for (const [index, message] of entriesOf(body['messages'])) {
    if (isObject(message)) yield* blocksIn(message['content'], `messages.${index}.content`)
  }
}

function* blocksIn(content: Json | undefined, path: string): Generator<SizedBlock> {
  if (typeof content === 'string') yield { path, what: 'text', kind: 'text', size: content.length, isMedia: false }
  for (const [index, block] of entriesOf(content)) {
    if (!isObject(block)) continue
    const at = `${path}.${index}`
    const inner = innerBlocks(block)
    if (inner !== undefined) yield* blocksIn(inner.content, `${at}.${inner.under}`)
    else yield sized(block, at)
  }
}

/** Tool results and documents made of blocks hold blocks again; nothing nests deeper than those. */
function innerBlocks({ type, content, source }: JsonObject): { content: Json; under: string } | undefined {
  if (type === 'tool_result' && content !== undefined) return { content, under: 'content' }
  const custom = type === 'document' && isObject(source) ? source['content'] : undefined
  return custom === undefined ? undefined : { content: custom, under: 'source.content' }
}

function sized(block: JsonObject, path: string): SizedBlock {
  const kind = typeof block['type'] === 'string' ? block['type'] : 'block'
  const source = isObject(block['source']) ? block['source'] : {}
  const { data, media_type, type } = source
  if (typeof data !== 'string') return { path, what: kind, kind, size: lengthOf(block), isMedia: false }
  const what = typeof media_type === 'string' ? media_type : kind
  return { path, what, kind, size: data.length, isMedia: type === 'base64' }
}

/** All text of a value. */
function lengthOf(value: Json | undefined): number {
  if (typeof value === 'string') return value.length
  if (typeof value !== 'object' || value === null) return 0
  let length = 0
  for (const [key, member] of Object.entries(value)) length += key.length + lengthOf(member)
  return length
}

function entriesOf(value: Json | undefined): IterableIterator<[number, Json]> {
  return (Array.isArray(value) ? (value as readonly Json[]) : []).entries()
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
