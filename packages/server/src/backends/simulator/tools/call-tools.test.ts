import type { JsonObject, Tool } from '@outcrop/protocol'
import { expect, it } from 'vitest'

import { readHints } from '../hints.ts'
import { seedRandom } from '../random.ts'
import { callTools } from './call-tools.ts'

const toolsOf = (count: number, schema: JsonObject): readonly Tool[] =>
  Array.from({ length: count }, (_, at) => ({
    name: `tool${at}`,
    input_schema: { type: 'object', properties: { a: schema }, required: ['a'] },
  }))

const inputsOf = (tools: readonly Tool[]): readonly string[] =>
  callTools(tools, readHints(''), seedRandom('x')).map((call) => (call.kind === 'tool' ? call.json : ''))

it('fills every input that is asked for when they are of a usual size', () => {
  const inputs = inputsOf(toolsOf(4, { type: 'array', minItems: 2, items: { type: 'string', minLength: 20 } }))
  expect(new Set(inputs)).toEqual(new Set(['{"a":["simulated aimulated ","simulated aimulated "]}']))
})

it('gives all inputs of an answer one budget, so that no list of tools makes it endless', () => {
  const inputs = inputsOf(toolsOf(100, { type: 'array', minItems: 1e6, items: { type: 'string', minLength: 10_000 } }))
  expect(inputs).toHaveLength(100)
  expect(inputs.join('').length).toBeLessThan(2_000_000)
})
