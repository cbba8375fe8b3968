import { encodeFrame, encodeSseEvent } from '@outcrop/protocol'

/** What a server says on one wire, piece by piece; the answer is "Hello". */
export interface WireSpeech {
  readonly contentType: string
  /** A whole answer. */
  readonly whole: object
  /** A stream: its beginning without content, a piece of content, another, and its end. */
  readonly start: Uint8Array
  readonly first: Uint8Array
  readonly second: Uint8Array
  readonly end: Uint8Array
  /** A failure in the stream. */
  exception(type: string, members: object): Uint8Array
  /** A good piece of content whose bytes were broken on their way. */
  readonly corrupt: Uint8Array
}

const encoder = new TextEncoder()
const usage = { input_tokens: 3, output_tokens: 2 }
const message = {
  model: 'claude',
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  content: [{ type: 'text', text: 'Hello' }],
  stop_reason: 'end_turn',
  stop_sequence: null,
  usage,
}
const events = {
  start: [
    { type: 'message_start', message: { ...message, content: [], stop_reason: null } },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
  ],
  first: [{ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Hel' } }],
  second: [{ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'lo' } }],
  end: [
    { type: 'content_block_stop', index: 0 },
    { type: 'message_delta', delta: { stop_reason: 'end_turn', stop_sequence: null }, usage: { output_tokens: 2 } },
    { type: 'message_stop' },
  ],
} as const

const join = (parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts))
const flip = (bytes: Uint8Array): Uint8Array => {
  const broken = Uint8Array.from(bytes)
  const at = broken.length - 6
  broken[at] = (broken[at] ?? 0) ^ 1
  return broken
}

function frame(kind: 'event' | 'exception', type: string, payload: object): Uint8Array {
  const headers = [
    [`:${kind}-type`, type],
    [':content-type', 'application/json'],
    [':message-type', kind],
  ] as const
  return encodeFrame(headers, encoder.encode(JSON.stringify(payload)))
}

/** A frame of an error (WIRE §4.1): everything in its headers. */
export function errorFrame(code: string, message: string): Uint8Array {
  const headers = [
    [':error-code', code],
    [':error-message', message],
    [':message-type', 'error'],
  ] as const
  return encodeFrame(headers, new Uint8Array(0))
}

/** A frame of an event that nobody knows. */
export const unknownFrame = (): Uint8Array => frame('event', 'brandNew', { p: 'ab', news: 1 })

const chunk = (event: object): Uint8Array =>
  frame('event', 'chunk', { bytes: Buffer.from(JSON.stringify(event)).toString('base64'), p: 'abcd' })
const exception = (type: string, members: object): Uint8Array => frame('exception', type, members)
const sse = (event: { readonly type: string }): Uint8Array =>
  encoder.encode(encodeSseEvent({ event: event.type, data: JSON.stringify(event) }))

// Anthropic's names of the exceptions that the tests speak of.
const anthropicTypes: Readonly<Record<string, string>> = {
  throttlingException: 'rate_limit_error',
  modelStreamErrorException: 'api_error',
  validationException: 'invalid_request_error',
}

const errorEvent = (exception: string, members: object) => ({
  type: 'error',
  error: { type: anthropicTypes[exception] ?? 'api_error', ...members },
})

const delta = (text: string) => frame('event', 'contentBlockDelta', { contentBlockIndex: 0, delta: { text }, p: 'ab' })

/** What servers say on the three wires of the runtime (WIRE §4.3, §4.4, §5.6). */
export const speech = {
  invoke: {
    contentType: 'application/vnd.amazon.eventstream',
    whole: message,
    start: join(events.start.map(chunk)),
    first: join(events.first.map(chunk)),
    second: join(events.second.map(chunk)),
    end: join(events.end.map(chunk)),
    exception,
    corrupt: flip(join(events.second.map(chunk))),
  },
  'runtime-messages': {
    contentType: 'text/event-stream',
    whole: message,
    start: join(events.start.map(sse)),
    first: join(events.first.map(sse)),
    second: join(events.second.map(sse)),
    end: join(events.end.map(sse)),
    exception: (type, members) => sse(errorEvent(type, members)),
    // Server-sent events have no checksum: what is broken is the JSON in them.
    corrupt: encoder.encode('event: content_block_delta\ndata: {"type":"content_block_delta","index":0,"del\n\n'),
  },
  converse: {
    contentType: 'application/vnd.amazon.eventstream',
    whole: {
      metrics: { latencyMs: 5 },
      output: { message: { content: [{ text: 'Hello' }], role: 'assistant' } },
      stopReason: 'end_turn',
      usage: { inputTokens: 3, outputTokens: 2, totalTokens: 5 },
    },
    start: frame('event', 'messageStart', { p: 'ab', role: 'assistant' }),
    first: delta('Hel'),
    second: delta('lo'),
    end: join([
      frame('event', 'contentBlockStop', { contentBlockIndex: 0, p: 'ab' }),
      frame('event', 'messageStop', { p: 'ab', stopReason: 'end_turn' }),
      frame('event', 'metadata', {
        metrics: { latencyMs: 5 },
        p: 'ab',
        usage: { inputTokens: 3, outputTokens: 2, totalTokens: 5 },
      }),
    ]),
    exception,
    corrupt: flip(delta('lo')),
  },
} as const satisfies Record<string, WireSpeech>
