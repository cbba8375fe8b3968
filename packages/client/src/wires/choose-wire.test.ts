import { findModel, type JsonObject } from '@outcrop/protocol'
import { describe, expect, it } from 'vitest'
import type { ClientWire } from '../options.ts'
import type { BedrockFailure } from '../reliability/bedrock-failure.ts'
import { chooseWires, nextWire, type WireQuestion, type WireVerdict } from './choose-wire.ts'
import { createWireMemory } from './wire-memory.ts'

const now = Date.parse('2026-11-25T00:00:00Z')
const region = 'us-east-1'
const opus = { modelId: 'global.anthropic.claude-opus-4-8', model: findModel('claude-opus-4-8') }
const body: JsonObject = { max_tokens: 9, messages: [{ role: 'user', content: 'hi' }] }
const unmoved: WireVerdict = { dropped: [] }

const choose = (more: Partial<WireQuestion> = {}, verdicts: Partial<Record<ClientWire, WireVerdict>> = {}) =>
  chooseWires({
    ...opus,
    body,
    bedrock: {},
    region,
    stream: false,
    now,
    judge: (wire) => verdicts[wire] ?? unmoved,
    ...more,
  })
const wires = (...asked: Parameters<typeof choose>): readonly ClientWire[] => choose(...asked).map(({ wire }) => wire)
const withBlocks = (...content: readonly JsonObject[]): JsonObject => ({
  max_tokens: 9,
  messages: [{ role: 'user', content }],
})
const document = (media_type: string, more: JsonObject = {}): JsonObject => ({
  type: 'document',
  source: { type: 'base64', media_type, data: 'JVBERi0=' },
  ...more,
})

const failure = (status: number, message: string, awsCode?: string): BedrockFailure => ({
  status,
  awsCode,
  type: 'api_error',
  message,
  region,
  retryable: false,
})
const unknownOperation = failure(404, 'Bedrock does not serve it.', 'UnknownOperationException')
const denied = failure(
  403,
  'User: arn:aws:iam::1:user/a is not authorized to perform: bedrock:InvokeModel on resource: arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-opus-4-8',
  'AccessDeniedException',
)

describe('the choice of a wire', () => {
  it('is InvokeModel where nothing counts against it, then what carries the request as well', () => {
    expect(choose()).toEqual([
      { wire: 'invoke', because: 'the first choice, and nothing counts against it more than against others' },
      { wire: 'runtime-messages', because: 'the first choice, and nothing counts against it more than against others' },
      { wire: 'converse', because: 'the first choice, and nothing counts against it more than against others' },
      { wire: 'mantle', because: 'the first choice, and nothing counts against it more than against others' },
    ])
  })

  it('passes over a wire that the capability table has refuse the request, and says why', () => {
    const refused = { dropped: [], refused: 'cache_control: Extra inputs are not permitted' }
    expect(choose({}, { invoke: refused, converse: refused })).toEqual([
      { wire: 'runtime-messages', because: 'invoke: cache_control: Extra inputs are not permitted' },
      { wire: 'mantle', because: 'invoke: cache_control: Extra inputs are not permitted' },
    ])
  })

  it('prefers the wire that leaves out least', () => {
    const drops = {
      invoke: { dropped: ['a', 'b'] },
      'runtime-messages': { dropped: ['a'] },
      mantle: { dropped: ['a'] },
    }
    expect(choose({}, drops)[0]).toEqual({ wire: 'converse', because: 'invoke: a' })
    expect(wires({}, drops)).toEqual(['converse', 'runtime-messages', 'mantle', 'invoke'])
  })

  it('leaves the refusal to the first wire where none can carry the request', () => {
    const refused = { dropped: [], refused: 'tool type is not supported' }
    expect(choose({}, { invoke: refused, 'runtime-messages': refused, converse: refused, mantle: refused })).toEqual([
      { wire: 'invoke', because: 'no wire can carry the request' },
    ])
  })

  it.each<[string, Partial<WireQuestion>, readonly ClientWire[]]>([
    ['a file that Converse alone reads', { body: withBlocks(document('text/csv')) }, ['converse']],
    [
      'a PDF, whose pages Converse does not see unless it is cited',
      { body: withBlocks(document('application/pdf')) },
      ['invoke', 'runtime-messages', 'mantle', 'converse'],
    ],
    [
      'a PDF that is cited',
      { body: withBlocks(document('application/pdf', { citations: { enabled: true } })) },
      ['invoke', 'runtime-messages', 'converse', 'mantle'],
    ],
    [
      'a guardrail, without which the call must not go out',
      { bedrock: { guardrail: { identifier: 'g', version: '1' } } },
      ['invoke', 'runtime-messages', 'converse'],
    ],
    [
      'how a guardrail judges a stream',
      { bedrock: { guardrail: { identifier: 'g', version: '1', streamProcessingMode: 'async' } } },
      ['invoke', 'converse', 'runtime-messages'],
    ],
    ['a service tier', { bedrock: { serviceTier: 'flex' } }, ['invoke', 'runtime-messages', 'converse', 'mantle']],
    [
      'a base id, which the runtime’s Messages route does not take',
      { modelId: 'anthropic.claude-haiku-4-5-20251001-v1:0', model: findModel('claude-haiku-4-5') },
      ['invoke', 'converse', 'mantle'],
    ],
    [
      'provisioned throughput',
      { modelId: 'arn:aws:bedrock:us-east-1:123456789012:provisioned-model/abcdefghijkl', model: undefined },
      ['invoke', 'converse'],
    ],
    ['a Region where mantle is not', { region: 'ap-southeast-1' }, ['invoke', 'runtime-messages', 'converse']],
    [
      'a block that Converse has not',
      { body: withBlocks({ type: 'container_upload', file_id: 'f' }) },
      ['invoke', 'runtime-messages', 'mantle'],
    ],
    [
      'a tool’s member that Converse has not',
      { body: { ...body, tools: [{ name: 'f', input_schema: { type: 'object' }, defer_loading: true }] } },
      ['invoke', 'runtime-messages', 'mantle'],
    ],
    [
      'a history of tool calls with Anthropic’s own tools alone',
      {
        body: {
          ...withBlocks({ type: 'tool_result', tool_use_id: 'a', content: [{ type: 'text', text: 'x' }] }),
          tools: [{ type: 'bash_20250124', name: 'bash' }],
        },
      },
      ['invoke', 'runtime-messages', 'mantle'],
    ],
  ])('goes by what is asked: %s', (_name, question, expected) => {
    expect(wires(question)).toEqual(expected)
  })

  it('says which file decided', () => {
    expect(choose({ body: withBlocks(document('text/csv')) })[0].because).toBe('invoke: reads no text/csv files')
  })

  it('is not upset by bodies of any shape', () => {
    for (const messages of [null, 1, 'x', [null, { content: 1 }], [{ content: [[], null, { type: 1 }] }]]) {
      expect(wires({ body: { messages, tools: 3 } })[0]).toBe('invoke')
    }
  })
})

describe('a wire that is not served', () => {
  const memory = createWireMemory({ now: () => now })
  const place = { wire: 'invoke', region, modelId: opus.modelId, stream: false } as const

  it('gives way to the next', () => {
    expect(nextWire(choose(), 'invoke', unknownOperation)).toEqual({
      wire: 'runtime-messages',
      because: 'invoke is not served here',
    })
    expect(nextWire(choose(), 'mantle', unknownOperation)).toBeUndefined()
  })

  it('gives way to none that needs the permission which was denied', () => {
    expect(nextWire(choose(), 'invoke', denied)?.wire).toBe('mantle')
    expect(nextWire(choose({ region: 'ap-southeast-1' }), 'invoke', denied)).toBeUndefined()
  })

  it('is remembered, and becomes the last resort', () => {
    memory.note(place, unknownOperation)
    expect(choose({ memory })[0]).toEqual({ wire: 'runtime-messages', because: 'invoke: not served in this Region' })
    expect(wires({ memory }).at(-1)).toBe('invoke')
  })
})
