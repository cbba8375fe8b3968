import { isBase64 } from '../shapes/base64.ts'
import {
  anyObject,
  anything,
  blob,
  boolean,
  integer,
  isObject,
  list,
  nullable,
  number,
  object,
  type Shape,
  step,
  string,
  stringOr,
  tagged,
} from '../shapes/shape.ts'

/** How strictly a body is read. */
export interface Strictness {
  /** Refuses top-level keys and kinds of block that we do not know. */
  readonly isClosed: boolean
  /** The values of `anthropic_version` that the model takes. */
  readonly versions: readonly string[]
  /** Takes documents of every media type, which Converse has more of than Messages. */
  readonly takesAnyDocument?: boolean
}

/** The shape of an InvokeModel body for Claude (WIRE §5.1). */
export function createMessagesShape({ isClosed, versions, takesAnyDocument = false }: Strictness): Shape {
  const block = createBlockShape({ isOpen: !isClosed, takesAnyDocument })
  const text = object({ required: { type: string({ among: ['text'] }), text: string() }, optional: { cache_control } })
  return object({
    required: {
      anthropic_version: string({ among: versions }),
      max_tokens,
      messages: list(
        object({
          required: { role: string({ among: ['user', 'assistant', 'system'] }), content: stringOr(list(block)) },
        }),
        { least: 1 },
      ),
    },
    // Automatic caching came after the models that Bedrock's own layer checks.
    optional: {
      ...settings,
      'amazon-bedrock-guardrailConfig': anyObject,
      system: stringOr(list(text)),
      ...(isClosed ? {} : { cache_control }),
    },
    isClosed,
  })
}

/** The shape of the fields that Converse passes on to the model untouched (WIRE §6.1). */
export function createAdditionalFieldsShape(isClosed: boolean): Shape {
  return object({ optional: { ...settings, max_tokens, reasoning_config: anyObject }, isClosed })
}

const max_tokens = integer({ least: 1 })

const cache_control = nullable(
  tagged('type', { ephemeral: object({ optional: { ttl: string({ among: ['5m', '1h'] }) } }) }, { isOpen: false }),
)

const toolName = string({ pattern: { source: '^[a-zA-Z0-9_-]{1,128}$', test: (name) => /^[\w-]{1,128}$/.test(name) } })

const customTool = object({
  required: {
    name: toolName,
    input_schema: object({ required: { type: string({ among: ['object'] }) } }),
  },
  optional: { description: string(), strict: boolean, cache_control },
})

// Anthropic's own tools have versioned types and members of their own; they are named and otherwise passed on.
const namedTool = object({ required: { name: string({ least: 1 }) }, optional: { cache_control } })

const tool: Shape = (value, at, report) => {
  const type = isObject(value) ? value['type'] : undefined
  if (type === undefined || type === null || type === 'custom') {
    customTool(value, { parent: at, key: 'custom', isTag: true }, report)
  } else if (typeof type === 'string') namedTool(value, { parent: at, key: type, isTag: true }, report)
  else string()(type, step(at, 'type'), report)
}

const disable_parallel_tool_use = boolean

const settings: Readonly<Record<string, Shape>> = {
  anthropic_beta: list(string()),
  temperature: number({ least: 0, most: 1 }),
  top_p: number({ least: 0, most: 1 }),
  top_k: integer({ least: 0, most: 500 }), // the range of AWS's parameter page for Claude
  stop_sequences: list(string({ least: 1 }), { most: 8191 }), // likewise
  tools: list(tool),
  tool_choice: tagged(
    'type',
    {
      auto: object({ optional: { disable_parallel_tool_use } }),
      any: object({ optional: { disable_parallel_tool_use } }),
      tool: object({ required: { name: string() }, optional: { disable_parallel_tool_use } }),
      none: anyObject,
    },
    { isOpen: false },
  ),
  thinking: tagged(
    'type',
    {
      enabled: object({ required: { budget_tokens: integer({ least: 1024 }) } }),
      adaptive: anyObject,
      disabled: anyObject,
      between_tools: anyObject,
    },
    { isOpen: true },
  ),
  metadata: object({ optional: { user_id: nullable(string()) } }),
  output_config: anyObject,
  context_management: anyObject,
  user_profile_id: nullable(string()),
}

function createBlockShape({
  isOpen,
  takesAnyDocument,
}: {
  readonly isOpen: boolean
  readonly takesAnyDocument: boolean
}): Shape {
  // Tool results and custom documents hold blocks again.
  const inner: Shape = (value, at, report) => block(value, at, report)
  const citations = nullable(object({ optional: { enabled: boolean } }))
  const block = tagged(
    'type',
    {
      text: object({
        required: { text: string() },
        optional: { cache_control, citations: nullable(list(anything)) },
      }),
      image: object({ required: { source: imageSource }, optional: { cache_control } }),
      document: object({
        required: { source: createDocumentSource(inner, takesAnyDocument) },
        optional: { title: nullable(string()), context: nullable(string()), citations, cache_control },
      }),
      search_result: object({
        required: { source: string(), title: string(), content: list(inner) },
        optional: { citations, cache_control },
      }),
      tool_use: object({ required: { id: toolUseId, name: string(), input: anyObject }, optional: { cache_control } }),
      tool_result: object({
        required: { tool_use_id: toolUseId },
        optional: { content: nullable(stringOr(list(inner))), is_error: nullable(boolean), cache_control },
      }),
      thinking: object({ required: { thinking: string(), signature: string() } }),
      redacted_thinking: object({ required: { data: string() } }),
    },
    { isOpen },
  )
  return block
}

// Anthropic takes letters, digits, `_` and `-`; Converse's own ids also have `.` and `:`, and histories mix both.
const toolUseId = string({ pattern: { source: '^[a-zA-Z0-9_-]+$', test: (id) => /^[\w.:-]+$/.test(id) } })

// WIRE §5.1: `url` and `file` sources do not exist on Bedrock. [?] The text is pydantic's for an unknown variant.
const imageSource = tagged(
  'type',
  {
    base64: object({
      required: {
        media_type: string({ among: ['image/jpeg', 'image/png', 'image/gif', 'image/webp'] }),
        data: blob(isBase64),
      },
    }),
  },
  { isOpen: false },
)

function createDocumentSource(inner: Shape, takesAny: boolean): Shape {
  const typed = (type: string): Shape => (takesAny ? string() : string({ among: [type] }))
  return tagged(
    'type',
    {
      base64: object({ required: { media_type: typed('application/pdf'), data: blob(isBase64) } }),
      text: object({ required: { media_type: typed('text/plain'), data: string() } }),
      content: object({ required: { content: stringOr(list(inner)) } }),
    },
    { isOpen: false },
  )
}
