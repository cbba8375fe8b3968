import { createSseReader, type JsonObject, type MessageStreamEvent } from '@outcrop/protocol'

/** As much of a Message as tests look at. */
export interface AnsweredMessage {
  readonly content: readonly JsonObject[]
  readonly stop_reason: string | null
  readonly usage: Readonly<Record<string, unknown>>
}

/** The events of a streamed answer. */
export async function eventsOf(response: Response): Promise<readonly MessageStreamEvent[]> {
  const bytes = new TextEncoder().encode(await response.text())
  return createSseReader()
    .push(bytes)
    .map(({ data }) => JSON.parse(data) as MessageStreamEvent)
}

/** The Message that events of a stream amount to. */
export function assembleMessage(events: readonly MessageStreamEvent[]): AnsweredMessage {
  const blocks: Array<Map<string, unknown>> = []
  let end: Pick<AnsweredMessage, 'stop_reason' | 'usage'> = { stop_reason: null, usage: {} }
  for (const event of events) {
    if (event.type === 'content_block_start') blocks[event.index] = new Map(Object.entries(event.content_block))
    if (event.type === 'content_block_delta') add(blocks[event.index] ?? new Map<string, unknown>(), event.delta)
    if (event.type === 'message_delta') {
      end = { stop_reason: event.delta.stop_reason, usage: { ...event.usage } }
    }
  }
  for (const block of blocks) block.delete('json')
  return { ...end, content: blocks.map((block) => Object.fromEntries(block) as JsonObject) }
}

type Delta = Extract<MessageStreamEvent, { readonly type: 'content_block_delta' }>['delta']

function add(block: Map<string, unknown>, delta: Delta): void {
  const append = (member: string, text: string): void => void block.set(member, `${textIn(block, member)}${text}`)
  if (delta.type === 'text_delta') append('text', delta.text)
  else if (delta.type === 'thinking_delta') append('thinking', delta.thinking)
  else if (delta.type === 'signature_delta') append('signature', delta.signature)
  else if (delta.type === 'citations_delta') {
    const before = block.get('citations')
    block.set('citations', [...(Array.isArray(before) ? before : []), delta.citation])
  } else {
    append('json', delta.partial_json)
    block.set('input', parseWhole(textIn(block, 'json')))
  }
}

function textIn(block: ReadonlyMap<string, unknown>, member: string): string {
  const value = block.get(member)
  return typeof value === 'string' ? value : ''
}

/** An input is JSON when its last piece has come, and not before. */
function parseWhole(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return {}
  }
}
