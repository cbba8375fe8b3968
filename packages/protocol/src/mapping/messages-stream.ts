import type { ConverseDelta, ConverseStreamEvent } from '../converse/types.ts'
import type { BlockDelta, MessageStreamEvent, ResponseBlock } from '../messages/types.ts'
import { base64ToBytes } from '../shapes/base64.ts'
import { type AnswerFields, readAnswerFields } from './answer-fields.ts'
import { fromConverseCitation } from './citation.ts'
import { type AnswerOptions, type ConverseRest, restOf } from './from-converse-response.ts'
import { sayLoss, type WarnedLoss } from './losses.ts'
import { fromConverseStopReason } from './stop-reason.ts'
import { fromConverseUsage } from './usage.ts'

type Event<Type extends ConverseStreamEvent['type']> = Extract<ConverseStreamEvent, { readonly type: Type }>
type Events = readonly MessageStreamEvent[]

/** How a stream ended: whole, or without the event that was due next. */
export type ConverseStreamEnd =
  | { readonly kind: 'complete'; readonly rest: ConverseRest }
  | { readonly kind: 'truncated'; readonly missing: 'messageStart' | 'messageStop' | 'metadata' }

/** A reducer from ConverseStream events to Messages events. */
export interface MessagesStream {
  readonly next: (event: ConverseStreamEvent) => Events
  /** To be asked when no more events come: without `metadata` an answer is not whole, however it looks. */
  readonly end: () => ConverseStreamEnd
}

/** Options of a stream: what Converse does not say of it. */
export interface MessagesStreamOptions extends AnswerOptions {
  /** Milliseconds from the request to the first event, which Converse does not tell. */
  readonly firstByteMs: () => number
}

/** What is known of the answer so far. */
interface State {
  readonly options: MessagesStreamOptions
  /** By the index that Converse gives them. */
  readonly blocks: Map<number, OpenBlock>
  /** The base64 of redacted blocks that have not ended: Messages has no delta for it, so it is said whole, at the end. */
  readonly redacted: Map<number, string[]>
  /** Blocks that hold nothing which Messages has a word for, by the same index. */
  readonly lost: Set<number>
  /** How many blocks have begun: Messages' indexes leave no gap for a block that it has no word for. */
  count: number
  hasStarted: boolean
  stop?: Event<'messageStop'>['payload']
  rest?: ConverseRest
}

/** A block that has begun and not stopped. */
interface OpenBlock {
  readonly index: number
  readonly kind: ResponseBlock['type']
}

/** Creates a reducer from ConverseStream events, parsed, to Messages events; what it leaves out it warns of. */
export function createMessagesStream(options: MessagesStreamOptions): MessagesStream {
  const state: State = { options, blocks: new Map(), redacted: new Map(), lost: new Set(), count: 0, hasStarted: false }
  return {
    next: (event) => reduce(event, state),
    end: () => {
      if (state.rest !== undefined) return { kind: 'complete', rest: state.rest }
      if (state.stop !== undefined) return { kind: 'truncated', missing: 'metadata' }
      return { kind: 'truncated', missing: state.hasStarted ? 'messageStop' : 'messageStart' }
    },
  }
}

const reducers: { readonly [T in ConverseStreamEvent['type']]: (event: Event<T>, state: State) => Events } = {
  messageStart: () => [], // whatever comes first starts the message
  contentBlockStart: ({ payload }, state) => startBlock(payload, state),
  contentBlockDelta: ({ payload }, state) => continueBlock(payload.contentBlockIndex, payload.delta, state),
  contentBlockStop: ({ payload }, state) => stopBlock(payload.contentBlockIndex, state),
  messageStop: ({ payload }, state) => {
    state.stop = payload
    return [...state.blocks.keys(), ...state.redacted.keys()].flatMap((key) => stopBlock(key, state))
  },
  metadata: ({ payload }, state) => finish(payload, state),
}

function reduce<T extends ConverseStreamEvent['type']>(event: Event<T>, state: State): Events {
  const one = reducers[event.type] as ((event: Event<T>, state: State) => Events) | undefined
  // What comes behind the end, or behind the stop and is not the end, says nothing more of the message.
  const isLate = state.rest !== undefined || (state.stop !== undefined && event.type !== 'metadata')
  if (one === undefined || isLate) {
    warn(state, 'eventUnknown', event.type)
    return []
  }
  return [...start(state), ...one(event, state)]
}

function warn({ options }: State, loss: WarnedLoss, at: string): void {
  options.warn?.(sayLoss(loss, at))
}

function start(state: State): Events {
  if (state.hasStarted) return []
  state.hasStarted = true
  const { model, id } = state.options
  return [
    {
      type: 'message_start',
      message: {
        model: model.anthropicName,
        id,
        type: 'message',
        role: 'assistant',
        content: [],
        stop_reason: null,
        stop_sequence: null,
        // Converse counts at the end, and `message_delta` says what it counted.
        usage: { input_tokens: 0, cache_creation_input_tokens: 0, cache_read_input_tokens: 0, output_tokens: 0 },
      },
    },
  ]
}

/** Converse starts tool calls alone: text and reasoning begin with their first delta (WIRE §4.4). */
function startBlock({ contentBlockIndex, start }: Event<'contentBlockStart'>['payload'], state: State): Events {
  const { toolUse }: Partial<typeof start> = start
  if (toolUse !== undefined && !state.blocks.has(contentBlockIndex) && !state.redacted.has(contentBlockIndex)) {
    const { toolUseId: id, name } = toolUse
    return open(contentBlockIndex, { type: 'tool_use', id, name, input: {} }, state)
  }
  const [kind] = Object.keys(start)
  return kind === undefined ? [] : lose('answerBlockUnknown', contentBlockIndex, kind, state)
}

function lose(loss: WarnedLoss, key: number, kind: string, state: State): Events {
  warn(state, loss, `content.${key}.${kind}`)
  if (!state.blocks.has(key)) state.lost.add(key)
  return []
}

function open(key: number, content_block: ResponseBlock, state: State): Events {
  const { count: index } = state
  state.count += 1
  state.blocks.set(key, { index, kind: content_block.type })
  return [{ type: 'content_block_start', index, content_block }]
}

type DeltaKey = ConverseDelta extends infer D ? (D extends unknown ? keyof D : never) : never
type DeltaOf<K extends DeltaKey> = Extract<ConverseDelta, Readonly<Record<K, unknown>>>[K]

/** What a delta says: the part of a block, and the block that it begins where none has begun. */
interface Said {
  readonly begins: ResponseBlock | undefined
  readonly part: BlockDelta
}

const emptyText: ResponseBlock = { type: 'text', text: '' }
const emptyThinking: ResponseBlock = { type: 'thinking', thinking: '', signature: '' }

// WIRE §4.4, one entry a kind of delta; nothing where Messages has no word for what it holds.
const deltas: { readonly [K in DeltaKey]: (value: DeltaOf<K>) => Said | undefined } = {
  text: (text) => ({ begins: emptyText, part: { type: 'text_delta', text } }),
  // Only its start names a tool, so that this begins nothing.
  toolUse: ({ input }) => ({ begins: undefined, part: { type: 'input_json_delta', partial_json: input } }),
  reasoningContent: (reasoning) => {
    if ('text' in reasoning)
      return { begins: emptyThinking, part: { type: 'thinking_delta', thinking: reasoning.text } }
    if ('signature' in reasoning) {
      return { begins: emptyThinking, part: { type: 'signature_delta', signature: reasoning.signature } }
    }
    return undefined // `hold` has taken what is redacted
  },
  citation: (converse) => {
    const citation = fromConverseCitation(converse)
    if (citation === undefined) return undefined
    return { begins: { type: 'text', text: '', citations: [] }, part: { type: 'citations_delta', citation } }
  },
}

// The blocks that take a delta.
const takers: { readonly [D in BlockDelta['type']]: ResponseBlock['type'] } = {
  text_delta: 'text',
  citations_delta: 'text',
  input_json_delta: 'tool_use',
  thinking_delta: 'thinking',
  signature_delta: 'thinking',
}

const deltaTranslators: ReadonlyMap<string, (value: never) => Said | undefined> = new Map(Object.entries(deltas))

function continueBlock(key: number, delta: ConverseDelta, state: State): Events {
  const [kind = '', value] = Object.entries(delta)[0] ?? []
  if ('reasoningContent' in delta && 'redactedContent' in delta.reasoningContent) {
    return hold(key, delta.reasoningContent.redactedContent, state)
  }
  // The entry under a key takes just that key's value; the compiler cannot follow a union through a lookup.
  const said = deltaTranslators.get(kind)?.(value as never)
  if (said === undefined) {
    return lose(kind === 'citation' ? 'citationPlaceUnknown' : 'answerBlockUnknown', key, kind, state)
  }
  const { begins, part } = said
  const isFirst = !state.blocks.has(key) && !state.redacted.has(key)
  const started = isFirst && begins !== undefined ? open(key, begins, state) : []
  const block = state.blocks.get(key)
  if (block === undefined || takers[part.type] !== block.kind) return lose('strayDelta', key, kind, state)
  return [...started, { type: 'content_block_delta', index: block.index, delta: part }]
}

/** Parts of a redacted block are cut between bytes, not between characters: only the whole can be read as text. */
function hold(key: number, base64: string, state: State): Events {
  if (state.blocks.has(key)) return lose('strayDelta', key, 'reasoningContent', state)
  const parts = state.redacted.get(key)
  if (parts === undefined) state.redacted.set(key, [base64])
  else parts.push(base64)
  return []
}

function sayRedacted(parts: readonly string[], state: State): Events {
  const decoder = new TextDecoder()
  const data = parts.map((part) => decoder.decode(base64ToBytes(part), { stream: true })).join('') + decoder.decode()
  return sayWhole({ type: 'redacted_thinking', data }, state)
}

function sayWhole(content_block: ResponseBlock, state: State): Events {
  const { count: index } = state
  state.count += 1
  return [
    { type: 'content_block_start', index, content_block },
    { type: 'content_block_stop', index },
  ]
}

function stopBlock(key: number, state: State): Events {
  const open = state.blocks.get(key)
  state.blocks.delete(key)
  if (open !== undefined) return [{ type: 'content_block_stop', index: open.index }]
  const redacted = state.redacted.get(key)
  state.redacted.delete(key)
  if (redacted !== undefined) return sayRedacted(redacted, state)
  if (state.lost.delete(key)) return []
  // A text without a word has no delta, and still is a block.
  return sayWhole(emptyText, state)
}

function finish({ usage, ...more }: Event<'metadata'>['payload'], state: State): Events {
  const { stop } = state
  if (stop === undefined) {
    warn(state, 'eventUnknown', 'metadata before messageStop')
    return []
  }
  const fields = readAnswerFields(stop.additionalModelResponseFields)
  const counted = fromConverseUsage(usage, fields.usage)
  const { cache_read_input_tokens: read, cache_creation_input_tokens: written } = counted
  state.rest = restOf({ ...more, ...stop })
  return [
    { type: 'message_delta', delta: toDelta(stop.stopReason, fields, state), usage: counted },
    {
      type: 'message_stop',
      'amazon-bedrock-invocationMetrics': {
        inputTokenCount: counted.input_tokens,
        outputTokenCount: counted.output_tokens,
        invocationLatency: more.metrics.latencyMs,
        firstByteLatency: Math.round(state.options.firstByteMs()),
        ...(read + written > 0 ? { cacheReadInputTokenCount: read, cacheWriteInputTokenCount: written } : {}),
      },
    },
  ]
}

function toDelta(
  reason: string,
  fields: AnswerFields,
  state: State,
): (MessageStreamEvent & { readonly type: 'message_delta' })['delta'] {
  const stop_reason = fromConverseStopReason(reason, fields.stop_reason)
  if (stop_reason === undefined) warn(state, 'stopReasonUnknown', `messageStop ${reason}`)
  return {
    stop_reason: stop_reason ?? 'end_turn',
    stop_sequence: fields.stop_sequence ?? null,
    ...(fields.stop_details === undefined ? {} : { stop_details: fields.stop_details }),
  }
}
