import type { JsonObject, Tool } from '@outcrop/protocol'

import type { AnswerBlock } from '../answer.ts'
import type { Hints } from '../hints.ts'
import { base58Id, type Random } from '../random.ts'
import { generateJson } from '../schema/generate.ts'
import { isObject } from '../schema/schema.ts'
import { inputOfVersionedTool } from './versioned-tools.ts'

/** Calls tools with inputs that their schemas accept. */
export function callTools(tools: readonly Tool[], hints: Hints, random: Random): readonly AnswerBlock[] {
  return tools.map((tool) => {
    const id = `toolu_bdrk_01${base58Id(random)}`
    const input = inputOf(tool, hints, random)
    return { kind: 'tool', id, name: tool.name, input, json: JSON.stringify(input) }
  })
}

function inputOf(tool: Tool, hints: Hints, random: Random): JsonObject {
  const known = inputOfVersionedTool(tool, hints)
  if (known !== undefined || tool.input_schema === undefined) return known ?? {}
  const value = generateJson(tool.input_schema, hints, random)
  return isObject(value) ? value : {}
}
