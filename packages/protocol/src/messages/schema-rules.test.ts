import { expect, it } from 'vitest'
import { findModel } from '../catalogue/lookups.ts'
import type { Fidelity } from '../catalogue/types.ts'
import { findMessagesFault } from './rules.ts'
import type { JsonObject, MessagesRequest } from './types.ts'

const model = findModel('claude-sonnet-4-5')
if (model === undefined) throw new Error('no such model')

const complaint = (fields: Partial<MessagesRequest>, fidelity: Fidelity = 'aws'): string | undefined =>
  findMessagesFault(
    {
      anthropic_version: 'bedrock-2023-05-31',
      max_tokens: 100,
      messages: [{ role: 'user', content: 'Hi' }],
      ...fields,
    },
    { model, fidelity, wire: 'invoke', byBedrock: true },
  )
const closed = (properties: JsonObject): JsonObject => ({ type: 'object', properties, additionalProperties: false })
const format = (schema: JsonObject) => ({ output_config: { format: { type: 'json_schema', schema } } })

it.each([
  [{ type: 'object' }, "For 'object' type, 'additionalProperties' must be explicitly set to false"],
  [
    { type: 'object', additionalProperties: true },
    "For 'object' type, 'additionalProperties: true' is not supported. Please set 'additionalProperties' to false",
  ],
  [
    closed({ tags: { type: 'object', additionalProperties: { type: 'string' } } }),
    "For 'object' type, 'additionalProperties: object' is not supported. Please set 'additionalProperties' to false",
  ],
  [closed({ age: { type: 'integer', minimum: 0 } }), "For 'integer' type, property 'minimum' is not supported"],
  [
    closed({ rate: { type: ['null', 'number'], minimum: 0, maximum: 1 } }),
    "For 'number' type, properties maximum, minimum are not supported",
  ],
  [
    closed({ name: { anyOf: [{ type: 'string', maxLength: 9 }] } }),
    "For 'string' type, property 'maxLength' is not supported",
  ],
  [
    closed({ list: { type: 'array', items: { type: 'string' }, minItems: 2 } }),
    "For 'array' type, 'minItems' values other than 0 or 1 are not supported",
  ],
  [
    { ...closed({}), $defs: { one: { type: 'array', maxItems: 3 } } },
    "For 'array' type, property 'maxItems' is not supported",
  ],
])('refuses the schema %j of a structured output', (schema, text) => {
  expect(complaint(format(schema))).toBe(`output_config.format.schema: ${text}`)
  expect(complaint({ tools: [{ name: 'find', strict: true, input_schema: schema }] })).toBe(`tools.0.custom: ${text}`)
})

it.each([
  closed({ name: { type: 'string', pattern: '^a' }, list: { type: 'array', minItems: 1, items: { type: 'integer' } } }),
  { enum: ['yes', 'no'] },
])('takes the schema %j', (schema) => {
  expect(complaint(format(schema))).toBeUndefined()
})

it('asks nothing of tools that are not strict, and nothing in guide fidelity', () => {
  const open = { type: 'object', properties: { age: { type: 'integer', minimum: 0 } } }
  expect(complaint({ tools: [{ name: 'find', input_schema: open }] })).toBeUndefined()
  expect(complaint({ tools: [{ name: 'find', strict: true, input_schema: open }] }, 'guide')).toBeUndefined()
  expect(complaint(format(open), 'guide')).toBeUndefined()
})

it('survives schemas without end', () => {
  let deep: JsonObject = closed({})
  for (let depth = 0; depth < 10_000; depth++) deep = { ...closed({}), items: deep }
  expect(complaint(format(deep))).toBeUndefined()
})
