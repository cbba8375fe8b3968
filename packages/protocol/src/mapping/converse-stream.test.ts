import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ConverseBlock, ConverseCitation, ConverseRequest, ConverseStreamEvent } from '../converse/types.ts'
import type { Citation, Message, MessageStreamEvent, ResponseBlock, StopReason } from '../messages/types.ts'
import { createConverseStream } from './converse-stream.ts'
import { toConverseResponse } from './to-converse-response.ts'

const usage = { input_tokens: 446, cache_creation_input_tokens: 0, cache_read_input_tokens: 0, output_tokens: 1 }
const start = (content: Partial<Message> = {}): MessageStreamEvent => ({
  type: 'message_start',
  message: {
    model: 'claude-haiku-4-5-20251001',
    id: 'msg_bdrk_01',
    type: 'message',
    role: 'assistant',
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage,
    ...content,
  },
})
const end = (stop_reason: StopReason = 'end_turn', more = {}): readonly MessageStreamEvent[] => [
  { type: 'message_delta', delta: { stop_reason, stop_sequence: null }, usage: { output_tokens: 55, ...more } },
  { type: 'message_stop' },
]
const open = (index: number, content_block: ResponseBlock): MessageStreamEvent => ({
  type: 'content_block_start',
  index,
  content_block,
})
const part = (
  index: number,
  delta: (MessageStreamEvent & { type: 'content_block_delta' })['delta'],
): MessageStreamEvent => ({
  type: 'content_block_delta',
  index,
  delta,
})
const close = (index: number): MessageStreamEvent => ({ type: 'content_block_stop', index })

const convert = (
  events: readonly MessageStreamEvent[],
  request: ConverseRequest = {},
  latencyMs = 1711,
): readonly ConverseStreamEvent[] => events.flatMap(createConverseStream({ request, latencyMs: () => latencyMs }))
const lines = (events: readonly MessageStreamEvent[], request?: ConverseRequest): readonly string[] =>
  convert(events, request).map(({ type, payload }) => `${type} ${JSON.stringify(payload)}`)

const callOf = (input: Record<string, number>): ResponseBlock => ({
  type: 'tool_use',
  id: 'tooluse_1',
  name: 'f',
  input,
})

const inputsOf = (events: readonly MessageStreamEvent[]): readonly unknown[] =>
  convert([start(), ...events, ...end()]).flatMap(({ type, payload }) =>
    type === 'contentBlockDelta' && 'toolUse' in payload.delta ? [payload.delta.toolUse.input] : [],
  )

describe('createConverseStream', () => {
  it('writes the recorded stream to the byte, padding aside (WIRE §4.4)', () => {
    const events = [
      start(),
      open(0, { type: 'text', text: '' }),
      { type: 'ping' } as const,
      part(0, { type: 'text_delta', text: 'Let me look.' }),
      close(0),
      open(1, { type: 'tool_use', id: 'toolu_bdrk_010aB1cD2eF3gH4iJ5kL6mN7', name: 'find', input: {} }),
      part(1, { type: 'input_json_delta', partial_json: '' }),
      part(1, { type: 'input_json_delta', partial_json: '{"q": 1}' }),
      close(1),
      ...end('tool_use'),
    ]
    expect(lines(events)).toEqual([
      'messageStart {"role":"assistant"}',
      'contentBlockDelta {"contentBlockIndex":0,"delta":{"text":"Let me look."}}',
      'contentBlockStop {"contentBlockIndex":0}',
      'contentBlockStart {"contentBlockIndex":1,"start":{"toolUse":{"name":"find","toolUseId":"tooluse_0aB1cD2eF3gH4iJ5kL6mN7","type":"tool_use"}}}',
      'contentBlockDelta {"contentBlockIndex":1,"delta":{"toolUse":{"input":""}}}',
      'contentBlockDelta {"contentBlockIndex":1,"delta":{"toolUse":{"input":"{\\"q\\": 1}"}}}',
      'contentBlockStop {"contentBlockIndex":1}',
      'messageStop {"stopReason":"tool_use"}',
      'metadata {"metrics":{"latencyMs":1711},"usage":{"inputTokens":446,"outputTokens":55,"serverToolUsage":{},"totalTokens":501}}',
    ])
  })

  it.each([
    [
      'does not begin with nothing',
      [open(0, callOf({})), part(0, { type: 'input_json_delta', partial_json: '{}' }), close(0)],
      ['', '{}'],
    ],
    ['has no delta', [open(0, callOf({})), close(0)], ['']],
    ['is whole at its start', [open(0, callOf({ q: 1 })), close(0)], ['', '{"q":1}']],
  ] as const)('begins a tool’s input with an empty delta when the upstream’s %s', (_name, events, expected) => {
    expect(inputsOf(events)).toEqual(expected)
  })

  it('starts no block for reasoning, and says the signature and redacted content as they are', () => {
    const events = [
      start(),
      open(0, { type: 'thinking', thinking: '', signature: '' }),
      part(0, { type: 'thinking_delta', thinking: 'hm' }),
      part(0, { type: 'thinking_delta', thinking: '' }),
      part(0, { type: 'signature_delta', signature: 'c2ln' }),
      close(0),
      open(1, { type: 'redacted_thinking', data: 'Emas' }),
      close(1),
      ...end(),
    ]
    expect(lines(events).slice(1, -2)).toEqual([
      'contentBlockDelta {"contentBlockIndex":0,"delta":{"reasoningContent":{"text":"hm"}}}',
      'contentBlockDelta {"contentBlockIndex":0,"delta":{"reasoningContent":{"text":""}}}',
      'contentBlockDelta {"contentBlockIndex":0,"delta":{"reasoningContent":{"signature":"c2ln"}}}',
      'contentBlockStop {"contentBlockIndex":0}',
      'contentBlockDelta {"contentBlockIndex":1,"delta":{"reasoningContent":{"redactedContent":"RW1hcw=="}}}',
      'contentBlockStop {"contentBlockIndex":1}',
    ])
  })

  const citation: Citation = {
    type: 'page_location',
    cited_text: 'c',
    document_index: 0,
    document_title: 't',
    start_page_number: 1,
    end_page_number: 2,
  }
  const said = [
    'contentBlockDelta {"contentBlockIndex":0,"delta":{"citation":{"location":{"documentPage":{"documentIndex":0,"end":2,"start":1}},"sourceContent":[{"text":"c"}],"title":"t"}}}',
    'contentBlockDelta {"contentBlockIndex":0,"delta":{"text":"x"}}',
    'contentBlockStop {"contentBlockIndex":0}',
  ]
  it.each([
    ['before', [part(0, { type: 'citations_delta', citation }), part(0, { type: 'text_delta', text: 'x' })]],
    ['after', [part(0, { type: 'text_delta', text: 'x' }), part(0, { type: 'citations_delta', citation })]],
  ] as const)('says a citation that comes %s its text first', (_name, parts) => {
    const events = [start(), open(0, { type: 'text', text: '', citations: [] }), ...parts, close(0), ...end()]
    expect(lines(events).slice(1, -2)).toEqual(said)
  })

  it('resolves the asked-for fields over the message_delta event', () => {
    const request = { additionalModelResponseFieldPaths: ['/delta/stop_sequence', '/stop_sequence'] }
    expect(lines([start(), ...end()], request)[1]).toBe(
      'messageStop {"additionalModelResponseFields":{"delta":{"stop_sequence":null}},"stopReason":"end_turn"}',
    )
  })

  it('counts cached tokens when there are any, from either end of the stream', () => {
    const request = { performanceConfig: { latency: 'standard' }, serviceTier: { type: 'default' } } as const
    const events = [
      start({ usage: { ...usage, cache_read_input_tokens: 100 } }),
      ...end('end_turn', { input_tokens: 400 }),
    ]
    expect(lines(events, request).at(-1)).toBe(
      'metadata {"metrics":{"latencyMs":1711},"performanceConfig":{"latency":"standard"},"serviceTier":{"type":"default"},"usage":{"cacheReadInputTokenCount":100,"cacheReadInputTokens":100,"cacheWriteInputTokenCount":0,"cacheWriteInputTokens":0,"inputTokens":400,"outputTokens":55,"serverToolUsage":{},"totalTokens":555}}',
    )
  })

  it.each([
    ['overloaded_error', 'unavailable', 'm'],
    ['rate_limit_error', 'throttled', 'm'],
    ['invalid_request_error', 'validation', 'm'],
    ['api_error', 'internal', 'The system encountered an unexpected error during processing. Try your request again.'],
    ['other_error', 'modelStreamError', 'm'],
  ])('throws an upstream’s %s as %s', (type, code, message) => {
    const next = createConverseStream({ request: {}, latencyMs: () => 0 })
    expect(() => next({ type: 'error', error: { type, message: 'm' } })).toThrow(
      expect.objectContaining({ code, message }),
    )
  })

  it('has no place for a kind of block that Converse does not know, and leaves no gap for it', () => {
    const unknown = { type: 'hologram' } as unknown
    const events = [
      start(),
      open(0, unknown as ResponseBlock),
      part(0, { type: 'text_delta', text: 'lost' }),
      close(0),
      open(1, { type: 'text', text: 'x' }),
      close(1),
      ...end(),
    ]
    expect(lines(events).slice(1, -2)).toEqual([
      'contentBlockDelta {"contentBlockIndex":0,"delta":{"text":"x"}}',
      'contentBlockStop {"contentBlockIndex":0}',
    ])
  })
})

/** Cuts a text into pieces, as a model's tokens would. */
const cut = (whole: string, at: readonly number[]): readonly string[] => {
  const marks = [0, ...at.map((mark) => Math.min(mark, whole.length)).sort((a, b) => a - b), whole.length]
  return marks.slice(1).map((mark, index) => whole.slice(marks[index], mark))
}

const play = (index: number, whole: ResponseBlock, at: readonly number[]): readonly MessageStreamEvent[] => {
  switch (whole.type) {
    case 'text': {
      const { citations } = whole
      const empty = citations === undefined ? { ...whole, text: '' } : { ...whole, text: '', citations: [] }
      const cites = (citations ?? []).map((citation) => part(index, { type: 'citations_delta', citation }))
      const texts = cut(whole.text, at).map((text) => part(index, { type: 'text_delta', text }))
      return [open(index, empty), ...(at.length % 2 === 0 ? [...cites, ...texts] : [...texts, ...cites]), close(index)]
    }
    case 'thinking':
      return [
        open(index, { ...whole, thinking: '', signature: '' }),
        ...cut(whole.thinking, at).map((thinking) => part(index, { type: 'thinking_delta', thinking })),
        part(index, { type: 'signature_delta', signature: whole.signature }),
        close(index),
      ]
    case 'tool_use': {
      const pieces = cut(JSON.stringify(whole.input), at)
      const deltas = pieces.map((partial_json) => part(index, { type: 'input_json_delta', partial_json }))
      return [open(index, { ...whole, input: {} }), ...deltas, close(index)]
    }
    default:
      return [open(index, whole), close(index)]
  }
}

/** Puts a ConverseStream together as AWS's clients do. */
const assemble = (events: readonly ConverseStreamEvent[]): readonly ConverseBlock[] => {
  const tools = new Map<number, { name: string; toolUseId: string; input: string }>()
  const texts = new Map<number, { text: string; citations: ConverseCitation[] }>()
  const reasons = new Map<number, { text: string; signature: string; redacted?: string }>()
  const order: number[] = []
  for (const { type, payload } of events) {
    if (type === 'contentBlockStart') tools.set(payload.contentBlockIndex, { ...payload.start.toolUse, input: '' })
    if (type === 'contentBlockStop') order.push(payload.contentBlockIndex)
    if (type !== 'contentBlockDelta') continue
    const { contentBlockIndex: index, delta } = payload
    if ('toolUse' in delta) {
      const tool = tools.get(index)
      if (tool !== undefined) tool.input += delta.toolUse.input
    } else if ('reasoningContent' in delta) {
      const reason = reasons.get(index) ?? { text: '', signature: '' }
      reasons.set(index, reason)
      if ('text' in delta.reasoningContent) reason.text += delta.reasoningContent.text
      else if ('signature' in delta.reasoningContent) reason.signature += delta.reasoningContent.signature
      else reason.redacted = delta.reasoningContent.redactedContent
    } else {
      const held = texts.get(index) ?? { text: '', citations: [] }
      texts.set(index, held)
      if ('text' in delta) held.text += delta.text
      else held.citations.push(delta.citation)
    }
  }
  return order.map((index): ConverseBlock => {
    const tool = tools.get(index)
    if (tool !== undefined) {
      const { name, toolUseId, input } = tool
      return { toolUse: { input: JSON.parse(input) as Record<string, string>, name, toolUseId, type: 'tool_use' } }
    }
    const reason = reasons.get(index)
    if (reason?.redacted !== undefined) return { reasoningContent: { redactedContent: reason.redacted } }
    if (reason !== undefined) {
      return { reasoningContent: { reasoningText: { signature: reason.signature, text: reason.text } } }
    }
    const { text = '', citations = [] } = texts.get(index) ?? {}
    return citations.length === 0 ? { text } : { citationsContent: { citations, content: [{ text }] } }
  })
}

describe('a stream and an answer', () => {
  const text = fc.string({ minLength: 1, maxLength: 20 })
  const cuts = fc.array(fc.nat({ max: 20 }), { maxLength: 4 })
  const count = fc.nat({ max: 1000 })
  const cited = fc.record({
    type: fc.constant('char_location' as const),
    cited_text: text,
    document_index: count,
    document_title: fc.option(text),
    start_char_index: count,
    end_char_index: count,
  })
  const block: fc.Arbitrary<ResponseBlock> = fc.oneof(
    fc.record({ type: fc.constant('text' as const), text }),
    fc.record({ type: fc.constant('text' as const), text, citations: fc.array(cited, { maxLength: 2 }) }),
    fc.record({ type: fc.constant('thinking' as const), thinking: text, signature: fc.base64String({ minLength: 4 }) }),
    fc.record({ type: fc.constant('redacted_thinking' as const), data: text }),
    fc.record({
      type: fc.constant('tool_use' as const),
      id: fc.stringMatching(/^toolu_bdrk_01[a-zA-Z0-9]{22}$/),
      name: fc.stringMatching(/^[a-z]{1,8}$/),
      input: fc.dictionary(fc.stringMatching(/^[a-z]{1,4}$/), fc.oneof(text, count, fc.boolean())),
    }),
  )

  it('say the same, however the stream is cut', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(block, cuts), { maxLength: 5 }), (blocks) => {
        const message: Message = {
          model: 'm',
          id: 'i',
          type: 'message',
          role: 'assistant',
          content: blocks.map(([whole]) => whole),
          stop_reason: 'end_turn',
          stop_sequence: null,
          usage: { ...usage, output_tokens: 55 },
        }
        const events = convert([start(), ...blocks.flatMap(([whole, at], index) => play(index, whole, at)), ...end()])
        const whole = toConverseResponse(message, { request: {}, latencyMs: 1711 })
        expect(assemble(events)).toEqual(whole.output.message.content)
        expect(events.at(-2)).toEqual({ type: 'messageStop', payload: { stopReason: whole.stopReason } })
        const metadata = events.at(-1)
        expect(metadata?.type === 'metadata' && metadata.payload.usage.totalTokens).toBe(whole.usage.totalTokens)
      }),
      { numRuns: 500 },
    )
  })

  it('have their keys in alphabetical order at every level of what is ours', () => {
    const sorted = (value: unknown): void => {
      if (Array.isArray(value)) return value.forEach(sorted)
      if (typeof value !== 'object' || value === null) return
      const keys = Object.keys(value)
      expect(keys).toEqual([...keys].sort())
      for (const [key, inner] of Object.entries(value)) if (key !== 'input') sorted(inner)
    }
    fc.assert(
      fc.property(fc.array(fc.tuple(block, cuts), { maxLength: 5 }), (blocks) => {
        const events = [start(), ...blocks.flatMap(([whole, at], index) => play(index, whole, at)), ...end()]
        for (const { payload } of convert(events)) sorted(payload)
        const message = {
          ...(events[0] as MessageStreamEvent & { type: 'message_start' }).message,
          content: blocks.map(([whole]) => whole),
        }
        sorted(toConverseResponse(message, { request: {}, latencyMs: 1 }))
      }),
    )
  })
})
