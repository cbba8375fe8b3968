import type { Json, JsonObject } from '@outcrop/protocol'
import type { WireEvent } from '../wires/wire-adapter.ts'

/** A block as far as it came. */
interface PartialBlock extends JsonObject {
  readonly type: string
}

/** An answer as far as it came, in the shape of a Message; a tool's input that is not whole yet is in `partial_json` beside it. */
export interface PartialMessage extends JsonObject {
  readonly content: readonly PartialBlock[]
}

/** Keeps what a stream has said, to tell of it when the stream breaks. */
export interface PartialMessageBuilder {
  add(event: WireEvent): void
  /** The answer as far as it came; nothing before `message_start`. */
  read(): PartialMessage | undefined
}

// Parsing waits until somebody asks, or until this many events are kept: a short answer is never parsed, and a long one takes memory
// in proportion to what it says, not to the events that said it.
const mostPending = 512

/** Creates a builder that costs a stream almost nothing until it is read. Events that are no JSON or unknown are passed over. */
export function createPartialMessage(): PartialMessageBuilder {
  const pending: WireEvent[] = []
  const draft: Draft = { message: undefined, blocks: [] }

  function fold(): void {
    for (const { data, parsed } of pending) take(draft, parsed ?? object(parse(data)))
    pending.length = 0
    for (const block of draft.blocks) for (const text of Object.values(block?.texts ?? {})) join(text)
  }

  return {
    add(event) {
      if (event.name === 'ping' || event.name === 'error') return
      pending.push(event)
      if (pending.length >= mostPending) fold()
    },
    read() {
      fold()
      return (
        draft.message && { ...draft.message, content: draft.blocks.filter((block) => block !== undefined).map(finish) }
      )
    },
  }
}

interface Draft {
  message: JsonObject | undefined
  blocks: Array<Block | undefined>
}

/** A block and the texts that its deltas append to, by the member that they end in. */
interface Block {
  readonly start: JsonObject
  readonly texts: Record<string, Text>
  readonly citations: Json[]
}

/** Pieces that were joined, and those that came since: a text that grows by single words keeps them all alive. */
interface Text {
  readonly joined: string[]
  readonly fresh: string[]
}

function join({ joined, fresh }: Text): void {
  if (fresh.length === 0) return
  joined.push(fresh.join(''))
  fresh.length = 0
}

// A model writes some blocks; an index far beyond is nobody's.
const mostBlocks = 10_000

function take(draft: Draft, event: JsonObject): void {
  const { type, index, message } = event
  if (type === 'message_start' && isObject(message)) draft.message = message
  if (type === 'message_delta' && draft.message !== undefined) {
    const usage = { ...object(draft.message['usage']), ...object(event['usage']) }
    draft.message = { ...draft.message, ...object(event['delta']), usage }
  }
  if (typeof index !== 'number' || !(index >= 0 && index < mostBlocks)) return
  const start = event['content_block']
  if (type === 'content_block_start' && isObject(start)) draft.blocks[index] = { start, texts: {}, citations: [] }
  if (type === 'content_block_delta') append(draft.blocks[index], object(event['delta']))
}

function append(block: Block | undefined, { citation, ...delta }: JsonObject): void {
  if (block === undefined) return
  if (citation !== undefined) block.citations.push(citation)
  for (const member of ['text', 'thinking', 'signature', 'partial_json']) {
    const text = delta[member]
    if (typeof text === 'string') (block.texts[member] ??= { joined: [], fresh: [] }).fresh.push(text)
  }
}

function finish({ start, texts: { partial_json, ...texts }, citations }: Block): PartialBlock {
  const block: Record<string, Json | undefined> = { ...start }
  for (const [member, { joined }] of Object.entries(texts)) block[member] = textOf(start[member]) + joined.join('')
  const json = partial_json?.joined.join('')
  const cited = start['citations']
  if (citations.length > 0) block['citations'] = [...(Array.isArray(cited) ? cited : []), ...citations]
  if (json !== undefined && json !== '') {
    const input = parse(json)
    if (input === undefined) block['partial_json'] = json
    else block['input'] = input
  }
  return { ...block, type: textOf(start['type']) }
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : ''
}

function object(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {}
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json
  } catch {
    return undefined
  }
}
