import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findModel } from '../catalogue/lookups.ts'
import type { Fidelity, ModelEntry } from '../catalogue/types.ts'
import { GatewayError } from '../failures/gateway-error.ts'
import { parseMessagesRequest } from './parse-messages-request.ts'

const modelOf = (id: string): ModelEntry => {
  const model = findModel(id)
  if (model === undefined) throw new Error(`no such model: ${id}`)
  return model
}
const haiku45 = modelOf('anthropic.claude-haiku-4-5-20251001-v1:0')
const opus48 = modelOf('anthropic.claude-opus-4-8')

const encode = (body: unknown): Uint8Array =>
  new TextEncoder().encode(typeof body === 'string' ? body : JSON.stringify(body))

interface Setting {
  readonly model?: ModelEntry
  readonly fidelity?: Fidelity
}
const parse = (body: unknown, { model = haiku45, fidelity = 'guide' }: Setting = {}) =>
  parseMessagesRequest(encode(body), { model, fidelity })

const refusal = (body: unknown, setting?: Setting): string => {
  try {
    parse(body, setting)
  } catch (error) {
    if (error instanceof GatewayError) return `${error.code}: ${error.message}`
    throw error
  }
  return 'parsed'
}

const hello = {
  anthropic_version: 'bedrock-2023-05-31',
  max_tokens: 64,
  messages: [{ role: 'user', content: 'Say hi' }],
}
const says = (...content: unknown[]) => ({ ...hello, messages: [{ role: 'user', content }] })
const withMessages = (...messages: unknown[]) => ({ ...hello, messages })
const png = { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo=' }

describe('parseMessagesRequest', () => {
  // WIRE §3.4.
  it('takes the recorded request as it is', () => {
    const body =
      '{"anthropic_version":"bedrock-2023-05-31","max_tokens":64,"messages":[{"role":"user","content":"Say hi"}]}'
    expect(parse(body)).toEqual(hello)
  })

  it('takes what real clients send', () => {
    // Shaped as Claude Code 2.1.197 does (WIRE §11): a system turn in mid-conversation, thinking, cached system blocks.
    const body = {
      ...hello,
      max_tokens: 32_000,
      anthropic_beta: ['interleaved-thinking-2025-05-14'],
      system: [
        { type: 'text', text: 'x-anthropic-billing-header: y' },
        { type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral' } },
      ],
      messages: [
        { role: 'user', content: [{ type: 'text', text: 'hi', cache_control: null }] },
        { role: 'system', content: 'Mind the date.' },
        {
          role: 'assistant',
          content: [
            { type: 'thinking', thinking: 'hm', signature: 'c2ln' },
            { type: 'tool_use', id: 'toolu_bdrk_01A', name: 'find', input: {} },
          ],
        },
        {
          role: 'user',
          content: [{ type: 'tool_result', tool_use_id: 'toolu_bdrk_01A', content: [{ type: 'text', text: 'found' }] }],
        },
      ],
      tools: [
        { name: 'find', input_schema: { type: 'object', properties: {} } },
        { type: 'bash_20250124', name: 'bash' },
      ],
      metadata: { user_id: '{"device_id":"x"}' },
      thinking: { type: 'enabled', budget_tokens: 31_999 },
    }
    expect(parse(body)).toEqual(body)
  })

  it('passes on blocks and fields that are newer than itself', () => {
    const body = { ...says({ type: 'hologram', depth: 3 }), wibble: { wobble: 1 } }
    expect(parse(body)).toEqual(body)
    expect(parse(body, { model: opus48, fidelity: 'aws' })).toEqual(body)
  })

  it('takes model and stream in the body for nothing in guide fidelity, and by later models', () => {
    expect(parse({ ...hello, model: 'x', stream: true })).toEqual(hello)
    expect(parse({ ...hello, model: 'x', stream: true }, { model: opus48, fidelity: 'aws' })).toEqual(hello)
  })

  it.each(['bedrock-2023-05-31', '2026-10-21'])('takes version %s for every model in guide fidelity', (version) => {
    expect(parse({ ...hello, anthropic_version: version }).anthropic_version).toBe(version)
    expect(parse({ ...hello, anthropic_version: version }, { model: opus48 }).anthropic_version).toBe(version)
  })
})

describe('in aws fidelity a model up to 4.6', () => {
  const aws = { fidelity: 'aws' } as const

  it('refuses model and stream in the body with the recorded text', () => {
    expect(refusal({ ...hello, model: 'x', stream: true }, aws)).toBe(
      'validation: Malformed input request: #: subject must not be valid against schema {"required":["messages"]}#: extraneous key [stream] is not permitted#: extraneous key [model] is not permitted, please reformat your input and try again.',
    )
  })

  it('refuses a key that it does not know', () => {
    expect(refusal({ ...hello, chat_id: 'x' }, aws)).toBe(
      'validation: Malformed input request: #: extraneous key [chat_id] is not permitted, please reformat your input and try again.',
    )
  })

  it('refuses the version of the newest SDKs, which later models take', () => {
    const body = { ...hello, anthropic_version: '2026-10-21' }
    expect(refusal(body, aws)).toBe(
      'validation: Malformed input request: #/anthropic_version: 2026-10-21 is not a valid enum value, please reformat your input and try again.',
    )
    expect(refusal(body, { ...aws, model: opus48 })).toBe('parsed')
  })

  it('refuses a beta that Bedrock rejects, and a later model wraps the text', () => {
    const body = { ...hello, anthropic_beta: ['oauth-2025-04-20'] }
    expect(refusal(body)).toBe('parsed')
    expect(refusal(body, aws)).toBe('validation: invalid beta flag')
    expect(refusal(body, { ...aws, model: opus48 })).toBe(
      'validation: {"type":"error","error":{"type":"invalid_request_error","message":"invalid beta flag"}}',
    )
  })
})

describe('a body of the wrong shape', () => {
  const rows: ReadonlyArray<readonly [name: string, body: unknown, legacy: string, newer: string]> = [
    [
      'without max_tokens',
      { anthropic_version: 'bedrock-2023-05-31', messages: hello.messages },
      'Malformed input request: #: required key [max_tokens] not found, please reformat your input and try again.',
      'max_tokens: Field required',
    ],
    [
      'without messages',
      { anthropic_version: 'bedrock-2023-05-31', max_tokens: 1 },
      'Malformed input request: #: required key [messages] not found, please reformat your input and try again.',
      'messages: Field required',
    ],
    [
      'without a version',
      { max_tokens: 1, messages: hello.messages },
      'Malformed input request: #: required key [anthropic_version] not found, please reformat your input and try again.',
      'anthropic_version: Field required',
    ],
    [
      'without two of them',
      { messages: hello.messages },
      'Malformed input request: 2 schema violations found, please reformat your input and try again.',
      'anthropic_version: Field required',
    ],
    [
      'with text for max_tokens',
      { ...hello, max_tokens: '64' },
      'Malformed input request: #/max_tokens: expected type: Integer, found: String, please reformat your input and try again.',
      'max_tokens: Input should be a valid integer',
    ],
    [
      'with no token to write',
      { ...hello, max_tokens: 0 },
      'Malformed input request: #/max_tokens: 0 is not greater or equal to 1, please reformat your input and try again.',
      'max_tokens: Input should be greater than or equal to 1',
    ],
    [
      'with too high a temperature',
      { ...hello, temperature: 1.5 },
      'Malformed input request: #/temperature: 1.5 is not less or equal to 1, please reformat your input and try again.',
      'temperature: Input should be less than or equal to 1',
    ],
    [
      'with no messages in the list',
      { ...hello, messages: [] },
      'Malformed input request: #/messages: expected minimum item count: 1, found: 0, please reformat your input and try again.',
      'messages: List should have at least 1 item after validation, not 0',
    ],
    [
      'with an unknown role',
      { ...hello, messages: [{ role: 'tool', content: 'x' }] },
      'Malformed input request: #/messages/0/role: tool is not a valid enum value, please reformat your input and try again.',
      "messages.0.role: Input should be 'user', 'assistant' or 'system'",
    ],
    [
      'with content that is neither text nor blocks',
      { ...hello, messages: [{ role: 'user', content: 1 }] },
      'Malformed input request: #/messages/0/content: expected type: JSONArray, found: Integer, please reformat your input and try again.',
      'messages.0.content: Input should be a valid list',
    ],
  ]
  it.each(rows)('%s is refused in the words of either generation', (_name, body, legacy, newer) => {
    expect(refusal(body)).toBe(`validation: ${legacy}`)
    expect(refusal(body, { model: opus48 })).toBe(`validation: ${newer}`)
  })

  // Inside blocks, tools and settings Anthropic's stack speaks for either generation.
  const inner: ReadonlyArray<readonly [name: string, body: unknown, text: string]> = [
    ['a block without a type', says({ text: 'x' }), 'messages.0.content.0.type: Field required'],
    [
      'an image by URL',
      says({ type: 'image', source: { type: 'url', url: 'https://example.com/a.png' } }),
      "messages.0.content.0.image.source: Input tag 'url' found using 'type' does not match any of the expected tags: 'base64'",
    ],
    [
      'a document by file id',
      says({ type: 'document', source: { type: 'file', file_id: 'file_1' } }),
      "messages.0.content.0.document.source: Input tag 'file' found using 'type' does not match any of the expected tags: 'base64', 'text', 'content'",
    ],
    [
      'an image of another format',
      says({ type: 'image', source: { ...png, media_type: 'image/bmp' } }),
      "messages.0.content.0.image.source.base64.media_type: Input should be 'image/jpeg', 'image/png', 'image/gif' or 'image/webp'",
    ],
    [
      'an image whose data is no base64',
      says({ type: 'image', source: { ...png, data: 'data:image/png;base64,AAAA' } }),
      'messages.0.content.0.image.source.base64: invalid base64 data',
    ],
    [
      'a document of an office format',
      says({ type: 'document', source: { type: 'base64', media_type: 'application/msword', data: 'AAAA' } }),
      "messages.0.content.0.document.source.base64.media_type: Input should be 'application/pdf'",
    ],
    ['a tool without a schema', { ...hello, tools: [{ name: 'find' }] }, 'tools.0.custom.input_schema: Field required'],
    [
      'a tool whose schema is no object',
      { ...hello, tools: [{ name: 'find', input_schema: { type: 'string' } }] },
      "tools.0.custom.input_schema.type: Input should be 'object'",
    ],
    [
      'a tool with a blank in its name',
      { ...hello, tools: [{ name: 'find it', input_schema: { type: 'object' } }] },
      "tools.0.custom.name: String should match pattern '^[a-zA-Z0-9_-]{1,128}$'",
    ],
    [
      'too small a thinking budget',
      { ...hello, thinking: { type: 'enabled', budget_tokens: 10 } },
      'thinking.enabled.budget_tokens: Input should be greater than or equal to 1024',
    ],
    [
      'an unknown life of a cache entry',
      says({ type: 'text', text: 'x', cache_control: { type: 'ephemeral', ttl: '2h' } }),
      "messages.0.content.0.text.cache_control.ephemeral.ttl: Input should be '5m' or '1h'",
    ],
  ]
  it.each(inner)('with %s is refused in Anthropic’s words', (_name, body, text) => {
    expect(refusal(body)).toBe(`validation: ${text}`)
    expect(refusal(body, { model: opus48 })).toBe(`validation: ${text}`)
  })

  it('that is no JSON is called malformed', () => {
    const text = 'validation: Malformed input request, please reformat your input and try again.'
    expect(refusal('{"max_tokens":')).toBe(text)
    expect(refusal('['.repeat(50_000))).toBe(text)
    expect(refusal('{"a":'.repeat(50_000) + '1' + '}'.repeat(50_000))).toBe(text)
  })

  it('of text completions names the model that wants messages', () => {
    expect(refusal({ prompt: '\n\nHuman: hi\n\nAssistant:', max_tokens_to_sample: 5 })).toBe(
      'validation: "claude-haiku-4-5-20251001" is not supported on this API. Please use the Messages API instead.',
    )
  })
})

const call = (id: string) => ({ role: 'assistant', content: [{ type: 'tool_use', id, name: 'find', input: {} }] })

const result = (id: string) => ({ role: 'user', content: [{ type: 'tool_result', tool_use_id: id, content: 'x' }] })

const ephemeral = { type: 'ephemeral' }
const cached = (ttl?: string) => ({
  type: 'text',
  text: 'x',
  cache_control: { type: 'ephemeral', ...(ttl === undefined ? {} : { ttl }) },
})

describe('a request that the model refuses', () => {
  const user = { role: 'user', content: 'hi' }

  const rows: ReadonlyArray<readonly [name: string, body: unknown, text: string]> = [
    [
      'more tokens than it writes',
      { ...hello, max_tokens: 64_001 },
      'The maximum tokens you requested exceeds the model limit of 64000',
    ],
    [
      'an answer first',
      withMessages({ role: 'assistant', content: 'hi' }),
      'messages: first message must use the "user" role',
    ],
    [
      'blank text',
      says({ type: 'text', text: ' \n' }),
      'messages: text content blocks must contain non-whitespace text',
    ],
    [
      'blank content',
      withMessages({ role: 'user', content: ' ' }),
      'messages: text content blocks must contain non-whitespace text',
    ],
    ['empty text', says({ type: 'text', text: '' }), 'messages: text content blocks must be non-empty'],
    [
      'an empty turn of the user',
      withMessages({ role: 'user', content: [] }),
      'messages.0: all messages must have non-empty content except for the optional final assistant message',
    ],
    [
      'an open answer that ends in a blank',
      withMessages(user, { role: 'assistant', content: 'I think ' }),
      'messages: final assistant content cannot end with trailing whitespace',
    ],
    [
      'a blank stop sequence',
      { ...hello, stop_sequences: [' '] },
      'stop_sequences: each stop sequence must contain non-whitespace',
    ],
    [
      'a choice of a tool that is not there',
      {
        ...hello,
        tools: [{ name: 'find', input_schema: { type: 'object' } }],
        tool_choice: { type: 'tool', name: 'seek' },
      },
      "Tool 'seek' not found in provided tools",
    ],
    [
      'a choice without tools',
      { ...hello, tool_choice: { type: 'any' } },
      'tool_choice may only be specified while providing tools.',
    ],
    [
      'two tools of one name',
      { ...hello, tools: [1, 2].map(() => ({ name: 'find', input_schema: { type: 'object' } })) },
      'tools: Tool names must be unique.',
    ],
    [
      'a result without a call',
      withMessages(user, { role: 'assistant', content: 'ok' }, result('toolu_1')),
      'messages.2.content.0: unexpected `tool_use_id` found in `tool_result` blocks: toolu_1. Each `tool_result` block must have a corresponding `tool_use` block in the previous message.',
    ],
    [
      'a call used twice',
      withMessages(user, call('toolu_1'), result('toolu_1'), call('toolu_1'), result('toolu_1')),
      'messages: `tool_use` ids must be unique',
    ],
    [
      'a budget as large as the answer',
      { ...hello, max_tokens: 2000, thinking: { type: 'enabled', budget_tokens: 2000 } },
      '`max_tokens` must be greater than `thinking.budget_tokens`.',
    ],
    [
      'five cache breakpoints',
      says(cached(), cached(), cached(), cached(), cached()),
      'A maximum of 4 blocks with cache_control may be provided. Found 5.',
    ],
    [
      'a longer-lived breakpoint after a shorter-lived',
      says(cached('5m'), cached('1h')),
      "messages.0.content.1.cache_control.ttl: a ttl='1h' cache_control block must not come after a ttl='5m' cache_control block. Note that blocks are processed in the following order: `tools`, `system`, `messages`.",
    ],
    [
      'an automatic breakpoint beside four others',
      { ...says(cached(), cached(), cached(), cached(), { type: 'text', text: 'x' }), cache_control: ephemeral },
      'A maximum of 4 blocks with cache_control may be provided. Found 5.',
    ],
    [
      'an automatic breakpoint that lives longer than one before it',
      { ...says(cached('5m'), { type: 'text', text: 'x' }), cache_control: { type: 'ephemeral', ttl: '1h' } },
      "messages.0.cache_control.ttl: a ttl='1h' cache_control block must not come after a ttl='5m' cache_control block. Note that blocks are processed in the following order: `tools`, `system`, `messages`.",
    ],
    [
      'an image over 3.75 MB',
      says({ type: 'image', source: { ...png, data: 'A'.repeat(5_265_748) } }),
      'messages.0.content.0.image.source.base64: image exceeds 5 MB maximum: 5265748 bytes > 5242880 bytes',
    ],
  ]
  it.each(rows)('for %s says so', (_name, body, text) => {
    expect(refusal(body)).toBe(`validation: ${text}`)
  })

  it('lets an automatic breakpoint be one with that of the last block', () => {
    expect(refusal({ ...says(cached(), cached(), cached(), cached()), cache_control: ephemeral })).toBe('parsed')
    expect(refusal({ ...hello, cache_control: { type: 'ephemeral', ttl: '2h' } }, { model: opus48 })).toBe(
      "validation: cache_control.ephemeral.ttl: Input should be '5m' or '1h'",
    )
    expect(refusal({ ...hello, cache_control: ephemeral }, { fidelity: 'aws' })).toBe(
      'validation: Malformed input request: #: extraneous key [cache_control] is not permitted, please reformat your input and try again.',
    )
  })

  it('for a breakpoint that the first Claude 3 cannot use says so as AWS does', () => {
    const model = modelOf('anthropic.claude-3-haiku-20240307-v1:0')
    expect(refusal(says(cached()), { model, fidelity: 'aws' })).toBe(
      'validation: You invoked an unsupported model or your request did not allow prompt caching. See the documentation for more information.',
    )
    expect(refusal(says(cached()), { model })).toBe('parsed')
    expect(refusal(hello, { model, fidelity: 'aws' })).toBe('parsed')
  })

  it('for a missing result says so in the words of its generation', () => {
    const body = withMessages(user, call('toolu_1'), user)
    expect(refusal(body)).toBe(
      'validation: messages.2: Did not find 1 `tool_result` block(s) at the beginning of this message. Messages following `tool_use` blocks must begin with a matching number of `tool_result` blocks.',
    )
    expect(refusal(body, { model: opus48 })).toBe(
      'validation: messages.1: `tool_use` ids were found without `tool_result` blocks immediately after: toolu_1. Each `tool_use` block must have a corresponding `tool_result` block in the next message.',
    )
  })

  it('for more tokens than it writes says so in Anthropic’s words after 4.6', () => {
    expect(refusal({ ...hello, max_tokens: 200_000 }, { model: opus48 })).toBe(
      'validation: max_tokens: 200000 > 128000, which is the maximum allowed number of output tokens for claude-opus-4-8',
    )
  })

  it('is not one whose results are spread over two turns of the user', () => {
    const two = { role: 'assistant', content: [...call('toolu_1').content, ...call('toolu_2').content] }
    expect(
      refusal(withMessages(user, two, result('toolu_2'), { role: 'system', content: 'x' }, result('toolu_1'))),
    ).toBe('parsed')
  })
})

const quickest = (work: () => unknown): number =>
  Math.min(
    ...[1, 2, 3].map(() => {
      const started = performance.now()
      work()
      return performance.now() - started
    }),
  )

describe('a very large body', () => {
  it('of a hundred thousand unknown members takes little longer than to parse its JSON', () => {
    const unknown = Object.fromEntries(Array.from({ length: 100_000 }, (_, at) => [`unknown ${at}`, at]))
    const body = encode({ ...hello, model: 'm', stream: true, ...unknown })
    const floor = quickest(() => JSON.parse(new TextDecoder().decode(body)))
    expect(quickest(() => parseMessagesRequest(body, { model: haiku45, fidelity: 'guide' }))).toBeLessThan(floor * 2.2)
  })
})

describe('whatever the body', () => {
  const hostile = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 5 },
      fc.constantFrom(null, true, 0, -1, 1.5, '', ' ', 'text', 'user', 'ephemeral', 'tool_use', 'base64', 'AAAA'),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(
        fc.constantFrom(
          'type',
          'role',
          'content',
          'text',
          'source',
          'data',
          'media_type',
          'id',
          'name',
          'input',
          'tool_use_id',
          'cache_control',
          'ttl',
          '__proto__',
          'constructor',
          'citations',
          'is_error',
        ),
        tie('value'),
        { maxKeys: 5 },
      ),
    ),
  })).value
  const body = fc.record(
    Object.fromEntries(
      [
        'anthropic_version',
        'max_tokens',
        'messages',
        'system',
        'tools',
        'tool_choice',
        'thinking',
        'stop_sequences',
        'anthropic_beta',
        'metadata',
        'model',
        '__proto__',
      ].map((key) => [key, hostile]),
    ),
    { requiredKeys: [] },
  )

  it('parses or throws a GatewayError, and nothing else', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          body,
          hostile,
          hostile.map((content) => says(content)),
          hostile.map((content) => withMessages({ role: 'user', content }, content)),
          body.map((fields) => Object.assign({}, fields, hello)),
        ),
        fc.constantFrom(haiku45, opus48),
        fc.constantFrom<Fidelity>('guide', 'aws'),
        (value, model, fidelity) => {
          expect(refusal(value, { model, fidelity })).toMatch(/^(?:parsed|validation: )/)
        },
      ),
      { numRuns: 2000 },
    )
  })
})
