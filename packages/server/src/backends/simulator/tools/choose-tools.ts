import type { MessagesRequest, Tool } from '@outcrop/protocol'

import type { Prompt } from '../prompt.ts'
import { sharedWords, subjectWords } from '../words.ts'
import { describeVersionedTool } from './versioned-tools.ts'

/** Chooses the tools that an answer calls: none, one, or several that the prompt plainly asks for. */
export function chooseTools(request: MessagesRequest, prompt: Prompt): readonly Tool[] {
  const tools = request.tools ?? []
  const choice = request.tool_choice ?? { type: 'auto' }
  if (tools.length === 0 || choice.type === 'none') return []
  if (choice.type === 'tool') {
    // A result of the very tool that is forced ends the turn: a loop that forces it for ever would never end.
    if (prompt.outcomes.some(({ tool }) => tool === choice.name)) return []
    return tools.filter(({ name }) => name === choice.name).slice(0, 1)
  }
  if (prompt.outcomes.length > 0) return []
  const matches = rankTools(tools, prompt.text)
  const best = matches[0]
  if (best === undefined) return choice.type === 'any' ? tools.slice(0, 1) : []
  if (choice.disable_parallel_tool_use === true) return [best.tool]
  return [best.tool, ...alsoAsked(matches)]
}

interface Match {
  readonly tool: Tool
  readonly score: number
  /** The words of the tool's name that the prompt says. */
  readonly named: ReadonlySet<string>
}

/** Long descriptions hold every word there is; what a tool is for stands at their start. */
const describedBy = 300
const namedScore = 10
const mostCalls = 4
/** Nobody offers more tools than this except to keep us busy. */
const mostTools = 500

/** The tools that share a word with the prompt, the best first; equal ones in the order given. */
function rankTools(tools: readonly Tool[], text: string): readonly Match[] {
  const wanted = subjectWords(text.slice(-2_000))
  if (wanted.size === 0) return []
  const matches: Match[] = []
  for (const tool of tools.slice(0, mostTools)) {
    const named = new Set([...subjectWords(tool.name)].filter((word) => wanted.has(word)))
    const described = sharedWords(subjectWords(descriptionOf(tool)), wanted)
    const score = named.size * namedScore + described
    if (score > 0) matches.push({ tool, score, named })
  }
  return matches.sort((a, b) => b.score - a.score)
}

function descriptionOf(tool: Tool): string {
  return `${tool.description?.slice(0, describedBy) ?? ''} ${describeVersionedTool(tool)}`
}

/** Tools that the prompt names by a word of their own, which no tool before them shares. */
function alsoAsked([best, ...others]: readonly Match[]): readonly Tool[] {
  if (best === undefined || best.named.size === 0) return []
  const taken = new Set(best.named)
  const asked: Tool[] = []
  for (const { tool, named } of others) {
    if (asked.length >= mostCalls - 1) break
    if (named.size === 0 || [...named].some((word) => taken.has(word))) continue
    for (const word of named) taken.add(word)
    asked.push(tool)
  }
  return asked
}
