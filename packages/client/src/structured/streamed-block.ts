import type { JsonObject } from '@outcrop/protocol'
import type { AnswerRules } from './answer-rules.ts'
import { isObject, textAt } from './json-values.ts'

/** An event of a stream, whose name is its type. */
export type TypedEvent = JsonObject & { readonly type: string }

/** A block of a streamed answer, as far as it came. */
export interface StreamedBlock {
  /** The call of the answer's tool, a call of another, words, or something else, such as thinking. */
  readonly kind: 'answer' | 'call' | 'text' | 'other'
  /** Its index among the blocks that are passed on; absent while it is held back. */
  out?: number
  /** Takes an event of the block, and gives what native structured output would have in its place. */
  take(event: JsonObject): readonly TypedEvent[]
  /** The block as a whole answer would have it. */
  whole(): JsonObject
  /** The words of a text, or what a tool is called with. */
  written(): string
}

export function createBlock(start: JsonObject, { schema, answerTool }: AnswerRules): StreamedBlock {
  const { type, name } = start
  const isAnswer = schema !== undefined && name === answerTool
  const kind = type === 'text' ? 'text' : type !== 'tool_use' ? 'other' : isAnswer ? 'answer' : 'call'
  const pieces: Record<Piece, string[]> = { text: [], partial_json: [], thinking: [], signature: [] }
  const joined = (piece: Piece): string => pieces[piece].join('')
  const written = (): string =>
    kind === 'text' ? textAt(start, 'text') + joined('text') : inputOf(start, joined('partial_json'))
  return {
    kind,
    written,
    take(event) {
      const delta = isObject(event['delta']) ? event['delta'] : {}
      for (const piece of pieceNames) {
        const found = delta[piece]
        if (typeof found === 'string') pieces[piece].push(found)
      }
      const same = { ...event, type: textAt(event, 'type') }
      return kind === 'answer' ? toText(same, delta, () => (joined('partial_json') === '' ? written() : '')) : [same]
    },
    whole() {
      if (kind === 'text') return { ...start, text: written() }
      if (kind !== 'other') return { ...start, input: parseInput(written()) }
      if (type !== 'thinking') return start
      return {
        ...start,
        thinking: textAt(start, 'thinking') + joined('thinking'),
        signature: textAt(start, 'signature') + joined('signature'),
      }
    },
  }
}

type Piece = (typeof pieceNames)[number]
const pieceNames = ['text', 'partial_json', 'thinking', 'signature'] as const

/** An event of a call as one of a text; an input that came without any delta is left until the end. */
function toText(event: TypedEvent, delta: JsonObject, readLeft: () => string): readonly TypedEvent[] {
  if (event.type === 'content_block_start') return [{ ...event, content_block: { type: 'text', text: '' } }]
  if (event.type === 'content_block_stop') {
    const left = readLeft()
    return left === '' ? [event] : [toDelta(left), event]
  }
  const { partial_json } = delta
  return typeof partial_json === 'string' && partial_json !== '' ? [toDelta(partial_json)] : []
}

function toDelta(text: string): TypedEvent {
  return { type: 'content_block_delta', delta: { type: 'text_delta', text } }
}

function inputOf({ input }: JsonObject, partial: string): string {
  return partial === '' ? JSON.stringify(input ?? {}) : partial
}

/** An input that is no JSON is judged as the text that it is: no schema of an object accepts it. */
function parseInput(text: string): JsonObject | string {
  try {
    return JSON.parse(text) as JsonObject
  } catch {
    return text
  }
}
