import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findModel } from '../catalogue/lookups.ts'
import type { ModelEntry } from '../catalogue/types.ts'
import { parseConverseRequest } from '../converse/parse-converse-request.ts'
import type { ConverseBlock, ConverseRequest } from '../converse/types.ts'
import type { MessagesRequest } from '../messages/types.ts'
import { toMessagesRequest } from './to-messages-request.ts'

const modelOf = (id: string): ModelEntry => {
  const model = findModel(id)
  if (model === undefined) throw new Error(`no such model: ${id}`)
  return model
}
const model = modelOf('anthropic.claude-haiku-4-5-20251001-v1:0')

/** Through the parser, as every request comes. */
const translate = (request: ConverseRequest): MessagesRequest =>
  toMessagesRequest(
    parseConverseRequest(new TextEncoder().encode(JSON.stringify(request)), { model, fidelity: 'guide' }),
    { model, fidelity: 'guide' },
  )

const hi = { text: 'hi' }
const hello: ConverseRequest = { messages: [{ role: 'user', content: [hi] }] }
const blocks = (...content: ConverseBlock[]): unknown =>
  translate({ messages: [{ role: 'user', content: [...content, hi] }] }).messages[0]?.content.slice(0, -1)

describe('toMessagesRequest', () => {
  it('asks for the model’s maximum when nothing is said', () => {
    expect(translate(hello)).toEqual({
      anthropic_version: 'bedrock-2023-05-31',
      max_tokens: 64_000,
      messages: [{ role: 'user', content: [{ type: 'text', text: 'hi' }] }],
    })
  })

  it('never lists the members of a request, which may be a million that nobody knows', () => {
    const request = new Proxy(hello, {
      ownKeys: () => {
        throw new Error('all members were listed')
      },
    })
    expect(toMessagesRequest(request, { model, fidelity: 'guide' }).messages).toHaveLength(1)
  })

  it('leaves out an empty system, which the AI SDK always sends', () => {
    expect(translate({ ...hello, system: [] })).not.toHaveProperty('system')
  })

  it('carries every member that has a word in Messages (WIRE §6.1)', () => {
    const request: ConverseRequest = {
      ...hello,
      system: [{ text: 'Be brief.' }, { guardContent: { text: { text: 'guarded' } } }],
      inferenceConfig: { maxTokens: 5, temperature: 0.5, topP: 0.9, stopSequences: ['END'] },
      toolConfig: {
        tools: [
          {
            toolSpec: { name: 'find', description: 'Finds.', inputSchema: { json: { type: 'object' } }, strict: true },
          },
        ],
        toolChoice: { tool: { name: 'find' } },
      },
      outputConfig: {
        effort: 'low',
        textFormat: { type: 'json_schema', structure: { jsonSchema: { name: 'n', schema: '{"type":"object"}' } } },
      },
      additionalModelResponseFieldPaths: ['/stop_sequence'],
      requestMetadata: { team: 'x' },
      performanceConfig: { latency: 'optimized' },
      serviceTier: { type: 'flex' },
    }
    expect(translate(request)).toEqual({
      anthropic_version: 'bedrock-2023-05-31',
      max_tokens: 5,
      temperature: 0.5,
      top_p: 0.9,
      stop_sequences: ['END'],
      system: [
        { type: 'text', text: 'Be brief.' },
        { type: 'text', text: 'guarded' },
      ],
      messages: [{ role: 'user', content: [{ type: 'text', text: 'hi' }] }],
      tools: [{ name: 'find', description: 'Finds.', input_schema: { type: 'object' }, strict: true }],
      tool_choice: { type: 'tool', name: 'find' },
      output_config: { effort: 'low', format: { type: 'json_schema', schema: { type: 'object' } } },
    })
  })

  it.each([
    [{ auto: {} }, { type: 'auto' }],
    [{ any: {} }, { type: 'any' }],
  ])('says the tool choice %j as %j', (toolChoice, expected) => {
    const tools = [{ toolSpec: { name: 'find', inputSchema: { json: { type: 'object' } } } }]
    expect(translate({ ...hello, toolConfig: { tools, toolChoice } }).tool_choice).toEqual(expected)
  })

  it('marks what stands before a cache point, in tools, system and messages', () => {
    const point = { cachePoint: { type: 'default' } } as const
    const translated = translate({
      system: [{ text: 'a' }, { text: 'b' }, { cachePoint: { type: 'default', ttl: '1h' } }],
      messages: [{ role: 'user', content: [hi, point, hi] }],
      toolConfig: {
        tools: [
          { toolSpec: { name: 'find', inputSchema: { json: { type: 'object' } } } },
          { cachePoint: { type: 'default', ttl: '1h' } },
        ],
      },
    })
    expect(translated.system).toEqual([
      { type: 'text', text: 'a' },
      { type: 'text', text: 'b', cache_control: { type: 'ephemeral', ttl: '1h' } },
    ])
    expect(translated.messages[0]?.content).toEqual([
      { type: 'text', text: 'hi', cache_control: { type: 'ephemeral' } },
      { type: 'text', text: 'hi' },
    ])
    expect(translated.tools?.[0]?.cache_control).toEqual({ type: 'ephemeral', ttl: '1h' })
  })

  it('cuts before thinking, which cannot be marked', () => {
    const thinking = { reasoningContent: { reasoningText: { text: 'hm', signature: 'c2ln' } } }
    expect(blocks(hi, thinking, { cachePoint: { type: 'default' } })).toEqual([
      { type: 'text', text: 'hi', cache_control: { type: 'ephemeral' } },
      { type: 'thinking', thinking: 'hm', signature: 'c2ln' },
    ])
  })
})

const additional = (fields: Record<string, unknown>, request: ConverseRequest = hello): MessagesRequest =>
  translate(JSON.parse(JSON.stringify({ ...request, additionalModelRequestFields: fields })) as ConverseRequest)

describe('additionalModelRequestFields', () => {
  it('are merged into the top level', () => {
    const thinking = { anthropic_beta: ['x'], thinking: { type: 'enabled', budget_tokens: 2000 } }
    expect(additional(thinking)).toMatchObject(thinking)
    expect(additional({ top_k: 5 })).toMatchObject({ top_k: 5 })
  })

  it('win over what Converse said, so that a caller can say more than Converse can', () => {
    const tools = [{ toolSpec: { name: 'find', inputSchema: { json: { type: 'object' } } } }]
    const tool_choice = { type: 'auto', disable_parallel_tool_use: true }
    const request = { ...hello, toolConfig: { tools, toolChoice: { any: {} } } }
    expect(additional({ tool_choice }, request).tool_choice).toEqual(tool_choice)
  })

  it('add Anthropic’s own tools to the caller’s, as computer use needs', () => {
    const tools = [{ toolSpec: { name: 'find', inputSchema: { json: { type: 'object' } } } }]
    const merged = additional({ tools: [{ type: 'bash_20250124', name: 'bash' }] }, { ...hello, toolConfig: { tools } })
    expect(merged.tools?.map(({ name }) => name)).toEqual(['find', 'bash'])
  })

  it('join an output configuration and know the older name of thinking', () => {
    const merged = additional(
      { output_config: { verbosity: 'low' }, reasoning_config: { type: 'adaptive' } },
      { ...hello, outputConfig: { effort: 'high' } },
    )
    expect(merged.output_config).toEqual({ effort: 'high', verbosity: 'low' })
    expect(merged.thinking).toEqual({ type: 'adaptive' })
    expect(merged).not.toHaveProperty('reasoning_config')
  })

  it('cannot pollute a prototype', () => {
    const body =
      '{"messages":[{"role":"user","content":[{"text":"hi"}]}],"additionalModelRequestFields":{"__proto__":{"max_tokens":1}}}'
    const parsed = parseConverseRequest(new TextEncoder().encode(body), { model, fidelity: 'guide' })
    expect(toMessagesRequest(parsed, { model, fidelity: 'guide' }).max_tokens).toBe(64_000)
  })
})

describe('blocks of a request (WIRE §6.2)', () => {
  const text = { type: 'text', text: 'hi' }
  const rows: ReadonlyArray<readonly [name: string, block: ConverseBlock, expected: unknown]> = [
    [
      'an image',
      { image: { format: 'jpeg', source: { bytes: 'aGk=' } } },
      { type: 'image', source: { type: 'base64', media_type: 'image/jpeg', data: 'aGk=' } },
    ],
    [
      'a PDF',
      {
        document: {
          name: 'report',
          format: 'pdf',
          source: { bytes: 'aGk=' },
          citations: { enabled: true },
          context: 'c',
        },
      },
      {
        type: 'document',
        source: { type: 'base64', media_type: 'application/pdf', data: 'aGk=' },
        title: 'report',
        context: 'c',
        citations: { enabled: true },
      },
    ],
    [
      'a text file',
      { document: { name: 'notes', format: 'md', source: { bytes: 'aMOp' } } },
      { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'hé' }, title: 'notes' },
    ],
    [
      'a web page',
      { document: { name: 'page', format: 'html', source: { bytes: 'PGI+' } } },
      { type: 'document', source: { type: 'text', media_type: 'text/html', data: '<b>' }, title: 'page' },
    ],
    [
      'an office file, whose bytes a backend reads',
      { document: { name: 'letter', format: 'docx', source: { bytes: 'UEsDBA==' } } },
      {
        type: 'document',
        source: {
          type: 'base64',
          media_type: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
          data: 'UEsDBA==',
        },
        title: 'letter',
      },
    ],
    [
      'a document given as text',
      { document: { name: 'notes', source: { text: 'x' } } },
      { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'x' }, title: 'notes' },
    ],
    [
      'a document given in chunks',
      { document: { name: 'notes', source: { content: [{ text: 'a' }, { text: 'b' }] } } },
      {
        type: 'document',
        source: {
          type: 'content',
          content: [
            { type: 'text', text: 'a' },
            { type: 'text', text: 'b' },
          ],
        },
        title: 'notes',
      },
    ],
    [
      'reasoning',
      { reasoningContent: { reasoningText: { text: 'hm', signature: 'c2ln' } } },
      { type: 'thinking', thinking: 'hm', signature: 'c2ln' },
    ],
    [
      'redacted reasoning, whose blob is the text’s bytes',
      { reasoningContent: { redactedContent: 'RW1hcw==' } },
      { type: 'redacted_thinking', data: 'Emas' },
    ],
    [
      'a search result',
      { searchResult: { source: 'https://x', title: 't', content: [hi], citations: { enabled: true } } },
      { type: 'search_result', source: 'https://x', title: 't', content: [text], citations: { enabled: true } },
    ],
    ['guarded text', { guardContent: { text: { text: 'hi', qualifiers: ['query'] } } }, text],
    [
      'a guarded image',
      { guardContent: { image: { format: 'png', source: { bytes: 'aGk=' } } } },
      { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'aGk=' } },
    ],
    [
      'a cited text',
      {
        citationsContent: {
          content: [{ text: 'Grass ' }, { text: 'is green.' }],
          citations: [
            {
              title: 'policy',
              location: { documentPage: { documentIndex: 0, start: 1, end: 2 } },
              sourceContent: [{ text: 'green' }],
            },
          ],
        },
      },
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
    ],
  ]
  it.each(rows)('%s', (_name, block, expected) => {
    expect(blocks(block)).toEqual([expected])
  })

  it('a call and its result, with JSON as text and an error as such', () => {
    const translated = translate({
      messages: [
        { role: 'user', content: [hi] },
        { role: 'assistant', content: [{ toolUse: { toolUseId: 'tooluse_1', name: 'find', input: { q: 1 } } }] },
        {
          role: 'user',
          content: [
            {
              toolResult: {
                toolUseId: 'tooluse_1',
                status: 'error',
                content: [{ json: { a: [1] } }, hi, { image: { format: 'png', source: { bytes: 'aGk=' } } }],
              },
            },
          ],
        },
      ],
      toolConfig: { tools: [{ toolSpec: { name: 'find', inputSchema: { json: { type: 'object' } } } }] },
    })
    expect(translated.messages.slice(1)).toEqual([
      { role: 'assistant', content: [{ type: 'tool_use', id: 'tooluse_1', name: 'find', input: { q: 1 } }] },
      {
        role: 'user',
        content: [
          {
            type: 'tool_result',
            tool_use_id: 'tooluse_1',
            content: [
              { type: 'text', text: '{"a":[1]}' },
              text,
              { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'aGk=' } },
            ],
            is_error: true,
          },
        ],
      },
    ])
  })
})

describe('every conversation', () => {
  const word = fc.stringMatching(/^[a-zA-Z0-9]{1,12}$/)
  const name = fc.stringMatching(/^[a-z]{1,8}$/)
  const exchange = fc.record({
    ask: fc.array(word, { minLength: 1, maxLength: 3 }),
    calls: fc.array(name, { maxLength: 3 }),
    say: word,
  })

  it('keeps its texts, its tool calls and their order', () => {
    fc.assert(
      fc.property(fc.array(exchange, { minLength: 1, maxLength: 4 }), (exchanges) => {
        const messages = exchanges.flatMap(({ ask, calls, say }, turn) => {
          const ids = calls.map((_, index) => `tooluse_${turn}.${index}`)
          const toolUses = calls.map((name, index) => ({
            toolUse: { toolUseId: ids[index] ?? '', name, input: { turn } },
          }))
          const results = ids.map((toolUseId) => ({ toolResult: { toolUseId, content: [{ text: say }] } }))
          return [
            { role: 'user' as const, content: ask.map((text) => ({ text })) },
            { role: 'assistant' as const, content: [{ text: say }, ...toolUses] },
            { role: 'user' as const, content: [...results, { text: say }] },
          ]
        })
        const toolConfig = { tools: [{ toolSpec: { name: 'x', inputSchema: { json: { type: 'object' } } } }] }
        const expected = messages.map(({ role, content }) => ({
          role,
          content: (content as readonly ConverseBlock[]).map((block) => {
            if ('text' in block) return ['text', block.text]
            if ('toolUse' in block) return ['tool_use', block.toolUse.toolUseId, block.toolUse.name]
            return 'toolResult' in block ? ['tool_result', block.toolResult.toolUseId] : []
          }),
        }))
        const found = translate({ messages, toolConfig }).messages.map(({ role, content }) => ({
          role,
          content: (typeof content === 'string' ? [] : content).map((block) => {
            if (block.type === 'text') return ['text', block.text]
            if (block.type === 'tool_use') return ['tool_use', block.id, block.name]
            return block.type === 'tool_result' ? ['tool_result', block.tool_use_id] : []
          }),
        }))
        expect(found).toEqual(expected)
      }),
    )
  })
})
