import type { Fidelity, ModelEntry } from '../catalogue/types.ts'
import type { ConverseRequest, ConverseTool, ConverseToolChoice, SystemBlock } from '../converse/types.ts'
import { GatewayError } from '../failures/gateway-error.ts'
import { texts } from '../failures/texts.ts'
import { isCheckedByBedrock } from '../messages/generation.ts'
import type { Warn } from '../messages/rule-context.ts'
import { findMessagesFault } from '../messages/rules.ts'
import type { Json, JsonObject, MessagesRequest, TextBlock, Tool, ToolChoice } from '../messages/types.ts'
import { isObject } from '../shapes/shape.ts'
import { fromConverseBlocks, markForCache } from './from-converse-block.ts'

/**
 * Translates a parsed Converse request into Messages; throws a `GatewayError` with Converse's prefix when the model's
 * side would refuse the result.
 */
export function toMessagesRequest(
  request: ConverseRequest,
  { model, fidelity, warn }: { readonly model: ModelEntry; readonly fidelity: Fidelity; readonly warn?: Warn },
): MessagesRequest {
  const messages: MessagesRequest = {
    anthropic_version: 'bedrock-2023-05-31',
    // Omitted, it is the model's maximum (WIRE §6.1). [?] Models whose maximum no source gives get Claude 3's.
    max_tokens: model.maxOutputTokens ?? 4096,
    messages: [],
    ...fromMembers(request),
  }
  const merged = mergeAdditionalFields(messages, request.additionalModelRequestFields)
  const byBedrock = isCheckedByBedrock(model)
  const fault = findMessagesFault(merged, { model, fidelity, wire: 'converse', byBedrock, warn })
  if (fault !== undefined) throw new GatewayError('validation', texts.fromModel(fault))
  return merged
}

type MemberKey = keyof ConverseRequest
type Translate<K extends MemberKey> = (value: NonNullable<ConverseRequest[K]>) => Partial<MessagesRequest>

/** For what the model never sees: the endpoint itself acts on it. */
const nothing = (): Partial<MessagesRequest> => ({})

// WIRE §6.1, one entry a member.
const table: { readonly [K in MemberKey]: Translate<K> } = {
  messages: (messages) => ({
    messages: messages.map(({ role, content }) => ({ role, content: fromConverseBlocks(content) })),
  }),
  system: (system) => (system.length === 0 ? {} : { system: fromSystem(system) }), // the AI SDK always sends []
  inferenceConfig: ({ maxTokens, temperature, topP, stopSequences }) => ({
    ...(maxTokens === undefined ? {} : { max_tokens: maxTokens }),
    ...(temperature === undefined ? {} : { temperature }),
    ...(topP === undefined ? {} : { top_p: topP }),
    ...(stopSequences === undefined ? {} : { stop_sequences: stopSequences }),
  }),
  toolConfig: ({ tools, toolChoice }) => ({
    tools: fromTools(tools),
    ...(toolChoice === undefined ? {} : { tool_choice: fromToolChoice(toolChoice) }),
  }),
  outputConfig: ({ textFormat, effort }) => ({
    output_config: {
      ...(textFormat === undefined
        ? {}
        : { format: { type: 'json_schema', schema: parseSchema(textFormat.structure.jsonSchema.schema) } }),
      ...(effort === undefined ? {} : { effort }),
    },
  }),
  additionalModelRequestFields: nothing, // merged last, over all the others
  additionalModelResponseFieldPaths: nothing, // resolved over the answer
  guardrailConfig: nothing,
  performanceConfig: nothing, // echoed in the answer
  promptVariables: nothing, // refused by the parser
  requestMetadata: nothing, // for the logs
  serviceTier: nothing, // echoed in the answer
}

function fromMembers(request: ConverseRequest): Partial<MessagesRequest> {
  const fields: Partial<MessagesRequest> = {}
  // By the table and not by the request, which may hold a million members that nobody knows.
  for (const [key, one] of translators) {
    const value = request[key]
    // The entry under a key takes just that key's value; the compiler cannot follow a union through a lookup.
    if (value !== undefined) Object.assign(fields, one(value as never))
  }
  return fields
}

const translators = Object.entries(table) as ReadonlyArray<
  readonly [MemberKey, (value: never) => Partial<MessagesRequest>]
>

function fromSystem(system: readonly SystemBlock[]): readonly TextBlock[] {
  const blocks: TextBlock[] = []
  for (const block of system) {
    if ('cachePoint' in block) markForCache(blocks, blocks.length - 1, block.cachePoint)
    else if ('text' in block) blocks.push({ type: 'text', text: block.text })
    else if ('text' in block.guardContent) blocks.push({ type: 'text', text: block.guardContent.text.text })
    else throw new GatewayError('validation', texts.unsupportedBlock('image')) // Messages' system is text alone
  }
  return blocks
}

function fromTools(tools: readonly ConverseTool[]): readonly Tool[] {
  const found: Tool[] = []
  for (const tool of tools) {
    if ('cachePoint' in tool) markForCache(found, found.length - 1, tool.cachePoint)
    else if ('toolSpec' in tool) {
      const { name, description, inputSchema, strict } = tool.toolSpec
      found.push({
        name,
        ...(description === undefined ? {} : { description }),
        input_schema: inputSchema.json,
        ...(strict === undefined ? {} : { strict }),
      })
    }
  }
  return found
}

function fromToolChoice(choice: ConverseToolChoice): ToolChoice {
  if ('tool' in choice) return { type: 'tool', name: choice.tool.name }
  return { type: 'any' in choice ? 'any' : 'auto' }
}

function parseSchema(schema: string): Json {
  return JSON.parse(schema) as Json // the parser saw to it that this is JSON
}

/**
 * Merges the fields that Converse passes on untouched into the top level, where they win: that is how a caller sets
 * what Converse has no member for, such as `tool_choice` with one call at a time. Anthropic's own tools join the
 * caller's, as computer use needs. The conversation itself (`messages`, `system`) was refused by the parser.
 */
function mergeAdditionalFields(request: MessagesRequest, additional: JsonObject | undefined): MessagesRequest {
  if (additional === undefined) return request
  const { tools, output_config, reasoning_config } = additional
  // One copy, because the fields may be as many as fit into a request.
  const merged: { [key: string]: unknown } = { ...request, ...additional, messages: request.messages }
  for (const key of ['system', 'model', 'stream', 'reasoning_config']) Reflect.deleteProperty(merged, key)
  if (request.system !== undefined) merged['system'] = request.system
  if (Array.isArray(tools)) merged['tools'] = [...(request.tools ?? []), ...tools]
  if (isObject(output_config)) merged['output_config'] = { ...request.output_config, ...output_config }
  // [?] An older alias of `thinking`.
  if (isObject(reasoning_config)) merged['thinking'] ??= reasoning_config
  return merged as MessagesRequest // the parser has checked the added fields by the same shapes
}
