import { texts } from '../failures/texts.ts'
import { isObject } from '../shapes/shape.ts'
import type { RuleContext } from './rule-context.ts'
import type { MessagesRequest } from './types.ts'

/**
 * Looks for JSON Schema that Claude's grammars cannot hold, in the schema of a structured output and in those of strict
 * tools. Guide fidelity takes every schema, because the guide knows of no such limit.
 */
export function findSchemaFault(
  { output_config, tools = [] }: MessagesRequest,
  { fidelity }: RuleContext,
): string | undefined {
  if (fidelity !== 'aws') return undefined
  const format: unknown = output_config?.['format']
  if (isObject(format)) {
    const fault = findSubsetFault(format['schema'], { schemasLeft: mostSchemas })
    if (fault !== undefined) return `output_config.format.schema: ${fault}`
  }
  for (const [index, tool] of tools.entries()) {
    const fault = tool.strict === true ? findSubsetFault(tool.input_schema, { schemasLeft: mostSchemas }) : undefined
    if (fault !== undefined) return `tools.${index}.custom: ${fault}`
  }
  return undefined
}

/** A schema of more parts is not searched to its end: a request may hold a million of them. */
const mostSchemas = 20_000
/** Nor is one that is deeper: recursion stays bounded. */
const deepest = 100

function findSubsetFault(schema: unknown, task: { schemasLeft: number }, depth = 0): string | undefined {
  if (!isObject(schema) || depth > deepest || --task.schemasLeft < 0) return undefined
  const { type } = schema
  for (const name of Array.isArray(type) ? type : [type]) {
    const fault = typeof name === 'string' && isType(name) ? rules[name](schema) : undefined
    if (fault !== undefined) return fault
  }
  for (const inner of innerSchemas(schema)) {
    const fault = findSubsetFault(inner, task, depth + 1)
    if (fault !== undefined) return fault
  }
  return undefined
}

type Rule = (schema: Readonly<Record<string, unknown>>) => string | undefined

const numberRule = (type: string): Rule =>
  withoutKeywords(type, ['exclusiveMaximum', 'exclusiveMinimum', 'maximum', 'minimum', 'multipleOf'])

// The texts are quoted by users of Bedrock and of Anthropic's own API; [?] those about lists.
const rules = {
  object: ({ additionalProperties: others }) => {
    if (others === undefined) return texts.additionalPropertiesMissing
    if (others === false) return undefined
    return texts.additionalPropertiesUnsupported(others === true ? 'true' : 'object')
  },
  number: numberRule('number'),
  integer: numberRule('integer'),
  string: withoutKeywords('string', ['maxLength', 'minLength']),
  array: (schema) => {
    const { minItems } = schema
    if (minItems !== undefined && minItems !== 0 && minItems !== 1) return texts.minItemsUnsupported
    return withoutKeywords('array', ['maxItems', 'uniqueItems'])(schema)
  },
} as const satisfies Readonly<Record<string, Rule>>

function isType(name: string): name is keyof typeof rules {
  return Object.hasOwn(rules, name)
}

function withoutKeywords(type: string, keywords: readonly string[]): Rule {
  return (schema) => {
    const found = keywords.filter((keyword) => Object.hasOwn(schema, keyword))
    return found.length === 0 ? undefined : texts.schemaKeywordsUnsupported(type, found)
  }
}

/** The schemas that lie in a schema, in the order in which they are usually written. */
function* innerSchemas(schema: Readonly<Record<string, unknown>>): Iterable<unknown> {
  for (const key of ['properties', '$defs', 'definitions']) {
    const named = schema[key]
    if (isObject(named)) yield* Object.values(named)
  }
  if (isObject(schema['items'])) yield schema['items']
  for (const key of ['anyOf', 'allOf', 'oneOf', 'prefixItems']) {
    const branches = schema[key]
    if (Array.isArray(branches)) yield* branches
  }
}
