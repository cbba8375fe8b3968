import type { Json, JsonObject } from '@outcrop/protocol'

import { matchesPattern, type PatternMeter } from './match-pattern.ts'
import { chargeFor, chargeForText, isArray, isEqual, isObject, numberAt, own, resolveRef } from './schema.ts'

/** Where references lead, and how many steps the checks of a whole task may still take. */
export interface CheckTask extends PatternMeter {
  readonly root: Json
  checksLeft: number
}

/**
 * Whether a value satisfies a schema (the keywords of draft 2020-12 that describe values; formats are annotations).
 * Work is bounded: a schema that would take too long counts as satisfied, which leaves a generator's best effort as it is.
 */
export function isValid(value: Json, schema: Json, task: CheckTask): boolean {
  return check(value, schema, task, 0)
}

const deepest = 64
/** Coming to a pattern costs as much as this many plain checks; what it then takes, the meter of patterns counts. */
export const patternCost = 4

function check(value: Json, schema: Json, context: CheckTask, depth: number): boolean {
  if (schema === false) return false
  if (!isObject(schema) || --context.checksLeft <= 0 || depth > deepest) return true
  if (typeof value === 'string') context.checksLeft -= chargeForText(value)
  const again = (item: Json, part: Json): boolean => check(item, part, context, depth + 1)
  for (const [name, limit] of Object.entries(schema)) {
    if (isArray(limit)) context.checksLeft -= chargeFor(limit)
    const rule = rules.get(name)
    if (rule !== undefined && limit !== undefined && !rule(value, limit, schema, again, context)) return false
  }
  return true
}

type Again = (value: Json, schema: Json) => boolean
type Rule = (value: Json, limit: Json, schema: JsonObject, again: Again, context: CheckTask) => boolean

const forNumbers =
  (test: (value: number, limit: number) => boolean): Rule =>
  (value, limit) =>
    typeof value !== 'number' || typeof limit !== 'number' || test(value, limit)
const forStrings =
  (test: (value: string, limit: number) => boolean): Rule =>
  (value, limit) =>
    typeof value !== 'string' || typeof limit !== 'number' || test(value, limit)
const forArrays =
  (test: (value: readonly Json[], limit: number) => boolean): Rule =>
  (value, limit) =>
    !isArray(value) || typeof limit !== 'number' || test(value, limit)
const forObjects =
  (test: (value: JsonObject, limit: number) => boolean): Rule =>
  (value, limit) =>
    !isObject(value) || typeof limit !== 'number' || test(value, limit)
const length = (text: string): number => Array.from(text).length
const size = (object: JsonObject): number => Object.keys(object).length

const rules: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ['type', (value, types, schema) => (isArray(types) ? types : [types]).some((type) => isOfType(value, type, schema))],
  ['enum', (value, items) => !isArray(items) || items.some((item) => isEqual(item, value))],
  ['const', (value, expected) => isEqual(value, expected)],
  ['minimum', forNumbers((value, limit) => value >= limit)],
  ['maximum', forNumbers((value, limit) => value <= limit)],
  ['exclusiveMinimum', forNumbers((value, limit) => value > limit)],
  ['exclusiveMaximum', forNumbers((value, limit) => value < limit)],
  ['multipleOf', forNumbers((value, limit) => limit <= 0 || isMultiple(value, limit))],
  ['minLength', forStrings((value, limit) => length(value) >= limit)],
  ['maxLength', forStrings((value, limit) => length(value) <= limit)],
  [
    'pattern',
    (value, pattern, _schema, _again, task) =>
      typeof value !== 'string' || typeof pattern !== 'string' || matchesPattern(pattern, value, task) !== false,
  ],
  ['minItems', forArrays((value, limit) => value.length >= limit)],
  ['maxItems', forArrays((value, limit) => value.length <= limit)],
  ['uniqueItems', (value, unique) => unique !== true || !isArray(value) || areDistinct(value)],
  ['prefixItems', (value, schemas, _schema, again) => eachPrefix(value, schemas, again)],
  ['items', checkItems],
  [
    'additionalItems',
    (value, rest, schema, again) =>
      isArray(own(schema, 'items')) ? eachRest(value, own(schema, 'items'), rest, again) : true,
  ],
  ['contains', checkContains],
  ['minProperties', forObjects((value, limit) => size(value) >= limit)],
  ['maxProperties', forObjects((value, limit) => size(value) <= limit)],
  [
    'required',
    (value, names) =>
      !isObject(value) ||
      !isArray(names) ||
      names.every((name) => typeof name !== 'string' || Object.hasOwn(value, name)),
  ],
  ['properties', checkProperties],
  ['patternProperties', checkPatternProperties],
  ['additionalProperties', checkAdditional],
  [
    'propertyNames',
    (value, schema, _schema, again) => !isObject(value) || Object.keys(value).every((name) => again(name, schema)),
  ],
  ['dependentRequired', checkDependentRequired],
  ['dependentSchemas', checkDependentSchemas],
  [
    '$ref',
    (value, ref, _schema, again, { root }) => typeof ref !== 'string' || again(value, resolveRef(root, ref) ?? true),
  ],
  ['allOf', (value, schemas, _schema, again) => !isArray(schemas) || schemas.every((part) => again(value, part))],
  ['anyOf', (value, schemas, _schema, again) => !isArray(schemas) || schemas.some((part) => again(value, part))],
  [
    'oneOf',
    (value, schemas, _schema, again) => !isArray(schemas) || schemas.filter((part) => again(value, part)).length === 1,
  ],
  ['not', (value, schema, _schema, again) => !again(value, schema)],
  [
    'if',
    (value, condition, schema, again) => again(value, own(schema, again(value, condition) ? 'then' : 'else') ?? true),
  ],
])

function isOfType(value: Json, type: Json, schema: JsonObject): boolean {
  if (value === null) return type === 'null' || own(schema, 'nullable') === true
  if (type === 'integer') return Number.isInteger(value)
  if (type === 'array') return isArray(value)
  return type === 'object' ? isObject(value) : typeof value === type
}

function isMultiple(value: number, of: number): boolean {
  const ratio = value / of
  return Math.abs(ratio - Math.round(ratio)) < 1e-9
}

function areDistinct(items: readonly Json[]): boolean {
  if (items.length > 200) return new Set(items.map((item) => JSON.stringify(item))).size === items.length
  return items.every((item, at) => items.slice(0, at).every((before) => !isEqual(before, item)))
}

function eachPrefix(value: Json, schemas: Json, again: Again): boolean {
  if (!isArray(value) || !isArray(schemas)) return true
  return schemas.every((schema, at) => at >= value.length || again(value[at] ?? null, schema))
}

function eachRest(value: Json, before: Json | undefined, schema: Json, again: Again): boolean {
  const first = before !== undefined && isArray(before) ? before.length : 0
  return !isArray(value) || value.slice(first).every((item) => again(item, schema))
}

function checkItems(value: Json, items: Json, schema: JsonObject, again: Again): boolean {
  return isArray(items) ? eachPrefix(value, items, again) : eachRest(value, own(schema, 'prefixItems'), items, again)
}

function checkContains(value: Json, part: Json, schema: JsonObject, again: Again): boolean {
  if (!isArray(value)) return true
  const hits = value.filter((item) => again(item, part)).length
  return hits >= (numberAt(schema, 'minContains') ?? 1) && hits <= (numberAt(schema, 'maxContains') ?? Infinity)
}

function checkProperties(value: Json, properties: Json, _schema: JsonObject, again: Again): boolean {
  if (!isObject(value) || !isObject(properties)) return true
  return Object.entries(value).every(([name, item]) => again(item ?? null, own(properties, name) ?? true))
}

function checkPatternProperties(
  value: Json,
  patterns: Json,
  _schema: JsonObject,
  again: Again,
  context: CheckTask,
): boolean {
  if (!isObject(value) || !isObject(patterns)) return true
  const members = Object.entries(value)
  return Object.entries(patterns).every(([pattern, part]) =>
    members.every(([name, item]) => !mayMatch(pattern, name, context) || again(item ?? null, part ?? true)),
  )
}

function checkAdditional(value: Json, part: Json, schema: JsonObject, again: Again, context: CheckTask): boolean {
  if (!isObject(value)) return true
  const properties = own(schema, 'properties')
  const patterns = own(schema, 'patternProperties')
  const named = isObject(properties) ? properties : {}
  const matched = isObject(patterns) ? Object.keys(patterns) : []
  return Object.entries(value).every(
    ([name, item]) =>
      Object.hasOwn(named, name) ||
      matched.some((pattern) => {
        context.checksLeft -= patternCost
        return context.checksLeft <= 0 || matchesPattern(pattern, name, context) !== false
      }) ||
      again(item ?? null, part),
  )
}

/** Whether a pattern matches, while there is budget to find out. */
function mayMatch(pattern: string, name: string, context: CheckTask): boolean {
  context.checksLeft -= patternCost
  return context.checksLeft > 0 && matchesPattern(pattern, name, context) === true
}

function checkDependentRequired(value: Json, dependencies: Json): boolean {
  if (!isObject(value) || !isObject(dependencies)) return true
  return Object.entries(dependencies).every(
    ([name, needed]) =>
      !Object.hasOwn(value, name) ||
      !isArray(needed ?? null) ||
      (needed as readonly Json[]).every((other) => typeof other !== 'string' || Object.hasOwn(value, other)),
  )
}

function checkDependentSchemas(value: Json, dependencies: Json, _schema: JsonObject, again: Again): boolean {
  if (!isObject(value) || !isObject(dependencies)) return true
  return Object.entries(dependencies).every(([name, part]) => !Object.hasOwn(value, name) || again(value, part ?? true))
}
