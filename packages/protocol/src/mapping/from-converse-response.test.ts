import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseConverseResponse } from '../converse/parse-converse-answer.ts'
import type { ConverseResponse } from '../converse/types.ts'
import type { Citation, ResponseBlock, StopReason } from '../messages/types.ts'
import { answerFieldPaths } from './answer-fields.ts'
import { fromConverseResponse } from './from-converse-response.ts'
import { toConverseResponse } from './to-converse-response.ts'

const model = { anthropicName: 'claude-haiku-4-5-20251001' }

/** From the JSON of the wire, through the parser, as every answer comes. */
const read = (json: string) => {
  const parsed = parseConverseResponse(JSON.parse(json))
  if (parsed.kind === 'malformed') throw new Error(parsed.text)
  const warnings: string[] = []
  const warn = (warning: string): void => void warnings.push(warning)
  return { ...fromConverseResponse(parsed.response, { model, id: 'msg_bdrk_call', warn }), warnings }
}

const recorded =
  '{"metrics":{"latencyMs":742},"output":{"message":{"content":[{"text":"Hi!"}],"role":"assistant"}},"stopReason":"end_turn","usage":{"cacheReadInputTokenCount":0,"cacheReadInputTokens":0,"cacheWriteInputTokenCount":0,"cacheWriteInputTokens":0,"inputTokens":9,"outputTokens":4,"serverToolUsage":{},"totalTokens":13}}'

const withContent = (content: string): string => recorded.replace('{"text":"Hi!"}', content)
const withMembers = (members: string): string => recorded.replace('"stopReason":"end_turn"', members)

describe('fromConverseResponse', () => {
  it('reads the recorded answer (WIRE §3.5)', () => {
    expect(read(recorded)).toEqual({
      message: {
        model: 'claude-haiku-4-5-20251001',
        id: 'msg_bdrk_call',
        type: 'message',
        role: 'assistant',
        content: [{ type: 'text', text: 'Hi!' }],
        stop_reason: 'end_turn',
        stop_sequence: null,
        usage: { input_tokens: 9, cache_creation_input_tokens: 0, cache_read_input_tokens: 0, output_tokens: 4 },
      },
      rest: { metrics: { latencyMs: 742 }, stopReason: 'end_turn' },
      warnings: [],
    })
  })

  it('reads the recorded usage of a later model, which is silent about what it did not write', () => {
    const later = recorded.replace(/"cacheWrite[^,]*,/g, '')
    expect(read(later).message.usage.cache_creation_input_tokens).toBe(0)
  })

  it('tells what was written to the cache by how long it lives', () => {
    const cached = recorded.replace(
      '"cacheReadInputTokenCount":0,"cacheReadInputTokens":0,"cacheWriteInputTokenCount":0,"cacheWriteInputTokens":0',
      '"cacheDetails":[{"inputTokens":100,"ttl":"1h"},{"inputTokens":1712,"ttl":"5m"}],"cacheReadInputTokens":50,"cacheWriteInputTokens":1812',
    )
    expect(read(cached).message.usage).toEqual({
      input_tokens: 9,
      cache_creation_input_tokens: 1812,
      cache_read_input_tokens: 50,
      cache_creation: { ephemeral_5m_input_tokens: 1712, ephemeral_1h_input_tokens: 100 },
      output_tokens: 4,
    })
  })

  it.each<[string, StopReason]>([
    ['end_turn', 'end_turn'],
    ['tool_use', 'tool_use'],
    ['max_tokens', 'max_tokens'],
    ['stop_sequence', 'stop_sequence'],
    ['model_context_window_exceeded', 'model_context_window_exceeded'],
    ['content_filtered', 'refusal'],
    ['guardrail_intervened', 'refusal'],
    ['malformed_model_output', 'end_turn'],
    ['malformed_tool_use', 'end_turn'],
  ])('says %s as %s, and keeps the word beside the message', (stopReason, expected) => {
    const { message, rest, warnings } = read(withMembers(`"stopReason":"${stopReason}"`))
    expect([message.stop_reason, rest.stopReason, warnings]).toEqual([expected, stopReason, []])
  })

  it('warns of a reason that it does not know', () => {
    const { message, warnings } = read(withMembers('"stopReason":"bored"'))
    expect([message.stop_reason, warnings]).toEqual([
      'end_turn',
      ['stopReason bored: Messages has no such reason, and none that comes near it.'],
    ])
  })

  it('takes from the asked-for fields what Converse has no word for', () => {
    const fields =
      '"additionalModelResponseFields":{"id":"msg_bdrk_01A","model":"claude-opus-4-8","stop_reason":"stop_sequence","stop_sequence":"END","stop_details":null,"usage":{"input_tokens":1,"output_tokens_details":{"thinking_tokens":3},"service_tier":"standard"}},"stopReason":"stop_sequence"'
    expect(read(withMembers(fields)).message).toEqual({
      model: 'claude-opus-4-8',
      id: 'msg_bdrk_01A',
      type: 'message',
      role: 'assistant',
      content: [{ type: 'text', text: 'Hi!' }],
      stop_reason: 'stop_sequence',
      stop_sequence: 'END',
      stop_details: null,
      usage: {
        input_tokens: 9,
        cache_creation_input_tokens: 0,
        cache_read_input_tokens: 0,
        output_tokens: 4,
        output_tokens_details: { thinking_tokens: 3 },
        service_tier: 'standard',
      },
    })
  })

  it.each([
    ['pause_turn', 'end_turn', 'pause_turn'],
    ['end_turn', 'guardrail_intervened', 'refusal'],
    ['"odd"', 'end_turn', 'end_turn'],
  ])('takes the model’s own %s for %s where they agree', (own, stopReason, expected) => {
    const members = `"additionalModelResponseFields":{"stop_reason":${JSON.stringify(own)}},"stopReason":"${stopReason}"`
    expect(read(withMembers(members)).message.stop_reason).toBe(expected)
  })

  it('keeps beside the message what that has no place for', () => {
    const members =
      '"performanceConfig":{"latency":"optimized"},"serviceTier":{"type":"flex"},"trace":{"guardrail":{}},"stopReason":"end_turn"'
    expect(read(withMembers(members)).rest).toEqual({
      metrics: { latencyMs: 742 },
      performanceConfig: { latency: 'optimized' },
      serviceTier: { type: 'flex' },
      stopReason: 'end_turn',
      trace: { guardrail: {} },
    })
  })

  it('leaves a tool’s id as it is, so that its result finds the call again', () => {
    const call = '{"toolUse":{"input":{"q":1},"name":"find","toolUseId":"tooluse_0aB1cD","type":"tool_use"}}'
    expect(read(withContent(call)).message.content).toEqual([
      { type: 'tool_use', id: 'tooluse_0aB1cD', name: 'find', input: { q: 1 } },
    ])
  })

  it.each([
    ['a block', '{"audio":{}},{"text":"x"}', 'content.0.audio: Messages has no block of this kind: it was left out.'],
    [
      'reasoning',
      '{"reasoningContent":{"dream":""}},{"text":"x"}',
      'content.0.reasoningContent: Messages has no block of this kind: it was left out.',
    ],
  ])('leaves out %s that is newer than the mapping, and says so', (_name, content, warning) => {
    const { message, warnings } = read(withContent(content))
    expect([message.content, warnings]).toEqual([[{ type: 'text', text: 'x' }], [warning]])
  })

  it('leaves out a citation of the web, and says so', () => {
    const cited =
      '{"citationsContent":{"citations":[{"location":{"web":{"url":"u"}},"sourceContent":[{"text":"c"}]}],"content":[{"text":"x"}]}}'
    const { message, warnings } = read(withContent(cited))
    expect(message.content).toEqual([{ type: 'text', text: 'x', citations: [] }])
    expect(warnings).toEqual(['content.0.citations.0: Messages has no such location: the citation was left out.'])
  })
})

describe('an answer', () => {
  const text = fc.string({ minLength: 1, maxLength: 20 })
  const count = fc.nat({ max: 1000 })
  const citation: fc.Arbitrary<Citation> = fc.oneof(
    fc.record({
      type: fc.constant('content_block_location' as const),
      cited_text: text,
      document_index: count,
      document_title: fc.option(text),
      start_block_index: count,
      end_block_index: count,
    }),
    fc.record({
      type: fc.constant('search_result_location' as const),
      cited_text: text,
      search_result_index: count,
      source: text,
      title: fc.option(text),
      start_block_index: count,
      end_block_index: count,
    }),
  )
  const block: fc.Arbitrary<ResponseBlock> = fc.oneof(
    fc.record({ type: fc.constant('text' as const), text }),
    fc.record({
      type: fc.constant('text' as const),
      text,
      citations: fc.array(citation, { minLength: 1, maxLength: 2 }),
    }),
    fc.record({ type: fc.constant('thinking' as const), thinking: text, signature: text }),
    fc.record({ type: fc.constant('redacted_thinking' as const), data: text }),
    fc.record({
      type: fc.constant('tool_use' as const),
      id: fc.stringMatching(/^tooluse_[a-zA-Z0-9]{22}$/),
      name: fc.stringMatching(/^[a-z]{1,8}$/),
      input: fc.dictionary(fc.stringMatching(/^[a-z]{1,4}$/), fc.oneof(text, count, fc.boolean())),
    }),
  )
  const message = fc.record({
    model: fc.constantFrom('claude-haiku-4-5-20251001', 'claude-opus-4-8'),
    id: fc.constant('msg_bdrk_01A'),
    type: fc.constant('message' as const),
    role: fc.constant('assistant' as const),
    content: fc.array(block, { maxLength: 4 }),
    stop_reason: fc.constantFrom('end_turn', 'pause_turn', 'refusal', 'max_tokens', 'stop_sequence'),
    stop_sequence: fc.option(text),
    stop_details: fc.option(fc.record({ type: fc.constant('refusal' as const), category: text, explanation: text })),
    usage: fc.record({
      input_tokens: count,
      cache_creation_input_tokens: count,
      cache_read_input_tokens: count,
      cache_creation: fc.record({ ephemeral_5m_input_tokens: count, ephemeral_1h_input_tokens: count }),
      output_tokens: count,
      output_tokens_details: fc.record({ thinking_tokens: count }),
      service_tier: fc.constant('standard'),
    }),
  })

  it('of Messages comes back from Converse as it went, with the fields that are asked for', () => {
    fc.assert(
      fc.property(message, (whole) => {
        const request = { additionalModelResponseFieldPaths: answerFieldPaths({}) }
        const response = toConverseResponse(whole, { request, latencyMs: 1 })
        const { message: found, warnings } = read(JSON.stringify(response))
        expect(found).toEqual(JSON.parse(JSON.stringify(whole)))
        expect(warnings).toEqual([])
      }),
      { numRuns: 300 },
    )
  })

  it.each([
    ['nothing', null, 'The body is no JSON object.'],
    ['another body', { Output: {} }, 'output: Field required'],
    ['an answer without its usage', JSON.parse(recorded.replace('"usage"', '"uses"')), 'usage: Field required'],
    [
      'a text that is none',
      JSON.parse(withContent('{"text":1}')),
      'output.message.content.0.text: Input should be a valid string',
    ],
  ])('that is %s is malformed, and says where', (_name, value, text) => {
    expect(parseConverseResponse(value)).toEqual({ kind: 'malformed', text })
  })

  it('is read or malformed whatever it is, and never throws', () => {
    const any: ConverseResponse = JSON.parse(recorded) as ConverseResponse
    const odd = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        fc.constantFrom<unknown>(null, 1, 'a', true, 'YQ=='),
        fc.array(tie('value'), { maxLength: 2 }),
        fc.dictionary(
          fc.constantFrom(
            'text',
            'toolUse',
            'reasoningContent',
            'reasoningText',
            'redactedContent',
            'citationsContent',
          ),
          tie('value'),
          { maxKeys: 2 },
        ),
        fc.dictionary(
          fc.constantFrom('citations', 'location', 'documentChar', 'content', 'toolUseId', 'name', 'input', 'title'),
          tie('value'),
        ),
      ),
    })).value
    fc.assert(
      fc.property(fc.array(odd, { maxLength: 3 }), odd, (content, fields) => {
        const value = {
          ...any,
          output: { message: { role: 'assistant', content } },
          additionalModelResponseFields: fields,
        }
        const parsed = parseConverseResponse(JSON.parse(JSON.stringify(value)))
        const outcome =
          parsed.kind === 'answer' ? fromConverseResponse(parsed.response, { model, id: 'i' }).message.id : parsed.text
        expect(outcome).not.toBe('')
      }),
      { numRuns: 1000 },
    )
  })
})
