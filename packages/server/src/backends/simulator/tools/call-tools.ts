import type { JsonObject, Tool } from '@outcrop/protocol'

import type { AnswerBlock } from '../answer.ts'
import type { Hints } from '../hints.ts'
import { base58Id, type Random } from '../random.ts'
import { type Budget, createBudget, generateJson } from '../schema/generate.ts'
import { isObject } from '../schema/schema.ts'
import { inputOfVersionedTool } from './versioned-tools.ts'

/** Calls tools with inputs that their schemas accept. */
export function callTools(tools: readonly Tool[], hints: Hints, random: Random): readonly AnswerBlock[] {
  const budget = createBudget()
  return tools.map((tool) => {
    const id = `toolu_bdrk_01${base58Id(random)}`
    const input = inputOf(tool, hints, random, budget)
    return { kind: 'tool', id, name: tool.name, input, json: JSON.stringify(input) }
  })
}

function inputOf(tool: Tool, hints: Hints, random: Random, budget: Budget): JsonObject {
  const known = inputOfVersionedTool(tool, hints)
  if (known !== undefined || tool.input_schema === undefined) return known ?? {}
  const value = generateJson(tool.input_schema, hints, random, budget)
  return isObject(value) ? value : {}
}
