import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findModel } from '../catalogue/lookups.ts'
import type { ModelEntry } from '../catalogue/types.ts'
import { parseConverseRequest } from '../converse/parse-converse-request.ts'
import type { ConverseRequest } from '../converse/types.ts'
import type { CacheControl, ContentBlock, MessageParam, MessagesRequest, Tool } from '../messages/types.ts'
import { toConverseRequest } from './to-converse-request.ts'
import { toMessagesRequest } from './to-messages-request.ts'

const modelOf = (id: string): ModelEntry => {
  const model = findModel(id)
  if (model === undefined) throw new Error(`no such model: ${id}`)
  return model
}
const model = modelOf('anthropic.claude-haiku-4-5-20251001-v1:0')

type Loose = Readonly<Record<string, unknown>>
/** As a caller's JSON: the compiler does not know what it holds. */
const requestOf = (fields: Loose): MessagesRequest =>
  JSON.parse(
    JSON.stringify({
      anthropic_version: 'bedrock-2023-05-31',
      max_tokens: 5,
      messages: [{ role: 'user', content: 'hi' }],
      ...fields,
    }),
  ) as MessagesRequest

const translate = (fields: Loose, options: Partial<Parameters<typeof toConverseRequest>[1]> = {}) =>
  toConverseRequest(requestOf(fields), { model, fidelity: 'aws', ...options })

const said = (fields: Loose, options?: Partial<Parameters<typeof toConverseRequest>[1]>) => {
  const result = translate(fields, options)
  if (result.kind === 'refused') throw new Error(result.text)
  const { additionalModelResponseFieldPaths: _, ...request } = result.request
  return { request, warnings: result.warnings }
}

const hello = { messages: [{ role: 'user', content: [{ text: 'hi' }] }], inferenceConfig: { maxTokens: 5 } }
const find: Tool = { name: 'find', description: 'Finds.', input_schema: { type: 'object' } }
const bare: Tool = { name: 'find', input_schema: { type: 'object' } }
const findSpec = { toolSpec: { name: 'find', description: 'Finds.', inputSchema: { json: { type: 'object' } } } }
const call = { role: 'assistant', content: [{ type: 'tool_use', id: 'a', name: 'find', input: {} }] }
const ttl = { type: 'ephemeral', ttl: '1h' }
const point = { cachePoint: { type: 'default' } }

describe('toConverseRequest', () => {
  it('says every field in its place (WIRE §6.1)', () => {
    const fields = {
      model: 'claude-haiku-4-5',
      stream: true,
      system: 'Be brief.',
      temperature: 0.5,
      top_k: 5,
      stop_sequences: ['END'],
      tools: [{ ...find, strict: true, type: 'custom' }],
      tool_choice: { type: 'tool', name: 'find' },
      metadata: { user_id: 'u' },
      user_profile_id: 'p',
      anthropic_beta: ['context-1m-2025-08-07'],
      output_config: { format: { type: 'json_schema', schema: { type: 'object', additionalProperties: false } } },
    }
    expect(said(fields)).toEqual({
      request: {
        ...hello,
        system: [{ text: 'Be brief.' }],
        inferenceConfig: { maxTokens: 5, temperature: 0.5, stopSequences: ['END'] },
        toolConfig: {
          tools: [{ toolSpec: { ...findSpec.toolSpec, strict: true } }],
          toolChoice: { tool: { name: 'find' } },
        },
        outputConfig: {
          textFormat: {
            type: 'json_schema',
            structure: { jsonSchema: { schema: '{"type":"object","additionalProperties":false}' } },
          },
        },
        additionalModelRequestFields: {
          top_k: 5,
          metadata: { user_id: 'u' },
          user_profile_id: 'p',
          anthropic_beta: ['context-1m-2025-08-07'],
        },
      },
      warnings: [],
    })
  })

  it('hands thinking on, and says the effort of a model that has one', () => {
    const fields = { thinking: { type: 'adaptive' }, output_config: { effort: 'max', verbosity: 'low' }, max_tokens: 9 }
    expect(said(fields, { model: modelOf('anthropic.claude-opus-4-6-v1') }).request).toEqual({
      ...hello,
      inferenceConfig: { maxTokens: 9 },
      outputConfig: { effort: 'max' },
      additionalModelRequestFields: { thinking: { type: 'adaptive' }, output_config: { verbosity: 'low' } },
    })
  })

  it('asks for what a Messages answer says and Converse does not, behind what the caller asks for', () => {
    const settings = { additionalModelResponseFieldPaths: ['/mine', '/id'] }
    const result = translate({}, { settings })
    expect(result.kind === 'translated' && result.request.additionalModelResponseFieldPaths).toEqual([
      '/mine',
      '/id',
      '/stop_sequence',
      '/delta/stop_sequence',
      '/stop_reason',
      '/delta/stop_reason',
      '/stop_details',
      '/delta/stop_details',
      '/usage',
      '/model',
    ])
  })

  it('carries the settings that Messages has no words for, and a guardrail’s way of judging streams', () => {
    const settings = {
      guardrailConfig: { guardrailIdentifier: 'gr-1', guardrailVersion: '1' },
      performanceConfig: { latency: 'optimized' },
      requestMetadata: { team: 'x' },
      serviceTier: { type: 'flex' },
    } as const
    const fields = { 'amazon-bedrock-guardrailConfig': { streamProcessingMode: 'ASYNCHRONOUS' } }
    expect(said(fields, { settings }).request).toEqual({
      ...hello,
      ...settings,
      guardrailConfig: { guardrailIdentifier: 'gr-1', guardrailVersion: '1', streamProcessingMode: 'async' },
    })
  })

  it('puts a cache point behind whatever is marked, in tools, system and messages', () => {
    const fields = {
      tools: [{ ...find, cache_control: ttl }],
      system: [
        { type: 'text', text: 'a', cache_control: ttl },
        { type: 'text', text: 'b' },
      ],
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'hi', cache_control: { type: 'ephemeral' } },
            { type: 'text', text: 'there', cache_control: null },
          ],
        },
      ],
    }
    const hour = { cachePoint: { type: 'default', ttl: '1h' } }
    expect(said(fields).request).toEqual({
      ...hello,
      toolConfig: { tools: [findSpec, hour] },
      system: [{ text: 'a' }, hour, { text: 'b' }],
      messages: [{ role: 'user', content: [{ text: 'hi' }, point, { text: 'there' }] }],
    })
  })

  it('keeps a prototype’s name a name', () => {
    const request = JSON.parse(
      '{"anthropic_version":"bedrock-2023-05-31","max_tokens":5,"messages":[{"role":"user","content":"hi"}],"__proto__":{"top_k":1}}',
    ) as MessagesRequest
    const result = toConverseRequest(request, { model, fidelity: 'guide' })
    expect(result.kind === 'translated' && result.request.inferenceConfig).toEqual({ maxTokens: 5 })
    expect(Object.hasOwn({}, 'top_k')).toBe(false)
  })
})

/** Where a choice of a tool went: to Converse's own member, or to the model as it is. */
const choose = (tool_choice: Loose, tools: readonly Loose[] = [find]) => {
  const { toolConfig, additionalModelRequestFields } = said({ tools, tool_choice }).request
  return [toolConfig?.toolChoice, additionalModelRequestFields?.['tool_choice']]
}

describe('the choice of a tool', () => {
  const bash = { type: 'bash_20250124', name: 'bash' }
  it.each([
    [{ type: 'auto' }, [{ auto: {} }, undefined]],
    [{ type: 'any', disable_parallel_tool_use: false }, [{ any: {} }, undefined]],
    [{ type: 'tool', name: 'find' }, [{ tool: { name: 'find' } }, undefined]],
    [{ type: 'none' }, [undefined, { type: 'none' }]],
    [{ type: 'auto', disable_parallel_tool_use: true }, [undefined, { type: 'auto', disable_parallel_tool_use: true }]],
  ])('says %j where there is a word for it', (choice, expected) => {
    expect(choose(choice)).toEqual(expected)
  })

  it('of Anthropic’s own goes to the model as it is, with the tool', () => {
    const choice = { type: 'tool', name: 'bash' }
    expect(choose(choice, [find, bash])).toEqual([undefined, choice])
    expect(said({ tools: [bash], tool_choice: { type: 'auto' } }).request).toEqual({
      ...hello,
      additionalModelRequestFields: { tools: [bash], tool_choice: { type: 'auto' } },
    })
  })

  it('may not be the only thing that is left of a conversation with tools', () => {
    const messages = [
      { role: 'user', content: 'hi' },
      { role: 'assistant', content: [{ type: 'tool_use', id: 'a', name: 'bash', input: {} }] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'a' }] },
    ]
    expect(translate({ messages, tools: [bash] })).toEqual({
      kind: 'refused',
      by: 'rule',
      text: 'The toolConfig field must be defined when using toolUse and toolResult content blocks.',
    })
  })
})

const png = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'aGk=' } }
const text = { type: 'text', text: 'hi' }

describe('blocks of a request (WIRE §6.2)', () => {
  const pdf = { type: 'base64', media_type: 'application/pdf', data: 'aGk=' }
  const rows: ReadonlyArray<readonly [name: string, block: Loose, expected: unknown]> = [
    ['an image', png, { image: { format: 'png', source: { bytes: 'aGk=' } } }],
    [
      'a PDF',
      { type: 'document', source: pdf, title: 'report', context: 'c', citations: { enabled: true } },
      {
        document: {
          name: 'report',
          format: 'pdf',
          source: { bytes: 'aGk=' },
          context: 'c',
          citations: { enabled: true },
        },
      },
    ],
    [
      'a document given as text, which has no title',
      { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'x' }, title: null },
      { document: { name: 'Document', format: 'txt', source: { text: 'x' } } },
    ],
    [
      'a web page',
      { type: 'document', source: { type: 'text', media_type: 'text/html', data: '<b>é' }, title: 'page' },
      { document: { name: 'page', format: 'html', source: { bytes: 'PGI+w6k=' } } },
    ],
    [
      'a table, by a type that Messages has not',
      { type: 'document', source: { type: 'base64', media_type: 'text/csv', data: 'YSxi' }, title: 'table' },
      { document: { name: 'table', format: 'csv', source: { bytes: 'YSxi' } } },
    ],
    [
      'a document given in chunks',
      { type: 'document', source: { type: 'content', content: [text, text] }, title: 'notes' },
      { document: { name: 'notes', source: { content: [{ text: 'hi' }, { text: 'hi' }] } } },
    ],
    [
      'a search result',
      { type: 'search_result', source: 'https://x', title: 't', content: [text], citations: { enabled: true } },
      { searchResult: { source: 'https://x', title: 't', content: [{ text: 'hi' }], citations: { enabled: true } } },
    ],
    [
      'thinking',
      { type: 'thinking', thinking: 'hm', signature: 'c2ln' },
      { reasoningContent: { reasoningText: { text: 'hm', signature: 'c2ln' } } },
    ],
    [
      'redacted thinking, whose blob is the text’s bytes',
      { type: 'redacted_thinking', data: 'Emas' },
      { reasoningContent: { redactedContent: 'RW1hcw==' } },
    ],
    [
      'a cited text',
      {
        type: 'text',
        text: 'Grass is green.',
        citations: [
          {
            type: 'page_location',
            cited_text: 'green',
            document_index: 0,
            document_title: 'policy',
            start_page_number: 1,
            end_page_number: 2,
          },
        ],
      },
      {
        citationsContent: {
          content: [{ text: 'Grass is green.' }],
          citations: [
            {
              title: 'policy',
              location: { documentPage: { documentIndex: 0, start: 1, end: 2 } },
              sourceContent: [{ text: 'green' }],
            },
          ],
        },
      },
    ],
  ]
  it.each(rows)('%s', (_name, block, expected) => {
    const { request, warnings } = said({ messages: [{ role: 'user', content: [block, text] }] })
    expect(request.messages?.[0]?.content).toEqual([expected, { text: 'hi' }])
    expect(warnings).toEqual([])
  })

  it('a call and its results, which hold texts, images, documents and search results', () => {
    const document = { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'x' }, title: 'd' }
    const search = { type: 'search_result', source: 's', title: 't', content: [text] }
    const messages = [
      { role: 'user', content: 'hi' },
      {
        role: 'assistant',
        content: ['a', 'b', 'c'].map((id) => ({ type: 'tool_use', id, name: 'find', input: { q: 1 } })),
      },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 'a', content: 'no', is_error: true },
          { type: 'tool_result', tool_use_id: 'b', content: [text, png, document, search], cache_control: ttl },
          { type: 'tool_result', tool_use_id: 'c', content: '', is_error: false },
        ],
      },
    ]
    const { messages: translated } = said({ messages, tools: [find] }).request
    expect(translated?.slice(1)).toEqual([
      {
        role: 'assistant',
        content: ['a', 'b', 'c'].map((toolUseId) => ({ toolUse: { toolUseId, name: 'find', input: { q: 1 } } })),
      },
      {
        role: 'user',
        content: [
          { toolResult: { toolUseId: 'a', content: [{ text: 'no' }], status: 'error' } },
          {
            toolResult: {
              toolUseId: 'b',
              content: [
                { text: 'hi' },
                { image: { format: 'png', source: { bytes: 'aGk=' } } },
                { document: { name: 'd', format: 'txt', source: { text: 'x' } } },
                { searchResult: { source: 's', title: 't', content: [{ text: 'hi' }] } },
              ],
            },
          },
          { cachePoint: { type: 'default', ttl: '1h' } },
          { toolResult: { toolUseId: 'c', content: [] } },
        ],
      },
    ])
  })

  it('names documents as Converse demands, none twice, and says which it had to change', () => {
    const titles = ['report.pdf', 'report pdf', null, 'Document', '報告']
    const content = titles.map((title) => ({
      type: 'document',
      source: { type: 'text', media_type: 'text/plain', data: 'x' },
      title,
    }))
    const { request, warnings } = said({ messages: [{ role: 'user', content: [...content, text] }] })
    expect(
      request.messages?.[0]?.content.flatMap((block) => ('document' in block ? [block.document.name] : [])),
    ).toEqual(['report pdf', 'report pdf (2)', 'Document', 'Document (2)', 'Document (3)'])
    expect(warnings.map((warning) => warning.split(':')[0])).toEqual([
      'messages.0.content.0.title',
      'messages.0.content.1.title',
      'messages.0.content.3.title',
      'messages.0.content.4.title',
    ])
  })
})

describe('what Converse cannot say', () => {
  const ask = (...content: Loose[]) => ({ messages: [{ role: 'user', content: [...content, text] }] })
  const pdf = { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: 'aGk=' }, title: 'a' }
  const web = { type: 'web_search_result_location', url: 'u' }

  it.each([
    [
      'that the pages of a PDF are seen',
      ask(pdf),
      'messages.0.content.0: Converse reads a PDF without citations as text alone, charts and scans unseen: set citations.enabled to have its pages seen (WIRE §6.4).',
    ],
    [
      'a mark inside a block',
      ask({
        type: 'search_result',
        source: 's',
        title: 't',
        content: [{ ...text, cache_control: { type: 'ephemeral' } }],
      }),
      'messages.0.content.0.content.0.cache_control: Converse has no cache points inside a block: mark the block itself. The mark was left out.',
    ],
    [
      'a citation of the web',
      ask({ ...text, citations: [web] }),
      'messages.0.content.0.citations.0: Converse has no location of this kind: the citation was left out.',
    ],
    [
      'a member that is newer',
      ask({ ...text, mood: 'calm' }),
      'messages.0.content.0.text.mood: Converse has no member for it: it was left out.',
    ],
    [
      'an order of tools in which Anthropic’s own come first',
      { tools: [{ type: 'bash_20250124', name: 'bash' }, find] },
      'tools.1: Anthropic’s own tools stand behind yours on Converse, in additionalModelRequestFields: the order, and the prefix that is cached, changes.',
    ],
    [
      'a citation in a tool’s result',
      {
        tools: [find],
        messages: [
          { role: 'user', content: 'hi' },
          { role: 'assistant', content: [{ type: 'tool_use', id: 'a', name: 'find', input: {} }] },
          {
            role: 'user',
            content: [{ type: 'tool_result', tool_use_id: 'a', content: [{ ...text, citations: [web] }] }],
          },
        ],
      },
      'messages.2.content.0.content.0.citations.0: Converse has no location of this kind: the citation was left out.',
    ],
    [
      'the place of a tool between two of Anthropic’s own',
      { tools: [bare, { type: 'bash_20250124', name: 'bash' }, { ...bare, name: 'g' }, { ...bare, name: 'h' }] },
      'tools.2: Anthropic’s own tools stand behind yours on Converse, in additionalModelRequestFields: the order, and the prefix that is cached, changes.',
    ],
    [
      'context editing that has an effect',
      { context_management: { edits: [] }, anthropic_beta: ['context-management-2025-06-27'] },
      'context_management: It is passed on in additionalModelRequestFields, though measured without effect on Converse.',
    ],
  ])('is left out with a warning: %s', (_name, fields, warning) => {
    expect(said(fields).warnings).toEqual([warning])
  })

  it('leaves out automatic caching where a model takes it, as the capability table says', () => {
    const fields = { cache_control: { type: 'ephemeral' } }
    expect(said(fields, { model: modelOf('anthropic.claude-opus-4-8') })).toEqual({
      request: hello,
      warnings: ['Converse has no automatic caching: set cachePoint blocks.'],
    })
  })

  it.each<[string, Loose, 'capability' | 'language' | 'rule', string]>([
    [
      'automatic caching of a model that does not take it',
      { cache_control: { type: 'ephemeral' } },
      'capability',
      'Malformed input request: #: extraneous key [cache_control] is not permitted, please reformat your input and try again.',
    ],
    [
      'a server’s tool',
      { tools: [{ type: 'web_search_20250305', name: 'web_search' }] },
      'capability',
      "tool type 'web_search_20250305' is not supported",
    ],
    [
      'an image at an address',
      ask({ type: 'image', source: { type: 'url', url: 'https://x' } }),
      'capability',
      "messages.0.content.0.image.source: Input tag 'url' found using 'type' does not match any of the expected tags: 'base64'",
    ],
    [
      'an image at an address in a tool’s result',
      ask({ type: 'tool_result', tool_use_id: 'a', content: [{ type: 'image', source: { type: 'url', url: 'x' } }] }),
      'language',
      'messages.0.content.0.content.0.source: Converse takes bytes alone for Claude: send the file as base64.',
    ],
    [
      'a block of a kind of its own',
      ask({ type: 'container_upload', file_id: 'f' }),
      'language',
      'messages.0.content.0.container_upload: Converse has no block of this kind.',
    ],
    [
      'a call inside a result',
      ask({ type: 'tool_result', tool_use_id: 'a', content: [{ type: 'tool_use', id: 'b', name: 'f', input: {} }] }),
      'language',
      'messages.0.content.0.content.0.tool_use: Converse has no block of this kind.',
    ],
    [
      'an image of another format',
      ask({ type: 'image', source: { type: 'base64', media_type: 'image/tiff', data: 'aGk=' } }),
      'language',
      'messages.0.content.0.source.media_type: Converse has no format for this media type.',
    ],
    [
      'an image in a document',
      ask({ type: 'document', source: { type: 'content', content: [png] } }),
      'language',
      'messages.0.content.0.source.content.0: The chunks of a document or a search result are text alone on Converse.',
    ],
    [
      'fine-grained tool streaming',
      { tools: [{ ...find, eager_input_streaming: true }] },
      'language',
      'tools.0.custom.eager_input_streaming: There is no member for it on this wire.',
    ],
    [
      'tool search',
      { tools: [find, { type: 'tool_search_tool_regex_20251119', name: 'search' }] },
      'language',
      'tools.1.tool_search_tool_regex_20251119: There is no member for it on this wire.',
    ],
    [
      'a long name',
      { tools: [{ ...find, name: 'f'.repeat(65) }] },
      'language',
      'tools.0.custom.name: A name has 1 to 64 letters, digits, `_` and `-` on Converse.',
    ],
    [
      'a long id',
      ask({ type: 'tool_result', tool_use_id: 'i'.repeat(65) }),
      'language',
      'messages.0.content.0.tool_use_id: An id has 1 to 64 letters, digits, `_`, `.`, `:` and `-` on Converse.',
    ],
    [
      'a tool without a schema',
      { tools: [{ name: 'find' }] },
      'language',
      'tools.0.custom.input_schema: Converse has no tools without a schema.',
    ],
    [
      'a text file of a kind that Converse does not know',
      ask({ type: 'document', source: { type: 'text', media_type: 'text/css', data: 'a' } }),
      'language',
      'messages.0.content.0.source.media_type: Converse has no format for this media type.',
    ],
    [
      'tags around guarded text',
      { 'amazon-bedrock-guardrailConfig': { tagSuffix: 'x' } },
      'language',
      'amazon-bedrock-guardrailConfig.tagSuffix: Converse has no tags for guarded text: it has guardContent blocks, which Messages cannot say.',
    ],
    [
      'a document without a text beside it',
      { messages: [{ role: 'user', content: [pdf] }] },
      'rule',
      'A text block must be included when using documents.',
    ],
  ])('is refused, with the reason: %s', (_name, fields, by, reason) => {
    expect(translate(fields)).toEqual({ kind: 'refused', by, text: reason })
  })
})

/** Through the parser, as every Converse request comes. */
const back = (request: ConverseRequest): MessagesRequest => {
  const options = { model, fidelity: 'guide' } as const
  return toMessagesRequest(parseConverseRequest(new TextEncoder().encode(JSON.stringify(request)), options), options)
}

describe('there and back', () => {
  const word = fc.stringMatching(/^[a-zA-Z0-9 é世]{0,10}[a-z]$/)
  const name = fc.stringMatching(/^[a-z]{1,8}$/)
  const count = fc.nat({ max: 100 })
  const json = fc.dictionary(name, fc.oneof(word, count, fc.boolean(), fc.constant(null)))
  const bytes = fc.base64String({ minLength: 4, maxLength: 40 })
  const given = <T extends object>(fields: { [K in keyof T]: fc.Arbitrary<T[K]> }, requiredKeys: Array<keyof T>) =>
    fc.record(fields, { requiredKeys }) as fc.Arbitrary<Loose>

  const textBlock = fc.record({ type: fc.constant('text'), text: word })
  const cited = fc.record({
    type: fc.constant('char_location'),
    cited_text: word,
    document_index: count,
    document_title: fc.option(word),
    start_char_index: count,
    end_char_index: count,
  })
  const citedBlock = fc.record({
    type: fc.constant('text'),
    text: word,
    citations: fc.array(cited, { minLength: 1, maxLength: 2 }),
  })
  const image = fc.record({
    type: fc.constant('image'),
    source: fc.record({
      type: fc.constant('base64'),
      media_type: fc.constantFrom('image/png', 'image/jpeg', 'image/gif', 'image/webp'),
      data: bytes,
    }),
  })
  const source = fc.oneof(
    fc.record({ type: fc.constant('base64'), media_type: fc.constant('application/pdf'), data: bytes }),
    fc.record({ type: fc.constant('text'), media_type: fc.constantFrom('text/plain', 'text/html'), data: word }),
    fc.record({ type: fc.constant('content'), content: fc.array(textBlock, { minLength: 1, maxLength: 2 }) }),
  )
  const enabled = fc.record({ enabled: fc.constant(true) })
  const document = given({ type: fc.constant('document'), source, title: name, context: word, citations: enabled }, [
    'type',
    'source',
    'title',
    'citations',
  ])
  const search = given(
    {
      type: fc.constant('search_result'),
      source: word,
      title: word,
      content: fc.array(textBlock, { minLength: 1, maxLength: 2 }),
      citations: fc.record({ enabled: fc.boolean() }),
    },
    ['type', 'source', 'title', 'content'],
  )
  const thought = fc.oneof(
    fc.record({ type: fc.constant('thinking'), thinking: word, signature: bytes }),
    fc.record({ type: fc.constant('redacted_thinking'), data: word }),
  )
  const result = fc.record({
    content: fc.array(fc.oneof(textBlock, image, search), { minLength: 1, maxLength: 3 }),
    isError: fc.boolean(),
  })
  const exchange = fc.record({
    asks: fc.array(fc.oneof(textBlock, image, search), { maxLength: 3 }),
    thoughts: fc.array(thought, { maxLength: 2 }),
    says: fc.array(fc.oneof(textBlock, citedBlock), { minLength: 1, maxLength: 2 }),
    calls: fc.array(fc.record({ name, input: json, result }), { maxLength: 3 }),
  })
  const tool = given({ name, description: word, input_schema: fc.constant({ type: 'object' }), strict: fc.boolean() }, [
    'name',
    'input_schema',
  ])

  type Exchange = typeof exchange extends fc.Arbitrary<infer T> ? T : never
  const toMessages = ({ asks, thoughts, says, calls }: Exchange, turn: number): readonly MessageParam[] => {
    const ids = calls.map((_, index) => `toolu_${turn}-${index}`)
    const uses = calls.map(({ name, input }, index) => ({ type: 'tool_use', id: ids[index], name, input }))
    const results = calls.map(({ result: { content, isError } }, index) => ({
      type: 'tool_result',
      tool_use_id: ids[index],
      content,
      ...(isError ? { is_error: true } : {}),
    }))
    return [
      { role: 'user', content: [...asks, { type: 'text', text: 'go' }] },
      { role: 'assistant', content: [...thoughts, ...says, ...uses] },
      { role: 'user', content: [...results, { type: 'text', text: 'on' }] },
    ] as readonly MessageParam[]
  }

  const settings = fc.record(
    {
      system: fc.array(textBlock, { minLength: 1, maxLength: 3 }),
      temperature: fc.constantFrom(0, 0.5, 1),
      top_k: count,
      stop_sequences: fc.array(name, { minLength: 1, maxLength: 2 }),
      metadata: fc.record({ user_id: word }),
      context_management: fc.constant({ edits: [] }),
      anthropic_beta: fc.constant(['context-management-2025-06-27']),
      output_config: fc.record(
        {
          format: fc.record({ type: fc.constant('json_schema'), schema: fc.constant({ type: 'object' }) }),
          effort: fc.constantFrom('low', 'high', 'max', 'unheard-of'),
          verbosity: word,
        },
        { requiredKeys: ['verbosity'] },
      ),
      tool_choice: fc.constantFrom<Loose>(
        { type: 'auto' },
        { type: 'any' },
        { type: 'none' },
        { type: 'any', disable_parallel_tool_use: true },
      ),
    },
    { requiredKeys: [] },
  )

  /** Marks up to four of the things that can be marked, all for as long: more, or of mixed lives, is refused. */
  const mark = (request: Loose, marks: readonly boolean[], control: CacheControl): Loose => {
    let left = 4
    let at = 0
    const one = (item: Loose): Loose => {
      const isMarked = (marks[at++ % marks.length] ?? false) && left > 0
      if (!isMarked || item['type'] === 'thinking' || item['type'] === 'redacted_thinking') return item
      left -= 1
      return { ...item, cache_control: control }
    }
    const all = (items: unknown): readonly Loose[] => (items as readonly Loose[]).map(one)
    const messages = request['messages'] as readonly MessageParam[]
    return {
      ...request,
      tools: all(request['tools']),
      ...(request['system'] === undefined ? {} : { system: all(request['system']) }),
      messages: messages.map(({ role, content }) => ({ role, content: all(content) })),
    }
  }

  const request = fc
    .record({
      settings,
      exchanges: fc.array(exchange, { minLength: 1, maxLength: 3 }),
      documents: fc.uniqueArray(document, { maxLength: 5, selector: ({ title }) => title }),
      tools: fc.uniqueArray(tool, { minLength: 1, maxLength: 3, selector: ({ name }) => name }),
      marks: fc.array(fc.boolean(), { minLength: 1, maxLength: 20 }),
      control: fc.constantFrom<CacheControl>({ type: 'ephemeral' }, { type: 'ephemeral', ttl: '1h' }),
    })
    .map(({ settings, exchanges, documents, tools, marks, control }) => {
      const messages = exchanges.flatMap(toMessages)
      const [first, ...rest] = messages
      const content = [...documents, ...((first?.content ?? []) as readonly ContentBlock[])]
      return requestOf(mark({ ...settings, tools, messages: [{ role: 'user', content }, ...rest] }, marks, control))
    })

  it('a request that both languages can say stays what it was', () => {
    fc.assert(
      fc.property(request, (messages) => {
        const result = toConverseRequest(messages, { model, fidelity: 'guide' })
        if (result.kind === 'refused') throw new Error(result.text)
        const warnings = result.warnings.filter((warning) => !warning.startsWith('context_management'))
        expect(warnings).toEqual([])
        expect(back(result.request)).toEqual(messages)
      }),
      { numRuns: 300 },
    )
  })

  it('Anthropic’s own tools come back behind the caller’s', () => {
    const tools = [find, { type: 'bash_20250124', name: 'bash' }, { type: 'text_editor_20250728', name: 'edit' }]
    const { request } = said({ tools })
    expect(back(request).tools).toEqual(tools)
  })

  it.each<[string, Loose, Loose]>([
    ['a text alone', { system: 'a' }, { system: [{ type: 'text', text: 'a' }] }],
    ['a system that says nothing', { system: [] }, {}],
    ['a custom tool', { tools: [{ ...find, type: 'custom', description: '' }] }, { tools: [bare] }],
    [
      'a choice that allows what is allowed anyway',
      { tools: [bare], tool_choice: { type: 'auto', disable_parallel_tool_use: false } },
      { tools: [bare], tool_choice: { type: 'auto' } },
    ],
    ['an output configuration without anything', { output_config: {}, metadata: null }, {}],
  ])('%s comes back as what means the same', (_name, fields, expected) => {
    expect(back(said(fields).request)).toEqual(
      requestOf({ messages: [{ role: 'user', content: [{ type: 'text', text: 'hi' }] }], ...expected }),
    )
  })
})

describe('a request that has been judged before', () => {
  const judged = { isJudged: true, model: modelOf('claude-opus-4-8') }

  it.each<[string, Loose]>([
    ['its model refuses', { temperature: 0.5 }],
    ['Converse refuses: a history with tools, and none to call', { messages: [call] }],
  ])('is translated although %s', (_name, fields) => {
    expect(translate(fields, judged).kind).toBe('translated')
    expect(translate(fields, { ...judged, isJudged: false }).kind).toBe('refused')
  })

  it('is refused what Converse has no words for, and warned of what it loses', () => {
    const cached = { cache_control: { type: 'ephemeral' } }
    const lost = 'cache_control: Converse has no automatic caching: mark the blocks themselves. The mark was left out.'
    expect(said(cached, judged)).toEqual({ request: hello, warnings: [lost] })
    const unknown = { messages: [{ role: 'user', content: [{ type: 'container_upload' }] }] }
    expect(translate(unknown, judged)).toMatchObject({ kind: 'refused', by: 'language' })
  })
})

describe('whatever the blocks are', () => {
  it('every one is translated, refused or warned of, and none throws', () => {
    const odd = fc.record({
      type: fc.constantFrom('text', 'image', 'document', 'tool_result', 'search_result', 'mcp_tool_use', '__proto__'),
      text: fc.string(),
      source: fc.record({
        type: fc.constantFrom('base64', 'text', 'content', 'url', 'file'),
        media_type: fc.string(),
        data: fc.string(),
        content: fc.string(),
      }),
      tool_use_id: fc.string(),
      title: fc.string(),
      content: fc.constant([]),
    })
    fc.assert(
      fc.property(fc.array(odd, { maxLength: 4 }), (blocks) => {
        const result = translate({ messages: [{ role: 'user', content: [...blocks, text] }] })
        const said = result.kind === 'translated' ? result.request.messages?.[0]?.content : undefined
        expect(result.kind === 'refused' ? result.text.length > 0 : said?.length === blocks.length + 1).toBe(true)
      }),
    )
  })
})
