import { type JsonObject, type ModelEntry, modelVersion, whatHappens, type Wire } from '@outcrop/protocol'
import { type AnswerRules, readFormat, readStrictTools } from './answer-rules.ts'
import { isObject, objectsOf, omit } from './json-values.ts'
import { readAnswer, type SentCall } from './read-answer.ts'
import { structuredEvents } from './structured-events.ts'
import type { StructuredPlan } from './structured-plan.ts'
import { toToolSchema } from './tool-schema.ts'

/** Whom a body is for. */
export interface StructuredContext {
  /** Absent where an id hides it: nothing is known of it then, and it is asked by its prompt. */
  readonly model: Pick<ModelEntry, 'anthropicName'> | undefined
  readonly wire: Wire
  readonly betas: readonly string[]
  /** The endpoint refused it, whatever the table says. */
  readonly isRefused?: boolean
}

/**
 * Plans how to get what a body asks for from a model that refuses to be held to it: by a tool that is forced on the model
 * where it can be forced, else by the schema in the prompt. `undefined` where the model takes the body as it is.
 */
export function planStructuredOutput(body: JsonObject, context: StructuredContext): StructuredPlan | undefined {
  const { isRefused = false } = context
  const schema = isRefused || refuses('output_config.format', context) ? readFormat(body) : undefined
  const isStrictRefused = isRefused || refuses('tools[].strict=true', context)
  const strictTools = isStrictRefused ? readStrictTools(body) : new Map<string, JsonObject>()
  if (schema === undefined && strictTools.size === 0) return undefined
  const loose = strictTools.size === 0 ? body : withoutStrict(body)
  const { call, warnings } =
    schema === undefined
      ? { call: { way: undefined, body: loose, rules: rulesOf({ strictTools }) }, warnings: [] }
      : planFormat(withoutFormat(loose), schema, strictTools, context)
  return {
    way: call.way,
    body: call.body,
    warnings: [...warnings, ...(strictTools.size === 0 ? [] : [strictWarning(context)])],
    read: (message) => readAnswer(message, call),
    events: (events, surroundings) => structuredEvents(events, call, surroundings),
  }
}

interface Planned {
  readonly call: SentCall
  readonly warnings: readonly string[]
}

function planFormat(
  body: JsonObject,
  schema: JsonObject,
  strictTools: AnswerRules['strictTools'],
  context: StructuredContext,
): Planned {
  const input_schema = canForce(body, context) ? toToolSchema(schema) : undefined
  const name = nameOf(context)
  if (input_schema === undefined) {
    return {
      call: { way: 'prompt', body: withInstruction(body, schema), rules: rulesOf({ schema, strictTools }) },
      warnings: [
        `${name} refuses output_config.format: the schema went into its prompt, and its answer is checked here`,
      ],
    }
  }
  const answerTool = freeName(body)
  const isQuietened = thinksUnasked(context)
  return {
    call: {
      way: 'tool',
      body: withAnswerTool(body, { name: answerTool, input_schema, isQuietened }),
      rules: rulesOf({ schema, answerTool, strictTools }),
    },
    warnings: [
      `${name} refuses output_config.format: it answers by a tool that is forced on it${isQuietened ? ', without thinking' : ''}`,
    ],
  }
}

function nameOf({ model }: StructuredContext): string {
  return model?.anthropicName ?? 'the model'
}

function strictWarning(context: StructuredContext): string {
  return `${nameOf(context)} refuses strict tools: what it calls them with is checked here`
}

function rulesOf({
  schema,
  answerTool,
  strictTools,
}: Partial<AnswerRules> & Pick<AnswerRules, 'strictTools'>): AnswerRules {
  return { schema, answerTool, strictTools }
}

function refuses(subject: string, { model, ...context }: StructuredContext): boolean {
  const kind = subject.includes('=') ? 'parameter' : 'field'
  return model !== undefined && whatHappens(subject, kind, { ...context, model, fidelity: 'aws' }).kind === 'refuse'
}

/**
 * Whether the answer may be forced into a tool: the model allows it, it need not think, and the caller neither wants it to
 * think nor forces a tool of their own.
 */
function canForce({ thinking, tool_choice }: JsonObject, context: StructuredContext): boolean {
  if (context.model === undefined || refuses('tool_choice.type=tool', context)) return false
  const choice = isObject(tool_choice) ? tool_choice['type'] : 'auto'
  if (choice !== 'auto' && choice !== 'none') return false
  // Bedrock refuses a forced tool beside thinking, or answers with mere text (CLIENTS §3, pain 3).
  if (isObject(thinking) && thinking['type'] !== 'disabled') return false
  return !thinksAlways(context)
}

/** [?] CLIENTS §4.1: these think whatever they are told; the table has just those that were seen to refuse to stop. */
function thinksAlways(context: StructuredContext): boolean {
  const isNamed = /^claude-(fable|mythos)\b/.test(nameOf(context))
  return isNamed || (thinksUnasked(context) && refuses('thinking.type=disabled', context))
}

/** [?] Sonnet 5 needs thinking off for a forced tool (CLIENTS §3); it harms none of the models that know the switch. */
function thinksUnasked({ model }: StructuredContext): boolean {
  return model !== undefined && modelVersion(model) >= 407
}

function withoutFormat(body: JsonObject): JsonObject {
  const { output_config } = body
  if (!isObject(output_config)) return omit(body, 'output_format')
  const config = omit(output_config, 'format')
  const rest = omit(body, 'output_format', 'output_config')
  return Object.keys(config).length === 0 ? rest : { ...rest, output_config: config }
}

function withoutStrict(body: JsonObject): JsonObject {
  return { ...body, tools: objectsOf(body['tools']).map((tool) => omit(tool, 'strict')) }
}

/** A name that no tool of the caller has. */
function freeName({ tools }: JsonObject): string {
  const taken = new Set(objectsOf(tools).map(({ name }) => name))
  let name = 'give_answer'
  while (taken.has(name)) name += '_'
  return name
}

interface AnswerTool {
  readonly name: string
  readonly input_schema: JsonObject
  readonly isQuietened: boolean
}

function withAnswerTool(body: JsonObject, { name, input_schema, isQuietened }: AnswerTool): JsonObject {
  const tools = objectsOf(body['tools'])
  const choice = isObject(body['tool_choice']) ? body['tool_choice'] : {}
  const description =
    'Gives the user the final answer, as the JSON they asked for. Call it once, when nothing else is left to do.'
  // Beside tools of the caller any may be called: the answer comes when the model needs no other.
  const mayCallOthers = tools.length > 0 && choice['type'] !== 'none'
  const tool_choice = mayCallOthers ? { ...choice, type: 'any' } : { type: 'tool', name }
  return {
    ...body,
    tools: [...tools, { name, description, input_schema }],
    tool_choice,
    ...(isQuietened && { thinking: { type: 'disabled' } }),
  }
}

function withInstruction(body: JsonObject, schema: JsonObject): JsonObject {
  const { system, tools } = body
  const before = typeof system === 'string' ? [{ type: 'text', text: system }] : objectsOf(system)
  const others =
    objectsOf(tools).length === 0 ? '' : ' You may call tools first; this is about what you say to the user.'
  const text = `Answer with one JSON value that this JSON Schema accepts, and with nothing else: no explanation before or after it, no code fence.${others}\n${JSON.stringify(schema)}`
  return { ...body, system: [...before.filter((block) => block['text'] !== ''), { type: 'text', text }] }
}
