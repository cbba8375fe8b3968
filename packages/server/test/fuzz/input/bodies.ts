import { makePdf } from '../../../src/backends/simulator/media/pdf.fixture.ts'
import { imageHeaders } from '../../../src/backends/simulator/media/image.fixture.ts'

// Valid bodies of every wire that between them name every member, so that changes to them reach every check.

const base64 = (bytes: Uint8Array | string): string => Buffer.from(bytes).toString('base64')
const png = base64(imageHeaders.png(40, 30))
const pdf = base64(makePdf(['Chalk is soft.', 'Granite is hard.']))

/** A JSON Schema with something of everything. */
export const schema = {
  type: 'object',
  properties: {
    city: { type: 'string', pattern: '^[A-Z][a-z]{2,8}$' },
    day: { type: 'string', format: 'date' },
    count: { type: 'integer', minimum: 1, maximum: 10, multipleOf: 2 },
    kind: { enum: ['a', 'b', null] },
    tags: { type: 'array', items: { anyOf: [{ type: 'string', maxLength: 5 }, { $ref: '#/$defs/n' }] }, maxItems: 3 },
  },
  $defs: { n: { type: ['number', 'null'] } },
  required: ['city', 'count'],
  additionalProperties: false,
}

/** What a grammar can hold. */
const strictSchema = {
  type: 'object',
  properties: { city: { type: 'string' } },
  required: ['city'],
  additionalProperties: false,
}

const cache = { type: 'ephemeral', ttl: '5m' }

/** Everything that Anthropic's Messages API takes, in a conversation that is sound. */
const conversation = {
  max_tokens: 300,
  system: [{ type: 'text', text: 'Be brief.', cache_control: cache }],
  messages: [
    { role: 'user', content: 'What is the weather in Paris?' },
    {
      role: 'assistant',
      content: [
        { type: 'text', text: 'Let me look.' },
        { type: 'tool_use', id: 'toolu_1', name: 'weather', input: { city: 'Paris', count: 2 } },
      ],
    },
    {
      role: 'user',
      content: [
        {
          type: 'tool_result',
          tool_use_id: 'toolu_1',
          content: [{ type: 'text', text: 'Rain, 12 degrees.' }],
          is_error: false,
        },
        { type: 'text', text: 'And tomorrow?', cache_control: cache },
      ],
    },
  ],
  tools: [
    { name: 'weather', description: 'Tells the weather', input_schema: schema },
    { name: 'map', input_schema: strictSchema, strict: true, cache_control: cache },
    { type: 'bash_20250124', name: 'bash' },
  ],
  tool_choice: { type: 'auto', disable_parallel_tool_use: true },
  stop_sequences: ['STOP'],
  metadata: { user_id: 'ada' },
}

const withMedia = {
  max_tokens: 200,
  messages: [
    {
      role: 'user',
      content: [
        { type: 'image', source: { type: 'base64', media_type: 'image/png', data: png } },
        {
          type: 'document',
          source: { type: 'text', media_type: 'text/plain', data: 'Iron rusts.' },
          title: 'Iron',
          context: 'a note',
          citations: { enabled: true },
        },
        {
          type: 'document',
          source: { type: 'content', content: [{ type: 'text', text: 'Gold does not.' }] },
          citations: { enabled: true },
        },
        {
          type: 'document',
          source: { type: 'base64', media_type: 'application/pdf', data: pdf },
          citations: { enabled: true },
        },
        {
          type: 'search_result',
          source: 'https://example.com',
          title: 'Tin',
          content: [{ type: 'text', text: 'Tin melts.' }],
          citations: { enabled: true },
        },
        { type: 'text', text: 'Which of them rusts?' },
      ],
    },
  ],
}

const question = [{ role: 'user', content: [{ type: 'text', text: 'Answer as JSON' }] }]

const thinking = {
  max_tokens: 4000,
  thinking: { type: 'enabled', budget_tokens: 1024 },
  messages: question,
}
const adaptive = {
  max_tokens: 4000,
  thinking: { type: 'adaptive', display: 'omitted' },
  messages: question,
  output_config: { effort: 'high' },
}
const strictFormat = {
  max_tokens: 400,
  messages: question,
  output_config: { format: { type: 'json_schema', schema: strictSchema } },
}
const format = { max_tokens: 400, messages: question, output_config: { format: { type: 'json_schema', schema } } }
const sampling = { max_tokens: 20, messages: question, temperature: 0.5, top_k: 5 }
const cut = {
  max_tokens: 20,
  messages: [...question, { role: 'assistant', content: 'Rain' }],
  top_p: 0.9,
  tools: [{ name: 'a', input_schema: schema }],
  tool_choice: { type: 'tool', name: 'a' },
}
const forced = { ...conversation, tool_choice: { type: 'any' }, cache_control: { type: 'ephemeral' } }

/** Thinking that this endpoint did not sign, which is refused: what changes it reaches is the check of signatures. */
const foreignThinking = {
  max_tokens: 4000,
  thinking: { type: 'enabled', budget_tokens: 1024 },
  messages: [
    { role: 'user', content: 'Think.' },
    {
      role: 'assistant',
      content: [
        { type: 'thinking', thinking: 'Hm.', signature: base64('not ours') },
        { type: 'redacted_thinking', data: base64('nor this') },
        { type: 'text', text: 'I thought.' },
      ],
    },
    { role: 'user', content: [{ type: 'text', text: 'Again.' }] },
  ],
  context_management: { edits: [{ type: 'clear_tool_uses_20250919' }] },
}

const messages = [
  conversation,
  withMedia,
  thinking,
  adaptive,
  strictFormat,
  format,
  sampling,
  forced,
  cut,
  foreignThinking,
]

/** Bodies of InvokeModel and its stream. */
export const invokeBodies: readonly object[] = messages.map((body) => ({
  anthropic_version: 'bedrock-2023-05-31',
  anthropic_beta: ['interleaved-thinking-2025-05-14'],
  ...body,
}))

/** Bodies of Anthropic's own routes, without the model. */
export const messagesBodies: readonly object[] = messages

/** Bodies of Converse and its stream. */
export const converseBodies: readonly object[] = [
  {
    system: [{ text: 'Be brief.' }, { cachePoint: { type: 'default', ttl: '5m' } }],
    messages: [
      { role: 'user', content: [{ text: 'What is the weather in Paris?' }] },
      {
        role: 'assistant',
        content: [
          { text: 'Let me look.' },
          { toolUse: { toolUseId: 't1', name: 'weather', input: { city: 'Paris' } } },
        ],
      },
      {
        role: 'user',
        content: [
          {
            toolResult: { toolUseId: 't1', content: [{ text: 'Rain' }, { json: { celsius: 12 } }], status: 'success' },
          },
        ],
      },
    ],
    toolConfig: {
      tools: [
        {
          toolSpec: { name: 'weather', description: 'Tells the weather', inputSchema: { json: schema }, strict: true },
        },
        { cachePoint: { type: 'default' } },
      ],
      toolChoice: { auto: {} },
    },
    inferenceConfig: { maxTokens: 300, stopSequences: ['STOP'] },
    additionalModelRequestFields: { top_k: 5, anthropic_beta: ['interleaved-thinking-2025-05-14'] },
    additionalModelResponseFieldPaths: ['/stop_sequence', '/usage/~1a~0'],
    requestMetadata: { team: 'a b' },
    performanceConfig: { latency: 'standard' },
    serviceTier: { type: 'default' },
  },
  {
    messages: [
      {
        role: 'user',
        content: [
          { text: 'Which of them rusts?' },
          { image: { format: 'png', source: { bytes: png } } },
          {
            document: {
              name: 'iron',
              format: 'txt',
              source: { bytes: base64('Iron rusts.') },
              context: 'a note',
              citations: { enabled: true },
            },
          },
          { document: { name: 'stone', format: 'pdf', source: { bytes: pdf } } },
          {
            document: { name: 'gold', source: { content: [{ text: 'Gold does not.' }] }, citations: { enabled: true } },
          },
          {
            searchResult: {
              source: 'https://example.com',
              title: 'Tin',
              content: [{ text: 'Tin melts.' }],
              citations: { enabled: true },
            },
          },
        ],
      },
    ],
    outputConfig: {
      textFormat: {
        type: 'json_schema',
        structure: { jsonSchema: { schema: JSON.stringify(strictSchema), name: 'a' } },
      },
    },
  },
  {
    messages: [
      { role: 'user', content: [{ text: 'Think.' }] },
      {
        role: 'assistant',
        content: [
          { reasoningContent: { reasoningText: { text: 'Hm.', signature: 'x' } } },
          { reasoningContent: { redactedContent: base64('nor this') } },
          {
            citationsContent: {
              content: [{ text: 'Iron' }],
              citations: [
                {
                  title: 'Iron',
                  sourceContent: [{ text: 'Iron' }],
                  location: { documentChar: { documentIndex: 0, start: 0, end: 4 } },
                },
              ],
            },
          },
        ],
      },
      { role: 'user', content: [{ text: 'Again.' }, { guardContent: { text: { text: 'x', qualifiers: ['query'] } } }] },
    ],
    additionalModelRequestFields: { thinking: { type: 'enabled', budget_tokens: 1024 } },
    inferenceConfig: { maxTokens: 4000 },
  },
  {
    messages: [{ role: 'user', content: [{ text: 'Answer as JSON' }] }],
    inferenceConfig: { maxTokens: 300, temperature: 0.5 },
    outputConfig: { effort: 'low' },
  },
  {
    messages: [{ role: 'user', content: [{ text: 'Think.' }] }],
    additionalModelRequestFields: { thinking: { type: 'enabled', budget_tokens: 1024 } },
    inferenceConfig: { maxTokens: 4000 },
  },
]

/** Bodies of CountTokens in both forms. */
export const countBodies: readonly object[] = [
  ...converseBodies.map((converse) => ({ input: { converse } })),
  ...invokeBodies.map((body) => ({ input: { invokeModel: { body: base64(JSON.stringify(body)) } } })),
]

/** Where grafts come from: parts of any wire in the place of parts of any other. */
export const donors: readonly object[] = [{ invoke: invokeBodies, converse: converseBodies }]
