import { guardrailVersionPattern } from '../guardrails/guardrail-fault.ts'
import { isBase64 } from '../shapes/base64.ts'
import {
  anyObject,
  anything,
  blob,
  boolean,
  integer,
  list,
  map,
  type Members,
  number,
  object,
  type Shape,
  string,
  union,
} from '../shapes/shape.ts'

// The service model's shapes, as botocore publishes them [M]. Coral ignores members that it does not know.
const struct = (required: Members['required'] = {}, optional: Members['optional'] = {}): Shape =>
  object({ required, optional, dropsNull: true })

const oneOf = (...words: readonly string[]): Shape => string({ among: words })

const toolName = string({
  least: 1,
  most: 64,
  pattern: { source: '[a-zA-Z0-9_-]+', test: (name) => /^[\w-]*$/.test(name) },
})
const toolUseId = string({
  least: 1,
  most: 64,
  pattern: { source: '[a-zA-Z0-9_.:-]+', test: (id) => /^[\w.:-]*$/.test(id) },
})

const bytes = blob(isBase64, 1)
const s3Location = struct({ uri: string({ least: 1, most: 1024 }) }, { bucketOwner: string() })
const texts = list(union({ text: string() }))
const citations = struct({ enabled: boolean })
const cachePoint = struct({ type: oneOf('default') }, { ttl: oneOf('5m', '1h') })

const image = struct(
  { format: oneOf('png', 'jpeg', 'gif', 'webp'), source: union({ bytes, s3Location }) },
  { error: anyObject },
)

const document = struct(
  { name: string({ least: 1, most: 200 }), source: union({ bytes, s3Location, text: string(), content: texts }) },
  { format: oneOf('pdf', 'csv', 'doc', 'docx', 'xls', 'xlsx', 'html', 'txt', 'md'), context: string(), citations },
)

const searchResult = struct(
  { source: string(), title: string(), content: list(struct({ text: string() })) },
  { citations },
)

const guardContent = union({
  text: struct({ text: string() }, { qualifiers: list(oneOf('grounding_source', 'query', 'guard_content')) }),
  image: struct({ format: oneOf('png', 'jpeg'), source: union({ bytes }) }),
})

const index = integer({ least: 0 })
const span = struct({}, { documentIndex: index, start: index, end: index })
const citation = struct(
  {},
  {
    title: string(),
    source: string(),
    sourceContent: texts,
    location: union({
      web: struct({}, { url: string(), domain: string() }),
      documentChar: span,
      documentPage: span,
      documentChunk: span,
      searchResultLocation: struct({}, { searchResultIndex: index, start: index, end: index }),
    }),
  },
)

const block = union({
  text: string(),
  image,
  document,
  video: anyObject,
  audio: anyObject,
  // Any JSON here, and in the tools' results and schemas: `json-rules.ts` says which Bedrock takes.
  toolUse: struct({ toolUseId, name: toolName, input: anything }, { type: string() }),
  toolResult: struct(
    {
      toolUseId,
      content: list(union({ text: string(), json: anything, image, document, video: anyObject, searchResult })),
    },
    { status: oneOf('success', 'error'), type: string() },
  ),
  guardContent,
  cachePoint,
  reasoningContent: union({
    reasoningText: struct({ text: string() }, { signature: string() }),
    redactedContent: blob(isBase64),
  }),
  citationsContent: struct({}, { content: texts, citations: list(citation) }),
  searchResult,
  toolAddition: anyObject,
  toolRemoval: anyObject,
})

const toolSpec = struct(
  { name: toolName, inputSchema: union({ json: anything }) },
  { description: string({ least: 1 }), strict: boolean },
)

// Linear on any input: one class, no alternation.
const isMetadataText = (value: string): boolean => /^[a-zA-Z0-9\s:_@$#=/+,\-.]*$/.test(value)

/** What of a conversation costs tokens before anything is answered. */
const prompt: Members['optional'] = {
  messages: list(struct({ role: oneOf('user', 'assistant', 'system'), content: list(block) })),
  system: list(union({ text: string({ least: 1 }), guardContent, cachePoint })),
  toolConfig: struct(
    { tools: list(union({ toolSpec, systemTool: struct({ name: toolName }), cachePoint }), { least: 1 }) },
    { toolChoice: union({ auto: anyObject, any: anyObject, tool: struct({ name: toolName }) }) },
  ),
  additionalModelRequestFields: anyObject,
}

/** The shape of an ApplyGuardrail body (WIRE §3.7). */
export const applyGuardrailShape: Shape = struct(
  { source: oneOf('INPUT', 'OUTPUT'), content: list(guardContent) },
  { outputScope: oneOf('INTERVENTIONS', 'FULL') },
)

/** The shape of the `converse` form of CountTokens, which knows the prompt alone (WIRE §6.5). */
export const conversePromptShape: Shape = struct({}, prompt)

/** The shape of a Converse or ConverseStream body (WIRE §6.1, §6.2). */
export const converseShape: Shape = struct(
  {},
  {
    ...prompt,
    inferenceConfig: struct(
      {},
      {
        maxTokens: integer({ least: 1 }),
        temperature: number({ least: 0, most: 1 }),
        topP: number({ least: 0, most: 1 }),
        stopSequences: list(string({ least: 1 }), { most: 2500 }),
      },
    ),
    guardrailConfig: struct(
      {},
      {
        guardrailIdentifier: string({ most: 2048 }),
        guardrailVersion: string({ pattern: guardrailVersionPattern }),
        trace: oneOf('enabled', 'disabled', 'enabled_full'),
        streamProcessingMode: oneOf('sync', 'async'),
      },
    ),
    promptVariables: map(string(), union({ text: string() })),
    additionalModelResponseFieldPaths: list(string({ least: 1, most: 256 }), { most: 10 }),
    requestMetadata: map(
      string({
        least: 1,
        most: 256,
        pattern: { source: '[a-zA-Z0-9\\s:_@$#=/+,-.]{1,256}', test: isMetadataText },
      }),
      string({ most: 256, pattern: { source: '[a-zA-Z0-9\\s:_@$#=/+,-.]{0,256}', test: isMetadataText } }),
      { least: 1, most: 16 },
    ),
    performanceConfig: struct({}, { latency: oneOf('standard', 'optimized') }),
    serviceTier: struct({ type: oneOf('priority', 'default', 'flex', 'reserved') }),
    outputConfig: struct(
      {},
      {
        textFormat: struct({
          type: oneOf('json_schema'),
          structure: union({ jsonSchema: struct({ schema: string() }, { name: string(), description: string() }) }),
        }),
        effort: oneOf('low', 'medium', 'high', 'xhigh', 'max'),
      },
    ),
  },
)
