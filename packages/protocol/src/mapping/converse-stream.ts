import type { ConverseDelta, ConverseRequest, ConverseStreamEvent } from '../converse/types.ts'
import { GatewayError } from '../failures/gateway-error.ts'
import type { FailureCode } from '../failures/failures.ts'
import { texts } from '../failures/texts.ts'
import type {
  BlockDelta,
  MessageStreamEvent,
  ResponseBlock,
  TextBlock,
  ToolUseBlock,
  Usage,
} from '../messages/types.ts'
import { textToBase64 } from '../shapes/base64.ts'
import { isConverseCitation, toConverseCitation } from './citation.ts'
import { pickResponseFields } from './response-fields.ts'
import { toConverseStopReason } from './stop-reason.ts'
import { echoedSettings, isConverseBlock } from './to-converse-response.ts'
import { toConverseToolUseId } from './tool-use-id.ts'
import { toConverseUsage } from './usage.ts'

type Event<Type extends MessageStreamEvent['type']> = Extract<MessageStreamEvent, { readonly type: Type }>
type Events = readonly ConverseStreamEvent[]

/** What is known of the answer so far. */
interface State {
  readonly request: ConverseRequest
  readonly latencyMs: () => number
  /** By the index that the Messages stream gives them. */
  readonly blocks: Map<number, OpenBlock>
  /** How many blocks have begun: Converse's indexes leave no gap for a block that it has no word for. */
  count: number
  usage: Usage
}

/** A block that has begun and not stopped. */
interface OpenBlock {
  readonly index: number
  /** A tool call whose input has not begun: Converse's first delta of it is always empty. */
  unstartedTool?: ToolUseBlock
  /** Text of a block that is going to be cited, held back because Converse says the citations first. */
  heldText?: string[]
  hasCitation?: boolean
}

/**
 * Creates a reducer from Messages events to ConverseStream events in the order of WIRE §4.4, keys in alphabetical
 * order; an `error` event is thrown as a `GatewayError`.
 */
export function createConverseStream(options: {
  readonly request: ConverseRequest
  readonly latencyMs: () => number
}): (event: MessageStreamEvent) => Events {
  const state: State = { ...options, blocks: new Map(), count: 0, usage: noUsage }
  return (event) => reduce(event, state)
}

const noUsage: Usage = {
  input_tokens: 0,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: 0,
  output_tokens: 0,
}

const reducers: { readonly [T in MessageStreamEvent['type']]: (event: Event<T>, state: State) => Events } = {
  message_start: ({ message }, state) => {
    state.usage = { ...noUsage, ...message.usage }
    return [{ type: 'messageStart', payload: { role: 'assistant' } }]
  },
  content_block_start: ({ index, content_block }, state) => startBlock(index, content_block, state),
  content_block_delta: ({ index, delta }, state) => continueBlock(index, delta, state),
  content_block_stop: ({ index }, state) => stopBlock(index, state),
  message_delta: (event, state) => {
    state.usage = { ...state.usage, ...event.usage }
    // The pointers are resolved over this event, not over the message (WIRE §6.1).
    const fields = pickResponseFields(event, state.request.additionalModelResponseFieldPaths)
    const stopReason = toConverseStopReason(event.delta.stop_reason)
    const payload = fields === undefined ? { stopReason } : { additionalModelResponseFields: fields, stopReason }
    return [{ type: 'messageStop', payload }]
  },
  message_stop: (_event, { request, latencyMs, usage }) => [
    {
      type: 'metadata',
      payload: {
        metrics: { latencyMs: Math.round(latencyMs()) },
        ...echoedSettings(request),
        usage: toConverseUsage(usage, { whenUnused: 'nothing' }),
      },
    },
  ],
  ping: () => [],
  error: ({ error }) => {
    throw toStreamError(error.type, error.message)
  },
}

function reduce<T extends MessageStreamEvent['type']>(event: Event<T>, state: State): Events {
  const one = reducers[event.type] as ((event: Event<T>, state: State) => Events) | undefined
  // An event newer than this table says nothing that Converse has a word for.
  return one === undefined ? [] : one(event, state)
}

function startBlock(key: number, block: ResponseBlock, state: State): Events {
  if (!isConverseBlock(block)) return []
  const open: OpenBlock = { index: state.count }
  state.count += 1
  state.blocks.set(key, open)
  switch (block.type) {
    case 'tool_use': {
      open.unstartedTool = block
      const toolUse = { name: block.name, toolUseId: toConverseToolUseId(block.id), type: 'tool_use' as const }
      return [{ type: 'contentBlockStart', payload: { contentBlockIndex: open.index, start: { toolUse } } }]
    }
    case 'text':
      return startText(block, open)
    case 'thinking':
      return [
        ...(block.thinking === '' ? [] : [delta(open, { reasoningContent: { text: block.thinking } })]),
        ...(block.signature === '' ? [] : [delta(open, { reasoningContent: { signature: block.signature } })]),
      ]
    case 'redacted_thinking':
      return [delta(open, { reasoningContent: { redactedContent: textToBase64(block.data) } })]
    default:
      return []
  }
}

function startText({ text, citations }: TextBlock, open: OpenBlock): Events {
  // A list of citations, though still empty, announces a cited block.
  if (citations === undefined || citations === null) return text === '' ? [] : [delta(open, { text })]
  open.heldText = text === '' ? [] : [text]
  const known = citations.filter(isConverseCitation)
  open.hasCitation = known.length > 0
  return known.map((citation) => delta(open, { citation: toConverseCitation(citation) }))
}

function continueBlock(key: number, part: BlockDelta, { blocks }: State): Events {
  const open = blocks.get(key)
  if (open === undefined) return []
  switch (part.type) {
    case 'text_delta':
      return continueText(part.text, open)
    case 'input_json_delta':
      return continueInput(part.partial_json, open)
    case 'thinking_delta':
      return [delta(open, { reasoningContent: { text: part.thinking } })]
    case 'signature_delta':
      return [delta(open, { reasoningContent: { signature: part.signature } })]
    case 'citations_delta':
      if (!isConverseCitation(part.citation)) return []
      open.hasCitation = true
      return [delta(open, { citation: toConverseCitation(part.citation) })]
    default:
      return [] // a delta newer than this table
  }
}

function continueText(text: string, open: OpenBlock): Events {
  if (open.heldText === undefined) return [delta(open, { text })]
  open.heldText.push(text)
  return open.hasCitation === true ? releaseText(open) : []
}

function releaseText(open: OpenBlock): Events {
  const held = open.heldText ?? []
  if (held.length > 0) open.heldText = []
  return held.map((text) => delta(open, { text }))
}

function continueInput(input: string, open: OpenBlock): Events {
  const isFirst = open.unstartedTool !== undefined
  delete open.unstartedTool
  const events = input === '' && isFirst ? [] : [delta(open, { toolUse: { input } })]
  return isFirst ? [delta(open, { toolUse: { input: '' } }), ...events] : events
}

function stopBlock(key: number, { blocks }: State): Events {
  const open = blocks.get(key)
  if (open === undefined) return []
  blocks.delete(key)
  const tool = open.unstartedTool
  // Some upstreams give a call's whole input at its start, and a call without input may give none at all.
  const input = tool === undefined || Object.keys(tool.input).length === 0 ? '' : JSON.stringify(tool.input)
  return [
    ...(tool === undefined ? [] : continueInput(input, open)),
    ...releaseText(open),
    { type: 'contentBlockStop', payload: { contentBlockIndex: open.index } },
  ]
}

function delta({ index }: OpenBlock, part: ConverseDelta): ConverseStreamEvent {
  return { type: 'contentBlockDelta', payload: { contentBlockIndex: index, delta: part } }
}

// What the upstream's error means where its stream already runs.
const errorCodes: ReadonlyMap<string, FailureCode> = new Map([
  ['overloaded_error', 'unavailable'],
  ['rate_limit_error', 'throttled'],
  ['invalid_request_error', 'validation'],
  ['api_error', 'internal'],
])

function toStreamError(type: string, message: string): GatewayError {
  const code = errorCodes.get(type) ?? 'modelStreamError'
  return new GatewayError(code, code === 'internal' ? texts.unexpected : message)
}
