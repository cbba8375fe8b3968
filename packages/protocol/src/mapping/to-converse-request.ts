import { whatHappens } from '../catalogue/capabilities.ts'
import type { Fidelity, ModelEntry } from '../catalogue/types.ts'
import { findConverseFault } from '../converse/rules.ts'
import type { ConverseRequest, ConverseToolChoice, SystemBlock } from '../converse/types.ts'
import { findFieldFault } from '../messages/field-rules.ts'
import { isCheckedByBedrock } from '../messages/generation.ts'
import type { RuleContext } from '../messages/rule-context.ts'
import type { Json, JsonObject, MessagesRequest, TextBlock } from '../messages/types.ts'
import { isObject } from '../shapes/shape.ts'
import { answerFieldPaths } from './answer-fields.ts'
import { createDocumentNames } from './document-names.ts'
import { Inexpressible, sayLoss } from './losses.ts'
import { type BlockTask, isGiven, toCachePoint, toConverseBlocks } from './to-converse-block.ts'
import { toConverseToolChoice, toConverseTools } from './to-converse-tools.ts'

/** What a caller may say of a call beside the Messages request, which has no words for it. */
export type ConverseSettings = Pick<
  ConverseRequest,
  'additionalModelResponseFieldPaths' | 'guardrailConfig' | 'performanceConfig' | 'requestMetadata' | 'serviceTier'
>

/** A Messages request in Converse's words, with what was lost on the way; or why it cannot be said in them. */
export type ConverseTranslation =
  | { readonly kind: 'translated'; readonly request: ConverseRequest; readonly warnings: readonly string[] }
  | {
      readonly kind: 'refused'
      /** The capability table, the language that has no word for it, or a rule that Converse alone has. */
      readonly by: 'capability' | 'language' | 'rule'
      readonly text: string
    }

/**
 * Translates a Messages request of the right shape into Converse; loses nothing without saying so (`losses`). Unless it has
 * been judged before, what its model or Converse would refuse is refused here.
 */
export function toConverseRequest(
  request: MessagesRequest,
  options: {
    readonly model: Pick<ModelEntry, 'modelId' | 'anthropicName' | 'maxOutputTokens'>
    readonly fidelity: Fidelity
    readonly settings?: ConverseSettings
    readonly isJudged?: boolean
  },
): ConverseTranslation {
  const { model, fidelity, settings = {}, isJudged = false } = options
  const warnings: string[] = []
  const warn = (warning: string): void => void warnings.push(warning)
  const context: RuleContext = { model, fidelity, wire: 'converse', byBedrock: isCheckedByBedrock(model), warn }
  const refused = isJudged ? undefined : findFieldFault(request, context)
  if (refused !== undefined) return { kind: 'refused', by: 'capability', text: refused }
  try {
    const lose: BlockTask['lose'] = (loss, at) => warn(sayLoss(loss, at))
    const task: Task = { request, context, lose, documentNames: createDocumentNames(), isJudged }
    const converse = translate(task, settings)
    const fault = isJudged ? undefined : findConverseFault(converse, context)
    if (fault !== undefined) return { kind: 'refused', by: 'rule', text: fault }
    return { kind: 'translated', request: converse, warnings }
  } catch (error) {
    if (error instanceof Inexpressible) return { kind: 'refused', by: 'language', text: error.message }
    throw error
  }
}

interface Task extends BlockTask {
  readonly request: MessagesRequest
  readonly context: RuleContext
  readonly isJudged: boolean
}

/** What one field becomes; the parts of all are put together member by member. */
type Part = Omit<ConverseRequest, 'toolConfig'> & {
  readonly toolConfig?:
    Partial<NonNullable<ConverseRequest['toolConfig']>> | { readonly toolChoice: ConverseToolChoice }
}

type Named<T> = keyof { [K in keyof T as string extends K ? never : number extends K ? never : K]: T[K] }
type Field = Named<MessagesRequest>
type Translate<F extends Field> = (value: NonNullable<MessagesRequest[F]>, task: Task) => Part

const nothing = (): Part => ({})

/** For what Converse has no member for: it hands these on to the model untouched. */
const handOn =
  (field: string) =>
  (value: unknown): Part => ({ additionalModelRequestFields: { [field]: value as Json } })

// WIRE §6.1, one entry a field.
const table: { readonly [F in Field]: Translate<F> } = {
  anthropic_version: nothing, // Converse has no versions
  max_tokens: (maxTokens) => ({ inferenceConfig: { maxTokens } }),
  messages: (messages, task) => ({
    messages: messages.map(({ role, content }, index) => ({
      role,
      content: toConverseBlocks(content, `messages.${index}.content`, task),
    })),
  }),
  anthropic_beta: handOn('anthropic_beta'),
  system: (system) => (system.length === 0 ? {} : { system: toSystem(system) }),
  temperature: (temperature) => ({ inferenceConfig: { temperature } }),
  top_p: (topP) => ({ inferenceConfig: { topP } }),
  top_k: handOn('top_k'),
  stop_sequences: (stopSequences) => ({ inferenceConfig: { stopSequences } }),
  tools: (tools, { context, lose }) => {
    const { own, anthropics } = toConverseTools(tools, context, lose)
    return {
      ...(own.length === 0 ? {} : { toolConfig: { tools: own } }),
      ...(anthropics.length === 0 ? {} : handOn('tools')(anthropics)),
    }
  },
  tool_choice: (choice, { request }) => toConverseToolChoice(choice, request.tools ?? []),
  thinking: handOn('thinking'),
  metadata: handOn('metadata'),
  output_config: toOutputConfig,
  context_management: (value, { context, lose }) => {
    const measured = whatHappens('context editing', 'feature', context)
    if (measured.kind === 'refuse') lose('contextManagement', 'context_management')
    return handOn('context_management')(value)
  },
  cache_control: (_, { isJudged, lose }) => {
    if (isJudged) lose('automaticCaching', 'cache_control') // else the capability table has warned
    return {}
  },
}

const others = {
  model: nothing, // in the path
  stream: nothing, // likewise
  'amazon-bedrock-guardrailConfig': toGuardrailConfig,
} as const satisfies Readonly<Record<string, (value: never) => Part>>

type AnyTranslate = (value: never, task: Task) => Part
const translators: ReadonlyMap<string, AnyTranslate> = new Map<string, AnyTranslate>(
  Object.entries({ ...table, ...others }),
)

function translate(task: Task, settings: ConverseSettings): ConverseRequest {
  const parts: Part[] = [{ ...settings, additionalModelResponseFieldPaths: answerFieldPaths(settings) }]
  for (const [field, value] of Object.entries(task.request)) {
    const one = translators.get(field) ?? handOn(field)
    // The entry under a field takes just that field's value; the compiler cannot follow a union through a lookup.
    if (isGiven(value)) parts.push(one(value as never, task))
  }
  return merge(parts)
}

/** Members that are objects are put together, because several fields lie in one: `inferenceConfig`. */
function merge(parts: readonly Part[]): ConverseRequest {
  const merged = new Map<string, unknown>()
  for (const part of parts) {
    for (const [member, value] of Object.entries(part)) {
      const before = merged.get(member)
      merged.set(member, isObject(before) && isObject(value) ? { ...before, ...value } : value)
    }
  }
  return Object.fromEntries(merged) // a part has no member that the request has not
}

function toSystem(system: string | readonly TextBlock[]): readonly SystemBlock[] {
  if (typeof system === 'string') return [{ text: system }]
  return system.flatMap(({ text, cache_control }): SystemBlock[] =>
    isGiven(cache_control) ? [{ text }, toCachePoint(cache_control)] : [{ text }],
  )
}

const efforts = ['low', 'medium', 'high', 'xhigh', 'max'] as const

/** What of an output configuration Converse has members for; the rest goes to the model as it is. */
function toOutputConfig({ format, effort, ...rest }: JsonObject): Part {
  const schema = toSchemaText(format)
  const level = efforts.find((known) => known === effort)
  const outputConfig: ConverseRequest['outputConfig'] = {
    ...(schema === undefined ? {} : { textFormat: { type: 'json_schema', structure: { jsonSchema: { schema } } } }),
    ...(level === undefined ? {} : { effort: level }),
  }
  const additional: JsonObject = {
    ...rest,
    ...(schema === undefined && isGiven(format) ? { format } : {}),
    ...(level === undefined && isGiven(effort) ? { effort } : {}),
  }
  return {
    ...(Object.keys(outputConfig).length === 0 ? {} : { outputConfig }),
    ...(Object.keys(additional).length === 0 ? {} : handOn('output_config')(additional)),
  }
}

/** The schema of a structured output, when the format says that and nothing else. */
function toSchemaText(format: unknown): string | undefined {
  if (!isObject(format) || format['type'] !== 'json_schema' || !isObject(format['schema'])) return undefined
  return Object.keys(format).length === 2 ? JSON.stringify(format['schema']) : undefined
}

const streamModes = { SYNCHRONOUS: 'sync', ASYNCHRONOUS: 'async' } as const

/** InvokeModel's word for how a guardrail judges a stream (WIRE §5.1). */
function toGuardrailConfig(config: JsonObject): Part {
  const at = 'amazon-bedrock-guardrailConfig'
  if (isGiven(config['tagSuffix'])) throw new Inexpressible('guardTag', `${at}.tagSuffix`)
  const mode = config['streamProcessingMode']
  if (mode !== 'SYNCHRONOUS' && mode !== 'ASYNCHRONOUS') return {}
  return { guardrailConfig: { streamProcessingMode: streamModes[mode] } }
}
