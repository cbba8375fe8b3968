import type { JsonObject } from '@outcrop/protocol'
import { resolveRef } from './json-schema.ts'
import { isObject } from './json-values.ts'

/**
 * The schema as that of a tool's input, which must be an object and may not be a choice at its top (Anthropic's API refuses
 * `anyOf`, `oneOf` and `allOf` there); `undefined` where it cannot be one. A `$ref` at the top is followed.
 */
export function toToolSchema(schema: JsonObject): JsonObject | undefined {
  const { $ref, ...rest } = schema
  const named = typeof $ref === 'string' ? resolveRef(schema, $ref) : {}
  if (!isObject(named) || typeof named['$ref'] === 'string') return undefined
  const flat = { ...named, ...rest }
  const isChoice = ['anyOf', 'oneOf', 'allOf', 'not', 'enum', 'const'].some((keyword) => Object.hasOwn(flat, keyword))
  return flat['type'] === 'object' && !isChoice ? flat : undefined
}
