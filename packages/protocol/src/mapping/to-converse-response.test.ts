import { describe, expect, it } from 'vitest'
import type { Citation, Message, ResponseBlock, StopReason } from '../messages/types.ts'
import { fromConverseCitation, toConverseCitation } from './citation.ts'
import { pickResponseFields } from './response-fields.ts'
import { toConverseResponse } from './to-converse-response.ts'
import { toConverseToolUseId } from './tool-use-id.ts'

const answer = (content: readonly ResponseBlock[], more: Partial<Message> = {}): Message => ({
  model: 'claude-haiku-4-5-20251001',
  id: 'msg_bdrk_01AbCdEfGhJkLmNpQrStUvWx',
  type: 'message',
  role: 'assistant',
  content,
  stop_reason: 'end_turn',
  stop_sequence: null,
  usage: { input_tokens: 9, cache_creation_input_tokens: 0, cache_read_input_tokens: 0, output_tokens: 4 },
  ...more,
})
const convert = (message: Message, request = {}): string =>
  JSON.stringify(toConverseResponse(message, { request, latencyMs: 742 }))

describe('toConverseResponse', () => {
  it('writes the recorded answer to the byte (WIRE §3.5)', () => {
    expect(convert(answer([{ type: 'text', text: 'Hi!' }]))).toBe(
      '{"metrics":{"latencyMs":742},"output":{"message":{"content":[{"text":"Hi!"}],"role":"assistant"}},"stopReason":"end_turn","usage":{"cacheReadInputTokenCount":0,"cacheReadInputTokens":0,"cacheWriteInputTokenCount":0,"cacheWriteInputTokens":0,"inputTokens":9,"outputTokens":4,"serverToolUsage":{},"totalTokens":13}}',
    )
  })

  it('says nothing of what was written for a later model that wrote nothing, as recorded of Sonnet 5', () => {
    const { usage } = toConverseResponse(answer([], { model: 'claude-sonnet-5' }), { request: {}, latencyMs: 1 })
    expect(JSON.stringify(usage)).toBe(
      '{"cacheReadInputTokenCount":0,"cacheReadInputTokens":0,"inputTokens":9,"outputTokens":4,"serverToolUsage":{},"totalTokens":13}',
    )
  })

  it('counts cached tokens in the total and says how long what was written lives, the longer first', () => {
    const usage = {
      input_tokens: 10,
      cache_creation_input_tokens: 1812,
      cache_read_input_tokens: 50,
      output_tokens: 4,
      cache_creation: { ephemeral_5m_input_tokens: 1712, ephemeral_1h_input_tokens: 100 },
    }
    const { usage: counted } = toConverseResponse(answer([], { usage }), { request: {}, latencyMs: 1 })
    expect(JSON.stringify(counted)).toBe(
      '{"cacheDetails":[{"inputTokens":100,"ttl":"1h"},{"inputTokens":1712,"ttl":"5m"}],"cacheReadInputTokenCount":50,"cacheReadInputTokens":50,"cacheWriteInputTokenCount":1812,"cacheWriteInputTokens":1812,"inputTokens":10,"outputTokens":4,"serverToolUsage":{},"totalTokens":1876}',
    )
  })

  it('takes what was written for five minutes’ worth when nobody says', () => {
    const usage = { input_tokens: 1, cache_creation_input_tokens: 1712, cache_read_input_tokens: 0, output_tokens: 1 }
    expect(toConverseResponse(answer([], { usage }), { request: {}, latencyMs: 1 }).usage.cacheDetails).toEqual([
      { inputTokens: 1712, ttl: '5m' },
    ])
  })

  it.each<[StopReason, string]>([
    ['end_turn', 'end_turn'],
    ['tool_use', 'tool_use'],
    ['max_tokens', 'max_tokens'],
    ['stop_sequence', 'stop_sequence'],
    ['refusal', 'content_filtered'],
    ['model_context_window_exceeded', 'model_context_window_exceeded'],
    ['pause_turn', 'end_turn'],
  ])('says %s as %s', (stop_reason, expected) => {
    expect(toConverseResponse(answer([], { stop_reason }), { request: {}, latencyMs: 1 }).stopReason).toBe(expected)
  })

  it('repeats the settings that were set, in their place', () => {
    const request = { performanceConfig: { latency: 'optimized' }, serviceTier: { type: 'flex' } } as const
    expect(convert(answer([]), request)).toMatch(
      /"role":"assistant"\}\},"performanceConfig":\{"latency":"optimized"\},"serviceTier":\{"type":"flex"\},"stopReason"/,
    )
  })

  const cited: Citation = {
    type: 'char_location',
    cited_text: 'Refunds take ten days.',
    document_index: 0,
    document_title: 'policy',
    start_char_index: 58,
    end_char_index: 96,
  }
  const blocks: ReadonlyArray<readonly [name: string, block: ResponseBlock, expected: string]> = [
    [
      'a tool call',
      { type: 'tool_use', id: 'toolu_bdrk_010aB1cD2eF3gH4iJ5kL6mN7', name: 'find', input: { z: 1, a: 2 } },
      '{"toolUse":{"input":{"z":1,"a":2},"name":"find","toolUseId":"tooluse_0aB1cD2eF3gH4iJ5kL6mN7","type":"tool_use"}}',
    ],
    [
      'thinking',
      { type: 'thinking', thinking: 'hm', signature: 'c2ln' },
      '{"reasoningContent":{"reasoningText":{"signature":"c2ln","text":"hm"}}}',
    ],
    [
      'redacted thinking',
      { type: 'redacted_thinking', data: 'Emas' },
      '{"reasoningContent":{"redactedContent":"RW1hcw=="}}',
    ],
    [
      'a cited text',
      { type: 'text', text: 'Ten days.', citations: [cited] },
      '{"citationsContent":{"citations":[{"location":{"documentChar":{"documentIndex":0,"end":96,"start":58}},"sourceContent":[{"text":"Refunds take ten days."}],"title":"policy"}],"content":[{"text":"Ten days."}]}}',
    ],
    ['a text that could have been cited', { type: 'text', text: 'Hi!', citations: [] }, '{"text":"Hi!"}'],
  ]
  it.each(blocks)('writes %s', (_name, block, expected) => {
    expect(
      JSON.stringify(toConverseResponse(answer([block]), { request: {}, latencyMs: 1 }).output.message.content),
    ).toBe(`[${expected}]`)
  })

  it('resolves the asked-for fields over the message, and leaves out what is not there', () => {
    const message = answer([], { stop_sequence: 'END' })
    expect(convert(message, { additionalModelResponseFieldPaths: ['/stop_sequence', '/usage/input_tokens'] })).toMatch(
      /^\{"additionalModelResponseFields":\{"stop_sequence":"END","usage":\{"input_tokens":9\}\},"metrics"/,
    )
    // The AI SDK asks every answer for the field of a stream's event.
    expect(convert(message, { additionalModelResponseFieldPaths: ['/delta/stop_sequence'] })).toMatch(/^\{"metrics"/)
  })
})

describe('pickResponseFields', () => {
  const source = { a: { b: 1, 'x/y': 2, 'm~n': 3 }, list: ['p', 'q'], none: null }
  it.each([
    [['/a/b'], { a: { b: 1 } }],
    [['/a/x~1y', '/a/m~0n'], { a: { 'm~n': 3, 'x/y': 2 } }],
    [['/none'], { none: null }],
    [['/list/1'], { list: { 1: 'q' } }],
    [['/a', '/a/b'], { a: source.a }],
    [['/a/b', '/a'], { a: source.a }],
    [['', 'a', '/nope', '/a/b/c', '/__proto__/x', '/constructor/name', '/list/length/x'], undefined],
  ])('picks %j', (pointers, expected) => {
    expect(pickResponseFields(source, pointers)).toEqual(expected)
  })
})

describe('toConverseToolUseId', () => {
  it('spells every id with 22 characters of its own', () => {
    for (const id of ['toolu_1', 'call_abc', 'toolu_bdrk_01AbCdEfGhJkLmNpQrStUvWx', 'ü', '']) {
      expect(toConverseToolUseId(id)).toMatch(/^tooluse_[a-zA-Z0-9]{22}$/)
    }
  })

  it('gives equal ids the same spelling and others another', () => {
    expect(toConverseToolUseId('toolu_1')).toBe(toConverseToolUseId('toolu_1'))
    expect(toConverseToolUseId('toolu_1')).not.toBe(toConverseToolUseId('toolu_2'))
    expect(toConverseToolUseId('ü')).not.toBe(toConverseToolUseId('é'))
  })

  it('leaves Converse’s own ids alone', () => {
    expect(toConverseToolUseId('tooluse_x.y')).toBe('tooluse_x.y')
  })
})

describe('citations', () => {
  const citations: readonly Citation[] = [
    {
      type: 'char_location',
      cited_text: 'c',
      document_index: 1,
      document_title: 't',
      start_char_index: 2,
      end_char_index: 3,
    },
    {
      type: 'page_location',
      cited_text: 'c',
      document_index: 1,
      document_title: null,
      start_page_number: 2,
      end_page_number: 3,
    },
    {
      type: 'content_block_location',
      cited_text: 'c',
      document_index: 1,
      document_title: 't',
      start_block_index: 2,
      end_block_index: 3,
    },
    {
      type: 'search_result_location',
      cited_text: 'c',
      search_result_index: 1,
      source: 's',
      title: 't',
      start_block_index: 2,
      end_block_index: 3,
    },
  ]
  it.each(citations)('of a $type come back as they went', (citation) => {
    expect(fromConverseCitation(toConverseCitation(citation))).toEqual(citation)
  })

  it('of a search result name their source', () => {
    const [, , , searched] = citations
    expect(searched === undefined ? '' : JSON.stringify(toConverseCitation(searched))).toBe(
      '{"location":{"searchResultLocation":{"end":3,"searchResultIndex":1,"start":2}},"source":"s","sourceContent":[{"text":"c"}],"title":"t"}',
    )
  })
})
