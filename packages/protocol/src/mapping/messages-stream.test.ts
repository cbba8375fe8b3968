import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseConverseEvent } from '../converse/parse-converse-answer.ts'
import type { ConverseStreamEvent } from '../converse/types.ts'
import { converseEvents, converseStream } from '../event-stream/converse-stream.fixture.ts'
import { createFrameDecoder, stringHeader } from '../event-stream/decode-frames.ts'
import type { Citation, Message, MessageStreamEvent, ResponseBlock } from '../messages/types.ts'
import { createConverseStream } from './converse-stream.ts'
import { createMessagesStream } from './messages-stream.ts'

const model = { anthropicName: 'claude-haiku-4-5-20251001' }

const eventOf = (type: string, payload: unknown): ConverseStreamEvent => {
  const parsed = parseConverseEvent(type, payload)
  if (parsed.kind !== 'event') throw new Error(JSON.stringify(parsed))
  return parsed.event
}

const play = (events: readonly ConverseStreamEvent[]) => {
  const warnings: string[] = []
  const warn = (warning: string): void => void warnings.push(warning)
  const stream = createMessagesStream({ model, id: 'msg_bdrk_call', firstByteMs: () => 99.6, warn })
  return { events: events.flatMap(stream.next), end: stream.end(), warnings }
}

type Line = readonly [type: string, payload: unknown]
const between = (...lines: readonly Line[]): readonly ConverseStreamEvent[] =>
  [['messageStart', { role: 'assistant' }] as const, ...lines, ...ending].map(([type, payload]) =>
    eventOf(type, payload),
  )
const ending: readonly Line[] = [
  ['messageStop', { stopReason: 'end_turn' }],
  ['metadata', { metrics: { latencyMs: 5 }, usage: { inputTokens: 1, outputTokens: 2, totalTokens: 3 } }],
]
const delta = (contentBlockIndex: number, delta: object): Line => ['contentBlockDelta', { contentBlockIndex, delta }]
const stop = (contentBlockIndex: number): Line => ['contentBlockStop', { contentBlockIndex }]
/** What stands between the start of the message and its end. */
const inner = (...lines: readonly Line[]) => play(between(...lines)).events.slice(1, -2)

const zero = { input_tokens: 0, cache_creation_input_tokens: 0, cache_read_input_tokens: 0, output_tokens: 0 }

describe('createMessagesStream', () => {
  it('reads the recorded frames (WIRE §4.4)', () => {
    const decoder = createFrameDecoder()
    const events = decoder
      .push(converseStream)
      .map((frame) =>
        eventOf(stringHeader(frame, ':event-type') ?? '', JSON.parse(new TextDecoder().decode(frame.payload))),
      )
    expect(play(events)).toEqual({
      events: [
        {
          type: 'message_start',
          message: {
            model: 'claude-haiku-4-5-20251001',
            id: 'msg_bdrk_call',
            type: 'message',
            role: 'assistant',
            content: [],
            stop_reason: null,
            stop_sequence: null,
            usage: zero,
          },
        },
        { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
        { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Let me look.' } },
        { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: ' Grüße, 世界 👋' } },
        { type: 'content_block_stop', index: 0 },
        {
          type: 'content_block_start',
          index: 1,
          content_block: { type: 'tool_use', id: 'tooluse_0aB1cD2eF3gH4iJ5kL6mN7', name: 'find', input: {} },
        },
        { type: 'content_block_delta', index: 1, delta: { type: 'input_json_delta', partial_json: '' } },
        { type: 'content_block_delta', index: 1, delta: { type: 'input_json_delta', partial_json: '{"q": 1}' } },
        { type: 'content_block_stop', index: 1 },
        {
          type: 'message_delta',
          delta: { stop_reason: 'tool_use', stop_sequence: null },
          usage: { input_tokens: 446, cache_creation_input_tokens: 0, cache_read_input_tokens: 0, output_tokens: 55 },
        },
        {
          type: 'message_stop',
          'amazon-bedrock-invocationMetrics': {
            inputTokenCount: 446,
            outputTokenCount: 55,
            invocationLatency: 1711,
            firstByteLatency: 100,
          },
        },
      ],
      end: { kind: 'complete', rest: { metrics: { latencyMs: 1711 }, stopReason: 'tool_use' } },
      warnings: [],
    })
  })

  it.each(converseEvents.map((_, index) => index))('says of a stream cut after %i events what is missing', (count) => {
    const events = converseEvents.slice(0, count).map(([type, payload]) => eventOf(type, JSON.parse(payload)))
    const { events: found, end } = play(events)
    const missing = count === 0 ? 'messageStart' : count === 9 ? 'metadata' : 'messageStop'
    expect(end).toEqual({ kind: 'truncated', missing })
    expect(found.some(({ type }) => type === 'message_delta' || type === 'message_stop')).toBe(false)
  })

  it('begins reasoning and its signature without a start, and says redacted content whole', () => {
    expect(
      inner(
        delta(0, { reasoningContent: { text: 'hm' } }),
        delta(0, { reasoningContent: { text: '' } }),
        delta(0, { reasoningContent: { signature: 'c2ln' } }),
        stop(0),
        delta(1, { reasoningContent: { redactedContent: 'RW1hcw==' } }),
        stop(1),
      ),
    ).toEqual([
      { type: 'content_block_start', index: 0, content_block: { type: 'thinking', thinking: '', signature: '' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: 'hm' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: '' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'signature_delta', signature: 'c2ln' } },
      { type: 'content_block_stop', index: 0 },
      { type: 'content_block_start', index: 1, content_block: { type: 'redacted_thinking', data: 'Emas' } },
      { type: 'content_block_stop', index: 1 },
    ])
  })

  it('says redacted content once and whole, in however many parts it comes and wherever they are cut', () => {
    // The UTF-8 of `aé!`, cut inside its é.
    expect(
      inner(
        delta(0, { reasoningContent: { redactedContent: 'YcM=' } }),
        delta(0, { reasoningContent: { redactedContent: 'qSE=' } }),
        stop(0),
        delta(1, { text: 'x' }),
        stop(1),
      ),
    ).toEqual([
      { type: 'content_block_start', index: 0, content_block: { type: 'redacted_thinking', data: 'aé!' } },
      { type: 'content_block_stop', index: 0 },
      { type: 'content_block_start', index: 1, content_block: { type: 'text', text: '' } },
      { type: 'content_block_delta', index: 1, delta: { type: 'text_delta', text: 'x' } },
      { type: 'content_block_stop', index: 1 },
    ])
  })

  it('begins a cited text with its citation', () => {
    const citation = {
      location: { documentPage: { documentIndex: 0, end: 2, start: 1 } },
      sourceContent: [{ text: 'c' }],
      title: 't',
    }
    expect(inner(delta(0, { citation }), delta(0, { text: 'x' }), stop(0))).toEqual([
      { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '', citations: [] } },
      {
        type: 'content_block_delta',
        index: 0,
        delta: {
          type: 'citations_delta',
          citation: {
            type: 'page_location',
            cited_text: 'c',
            document_index: 0,
            document_title: 't',
            start_page_number: 1,
            end_page_number: 2,
          },
        },
      },
      { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'x' } },
      { type: 'content_block_stop', index: 0 },
    ])
  })

  it('takes the usage and what was asked for from the two last events', () => {
    const events = [
      ['messageStart', { role: 'assistant' }],
      [
        'messageStop',
        {
          stopReason: 'stop_sequence',
          additionalModelResponseFields: {
            delta: { stop_reason: 'stop_sequence', stop_sequence: 'END' },
            usage: { output_tokens_details: { thinking_tokens: 7 } },
          },
        },
      ],
      [
        'metadata',
        {
          metrics: { latencyMs: 5 },
          trace: { guardrail: {} },
          usage: {
            inputTokens: 1,
            outputTokens: 2,
            totalTokens: 103,
            cacheReadInputTokens: 60,
            cacheWriteInputTokens: 40,
            cacheDetails: [{ inputTokens: 40, ttl: '1h' }],
          },
        },
      ],
    ] as const
    const { events: found, end } = play(events.map(([type, payload]) => eventOf(type, payload)))
    expect(found.slice(1)).toEqual([
      {
        type: 'message_delta',
        delta: { stop_reason: 'stop_sequence', stop_sequence: 'END' },
        usage: {
          input_tokens: 1,
          cache_creation_input_tokens: 40,
          cache_read_input_tokens: 60,
          cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 40 },
          output_tokens: 2,
          output_tokens_details: { thinking_tokens: 7 },
        },
      },
      {
        type: 'message_stop',
        'amazon-bedrock-invocationMetrics': {
          inputTokenCount: 1,
          outputTokenCount: 2,
          invocationLatency: 5,
          firstByteLatency: 100,
          cacheReadInputTokenCount: 60,
          cacheWriteInputTokenCount: 40,
        },
      },
    ])
    expect(end.kind === 'complete' && end.rest.trace).toEqual({ guardrail: {} })
  })

  it('leaves out a block that Messages has no word for, without a gap, and says so', () => {
    const { events, warnings } = play(
      between(
        ['contentBlockStart', { contentBlockIndex: 0, start: { image: { format: 'png' } } }],
        delta(0, { image: { bytes: 'aGk=' } }),
        stop(0),
        delta(1, { toolUse: { input: '{}' } }),
        stop(1),
        delta(2, { text: 'x' }),
        stop(2),
      ),
    )
    expect(events.slice(1, -2)).toEqual([
      { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'x' } },
      { type: 'content_block_stop', index: 0 },
    ])
    expect(warnings).toEqual([
      'content.0.image: Messages has no block of this kind: it was left out.',
      'content.0.image: Messages has no block of this kind: it was left out.',
      'content.1.toolUse: It belongs to no block that has begun: it was left out.',
    ])
  })

  it('closes what the wire left open, and says nothing behind the end', () => {
    const late = eventOf('contentBlockDelta', { contentBlockIndex: 0, delta: { text: 'late' } })
    const { events, warnings } = play([...between(delta(0, { text: 'x' })), late])
    expect(events.map(({ type }) => type)).toEqual([
      'message_start',
      'content_block_start',
      'content_block_delta',
      'content_block_stop',
      'message_delta',
      'message_stop',
    ])
    expect(warnings).toEqual(['contentBlockDelta: Messages has no event of this kind: it was left out.'])
  })
})

describe('parseConverseEvent', () => {
  it.each([
    ['contentBlockStop', {}, { kind: 'malformed', text: 'contentBlockStop: contentBlockIndex: Field required' }],
    ['messageStart', 'x', { kind: 'malformed', text: 'messageStart: The body is no JSON object.' }],
    ['applause', {}, { kind: 'unknown', type: 'applause' }],
    ['__proto__', {}, { kind: 'unknown', type: '__proto__' }],
  ])('says what is wrong with %s %j', (type, payload, expected) => {
    expect(parseConverseEvent(type, payload)).toEqual(expected)
  })
})

/** Puts a Messages stream together as Anthropic's clients do. */
const assemble = (events: readonly MessageStreamEvent[]): readonly ResponseBlock[] => {
  const blocks: Array<{ [key: string]: unknown }> = []
  const inputs: string[] = []
  for (const event of events) {
    if (event.type === 'content_block_start') blocks[event.index] = { ...event.content_block }
    const block = 'index' in event ? blocks[event.index] : undefined
    if (event.type === 'content_block_stop' && block?.['type'] === 'tool_use') {
      block['input'] = JSON.parse(inputs[event.index] || '{}') // a call without input says nothing
    }
    if (event.type !== 'content_block_delta' || block === undefined) continue
    const { index, delta } = event
    if (delta.type === 'text_delta') block['text'] = String(block['text']) + delta.text
    if (delta.type === 'thinking_delta') block['thinking'] = String(block['thinking']) + delta.thinking
    if (delta.type === 'signature_delta') block['signature'] = delta.signature
    if (delta.type === 'input_json_delta') inputs[index] = (inputs[index] ?? '') + delta.partial_json
    if (delta.type === 'citations_delta') {
      block['citations'] = [...((block['citations'] ?? []) as readonly Citation[]), delta.citation]
    }
  }
  return blocks as unknown[] as readonly ResponseBlock[]
}

/** The first event that comes out of turn: blocks begin in order, and nothing is said of one that is not open. */
const findDisorder = (events: readonly MessageStreamEvent[]): MessageStreamEvent | undefined => {
  const open = new Set<number>()
  let begun = 0
  return events.find((event) => {
    switch (event.type) {
      case 'content_block_start':
        open.add(event.index)
        return event.index !== begun++
      case 'content_block_delta':
        return !open.has(event.index)
      case 'content_block_stop':
        return !open.delete(event.index)
      case 'message_delta':
        return open.size > 0
      default:
        return false
    }
  })
}

describe('a stream of Messages', () => {
  const text = fc.string({ minLength: 1, maxLength: 20 })
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
    fc.record({ type: fc.constant('text' as const), text: fc.string({ maxLength: 20 }) }),
    fc.record({ type: fc.constant('text' as const), text, citations: fc.array(cited, { minLength: 1, maxLength: 2 }) }),
    fc.record({ type: fc.constant('thinking' as const), thinking: text, signature: text }),
    fc.record({ type: fc.constant('redacted_thinking' as const), data: text }),
    fc.record({
      type: fc.constant('tool_use' as const),
      id: fc.stringMatching(/^tooluse_[a-zA-Z0-9]{22}$/),
      name: fc.stringMatching(/^[a-z]{1,8}$/),
      input: fc.dictionary(fc.stringMatching(/^[a-z]{1,4}$/), fc.oneof(text, count, fc.boolean())),
    }),
  )
  const message: Message = {
    model: model.anthropicName,
    id: 'msg_bdrk_call',
    type: 'message',
    role: 'assistant',
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: { ...zero, input_tokens: 9 },
  }

  it('says through Converse the same as before', () => {
    fc.assert(
      fc.property(fc.array(block, { maxLength: 5 }), (blocks) => {
        const toConverse = createConverseStream({ request: {}, latencyMs: () => 5 })
        const events: readonly MessageStreamEvent[] = [
          { type: 'message_start', message },
          ...blocks.flatMap((content_block, index): readonly MessageStreamEvent[] => [
            { type: 'content_block_start', index, content_block },
            { type: 'content_block_stop', index },
          ]),
          {
            type: 'message_delta',
            delta: { stop_reason: 'end_turn', stop_sequence: null },
            usage: { output_tokens: 4 },
          },
          { type: 'message_stop' },
        ]
        const wire = events.flatMap(toConverse).map(({ type, payload }) => JSON.stringify([type, payload]))
        const found = play(
          wire.map((line) => {
            const [type, payload] = JSON.parse(line) as [string, unknown]
            return eventOf(type, payload)
          }),
        )
        expect(assemble(found.events)).toEqual(JSON.parse(JSON.stringify(blocks)))
        expect(found.events.at(-2)).toEqual({
          type: 'message_delta',
          delta: { stop_reason: 'end_turn', stop_sequence: null },
          usage: { ...zero, input_tokens: 9, output_tokens: 4 },
        })
        expect([found.end.kind, found.warnings]).toEqual(['complete', []])
      }),
      { numRuns: 300 },
    )
  })

  it('is well formed whatever the wire says: blocks begin once, in order, and all end before the message', () => {
    const index = fc.nat({ max: 2 })
    const payloads = fc.oneof(
      fc.tuple(fc.constant('contentBlockStop'), fc.record({ contentBlockIndex: index })),
      fc.tuple(
        fc.constant('contentBlockStart'),
        fc.record({
          contentBlockIndex: index,
          start: fc.constantFrom<object>({}, { toolUse: { name: 'f', toolUseId: 'i' } }, { image: {} }),
        }),
      ),
      fc.tuple(
        fc.constant('contentBlockDelta'),
        fc.record({
          contentBlockIndex: index,
          delta: fc.constantFrom<object>(
            {},
            { text: 'x' },
            { toolUse: { input: '' } },
            { reasoningContent: {} },
            { reasoningContent: { text: 'x' } },
            { reasoningContent: { redactedContent: 'YQ==' } },
            { citation: { location: { web: {} } } },
          ),
        }),
      ),
      fc.constant<Line>(['messageStart', { role: 'assistant' }]),
      fc.constant<Line>(ending[0] ?? ['', {}]),
      fc.constant<Line>(ending[1] ?? ['', {}]),
    )
    fc.assert(
      fc.property(fc.array(payloads, { maxLength: 12 }), (lines) => {
        const { events } = play(between(...lines))
        expect(findDisorder(events)).toBeUndefined()
        const last = events.map(({ type }) => type)
        expect(last[0]).toBe('message_start')
        expect(last.slice(-2)).toEqual(['message_delta', 'message_stop'])
        expect(last.filter((type) => type.startsWith('message_'))).toHaveLength(3)
      }),
      { numRuns: 1000 },
    )
  })
})
