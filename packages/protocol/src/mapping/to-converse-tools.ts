import { whatHappens } from '../catalogue/capabilities.ts'
import type { CapabilityContext } from '../catalogue/capability-context.ts'
import type { ConverseRequest, ConverseTool, ConverseToolChoice } from '../converse/types.ts'
import type { Tool, ToolChoice } from '../messages/types.ts'
import { Inexpressible, type WarnedLoss } from './losses.ts'
import { checkToolName, isGiven, toCachePoint } from './to-converse-block.ts'

/** Where the tools of a request go: the caller's have a member in Converse, Anthropic's own have none. */
export interface ConverseTools {
  readonly own: readonly ConverseTool[]
  readonly anthropics: readonly Tool[]
}

/** Turns Messages' tools into Converse's; Anthropic's own, which have versioned types, stay as they are. */
export function toConverseTools(
  tools: readonly Tool[],
  context: CapabilityContext,
  lose: (loss: WarnedLoss, at: string) => void,
): ConverseTools {
  const own: ConverseTool[] = []
  const anthropics: Tool[] = []
  let movedPast = 0 // how many of Anthropic's tools one of the caller's has come to stand before
  for (const [index, tool] of tools.entries()) {
    if (isAnthropics(tool)) {
      checkSearchTool(tool, `tools.${index}`, context)
      anthropics.push(tool)
      continue
    }
    if (anthropics.length > movedPast) lose('toolOrder', `tools.${index}`)
    movedPast = anthropics.length
    own.push(toToolSpec(tool, `tools.${index}.custom`))
    if (isGiven(tool.cache_control)) own.push(toCachePoint(tool.cache_control))
  }
  return { own, anthropics }
}

function isAnthropics({ type }: Tool): boolean {
  return isGiven(type) && type !== 'custom'
}

function checkSearchTool({ type }: Tool, at: string, context: CapabilityContext): void {
  if (type?.startsWith('tool_search_tool_') !== true) return
  const outcome = whatHappens('tool search by regex', 'feature', context)
  if (outcome.kind === 'refuse') throw new Inexpressible('toolMember', `${at}.${type}`)
}

const members: ReadonlySet<string> = new Set(['name', 'description', 'input_schema', 'strict', 'type', 'cache_control'])

function toToolSpec(tool: Tool, at: string): ConverseTool {
  const { name, description = '', input_schema, strict } = tool
  const other = Object.keys(tool).find((key) => !members.has(key) && isGiven(tool[key]))
  // Each of them changes what the model does, as `defer_loading` does: none may go missing.
  if (other !== undefined) throw new Inexpressible('toolMember', `${at}.${other}`)
  if (!isGiven(input_schema)) throw new Inexpressible('toolSchema', `${at}.input_schema`)
  return {
    toolSpec: {
      name: checkToolName(name, `${at}.name`),
      ...(description === '' ? {} : { description }),
      inputSchema: { json: input_schema },
      ...(isGiven(strict) ? { strict } : {}),
    },
  }
}

type Part = Pick<ConverseRequest, 'additionalModelRequestFields'> & {
  readonly toolConfig?: { readonly toolChoice: ConverseToolChoice }
}

// Converse has no word for `none`, and wants its choice to be among its own tools.
const choices: {
  readonly [T in ToolChoice['type']]: (
    choice: Extract<ToolChoice, { readonly type: T }>,
  ) => ConverseToolChoice | undefined
} = {
  auto: () => ({ auto: {} }),
  any: () => ({ any: {} }),
  tool: ({ name }) => ({ tool: { name } }),
  none: () => undefined,
}

/** Turns the choice of a tool into Converse's where that has a word for it; elsewhere it goes to the model as it is. */
export function toConverseToolChoice(choice: ToolChoice, tools: readonly Tool[]): Part {
  const own = tools.filter((tool) => !isAnthropics(tool))
  const isOneOfOurs = choice.type !== 'tool' || own.some(({ name }) => name === choice.name)
  const isSingle = choice.type !== 'none' && choice.disable_parallel_tool_use === true
  // The key picks the entry of just this kind; the compiler cannot follow a union through a lookup.
  const toChoice = choices[choice.type] as ((choice: ToolChoice) => ConverseToolChoice | undefined) | undefined
  const toolChoice = own.length > 0 && isOneOfOurs && !isSingle ? toChoice?.(choice) : undefined
  if (toolChoice !== undefined) return { toolConfig: { toolChoice } }
  return { additionalModelRequestFields: { tool_choice: choice } }
}
