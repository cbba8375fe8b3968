import { encodeFrame, type JsonObject } from '@outcrop/protocol'
import { describe, expect, it } from 'vitest'
import { converseStream } from '../../../protocol/src/event-stream/converse-stream.fixture.ts'
import { BedrockFailureError } from '../reliability/bedrock-failure.ts'
import type { BedrockCallOptions } from '../options.ts'
import { converse } from './converse.ts'
import { type AnswerContext, type WireCall, type WireEvent, WireRefusal } from './wire-adapter.ts'

const modelId = 'global.anthropic.claude-sonnet-4-5-20250929-v1:0'
const hello = { max_tokens: 9, messages: [{ role: 'user', content: 'hi' }] }

const encode = (body: JsonObject, more: Partial<WireCall> = {}) =>
  converse.encode({ body, modelId, stream: false, betas: [], anthropicVersion: '2023-06-01', bedrock: {}, ...more })

/** The body but for the fields that are asked for of every answer. */
const said = (body: JsonObject, more?: Partial<WireCall>) => {
  const { additionalModelResponseFieldPaths: _, ...converseBody } = encode(body, more).body
  return converseBody
}

const pdf = (more: JsonObject = {}): JsonObject => ({
  max_tokens: 9,
  messages: [
    {
      role: 'user',
      content: [
        {
          type: 'document',
          title: 'Report',
          source: { type: 'base64', media_type: 'application/pdf', data: 'JVBERi0=' },
          ...more,
        },
        { type: 'text', text: 'Sum up.' },
      ],
    },
  ],
})
const warnings: string[] = []
const answer: AnswerContext = {
  modelId,
  anthropicName: 'claude-sonnet-4-5-20250929',
  requestId: 'a7c1',
  region: 'eu-central-1',
  headers: new Headers(),
  now: () => 1_350,
  sentAt: 1_000,
  warn: (warning) => void warnings.push(warning),
}

/** The Message, whether it came parsed or as text. */
const decoded = (body: string): unknown => {
  const message = converse.decode(body, answer)
  return typeof message === 'string' ? JSON.parse(message) : message
}

const bytes = new TextEncoder()
const frame = (headers: Readonly<Record<string, string>>, payload: unknown): Uint8Array =>
  encodeFrame(Object.entries(headers), bytes.encode(typeof payload === 'string' ? payload : JSON.stringify(payload)))
const event = (type: string, payload: unknown): Uint8Array =>
  frame({ ':event-type': type, ':content-type': 'application/json', ':message-type': 'event' }, payload)

const read = async (chunks: readonly Uint8Array[]): Promise<readonly WireEvent[]> => {
  const events: WireEvent[] = []
  for await (const one of converse.events(ofList(chunks), answer)) events.push(one)
  return events
}
async function* ofList(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks
}
const failureOf = async (chunks: readonly Uint8Array[]): Promise<unknown> => {
  try {
    await read(chunks)
  } catch (error) {
    if (error instanceof BedrockFailureError) return error.failure
    throw error
  }
  return undefined
}

describe('a request on the wire converse', () => {
  it('has the model in its path as one segment, and no version in it', () => {
    const { path, headers, warnings: told } = encode(hello)
    expect([path, headers, told]).toEqual([
      '/model/global.anthropic.claude-sonnet-4-5-20250929-v1%3A0/converse',
      { accept: 'application/json' },
      [],
    ])
    expect(encode(hello, { stream: true }).path.split('/').at(-1)).toBe('converse-stream')
    expect(said(hello)).toEqual({
      messages: [{ role: 'user', content: [{ text: 'hi' }] }],
      inferenceConfig: { maxTokens: 9 },
    })
  })

  it('hands betas on to the model, where alone they count', () => {
    expect(said(hello, { betas: ['context-1m-2025-08-07'] })).toMatchObject({
      additionalModelRequestFields: { anthropic_beta: ['context-1m-2025-08-07'] },
    })
  })

  it('says what is asked of Bedrock in the members of its body (WIRE §6.1)', () => {
    const bedrock: BedrockCallOptions = {
      guardrail: { identifier: 'gr1', version: '2', streamProcessingMode: 'async' },
      trace: 'enabled',
      latency: 'optimized',
      serviceTier: 'flex',
      requestMetadata: { team: 'a' },
    }
    const guardrailConfig = { guardrailIdentifier: 'gr1', guardrailVersion: '2', trace: 'enabled' }
    const shared = {
      performanceConfig: { latency: 'optimized' },
      serviceTier: { type: 'flex' },
      requestMetadata: { team: 'a' },
    }
    expect(said(hello, { bedrock })).toMatchObject({ ...shared, guardrailConfig })
    expect(said(hello, { bedrock, stream: true })['guardrailConfig']).toEqual({
      ...guardrailConfig,
      streamProcessingMode: 'async',
    })
  })

  it('warns of a trace without a guardrail, which Converse cannot ask for', () => {
    expect(encode(hello, { bedrock: { trace: 'enabled' } }).warnings).toEqual([
      'bedrock.trace: Converse traces guardrails alone, and the call has none: it was left out.',
    ])
  })

  const document = { name: 'Report', format: 'pdf', source: { bytes: 'JVBERi0=' } }

  it('sends a PDF for its text with a warning, and for its pages when it is to be cited (M10)', () => {
    const { body, warnings: told } = encode(pdf())
    expect(body['messages']).toMatchObject([{ content: [{ document }, { text: 'Sum up.' }] }])
    expect(told).toEqual([
      'messages.0.content.0: Converse reads a PDF without citations as text alone, charts and scans unseen: set citations.enabled to have its pages seen (WIRE §6.4).',
    ])
    const seen = encode(pdf({ citations: { enabled: true } }))
    expect(seen.body['messages']).toMatchObject([
      { content: [{ document: { ...document, citations: { enabled: true } } }, {}] },
    ])
    expect(seen.warnings).toEqual([])
  })

  it('sends files of the formats that Converse alone reads', () => {
    const source = {
      type: 'base64',
      media_type: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
      data: 'UEs=',
    }
    expect(said(pdf({ source }))['messages']).toMatchObject([
      { content: [{ document: { name: 'Report', format: 'docx', source: { bytes: 'UEs=' } } }, { text: 'Sum up.' }] },
    ])
    const csv = { type: 'text', media_type: 'text/csv', data: 'a,b' }
    expect(said(pdf({ source: csv }))['messages']).toMatchObject([
      { content: [{ document: { format: 'csv', source: { bytes: 'YSxi' } } }, {}] },
    ])
  })

  it('warns of automatic caching, which Converse has not', () => {
    expect(encode({ ...hello, cache_control: { type: 'ephemeral' } }).warnings).toEqual([
      'cache_control: Converse has no automatic caching: mark the blocks themselves. The mark was left out.',
    ])
  })

  it('is not judged again: a model that nobody knows gets what it is sent', () => {
    const other = 'arn:aws:bedrock:eu-central-1:123456789012:application-inference-profile/abcdefghijkl'
    expect(said({ ...hello, temperature: 0.5, next: 1 }, { modelId: other })).toEqual({
      messages: [{ role: 'user', content: [{ text: 'hi' }] }],
      inferenceConfig: { maxTokens: 9, temperature: 0.5 },
      additionalModelRequestFields: { next: 1 },
    })
  })

  it.each<[string, JsonObject, string]>([
    [
      'a block without an equal',
      { max_tokens: 9, messages: [{ role: 'user', content: [{ type: 'container_upload', file_id: 'f' }] }] },
      'messages.0.content.0.container_upload: Converse has no block of this kind. The wire "converse" cannot carry it: choose "invoke", "runtime-messages" or "auto".',
    ],
    [
      'a tool’s member without an equal',
      { ...hello, tools: [{ name: 'f', input_schema: { type: 'object' }, eager_input_streaming: true }] },
      'tools.0.custom.eager_input_streaming: There is no member for it on this wire. The wire "converse" cannot carry it: choose "invoke", "runtime-messages" or "auto".',
    ],
    ['what is no Messages request', { max_tokens: 9, messages: 'hi' }, 'messages: Input should be a valid list'],
    ['no limit of the answer', { messages: hello.messages }, 'max_tokens: Field required'],
  ])('refuses %s before anything is sent', (_name, body, message) => {
    expect(() => encode(body)).toThrow(new WireRefusal(message))
  })
})

describe('a whole answer on the wire converse', () => {
  it('is a Message, with what Converse says beside it under InvokeModel’s names', () => {
    const body = {
      metrics: { latencyMs: 742 },
      output: { message: { content: [{ text: 'Hi!' }], role: 'assistant' } },
      performanceConfig: { latency: 'optimized' },
      serviceTier: { type: 'flex' },
      stopReason: 'guardrail_intervened',
      trace: { guardrail: { actionReason: 'blocked' } },
      usage: { cacheReadInputTokens: 3, cacheWriteInputTokens: 0, inputTokens: 9, outputTokens: 4, totalTokens: 16 },
    }
    expect(decoded(JSON.stringify(body))).toEqual({
      id: 'msg_bdrk_a7c1',
      type: 'message',
      role: 'assistant',
      model: 'claude-sonnet-4-5-20250929',
      content: [{ type: 'text', text: 'Hi!' }],
      stop_reason: 'refusal',
      stop_sequence: null,
      usage: { input_tokens: 9, cache_creation_input_tokens: 0, cache_read_input_tokens: 3, output_tokens: 4 },
      'amazon-bedrock-invocationMetrics': {
        inputTokenCount: 9,
        outputTokenCount: 4,
        invocationLatency: 742,
        cacheReadInputTokenCount: 3,
        cacheWriteInputTokenCount: 0,
      },
      'amazon-bedrock-trace': { guardrail: { actionReason: 'blocked' } },
      'amazon-bedrock-guardrailAction': 'INTERVENED',
      'amazon-bedrock-converse': {
        stopReason: 'guardrail_intervened',
        performanceConfig: { latency: 'optimized' },
        serviceTier: { type: 'flex' },
      },
    })
  })

  it.each([
    ['{"usage":', 'The answer is none of Converse: The body is no JSON.'],
    ['{"Output":{},"Version":"1.0"}', 'The answer is none of Converse: output: Field required'],
  ])('that is none fails and is not repeated: %s', (body, message) => {
    let found: unknown
    try {
      converse.decode(body, answer)
    } catch (error) {
      found = error
    }
    expect(found).toBeInstanceOf(BedrockFailureError)
    expect(found).toMatchObject({
      failure: { status: 502, type: 'api_error', message, requestId: 'a7c1', retryable: false },
    })
  })
})

describe('a streamed answer on the wire converse', () => {
  it.each([1, 3, 64, 100_000])('reads the recorded frames, cut every %i bytes', async (size) => {
    const chunks: Uint8Array[] = []
    for (let at = 0; at < converseStream.length; at += size) chunks.push(converseStream.subarray(at, at + size))
    const events = await read(chunks)
    expect(events.map(({ name }) => name)).toEqual([
      'message_start',
      'content_block_start',
      'content_block_delta',
      'content_block_delta',
      'content_block_stop',
      'content_block_start',
      'content_block_delta',
      'content_block_delta',
      'content_block_stop',
      'message_delta',
      'message_stop',
    ])
    expect(events.every(({ name, data }) => data.startsWith(`{"type":"${name}"`))).toBe(true)
    expect(JSON.parse(events[0]?.data ?? '')).toMatchObject({
      message: { id: 'msg_bdrk_a7c1', model: 'claude-sonnet-4-5-20250929' },
    })
    expect(JSON.parse(events[3]?.data ?? '')).toEqual({
      type: 'content_block_delta',
      index: 0,
      delta: { type: 'text_delta', text: ' Grüße, 世界 👋' },
    })
    expect(JSON.parse(events[10]?.data ?? '')).toEqual({
      type: 'message_stop',
      'amazon-bedrock-invocationMetrics': {
        inputTokenCount: 446,
        outputTokenCount: 55,
        invocationLatency: 1711,
        firstByteLatency: 350,
      },
      'amazon-bedrock-converse': { stopReason: 'tool_use' },
    })
  })

  it('throws an exception frame as the failure it is', async () => {
    const exception = frame(
      { ':exception-type': 'throttlingException', ':content-type': 'application/json', ':message-type': 'exception' },
      { message: 'Too many requests.' },
    )
    expect(await failureOf([event('messageStart', { role: 'assistant' }), exception])).toMatchObject({
      status: 429,
      awsCode: 'ThrottlingException',
      type: 'rate_limit_error',
      message: 'Too many requests.',
      requestId: 'a7c1',
      region: 'eu-central-1',
      retryable: true,
    })
  })

  it('throws an error frame by its code and message', async () => {
    const headers = { ':error-code': 'InternalServerException', ':error-message': 'Broken.', ':message-type': 'error' }
    expect(await failureOf([frame(headers, '')])).toMatchObject({
      status: 500,
      awsCode: 'InternalServerException',
      message: 'Broken.',
    })
  })

  it('fails on an event that is not of its shape, and says which', async () => {
    expect(await failureOf([event('messageStop', { stopReason: 1 })])).toMatchObject({
      status: 502,
      message: 'The answer is none of Converse: messageStop: stopReason: Input should be a valid string',
    })
    expect(await failureOf([event('metadata', '{')])).toMatchObject({
      message: 'The answer is none of Converse: The payload of an event is no JSON.',
    })
  })

  it('leaves out an event that is newer than we are, and warns', async () => {
    warnings.length = 0
    const names = (await read([event('messageStart', { role: 'assistant' }), event('applause', {})])).map(
      ({ name }) => name,
    )
    expect([names, warnings]).toEqual([
      ['message_start'],
      ['applause: Messages has no event of this kind: it was left out.'],
    ])
  })

  it('has no terminal event when the counts at its end are missing', async () => {
    const names = (
      await read([event('messageStart', { role: 'assistant' }), event('messageStop', { stopReason: 'end_turn' })])
    ).map(({ name }) => name)
    expect(names).toEqual(['message_start'])
  })
})
