import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findModel } from '../catalogue/lookups.ts'
import type { Fidelity, ModelEntry } from '../catalogue/types.ts'
import { GatewayError } from '../failures/gateway-error.ts'
import { toMessagesRequest } from '../mapping/to-messages-request.ts'
import { textToBase64 } from '../shapes/base64.ts'
import { parseConverseRequest } from './parse-converse-request.ts'

const modelOf = (id: string): ModelEntry => {
  const model = findModel(id)
  if (model === undefined) throw new Error(`no such model: ${id}`)
  return model
}
const haiku45 = modelOf('anthropic.claude-haiku-4-5-20251001-v1:0')
const haiku3 = modelOf('anthropic.claude-3-haiku-20240307-v1:0')
const opus48 = modelOf('anthropic.claude-opus-4-8')

const encode = (body: unknown): Uint8Array =>
  new TextEncoder().encode(typeof body === 'string' ? body : JSON.stringify(body))

interface Setting {
  readonly model?: ModelEntry
  readonly fidelity?: Fidelity
}
const parse = (body: unknown, { model = haiku45, fidelity = 'guide' }: Setting = {}) =>
  parseConverseRequest(encode(body), { model, fidelity })

const refusal = (body: unknown, setting: Setting = {}): string => {
  try {
    toMessagesRequest(parse(body, setting), { model: setting.model ?? haiku45, fidelity: setting.fidelity ?? 'guide' })
  } catch (error) {
    if (error instanceof GatewayError) return `${error.code}: ${error.message}`
    throw error
  }
  return 'parsed'
}

const user = (...content: unknown[]) => ({ role: 'user', content })
const assistant = (...content: unknown[]) => ({ role: 'assistant', content })
const hi = { text: 'hi' }
const hello = { messages: [user(hi)] }
const toolConfig = { tools: [{ toolSpec: { name: 'find', inputSchema: { json: { type: 'object' } } } }] }
const call = (toolUseId: string) => ({ toolUse: { toolUseId, name: 'find', input: {} } })
const result = (toolUseId: string, more = {}) => ({ toolResult: { toolUseId, content: [{ text: 'x' }], ...more } })
const document = (name: string, more = {}) => ({
  document: { name, format: 'txt', source: { bytes: 'aGk=' }, ...more },
})

describe('parseConverseRequest', () => {
  it('takes what the AI SDK always sends', () => {
    const body = { ...hello, system: [], additionalModelResponseFieldPaths: ['/delta/stop_sequence'] }
    expect(parse(body)).toEqual(body)
  })

  it('takes every member of the service model', () => {
    const body = {
      messages: [
        user(
          hi,
          { image: { format: 'png', source: { bytes: 'iVBORw0KGgo=' } } },
          document('Annual_report (v2) [final]', { citations: { enabled: true }, context: 'x' }),
          { searchResult: { source: 's', title: 't', content: [{ text: 'x' }], citations: { enabled: true } } },
          { guardContent: { text: { text: 'x', qualifiers: ['query'] } } },
          { cachePoint: { type: 'default', ttl: '1h' } },
        ),
        assistant(
          { reasoningContent: { reasoningText: { text: 'hm', signature: 'c2ln' } } },
          { reasoningContent: { redactedContent: 'aGk=' } },
          {
            citationsContent: {
              content: [{ text: 'x' }],
              citations: [
                {
                  title: 't',
                  location: { documentChar: { documentIndex: 0, start: 0, end: 1 } },
                  sourceContent: [{ text: 'x' }],
                },
              ],
            },
          },
          call('tooluse_1'),
        ),
        user(result('tooluse_1', { status: 'success', content: [{ json: { a: 1 } }, { text: 'x' }] })),
      ],
      system: [
        { text: 'Be brief.' },
        { guardContent: { text: { text: 'x' } } },
        { cachePoint: { type: 'default', ttl: '1h' } },
      ],
      inferenceConfig: { maxTokens: 5, temperature: 0, topP: 1, stopSequences: ['x'] },
      toolConfig: { ...toolConfig, toolChoice: { tool: { name: 'find' } } },
      additionalModelRequestFields: { top_k: 5 },
      additionalModelResponseFieldPaths: ['/stop_sequence'],
      requestMetadata: { team: 'a b:c_1@$#=/+,-.' },
      performanceConfig: { latency: 'standard' },
      serviceTier: { type: 'default' },
      outputConfig: {
        effort: 'low',
        textFormat: { type: 'json_schema', structure: { jsonSchema: { schema: '{"type":"object"}' } } },
      },
      guardrailConfig: { guardrailIdentifier: 'abc', guardrailVersion: 'DRAFT', trace: 'enabled' },
    }
    expect(refusal(body)).toBe('parsed')
  })

  it('takes a null for what is not there', () => {
    expect(parse({ ...hello, system: null, inferenceConfig: { maxTokens: null } })).toEqual({
      ...hello,
      inferenceConfig: {},
    })
  })

  it('takes several turns of one role in a row for Claude 4 and later', () => {
    expect(refusal({ messages: [user(hi), user(hi), assistant(hi)] })).toBe('parsed')
  })
})

const fails = (detail: string): string => `validation: 1 validation error detected: ${detail}`

describe('coral’s constraints', () => {
  const rows: ReadonlyArray<readonly [body: unknown, text: string]> = [
    [
      { ...hello, inferenceConfig: { temperature: 1.5 } },
      fails(
        "Value '1.5' at 'inferenceConfig.temperature' failed to satisfy constraint: Member must have value less than or equal to 1",
      ),
    ],
    [
      { ...hello, inferenceConfig: { maxTokens: 0, topP: 2 } },
      "validation: 2 validation errors detected: Value '0' at 'inferenceConfig.maxTokens' failed to satisfy constraint: Member must have value greater than or equal to 1; Value '2.0' at 'inferenceConfig.topP' failed to satisfy constraint: Member must have value less than or equal to 1",
    ],
    // Recorded, echo left out (genkit-ai/aws-bedrock-js-plugin#43).
    [
      { ...hello, toolConfig: { tools: [] } },
      fails(
        "Value at 'toolConfig.tools' failed to satisfy constraint: Member must have length greater than or equal to 1",
      ),
    ],
    [
      { messages: [{ role: 'tool', content: [hi] }] },
      fails(
        "Value 'tool' at 'messages.1.member.role' failed to satisfy constraint: Member must satisfy enum value set: [user, assistant, system]",
      ),
    ],
    [
      { messages: [{ role: 'user' }] },
      fails("Value null at 'messages.1.member.content' failed to satisfy constraint: Member must not be null"),
    ],
    [
      { messages: [user(hi), assistant(call('not an id'))], toolConfig },
      fails(
        "Value 'not an id' at 'messages.2.member.content.1.member.toolUse.toolUseId' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.:-]+",
      ),
    ],
    [
      { ...hello, toolConfig: { tools: [{ toolSpec: { name: 'x'.repeat(65), inputSchema: { json: {} } } }] } },
      fails(
        `Value '${'x'.repeat(65)}' at 'toolConfig.tools.1.member.toolSpec.name' failed to satisfy constraint: Member must have length less than or equal to 64`,
      ),
    ],
    [
      { ...hello, toolConfig: { tools: [{ toolSpec: { name: 'x', description: '', inputSchema: { json: {} } } }] } },
      fails(
        "Value '' at 'toolConfig.tools.1.member.toolSpec.description' failed to satisfy constraint: Member must have length greater than or equal to 1",
      ),
    ],
    [
      { ...hello, system: [{ text: '' }] },
      fails(
        "Value '' at 'system.1.member.text' failed to satisfy constraint: Member must have length greater than or equal to 1",
      ),
    ],
    [
      { messages: [user({ image: { format: 'bmp', source: { bytes: 'aGk=' } } })] },
      fails(
        "Value 'bmp' at 'messages.1.member.content.1.member.image.format' failed to satisfy constraint: Member must satisfy enum value set: [png, jpeg, gif, webp]",
      ),
    ],
    [
      { messages: [user({ cachePoint: { type: 'default', ttl: '2h' } }, hi)] },
      fails(
        "Value '2h' at 'messages.1.member.content.1.member.cachePoint.ttl' failed to satisfy constraint: Member must satisfy enum value set: [5m, 1h]",
      ),
    ],
    [
      { ...hello, additionalModelResponseFieldPaths: Array.from({ length: 11 }, () => '/a') },
      fails(
        "Value at 'additionalModelResponseFieldPaths' failed to satisfy constraint: Member must have length less than or equal to 10",
      ),
    ],
    [
      { ...hello, requestMetadata: { team: 'ümlaut' } },
      fails(
        "Value 'ümlaut' at 'requestMetadata.team' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9\\s:_@$#=/+,-.]{0,256}",
      ),
    ],
    [
      { ...hello, requestMetadata: Object.fromEntries(Array.from({ length: 17 }, (_, index) => [`k${index}`, 'v'])) },
      fails(
        "Value at 'requestMetadata' failed to satisfy constraint: Member must have length less than or equal to 16",
      ),
    ],
    [
      { ...hello, serviceTier: { type: 'gold' } },
      fails(
        "Value 'gold' at 'serviceTier.type' failed to satisfy constraint: Member must satisfy enum value set: [priority, default, flex, reserved]",
      ),
    ],
    [
      { ...hello, outputConfig: { effort: 'huge' } },
      fails(
        "Value 'huge' at 'outputConfig.effort' failed to satisfy constraint: Member must satisfy enum value set: [low, medium, high, xhigh, max]",
      ),
    ],
  ]
  it.each(rows)('refuse %j', (body, text) => {
    expect(refusal(body)).toBe(text)
  })

  it('ask for exactly one member of a union', () => {
    expect(refusal({ messages: [user({ text: 'x', cachePoint: { type: 'default' } })] })).toMatch(
      /^validation: 1 validation error detected: Value at 'messages\.1\.member\.content\.1\.member' failed/,
    )
    expect(refusal({ messages: [user({})] })).toMatch(/^validation: 1 validation error detected: Value at 'messages\.1/)
  })
})

describe('a body that coral cannot read', () => {
  it.each([
    ['{"messages":', 'The request body is not a valid JSON object.'],
    ['[]', 'The request body is not a valid JSON object.'],
    ['['.repeat(50_000), 'The request body is not a valid JSON object.'],
    ['{"messages":"hi"}', 'Unexpected field type'],
    ['{"messages":[{"role":"user","content":"hi"}]}', 'Unexpected field type'],
    ['{"messages":[{"role":1,"content":[]}]}', 'NUMBER_VALUE cannot be converted to String'],
    ['{"inferenceConfig":{"maxTokens":"5"}}', 'STRING_VALUE cannot be converted to Integer'],
    [
      '{"messages":[{"role":"user","content":[{"image":{"format":"png","source":{"bytes":"*"}}}]}]}',
      'Invalid base64 text',
    ],
  ])('is a serialization failure: %s', (body, text) => {
    expect(refusal(body)).toBe(`serialization: ${text}`)
  })
})

const image = (bytes: string) => ({ image: { format: 'png', source: { bytes } } })

describe('what Converse refuses (WIRE §6.6, §6.2, §6.4)', () => {
  const tooled = (...messages: unknown[]) => ({ messages, toolConfig })
  const rows: ReadonlyArray<readonly [name: string, body: unknown, text: string]> = [
    [
      'nothing at all',
      '',
      'A conversation must start with a user message. Try again with a conversation that starts with a user message.',
    ],
    [
      'no message',
      { messages: [] },
      'A conversation must start with a user message. Try again with a conversation that starts with a user message.',
    ],
    [
      'an answer first',
      { messages: [assistant(hi)] },
      'A conversation must start with a user message. Try again with a conversation that starts with a user message.',
    ],
    [
      'a message without a block',
      { messages: [user(hi), assistant()] },
      'The content field in the Message object at messages.1 is empty. Add a ContentBlock object to the content field and try again.',
    ],
    [
      'blank text',
      { messages: [user({ text: ' \n' })] },
      'The text field in the ContentBlock object at messages.0.content.0 is blank. Add text to the text field, and try again.',
    ],
    [
      'tools in the history without a configuration',
      { messages: [user(hi), assistant(call('tooluse_a')), user(result('tooluse_a'))] },
      'The toolConfig field must be defined when using toolUse and toolResult content blocks.',
    ],
    [
      'a missing result',
      tooled(user(hi), assistant(call('tooluse_a'), call('tooluse_b')), user(result('tooluse_a'))),
      'Expected toolResult blocks at messages.2.content for the following Ids: tooluse_b',
    ],
    [
      'a call that nobody answers',
      tooled(user(hi), assistant(call('tooluse_a'))),
      'Expected toolResult blocks at messages.2.content for the following Ids: tooluse_a',
    ],
    [
      'a surplus result',
      tooled(user(hi), assistant(call('tooluse_a')), user(result('tooluse_a'), result('tooluse_b'))),
      'The number of toolResult blocks at messages.2.content exceeds the number of toolUse blocks of previous turn.',
    ],
    [
      'an error without a word',
      tooled(user(hi), assistant(call('tooluse_a')), user(result('tooluse_a', { status: 'error', content: [] }))),
      'The content field at messages.2.content.0.toolResult cannot be empty when status value is error.',
    ],
    [
      'a video',
      { messages: [user({ video: { format: 'mp4', source: { bytes: 'aGk=' } } })] },
      "This model doesn't support the video content block that you provided. Update the content block and try again.",
    ],
    [
      'audio',
      { messages: [user({ audio: { format: 'mp3', source: { bytes: 'aGk=' } } })] },
      "This model doesn't support the audio content block that you provided. Update the content block and try again.",
    ],
    [
      'a video in a result',
      tooled(user(hi), assistant(call('tooluse_a')), user(result('tooluse_a', { content: [{ video: {} }] }))),
      "This model doesn't support the video content block that you provided. Update the content block and try again.",
    ],
    [
      'an image in S3',
      { messages: [user({ image: { format: 'png', source: { s3Location: { uri: 's3://bucket/key' } } } })] },
      "This model doesn't support the s3Uri field. Remove s3Uri and try again.",
    ],
    [
      'an image over 3.75 MB',
      { messages: [user(image('A'.repeat(5_265_748)))] },
      'The model returned the following errors: messages.0.content.0.image.source.base64: image exceeds 5 MB maximum: 5265748 bytes > 5242880 bytes',
    ],
    [
      'twenty-one images',
      { messages: [user(...Array.from({ length: 21 }, () => image('iVBORw0KGgo=')))] },
      'The model returned the following errors: messages: too many images: image_count > 20',
    ],
    [
      'six documents',
      { messages: [user(hi, ...[1, 2, 3, 4, 5, 6].map((number) => document(`d${number}`)))] },
      "You can't include more than 5 documents in a request.",
    ],
    [
      'two documents of one name, turns apart',
      { messages: [user(hi, document('d')), assistant(hi), user(hi, document('d'))] },
      "Messages can't contain duplicate document names. Rename the document and retry your request.",
    ],
    [
      'a document without text',
      { messages: [user(document('d'))] },
      'A text block must be included when using documents.',
    ],
    ...['report.pdf', "John's report", 'a  b', 'résumé', 'a\u3000b', 'a\tb'].map(
      (name) =>
        [
          `the document name ${JSON.stringify(name)}`,
          { messages: [user(hi, document(name))] },
          "The document file name can only contain alphanumeric characters, whitespace characters, hyphens, parentheses, and square brackets. The name can't contain more than one consecutive whitespace character. Check that the file name conforms to these restrictions and retry your request.",
        ] as const,
    ),
    [
      'a text document over 4.5 MB',
      { messages: [user(hi, document('d', { source: { bytes: textToBase64('x'.repeat(4_718_593)) } }))] },
      'The document exceeds the maximum document size of 4.5 MB. Use a smaller document and retry your request.',
    ],
    [
      'more tokens than the model writes',
      { ...hello, inferenceConfig: { maxTokens: 64_001 } },
      'The maximum tokens you requested exceeds the model limit of 64000. Try again with a maximum tokens value that is lower than 64000.',
    ],
    [
      'a system tool',
      { ...hello, toolConfig: { tools: [{ systemTool: { name: 'nova_grounding' } }] } },
      "This model doesn't support the systemTool field. Remove systemTool and try again.",
    ],
    [
      'prompt variables without a prompt',
      { ...hello, promptVariables: { topic: { text: 'x' } } },
      'The promptVariables field can only be used with a prompt from Prompt management.',
    ],
    [
      'an output schema that is no JSON',
      { ...hello, outputConfig: { textFormat: { type: 'json_schema', structure: { jsonSchema: { schema: '{' } } } } },
      'The schema field at outputConfig.textFormat.structure.jsonSchema is not a valid JSON schema.',
    ],
    [
      'a choice of a tool that is not there',
      { ...hello, toolConfig: { ...toolConfig, toolChoice: { tool: { name: 'seek' } } } },
      "The model returned the following errors: Tool 'seek' not found in provided tools",
    ],
    [
      'a second conversation in the additional fields',
      { ...hello, additionalModelRequestFields: { messages: [] } },
      'The model returned the following errors: Malformed input request: #: extraneous key [messages] is not permitted, please reformat your input and try again.',
    ],
    [
      'too small a thinking budget',
      { ...hello, additionalModelRequestFields: { thinking: { type: 'enabled', budget_tokens: 10 } } },
      'The model returned the following errors: thinking.enabled.budget_tokens: Input should be greater than or equal to 1024',
    ],
    [
      'five cache points',
      { messages: [user(...Array.from({ length: 5 }, () => [hi, { cachePoint: { type: 'default' } }]).flat())] },
      'The model returned the following errors: A maximum of 4 blocks with cache_control may be provided. Found 5.',
    ],
  ]
  it.each(rows)('%s', (_name, body, text) => {
    expect(refusal(body)).toBe(`validation: ${text}`)
  })

  it('refuses two turns of one role in a row for Claude 3', () => {
    expect(refusal({ messages: [user(hi), user(hi)] }, { model: haiku3 })).toBe(
      'validation: A conversation must alternate between user and assistant roles. Make sure the conversation alternates between user and assistant roles and try again.',
    )
  })

  it('takes a PDF of any size from Claude 4 on, and not before', () => {
    const body = { messages: [user(hi, document('d', { format: 'pdf', source: { bytes: 'A'.repeat(6_400_000) } }))] }
    expect(refusal(body)).toBe('parsed')
    expect(refusal(body, { model: haiku3 })).toMatch(/maximum document size/)
  })

  it.each([
    [[], 'messages.2.content.0.toolResult.content.1.json'],
    ['sunny', 'messages.2.content.0.toolResult.content.1.json'],
    [null, 'messages.2.content.0.toolResult.content.1.json'],
  ])('refuses the tool result %j, which is no JSON object', (json, path) => {
    const answered = user(result('t1', { content: [{ text: 'x' }, { json }] }))
    expect(refusal({ messages: [user(hi), assistant(call('t1')), answered], toolConfig })).toBe(
      `validation: The format of the value at ${path} is invalid. Provide a json object for the field and try again.`,
    )
  })

  it('refuses the input of a call that is no JSON object', () => {
    const called = assistant({ toolUse: { toolUseId: 't1', name: 'find', input: '{}' } })
    expect(refusal({ messages: [user(hi), called, user(result('t1'))], toolConfig })).toBe(
      'validation: The format of the value at messages.1.content.0.toolUse.input is invalid. Provide a json object for the field and try again.',
    )
  })

  it.each([
    [
      '{"type":"object"}',
      'The format of the value at toolConfig.tools.1.toolSpec.inputSchema.json is invalid. Provide a json object for the field and try again.',
    ],
    [{}, 'The value at toolConfig.tools.1.toolSpec.inputSchema.json.type must be one of the following: object.'],
    [
      { type: 'string' },
      'The value at toolConfig.tools.1.toolSpec.inputSchema.json.type must be one of the following: object.',
    ],
  ])('refuses a tool with the schema %j', (json, text) => {
    const tools = [...toolConfig.tools, { toolSpec: { name: 'go', inputSchema: { json } } }]
    expect(refusal({ ...hello, toolConfig: { tools } })).toBe(`validation: ${text}`)
  })

  it('refuses the fields that a model does not take where Bedrock does', () => {
    const both = { ...hello, inferenceConfig: { temperature: 0.5, topP: 0.9 } }
    expect(refusal(both)).toBe('parsed')
    expect(refusal(both, { fidelity: 'aws' })).toBe(
      'validation: The model returned the following errors: `temperature` and `top_p` cannot both be specified for this model. Please use only one.',
    )
  })

  it('refuses unknown additional fields and rejected betas in aws fidelity only', () => {
    const unknown = { ...hello, additionalModelRequestFields: { wibble: 1 } }
    const beta = { ...hello, additionalModelRequestFields: { anthropic_beta: ['oauth-2025-04-20'] } }
    expect([refusal(unknown), refusal(beta)]).toEqual(['parsed', 'parsed'])
    expect(refusal(unknown, { fidelity: 'aws' })).toBe(
      'validation: The model returned the following errors: Malformed input request: #: extraneous key [wibble] is not permitted, please reformat your input and try again.',
    )
    expect(refusal(beta, { fidelity: 'aws' })).toBe(
      'validation: The model returned the following errors: invalid beta flag',
    )
  })
})

describe('whatever the body', () => {
  const words = [
    'text',
    'image',
    'document',
    'toolUse',
    'toolResult',
    'cachePoint',
    'reasoningContent',
    'citationsContent',
    'searchResult',
    'guardContent',
    'video',
    'json',
    'source',
    'bytes',
    'content',
    'name',
    'format',
    'input',
    'toolUseId',
    'type',
    'status',
    'location',
    'citations',
    'title',
    'redactedContent',
    'reasoningText',
    '__proto__',
    'constructor',
  ]
  const { value: hostile } = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 6 },
      fc.constantFrom(null, true, 0, -1, 1.5, '', ' ', 'x', 'default', 'png', 'txt', 'AAAA'),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom(...words), tie('value'), { maxKeys: 3 }),
    ),
  }))
  const legal = fc.constantFrom<unknown>(
    hi,
    call('tooluse_a'),
    result('tooluse_a'),
    document('d'),
    { cachePoint: { type: 'default' } },
    { citationsContent: {} },
    { citationsContent: { content: [{ text: 'x' }], citations: [{}, { location: { web: {} } }] } },
    { reasoningContent: { redactedContent: '' } },
    { guardContent: { image: { format: 'png', source: { bytes: 'aGk=' } } } },
    { document: { name: 'e', source: { content: [] } } },
    { toolResult: { toolUseId: 'tooluse_a', content: [{ json: null }, { json: [1] }] } },
    { searchResult: { source: '', title: '', content: [] } },
  )
  const member = fc.oneof(hostile, fc.constant([]), fc.constant({}), fc.constant([hi]), fc.constant(toolConfig))

  it('parses and translates, or throws a GatewayError, and nothing else', () => {
    fc.assert(
      fc.property(
        fc.record({
          messages: fc.array(
            fc.record({
              role: fc.constantFrom('user', 'assistant', 'system'),
              content: fc.array(fc.oneof(hostile, legal, legal, legal), { maxLength: 4 }),
            }),
            { maxLength: 4 },
          ),
        }),
        fc.record(
          Object.fromEntries(
            [
              'system',
              'inferenceConfig',
              'toolConfig',
              'additionalModelRequestFields',
              'outputConfig',
              'requestMetadata',
              'promptVariables',
            ].map((key) => [key, member]),
          ),
          { requiredKeys: [] },
        ),
        fc.constantFrom(haiku45, haiku3, opus48),
        fc.constantFrom<Fidelity>('guide', 'aws'),
        (body, members, model, fidelity) => {
          expect(refusal({ toolConfig, ...members, ...body }, { model, fidelity })).toMatch(
            /^(?:parsed$|validation: |serialization: )/,
          )
        },
      ),
      { numRuns: 3000 },
    )
  })
})
