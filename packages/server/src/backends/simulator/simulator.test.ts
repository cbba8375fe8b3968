import type {
  BlockDelta,
  ContentBlock,
  DocumentBlock,
  Json,
  Message,
  MessagesRequest,
  MessageStreamEvent,
  ModelEntry,
  Thinking,
  Tool,
} from '@outcrop/protocol'
import { findModel, models } from '@outcrop/protocol'
import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import type { Calibration } from '../../calibration/calibration.ts'
import type { BackendCall } from '../backend.ts'
import { imageHeaders } from './media/image.fixture.ts'
import { makePdf } from './media/pdf.fixture.ts'
import { createSimulator } from './simulator.ts'
import { isThinkingSignature } from './thinking.ts'

const found = findModel('anthropic.claude-opus-4-6-v1')
if (found === undefined) throw new Error('The catalogue lost Claude Opus 4.6')
const model = found
const modelNamed = (id: string): ModelEntry => {
  const named = findModel(id)
  if (named === undefined) throw new Error(`The catalogue lost ${id}`)
  return named
}
const simulator = createSimulator({ seed: 'test', pace: { tokensPerSecond: 0, firstTokenMs: 0 }, now: Date.now })

const caller: BackendCall['caller'] = {
  how: 'anonymous',
  user: 'anonymous',
  arn: 'arn:aws:iam::123456789012:user/anonymous',
  userId: 'AIDAEXAMPLE',
  account: '123456789012',
  region: 'us-east-1',
  accessKeyId: null,
}
const ask = (content: string | readonly ContentBlock[], changes: Partial<MessagesRequest> = {}): MessagesRequest => ({
  anthropic_version: 'bedrock-2023-05-31',
  max_tokens: 1_000,
  messages: [{ role: 'user', content }],
  ...changes,
})
const call = (request: MessagesRequest, changes: Partial<BackendCall> = {}): BackendCall => ({
  requestId: '00000000-0000-4000-8000-000000000000',
  scope: 'us',
  model,
  modelId: 'anthropic.claude-opus-4-6-v1',
  wire: 'invoke',
  caller,
  headers: {},
  request,
  documentMode: 'visual',
  signal: new AbortController().signal,
  ...changes,
})
const answer = (request: MessagesRequest): Promise<Message> => simulator.complete(call(request))
const textOf = ({ content }: Message): string =>
  content.map((block) => (block.type === 'text' ? block.text : '')).join('')
const say = async (
  content: string | readonly ContentBlock[],
  changes: Partial<MessagesRequest> = {},
): Promise<string> => textOf(await answer(ask(content, changes)))

async function events(request: MessagesRequest): Promise<MessageStreamEvent[]> {
  const all: MessageStreamEvent[] = []
  for await (const event of await simulator.stream(call(request))) all.push(event)
  return all
}

/** Puts a stream together as Anthropic's SDKs do. */
function assemble(all: readonly MessageStreamEvent[]): Message {
  let message: Message | undefined
  const content: Array<Record<string, unknown>> = []
  let json = ''
  for (const event of all) {
    if (event.type === 'message_start') message = event.message
    if (event.type === 'content_block_start') {
      content.push({ ...event.content_block })
      json = ''
    }
    const block = content.at(-1) ?? {}
    if (event.type === 'content_block_delta') {
      if (event.delta.type === 'input_json_delta') json += event.delta.partial_json
      else applyDelta(block, event.delta)
    }
    if (event.type === 'content_block_stop' && block['type'] === 'tool_use') block['input'] = JSON.parse(json) as Json
    if (event.type === 'message_delta' && message !== undefined) {
      message = { ...message, ...event.delta, usage: { ...message.usage, ...event.usage } }
    }
  }
  if (message === undefined) throw new Error('No message_start')
  return { ...message, content: JSON.parse(JSON.stringify(content)) as Message['content'] }
}

function applyDelta(block: Record<string, unknown>, delta: BlockDelta): void {
  if (delta.type === 'text_delta') block['text'] = `${String(block['text'])}${delta.text}`
  if (delta.type === 'thinking_delta') block['thinking'] = `${String(block['thinking'])}${delta.thinking}`
  if (delta.type === 'signature_delta') block['signature'] = delta.signature
  if (delta.type === 'citations_delta') block['citations'] = [...(block['citations'] as unknown[]), delta.citation]
}

const weather: Tool = {
  name: 'get_weather',
  description: 'Looks up the weather in a city',
  input_schema: {
    type: 'object',
    properties: { city: { type: 'string' }, days: { type: 'integer', minimum: 1 } },
    required: ['city'],
  },
}
const stocks: Tool = {
  name: 'stock_price',
  description: 'Current price of a share',
  input_schema: {
    type: 'object',
    properties: { symbol: { type: 'string', pattern: '^[A-Z]{1,5}$' } },
    required: ['symbol'],
  },
}
const calls = ({ content }: Message): string[] =>
  content.flatMap((block) => (block.type === 'tool_use' ? [block.name] : []))

/** Asks with the start of the answer given. */
const prefilled = (prompt: string, start: string): Promise<string> =>
  say('', {
    messages: [
      { role: 'user', content: prompt },
      { role: 'assistant', content: start },
    ],
  })

const withTools = (prompt: string, changes: Partial<MessagesRequest> = {}): MessagesRequest =>
  ask(prompt, { tools: [stocks, weather], ...changes })

/** The turn after a call of get_weather. */
const afterCall = (result: string, is_error = false): MessagesRequest =>
  withTools('', {
    messages: [
      { role: 'user', content: 'The weather in Oslo?' },
      {
        role: 'assistant',
        content: [{ type: 'tool_use', id: 'toolu_1', name: 'get_weather', input: { city: 'Oslo' } }],
      },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: result, is_error }] },
    ],
  })

const countInput = async (
  request: MessagesRequest,
  documentMode: BackendCall['documentMode'] = 'visual',
): Promise<number> => (await simulator.complete(call(request, { documentMode }))).usage.input_tokens

const withPdf = (pdf: DocumentBlock): MessagesRequest => ask([pdf, { type: 'text', text: 'Sum it up' }])

const policy: DocumentBlock = {
  type: 'document',
  title: 'Policy',
  citations: { enabled: true },
  source: {
    type: 'text',
    media_type: 'text/plain',
    data: 'Refunds are rare. 🪨 Returns are accepted for thirty days. Shipping is free.',
  },
}

/** The headers of an answer by a model. */
const estimateOf = (anthropicName: string, calibration?: Calibration): unknown => {
  const model = models.find((entry) => entry.anthropicName === anthropicName)
  if (model === undefined) throw new Error(`no such model: ${anthropicName}`)
  const pace = { tokensPerSecond: 0, firstTokenMs: 0 }
  return createSimulator({ seed: 'x', pace, now: Date.now, calibration }).headersFor?.(model)
}

describe('an answer', () => {
  it('says what it is and what it was told', async () => {
    const text = await say('Which layer is the oldest?', { system: 'You are a geologist.' })
    expect(text).toContain("Outcrop's simulator")
    expect(text).toContain('Claude Opus 4.6')
    expect(text).toContain('"Which layer is the oldest?"')
    expect(text).toContain('system prompt of 4 words')
  })

  it('looks like Claude’s on Bedrock', async () => {
    const message = await answer(ask('Reply with exactly: pong'))
    expect(JSON.stringify(message).replace(/01[1-9A-HJ-NP-Za-km-z]{22}/, '01AbCdEfGhJkLmNpQrStUvWx')).toBe(
      '{"model":"claude-opus-4-6","id":"msg_bdrk_01AbCdEfGhJkLmNpQrStUvWx","type":"message","role":"assistant","content":[{"type":"text","text":"pong"}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":12,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":1}}',
    )
  })

  it('tells in headers that it is simulated and its counts are estimates', () => {
    const simulated = ['x-outcrop-simulated', 'true']
    expect(simulator.headers).toEqual([simulated])
    expect(estimateOf('claude-opus-4-6')).toEqual([simulated, ['x-outcrop-token-estimate', 'v3; error=5%']])
    expect(estimateOf('claude-opus-4-8')).toEqual([simulated, ['x-outcrop-token-estimate', 'v4.7; error=20%']])
    const measured = { multiplier: 1.2, calls: 340, errorPercent: 1.2 }
    expect(estimateOf('claude-opus-5', { v5: measured })).toEqual([
      simulated,
      ['x-outcrop-token-estimate', 'v5; error=1.2%; calls=340'],
    ])
    expect(estimateOf('claude-opus-5', { v5: { multiplier: 1.2, calls: 1 } })).toEqual([
      simulated,
      ['x-outcrop-token-estimate', 'v5; error=unknown; calls=1'],
    ])
  })

  it('is the same, byte for byte, for the same seed, model and request, and differs with each of them', async () => {
    const request = ask('Tell me a story of 50 words')
    const other = createSimulator({ seed: 'other', pace: { tokensPerSecond: 0, firstTokenMs: 0 }, now: Date.now })
    const first = JSON.stringify(await answer(request))
    expect(JSON.stringify(await answer(structuredClone(request)))).toBe(first)
    expect((await other.complete(call(request))).id).not.toBe((JSON.parse(first) as Message).id)
    expect((await answer(ask('Tell me a story of 51 words'))).id).not.toBe((JSON.parse(first) as Message).id)
    const again = createSimulator({ seed: 'test', pace: { tokensPerSecond: 0, firstTokenMs: 0 }, now: () => 5 })
    expect(JSON.stringify(await again.complete(call(request)))).toBe(first)
  })

  it('obeys simple instructions', async () => {
    expect(await say('Count to 5.')).toBe('1, 2, 3, 4, 5')
    expect(await say('Say hi')).toMatch(/^Hi! .*simulator/)
    expect((await say('Write a long story of 300 words')).split(/\s+/)).toHaveLength(300)
    expect((await say('Write a 7-word sentence')).split(/\s+/)).toHaveLength(7)
    expect(JSON.parse(await say('Answer in JSON with the keys "name" and "age".'))).toEqual({
      name: 'simulated name',
      age: 'simulated age',
    })
    expect((await say('Give me 3 ideas')).split('\n')).toHaveLength(3)
  })

  it('stays short unless it is asked for more', async () => {
    expect((await say('x '.repeat(50_000))).length).toBeLessThan(600)
    expect((await answer(ask('Count to 999999', { max_tokens: 20 }))).usage.output_tokens).toBe(20)
  })

  it('goes on where the caller began it', async () => {
    expect(await prefilled('Count to 5.', '1, 2,')).toBe(' 3, 4, 5')
    expect(JSON.parse(`{${await prefilled('Answer in JSON with the key "name".', '{')}`)).toEqual({
      name: 'simulated name',
    })
    expect(JSON.parse(`{${await prefilled('Who are you?', '{')}`)).toHaveProperty('message')
    expect(await prefilled('Who are you?', 'Well,')).toMatch(/^ \S/)
  })

  it('fits the schema that the caller asks for', async () => {
    const schema = {
      type: 'object',
      properties: {
        city: { type: 'string' },
        population: { type: 'integer' },
        tags: { type: 'array', items: { type: 'string' } },
      },
      required: ['city', 'population', 'tags'],
      additionalProperties: false,
    }
    const value: unknown = JSON.parse(
      await say('Describe Lisbon for me: a city in Portugal', {
        output_config: { format: { type: 'json_schema', schema } },
      }),
    )
    expect(new Ajv2020().compile(schema)(value)).toBe(true)
  })

  it('names the size of images', async () => {
    const data = imageHeaders.png(640, 480).toString('base64')
    expect(
      await say([
        { type: 'image', source: { type: 'base64', media_type: 'image/png', data } },
        { type: 'text', text: 'What is this?' },
      ]),
    ).toContain('Image 1 is a PNG of 640 x 480 pixels.')
  })
})

describe('limits', () => {
  it.each([1, 2, 5, 20])('end the answer at exactly %i tokens', async (max_tokens) => {
    const message = await answer(ask('Write a long story of 100 words', { max_tokens }))
    expect(message.stop_reason).toBe('max_tokens')
    expect(message.usage.output_tokens).toBe(max_tokens)
    expect(textOf(message)).not.toBe('')
  })

  it('end the answer before a stop sequence', async () => {
    const message = await answer(ask('Count to 9', { stop_sequences: ['7', ', 4'] }))
    expect(message).toMatchObject({
      stop_reason: 'stop_sequence',
      stop_sequence: ', 4',
      content: [{ type: 'text', text: '1, 2, 3' }],
    })
  })
})

describe('tools', () => {
  it('are called when the prompt shares a word with their name or description', async () => {
    const message = await answer(withTools('How will the weather be in Buenos Aires for 3 days?'))
    expect(message).toMatchObject({
      stop_reason: 'tool_use',
      content: [{ type: 'text' }, { type: 'tool_use', name: 'get_weather', input: { city: 'Buenos Aires', days: 3 } }],
    })
    expect(JSON.stringify(message.content)).toMatch(/"id":"toolu_bdrk_01[1-9A-HJ-NP-Za-km-z]{22}"/)
    expect(calls(await answer(withTools('What does one share of Acme cost?')))).toEqual(['stock_price'])
    expect(calls(await answer(withTools('Which shares should I buy?')))).toEqual(['stock_price'])
  })

  it('are left alone by a prompt that shares only words that say nothing', async () => {
    expect(calls(await answer(withTools('Hello! Can you tell me up to what it is that you do in a day?')))).toEqual([])
    expect(calls(await answer(withTools('')))).toEqual([])
  })

  it('are called in parallel when the prompt plainly asks for several', async () => {
    const prompt = 'Tell me the weather in Oslo and the stock price of ACME'
    expect(calls(await answer(withTools(prompt)))).toEqual(['stock_price', 'get_weather'])
    expect(
      calls(await answer(withTools(prompt, { tool_choice: { type: 'auto', disable_parallel_tool_use: true } }))),
    ).toEqual(['stock_price'])
  })

  it('are called as tool_choice says', async () => {
    expect(calls(await answer(withTools('Hello', { tool_choice: { type: 'any' } })))).toEqual(['stock_price'])
    expect(calls(await answer(withTools('The weather?', { tool_choice: { type: 'any' } })))).toEqual(['get_weather'])
    const forced = await answer(withTools('Hello', { tool_choice: { type: 'tool', name: 'get_weather' } }))
    expect(forced.content).toHaveLength(1)
    expect(calls(forced)).toEqual(['get_weather'])
    expect(calls(await answer(withTools('The weather?', { tool_choice: { type: 'none' } })))).toEqual([])
  })

  it('are not called again once a result is there, which the answer quotes', async () => {
    const message = await answer(afterCall('Snow, -4 degrees'))
    expect(message.stop_reason).toBe('end_turn')
    expect(textOf(message)).toContain('The tool get_weather returned: "Snow, -4 degrees".')
    expect(textOf(await answer(afterCall('No such city', true)))).toContain(
      'The tool get_weather reported an error: "No such city".',
    )
    for (const tool_choice of [{ type: 'any' }, { type: 'tool', name: 'get_weather' }] as const) {
      expect(calls(await answer({ ...afterCall('Snow'), tool_choice }))).toEqual([])
    }
  })

  it.each([
    ['bash_20250124', 'bash', 'Run a shell command', { command: 'ls -la' }],
    [
      'text_editor_20250728',
      'str_replace_based_edit_tool',
      'Edit the file /src/main.ts',
      { command: 'view', path: '/src/main.ts' },
    ],
    ['computer_20250124', 'computer', 'Take a screenshot', { action: 'screenshot' }],
  ])('of Anthropic (%s) get an input that makes sense', async (type, name, prompt, input) => {
    const message = await answer(ask(prompt, { tools: [{ type, name }] }))
    expect(message.content.at(-1)).toMatchObject({ type: 'tool_use', name, input })
  })
})

describe('thinking', () => {
  it('comes first, is signed so that it is known again, and counts', async () => {
    const plain = await answer(ask('Why is chalk white?'))
    const message = await answer(ask('Why is chalk white?', { thinking: { type: 'enabled', budget_tokens: 500 } }))
    const [block] = message.content
    if (block?.type !== 'thinking') throw new Error('It did not think')
    expect(isThinkingSignature('test', block.thinking, block.signature)).toBe(true)
    expect(message.usage.output_tokens).toBeGreaterThan(plain.usage.output_tokens + 10)
  })

  it('keeps within its budget, and can be hidden, or only come between tools', async () => {
    const small = await answer(ask('Why?', { thinking: { type: 'enabled', budget_tokens: 5 } }))
    expect(small.content[0]).toMatchObject({ type: 'thinking', thinking: 'The user says "Why' })
    const hidden = await answer(ask('Why?', { thinking: { type: 'adaptive', display: 'omitted' } }))
    expect(hidden.content[0]).toMatchObject({ type: 'thinking', thinking: '' })
    expect((await answer(ask('Why?', { thinking: { type: 'between_tools' } }))).content[0]).toMatchObject({
      type: 'text',
    })
    expect((await answer(ask('Why?', { thinking: { type: 'disabled' } }))).content).toHaveLength(1)
  })

  it('comes again behind results of tools only when it interleaves', async () => {
    const messages: MessagesRequest['messages'] = [
      { role: 'user', content: 'The weather?' },
      { role: 'assistant', content: [{ type: 'tool_use', id: 'toolu_1', name: 'weather', input: {} }] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: '18 degrees' }] },
    ]
    const kinds = async (changes: Partial<MessagesRequest>): Promise<readonly string[]> =>
      (await answer({ ...ask(''), messages, tools: [weather], ...changes })).content.map(({ type }) => type)
    const enabled: Thinking = { type: 'enabled', budget_tokens: 1_024 }
    expect(await kinds({ thinking: enabled })).toEqual(['text'])
    const anthropic_beta = ['interleaved-thinking-2025-05-14']
    expect(await kinds({ thinking: enabled, anthropic_beta })).toEqual(['thinking', 'text'])
    expect(await kinds({ thinking: { type: 'adaptive' } })).toEqual(['thinking', 'text'])
    expect(await kinds({ thinking: { type: 'between_tools' } })).toEqual(['thinking', 'text'])
  })

  it('takes as much effort as it is asked for, and none for what is simple', async () => {
    const lengths: number[] = []
    for (const effort of ['low', 'medium', 'high', 'max']) {
      const { content } = await answer(ask('Why?', { thinking: { type: 'adaptive' }, output_config: { effort } }))
      lengths.push(content[0]?.type === 'thinking' ? content[0].thinking.length : 0)
    }
    expect(lengths[0]).toBe(0)
    expect(lengths).toEqual(lengths.toSorted((a, b) => a - b))
    expect(new Set(lengths).size).toBe(4)
    const long = ask('Why? '.repeat(50), { thinking: { type: 'adaptive' }, output_config: { effort: 'low' } })
    expect((await answer(long)).content[0]?.type).toBe('thinking')
  })

  it('is kept to itself by newer models, unless they are asked for a summary', async () => {
    const newer = modelNamed('anthropic.claude-opus-4-8')
    const request = ask('Why?', { thinking: { type: 'adaptive' } })
    const hidden = await simulator.complete({ ...call(request), model: newer })
    expect(hidden.content[0]).toMatchObject({ type: 'thinking', thinking: '' })
    const summarized = ask('Why?', { thinking: { type: 'adaptive', display: 'summarized' } })
    const shown = await simulator.complete({ ...call(summarized), model: newer })
    expect(shown.content[0]).toMatchObject({ type: 'thinking', thinking: expect.stringContaining('Why?') })
  })

  it('is counted apart where the model does that, and nothing else changes for older ones', async () => {
    const request = ask('Why?', { thinking: { type: 'adaptive', display: 'summarized' } })
    const message = await simulator.complete({ ...call(request), model: modelNamed('anthropic.claude-opus-4-8') })
    const thought = message.usage.output_tokens_details?.thinking_tokens ?? 0
    expect(thought).toBeGreaterThan(10)
    expect(thought).toBeLessThan(message.usage.output_tokens)
    expect(message).toMatchObject({
      stop_details: null,
      usage: {
        cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 0 },
        service_tier: 'standard',
      },
    })
    expect(Object.keys((await answer(request)).usage)).toEqual([
      'input_tokens',
      'cache_creation_input_tokens',
      'cache_read_input_tokens',
      'output_tokens',
    ])
  })
})

describe('documents', () => {
  it('are quoted by the sentence that the prompt is about', async () => {
    const pdf: DocumentBlock = {
      type: 'document',
      title: 'Report',
      source: {
        type: 'base64',
        media_type: 'application/pdf',
        data: makePdf(['Granite is hard.', 'The budget is 40 million euros.']).toString('base64'),
      },
    }
    expect(await say([pdf, { type: 'text', text: 'How large is the budget?' }])).toContain(
      'The document "Report" (2 pages) says: "The budget is 40 million euros."',
    )
  })

  it('are cited by characters, and the offsets point at the text', async () => {
    const message = await answer(ask([policy, { type: 'text', text: 'Are returns accepted?' }]))
    const cited = message.content.flatMap((block) => (block.type === 'text' && block.citations ? block.citations : []))
    expect(cited).toEqual([
      {
        type: 'char_location',
        cited_text: '🪨 Returns are accepted for thirty days.',
        document_index: 0,
        document_title: 'Policy',
        start_char_index: 18,
        end_char_index: 57,
      },
    ])
    const points = Array.from(policy.source.type === 'text' ? policy.source.data : '')
    expect(points.slice(18, 57).join('')).toBe('🪨 Returns are accepted for thirty days.')
  })

  it('are cited by page, by block and as search results', async () => {
    const pdf: DocumentBlock = {
      type: 'document',
      citations: { enabled: true },
      source: {
        type: 'base64',
        media_type: 'application/pdf',
        data: makePdf(['One thing.', 'Basalt is dark.']).toString('base64'),
      },
    }
    const custom: DocumentBlock = {
      type: 'document',
      citations: { enabled: true },
      source: {
        type: 'content',
        content: [
          { type: 'text', text: 'First. Block.' },
          { type: 'text', text: 'Marble was limestone. Once.' },
        ],
      },
    }
    const result: ContentBlock = {
      type: 'search_result',
      source: 'https://example.com/s',
      title: 'Slate',
      citations: { enabled: true },
      content: [{ type: 'text', text: 'Slate splits well.' }],
    }
    const cite = async (question: string): Promise<unknown> => {
      const message = await answer(ask([pdf, custom, result, { type: 'text', text: question }]))
      return message.content.flatMap((block) => (block.type === 'text' && block.citations ? block.citations : []))
    }
    expect(await cite('Is basalt dark?')).toEqual([
      {
        type: 'page_location',
        cited_text: 'Basalt is dark.',
        document_index: 0,
        document_title: null,
        start_page_number: 2,
        end_page_number: 3,
      },
    ])
    expect(await cite('What about marble and limestone?')).toEqual([
      {
        type: 'content_block_location',
        cited_text: 'Marble was limestone. Once.',
        document_index: 1,
        document_title: null,
        start_block_index: 1,
        end_block_index: 2,
      },
    ])
    expect(await cite('Does slate split well?')).toEqual([
      {
        type: 'search_result_location',
        cited_text: 'Slate splits well.',
        search_result_index: 0,
        source: 'https://example.com/s',
        title: 'Slate',
        start_block_index: 0,
        end_block_index: 1,
      },
    ])
  })

  it('have offsets that fit any text', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: fc.constantFrom('a', 'b. ', '? ', '\n', ' ', '😀', 'é', '。'), minLength: 1, maxLength: 60 }),
        async (data) => {
          const message = await answer(
            ask([
              { ...policy, source: { type: 'text', media_type: 'text/plain', data } },
              { type: 'text', text: 'ab?' },
            ]),
          )
          for (const block of message.content) {
            if (block.type !== 'text') continue
            for (const citation of block.citations ?? []) {
              if (citation.type !== 'char_location') throw new Error(citation.type)
              expect(Array.from(data).slice(citation.start_char_index, citation.end_char_index).join('')).toBe(
                citation.cited_text,
              )
              expect(block.text).toBe(citation.cited_text)
            }
          }
        },
      ),
    )
  })
})

describe('a stream', () => {
  const requests: ReadonlyArray<readonly [string, MessagesRequest]> = [
    ['text', ask('Hello there')],
    ['a cut text', ask('Write 80 words', { max_tokens: 17 })],
    ['a stop sequence', ask('Count to 9', { stop_sequences: [', 4'] })],
    ['tools and thinking', ask('The weather in Oslo?', { tools: [weather], thinking: { type: 'adaptive' } })],
    ['citations', ask([policy, { type: 'text', text: 'Are returns accepted?' }])],
    ['hidden thinking', ask('Why?', { thinking: { type: 'adaptive', display: 'omitted' } })],
  ]

  it.each(requests)('says the same as the whole answer: %s', async (_name, request) => {
    expect(assemble(await events(request))).toEqual(await answer(request))
  })

  it('has its events in the order of Anthropic’s', async () => {
    const kinds = (await events(ask('The weather in Oslo?', { tools: [weather], thinking: { type: 'adaptive' } }))).map(
      (event) => (event.type === 'content_block_delta' ? event.delta.type : event.type),
    )
    const runs = kinds.filter((kind, at) => kind !== kinds[at - 1])
    expect(runs).toEqual([
      'message_start',
      'content_block_start',
      'thinking_delta',
      'signature_delta',
      'content_block_stop',
      'content_block_start',
      'text_delta',
      'content_block_stop',
      'content_block_start',
      'input_json_delta',
      'content_block_stop',
      'message_delta',
      'message_stop',
    ])
  })

  it('starts a tool input with an empty piece, and sends citations before their text', async () => {
    const tool = await events(ask('The weather in Oslo?', { tools: [weather], tool_choice: { type: 'any' } }))
    expect(tool[2]).toEqual({
      type: 'content_block_delta',
      index: 0,
      delta: { type: 'input_json_delta', partial_json: '' },
    })
    const cited = await events(ask([policy, { type: 'text', text: 'Are returns accepted?' }]))
    const at = cited.findIndex(
      (event) => event.type === 'content_block_delta' && event.delta.type === 'citations_delta',
    )
    expect(cited[at - 1]).toEqual({
      type: 'content_block_start',
      index: 1,
      content_block: { type: 'text', text: '', citations: [] },
    })
  })

  it('comes at its pace, and tells the head before the first token', async () => {
    let time = 0
    const paced = createSimulator({
      seed: 'test',
      pace: { tokensPerSecond: 50, firstTokenMs: 400 },
      now: () => time,
      sleep: async (milliseconds) => {
        time += milliseconds
      },
    })
    const seen: Array<readonly [string, number]> = []
    for await (const event of await paced.stream(call(ask('Count to 3')))) seen.push([event.type, time])
    expect(seen.slice(0, 6)).toEqual([
      ['message_start', 0],
      ['content_block_start', 400],
      ['content_block_delta', 400],
      ['content_block_delta', 420],
      ['content_block_delta', 440],
      ['content_block_delta', 460],
    ])
    time = 0
    await paced.complete(call(ask('Count to 3')))
    expect(time).toBe(400)
  })

  it('ends promptly when the call is aborted', async () => {
    const controller = new AbortController()
    const slow = createSimulator({ seed: 'test', pace: { tokensPerSecond: 1, firstTokenMs: 0 }, now: Date.now })
    const stream = await slow.stream(call(ask('Count to 9'), { signal: controller.signal }))
    const started = performance.now()
    setTimeout(() => {
      controller.abort(new Error('the caller is gone'))
    }, 20)
    const read = async (): Promise<void> => {
      for await (const event of stream) expect(event.type).not.toBe('message_stop')
    }
    await expect(read()).rejects.toThrow('the caller is gone')
    expect(performance.now() - started).toBeLessThan(500)
  })

  it('is one of a thousand that all end as they should', async () => {
    const before = process.cpuUsage()
    const lengths = await Promise.all(
      Array.from({ length: 1_000 }, () => events(ask('Count to 98')).then((all) => all.length)),
    )
    expect(new Set(lengths)).toEqual(new Set([200]))
    const { user, system } = process.cpuUsage(before)
    expect((user + system) / 200_000).toBeLessThan(25) // Microseconds an event, with room for a slow machine.
  })
})

describe('usage', () => {
  it('is told in full by models after 4.6, with what was thought', async () => {
    const newer = findModel('anthropic.claude-opus-4-8')
    if (newer === undefined) throw new Error('The catalogue lost Claude Opus 4.8')
    const asked = call(ask('Reply with exactly: pong', { thinking: { type: 'adaptive' } }), { model: newer })
    const message = await simulator.complete(asked)
    const { usage } = message
    expect(message.id).toMatch(/^msg_bdrk_[a-z2-7]{52}$/)
    expect(Object.keys(message).slice(-3)).toEqual(['stop_sequence', 'stop_details', 'usage'])
    expect(message.stop_details).toBeNull()
    expect(usage).toEqual({
      input_tokens: 17,
      cache_creation_input_tokens: 0,
      cache_read_input_tokens: 0,
      cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 0 },
      output_tokens: (usage.output_tokens_details?.thinking_tokens ?? NaN) + 1,
      output_tokens_details: { thinking_tokens: expect.any(Number) as number },
      service_tier: 'standard',
    })
    const streamed: MessageStreamEvent[] = []
    for await (const event of await simulator.stream(asked)) streamed.push(event)
    expect(JSON.stringify(streamed[0])).not.toContain('output_tokens_details')
    expect(assemble(streamed)).toEqual(message)
  })

  it('is counted the same without an answer, documents included', async () => {
    const document: DocumentBlock = {
      type: 'document',
      source: {
        type: 'base64',
        media_type: 'application/pdf',
        data: Buffer.from(makePdf(['One', 'Two'])).toString('base64'),
      },
    }
    const request = ask([document, { type: 'text', text: 'What does it say?' }])
    expect(await simulator.countTokens(call(request))).toBe((await answer(request)).usage.input_tokens)
    expect(await simulator.countTokens(call(ask('hello, world')))).toBe(10)
  })

  it('counts equal requests equal, and more input higher', async () => {
    expect(await countInput(ask('hello, world'))).toBe(10)
    expect(await countInput(ask('hello, world'))).toBe(10)
    expect(await countInput(ask('hello, world', { max_tokens: 5 }))).toBe(10)
    expect(await countInput(ask('hello, world and moon'))).toBe(12)
  })

  it('counts what documents and images cost', async () => {
    const pdf: DocumentBlock = {
      type: 'document',
      source: { type: 'base64', media_type: 'application/pdf', data: makePdf(['a', 'b', 'c']).toString('base64') },
    }
    expect(await countInput(withPdf(pdf))).toBe((await countInput(withPdf(pdf), 'per-citations')) + 6_000)
    expect(await countInput(withPdf({ ...pdf, citations: { enabled: true } }), 'per-citations')).toBe(
      await countInput(withPdf(pdf)),
    )
  })
})
