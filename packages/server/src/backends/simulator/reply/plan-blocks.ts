import type { Json, MessagesRequest } from '@outcrop/protocol'

import type { AnswerBlock } from '../answer.ts'
import { readHints } from '../hints.ts'
import { generateJson } from '../schema/generate.ts'
import { isObject } from '../schema/schema.ts'
import { callTools } from '../tools/call-tools.ts'
import { chooseTools } from '../tools/choose-tools.ts'
import { composeText, type TextPart } from './compose-text.ts'
import { continuePrefill } from './continue-prefill.ts'
import type { PlanContext } from './plan-context.ts'
import { think } from './think.ts'

/** Decides what an answer says, block by block, before any limit cuts it. */
export function planBlocks(context: PlanContext): readonly AnswerBlock[] {
  const { request, prompt, random } = context
  const tools = chooseTools(request, prompt)
  const thinking = think(context, tools.length)
  if (tools.length === 0) {
    const blocks = textBlocks(context)
    return thinking.length === 0 ? blocks : [...thinking, ...blocks]
  }
  const calls = callTools(tools, readHints(prompt.text), random)
  const names = tools.map(({ name }) => name).join(' and ')
  const isForced = request.tool_choice?.type === 'any' || request.tool_choice?.type === 'tool'
  // Claude explains itself before a call of its own accord, and is silent before one that was forced.
  const preamble: readonly AnswerBlock[] = isForced
    ? []
    : [{ kind: 'text', text: `Outcrop's simulator has a tool for that: it calls ${names}.` }]
  return [...thinking, ...preamble, ...calls]
}

function textBlocks(context: PlanContext): readonly AnswerBlock[] {
  const { prompt } = context
  const parts = structuredAnswer(context) ?? composeText({ ...context, modelName: context.model.modelName })
  const continued = prompt.prefill === '' ? parts : continuePrefill(parts, prompt.prefill)
  return continued.map(toTextBlock)
}

function toTextBlock({ text, citations }: TextPart): AnswerBlock {
  return citations === undefined ? { kind: 'text', text } : { kind: 'text', text, citations }
}

/** The answer that `output_config.format` asks for: JSON that its schema accepts, and nothing else. */
function structuredAnswer({ request, prompt, random }: PlanContext): readonly TextPart[] | undefined {
  const schema = outputSchema(request)
  if (schema === undefined) return undefined
  return [{ text: JSON.stringify(generateJson(schema, readHints(prompt.text), random)) }]
}

function outputSchema(request: MessagesRequest): Json | undefined {
  // The beta before it became general spelled it at the top level.
  const format = request.output_config?.['format'] ?? request['output_format']
  if (!isObject(format) || format['type'] !== 'json_schema') return undefined
  return format['schema']
}
