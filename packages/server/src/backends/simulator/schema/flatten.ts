import type { Json, JsonObject } from '@outcrop/protocol'

import { chargeFor, isArray, isEqual, isObject, own, resolveRef } from './schema.ts'

/** A schema without `$ref`, `allOf` and branches: one set of keywords, and the choices that are still open. */
export interface FlatSchema {
  readonly keywords: JsonObject
  /** Each is a list of schemas of which one has to be taken as well. */
  readonly choices: ReadonlyArray<readonly Json[]>
}

/** Chains of references and nested `allOf`s longer than this are cut: they are cycles, or meant to hurt. */
const deepest = 24

/** Where references lead, and how many steps a whole task may still take: references can multiply. */
export interface FlattenTask {
  readonly root: Json
  left: number
}

/** Merges what a schema says by reference, by `allOf` and by itself. */
export function flatten(schema: Json, task: FlattenTask, depth = 0): FlatSchema {
  if (!isObject(schema)) return schema === false ? { keywords: { not: {} }, choices: [] } : nothing
  if (depth > deepest || --task.left <= 0) return nothing
  let flat: FlatSchema = { keywords: plainKeywords(schema), choices: choicesOf(schema) }
  const ref = own(schema, '$ref') ?? own(schema, '$dynamicRef')
  if (typeof ref === 'string') flat = merge(flatten(resolveRef(task.root, ref) ?? true, task, depth + 1), flat)
  const all = own(schema, 'allOf')
  if (!isArray(all)) return flat
  for (const part of all) {
    // Every merge copies what is there already, so many parts cost the square of their number.
    task.left -= chargeFor(own(flat.keywords, 'properties')) + chargeFor(own(flat.keywords, 'required'))
    if (task.left <= 0) break
    flat = merge(flat, flatten(part, task, depth + 1))
  }
  return flat
}

/** One schema that asks for what both ask for. */
export function merge(a: FlatSchema, b: FlatSchema): FlatSchema {
  const merged = new Map(Object.entries(a.keywords))
  for (const [name, value] of Object.entries(b.keywords)) {
    const before = merged.get(name)
    if (value === undefined) continue
    const join = Object.hasOwn(joins, name) ? joins[name] : undefined
    merged.set(name, before === undefined || join === undefined ? value : join(before, value))
  }
  return { keywords: Object.fromEntries(merged), choices: [...a.choices, ...b.choices] }
}

const nothing: FlatSchema = { keywords: {}, choices: [] }
const structural = new Set([
  '$ref',
  '$dynamicRef',
  'allOf',
  'anyOf',
  'oneOf',
  'if',
  'then',
  'else',
  '$defs',
  'definitions',
])

function plainKeywords(schema: JsonObject): JsonObject {
  const names = Object.keys(schema)
  if (!names.some((name) => structural.has(name))) return schema
  return Object.fromEntries(Object.entries(schema).filter(([name]) => !structural.has(name)))
}

function choicesOf(schema: JsonObject): ReadonlyArray<readonly Json[]> {
  const choices: Array<readonly Json[]> = []
  for (const name of ['anyOf', 'oneOf']) {
    const branches = own(schema, name)
    if (isArray(branches) && branches.length > 0) choices.push(branches)
  }
  const condition = own(schema, 'if')
  if (condition !== undefined) {
    choices.push([{ allOf: [condition, own(schema, 'then') ?? true] }, own(schema, 'else') ?? true])
  }
  return choices
}

/** So many lists and objects of an `enum` are compared with those of another. */
const mostWhole = 500
const isWhole = (item: Json): boolean => isArray(item) || isObject(item)

type Join = (a: Json, b: Json) => Json

const larger: Join = (a, b) => (typeof a === 'number' && typeof b === 'number' ? Math.max(a, b) : b)
const smaller: Join = (a, b) => (typeof a === 'number' && typeof b === 'number' ? Math.min(a, b) : b)
const both: Join = (a, b) => ({ allOf: [a, b] })
const list = (value: Json): readonly Json[] => (isArray(value) ? value : [value])

/** How one keyword says two things at once; keywords that are not named here take the later word. */
const joins: Readonly<Record<string, Join>> = {
  type: (a, b) => {
    const shared = list(b).flatMap((type) => commonTypes(list(a), type))
    return shared.length > 0 ? shared : b
  },
  enum: (a, b) => {
    const plain = new Set(list(b))
    const whole = list(b).filter(isWhole).slice(0, mostWhole)
    const shared = list(a).filter(
      (item, at) => plain.has(item) || (at < mostWhole && isWhole(item) && whole.some((other) => isEqual(item, other))),
    )
    return shared.length > 0 ? shared : b
  },
  properties: (a, b) => {
    if (!isObject(a) || !isObject(b)) return b
    const merged = new Map(Object.entries(a))
    for (const [name, schema] of Object.entries(b)) {
      const before = merged.get(name)
      merged.set(name, before === undefined ? schema : both(before, schema ?? true))
    }
    return Object.fromEntries(merged)
  },
  required: (a, b) => [...list(a), ...list(b)],
  items: both,
  additionalProperties: both,
  propertyNames: both,
  contains: both,
  not: (a, b) => ({ anyOf: [a, b] }),
  minimum: larger,
  exclusiveMinimum: larger,
  maximum: smaller,
  exclusiveMaximum: smaller,
  minLength: larger,
  maxLength: smaller,
  minItems: larger,
  maxItems: smaller,
  minProperties: larger,
  maxProperties: smaller,
  uniqueItems: (a, b) => a === true || b === true,
  multipleOf: (a, b) => (typeof a === 'number' && typeof b === 'number' ? commonMultiple(a, b) : b),
}

function commonTypes(types: readonly Json[], type: Json): readonly Json[] {
  if (types.includes(type)) return [type]
  if (type === 'number' && types.includes('integer')) return ['integer']
  return type === 'integer' && types.includes('number') ? ['integer'] : []
}

function commonMultiple(a: number, b: number): number {
  if (!Number.isSafeInteger(a) || !Number.isSafeInteger(b) || a <= 0 || b <= 0) return Math.max(a, b)
  let [x, y] = [a, b]
  while (y !== 0) [x, y] = [y, x % y]
  return (a / x) * b
}
