import type { Json, JsonObject } from '@outcrop/protocol'
import { formats } from './json-formats.ts'
import { isArray, isEqual, isObject, kindOf, quote } from './json-values.ts'

/** A place of a value that its schema does not accept. */
export interface SchemaFault {
  /** A JSON pointer, `/items/0/price`; empty for the value as a whole. */
  readonly at: string
  /** `must be a number, and is the string "12"`. */
  readonly problem: string
}

/**
 * Finds where a value breaks a schema, ten places at most. It knows the keywords that Claude's structured outputs take,
 * those about sizes and bounds, `oneOf` and `not`; a keyword that it does not know, `pattern` among them, holds nothing.
 * Work and depth are bounded: what cannot be checked to its end is a fault, never a pass.
 */
export function findSchemaFaults(value: Json, schema: Json): readonly SchemaFault[] {
  const task: Task = { root: schema, stepsLeft: mostSteps }
  const found: SchemaFault[] = []
  try {
    for (const fault of check(value, schema, { at: '', depth: 0, task })) {
      found.push(fault)
      if (found.length === mostFaults) break
    }
  } catch (cause) {
    if (!(cause instanceof Exhausted)) throw cause
    found.push({ at: '', problem: cause.message })
  }
  return found
}

/** Writes faults as lines for a model or a person to read. */
export function describeFaults(faults: readonly SchemaFault[]): string {
  return faults.map(({ at, problem }) => `- ${at === '' ? 'the value' : at} ${problem}`).join('\n')
}

const mostFaults = 10
const mostSteps = 1_000_000
const deepest = 200

interface Task {
  readonly root: Json
  stepsLeft: number
}

interface Place {
  readonly at: string
  readonly depth: number
  readonly task: Task
}

class Exhausted extends Error {}

function spend(task: Task, steps: number): void {
  task.stepsLeft -= steps
  if (task.stepsLeft < 0) throw new Exhausted('is too large to be checked')
}

type Faults = Iterable<SchemaFault>
type Rule = (value: Json, limit: Json, place: Place, schema: JsonObject) => Faults

function* check(value: Json, schema: Json, place: Place): Generator<SchemaFault> {
  spend(place.task, 1)
  if (place.depth > deepest) throw new Exhausted('is too deep to be checked')
  if (schema === false) yield fault(place, 'is not allowed')
  if (!isObject(schema)) return
  for (const [keyword, limit] of Object.entries(schema)) {
    const rule = rules.get(keyword)
    if (rule !== undefined && limit !== undefined) yield* rule(value, limit, place, schema)
  }
}

function fault({ at }: Place, problem: string): SchemaFault {
  return { at, problem }
}

function within(place: Place, key: string | number): Place {
  const name = String(key).replaceAll('~', '~0').replaceAll('/', '~1')
  return { ...place, at: `${place.at}/${name}`, depth: place.depth + 1 }
}

function again(place: Place): Place {
  return { ...place, depth: place.depth + 1 }
}

/** Names in the text of a fault: a hostile one must not make it long. */
const mostNamed = 200

function* checkType(value: Json, type: Json, place: Place): Faults {
  const types = isArray(type) ? type : [type]
  if (types.some((one) => hasType(value, one))) return
  yield fault(place, `must be ${types.map((one) => articled(one)).join(' or ')}, and is ${quote(value)}`)
}

function hasType(value: Json, type: Json): boolean {
  return type === 'integer' ? Number.isInteger(value) : kindOf(value) === type
}

function articled(type: Json): string {
  if (typeof type !== 'string') return quote(type)
  if (type === 'null') return type
  return `${/^[aeio]/.test(type) ? 'an' : 'a'} ${type}`
}

function* checkEnum(value: Json, items: Json, place: Place): Faults {
  if (!isArray(items)) return
  spend(place.task, items.length)
  if (items.some((item) => isEqual(item, value))) return
  const words = items.slice(0, 20).map(quote).join(', ')
  yield fault(place, `must be one of ${words}${items.length > 20 ? ', …' : ''}, and is ${quote(value)}`)
}

function* checkConst(value: Json, expected: Json, place: Place): Faults {
  if (!isEqual(value, expected)) yield fault(place, `must be ${quote(expected)}, and is ${quote(value)}`)
}

function* checkRequired(value: Json, names: Json, place: Place): Faults {
  if (!isObject(value) || !isArray(names)) return
  spend(place.task, names.length)
  for (const name of names) {
    if (typeof name !== 'string' || Object.hasOwn(value, name)) continue
    yield fault(place, `must have the member "${name.slice(0, mostNamed)}"`)
  }
}

function* checkProperties(value: Json, properties: Json, place: Place): Faults {
  if (!isObject(value) || !isObject(properties)) return
  for (const [name, schema] of Object.entries(properties)) {
    spend(place.task, 1)
    if (!Object.hasOwn(value, name)) continue
    yield* check(value[name] ?? null, schema ?? true, within(place, name))
  }
}

function* checkAdditional(
  value: Json,
  schema: Json,
  place: Place,
  { properties, patternProperties }: JsonObject,
): Faults {
  // Patterns are not run, so nothing can be said of the names that they may match.
  if (!isObject(value) || schema === true || isObject(patternProperties)) return
  const named = isObject(properties) ? properties : {}
  for (const [name, item] of Object.entries(value)) {
    spend(place.task, 1)
    if (Object.hasOwn(named, name)) continue
    if (schema === false) yield fault(place, `must not have the member "${name.slice(0, mostNamed)}"`)
    else yield* check(item ?? null, schema, within(place, name))
  }
}

function* checkItems(value: Json, schema: Json, place: Place, { prefixItems }: JsonObject): Faults {
  if (!isArray(value)) return
  const first = isArray(prefixItems) ? prefixItems.length : 0
  for (let at = first; at < value.length; at++) yield* check(value[at] ?? null, schema, within(place, at))
}

function* checkPrefix(value: Json, schemas: Json, place: Place): Faults {
  if (!isArray(value) || !isArray(schemas)) return
  for (const [at, schema] of schemas.entries()) {
    if (at < value.length) yield* check(value[at] ?? null, schema, within(place, at))
  }
}

function* checkUnique(value: Json, isUnique: Json, place: Place): Faults {
  if (isUnique !== true || !isArray(value)) return
  const seen = new Set<string>()
  for (const [at, item] of value.entries()) {
    spend(place.task, 1)
    const text = JSON.stringify(item, sortMembers)
    if (seen.has(text)) yield fault(within(place, at), 'must not be there twice')
    seen.add(text)
  }
}

function sortMembers(_name: string, value: unknown): unknown {
  return isObject(value) ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))) : value
}

function* checkAll(value: Json, schemas: Json, place: Place): Faults {
  if (!isArray(schemas)) return
  for (const schema of schemas) yield* check(value, schema, again(place))
}

/** What is wrong with a value by each of several schemas; those that accept it have nothing. */
function eachOf(value: Json, schemas: readonly Json[], place: Place): ReadonlyArray<readonly SchemaFault[]> {
  return schemas.map((schema) => {
    const found: SchemaFault[] = []
    for (const one of check(value, schema, again(place))) if (found.push(one) === mostFaults) break
    return found
  })
}

function* checkAny(value: Json, schemas: Json, place: Place): Faults {
  if (!isArray(schemas)) return
  const failed: Array<readonly SchemaFault[]> = []
  for (const schema of schemas) {
    const [found = []] = eachOf(value, [schema], place)
    if (found.length === 0) return
    failed.push(found)
  }
  yield* nearest(failed, place)
}

function* checkOne(value: Json, schemas: Json, place: Place): Faults {
  if (!isArray(schemas)) return
  const outcomes = eachOf(value, schemas, place)
  const fits = outcomes.filter((found) => found.length === 0).length
  if (fits === 0) yield* nearest(outcomes, place)
  if (fits > 1) yield fault(place, `must fit one of ${schemas.length} alternatives, and fits ${fits} of them`)
}

/** Of several alternatives the one that needs the fewest corrections is most likely the one that was meant. */
function* nearest(outcomes: ReadonlyArray<readonly SchemaFault[]>, place: Place): Faults {
  const [best] = outcomes.toSorted((a, b) => a.length - b.length)
  yield fault(place, `must fit one of ${outcomes.length} alternatives; to fit the nearest of them:`)
  yield* best ?? []
}

function* checkNot(value: Json, schema: Json, place: Place): Faults {
  for (const _ of check(value, schema, again(place))) return
  yield fault(place, 'must not be what it is: the schema excludes it')
}

function* checkRef(value: Json, ref: Json, place: Place): Faults {
  if (typeof ref !== 'string') return
  const schema = resolveRef(place.task.root, ref)
  if (schema === undefined) throw new Exhausted(`cannot be checked: the schema's $ref ${quote(ref)} leads nowhere`)
  yield* check(value, schema, again(place))
}

/** Finds what a `$ref` inside the same schema names: `#` or a JSON pointer. */
export function resolveRef(root: Json, ref: string): Json | undefined {
  if (ref !== '#' && !ref.startsWith('#/')) return undefined
  let at: Json | undefined = root
  for (const part of ref.split('/').slice(1, deepest)) {
    const name = part.replaceAll('%24', '$').replaceAll('~1', '/').replaceAll('~0', '~')
    if (isArray(at)) at = at[Number(name)]
    else at = isObject(at) && Object.hasOwn(at, name) ? at[name] : undefined
  }
  return at
}

/** A rule about a measure of some values, which must stand in an order to the keyword's number. */
function bound(
  measure: (value: Json, place: Place) => number | undefined,
  holds: (size: number, limit: number) => boolean,
  words: (limit: number) => string,
): Rule {
  return function* (value, limit, place) {
    const size = typeof limit === 'number' ? measure(value, place) : undefined
    if (size === undefined || typeof limit !== 'number' || holds(size, limit)) return
    yield fault(place, `must ${words(limit)}, and is ${quote(value)}`)
  }
}

const atLeast = (size: number, limit: number): boolean => size >= limit
const atMost = (size: number, limit: number): boolean => size <= limit
const itself = (value: Json): number | undefined => (typeof value === 'number' ? value : undefined)
const items = (value: Json): number | undefined => (isArray(value) ? value.length : undefined)
const members = (value: Json): number | undefined => (isObject(value) ? Object.keys(value).length : undefined)

function characters(value: Json, { task }: Place): number | undefined {
  if (typeof value !== 'string') return undefined
  spend(task, value.length >> 6)
  let count = value.length
  for (const character of value) count -= character.length - 1
  return count
}

function isMultiple(value: number, of: number): boolean {
  const ratio = value / of
  return of <= 0 || Math.abs(ratio - Math.round(ratio)) < 1e-9
}

function* checkFormat(value: Json, name: Json, place: Place): Faults {
  const format = typeof name === 'string' ? formats.get(name) : undefined
  if (typeof name !== 'string' || typeof value !== 'string' || format === undefined) return
  if (value.length >= 1000 || !format.test(value))
    yield fault(place, `must be written as ${name}, and is ${quote(value)}`)
}

const rules: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ['type', checkType],
  ['enum', checkEnum],
  ['const', checkConst],
  ['required', checkRequired],
  ['properties', checkProperties],
  ['additionalProperties', checkAdditional],
  ['items', checkItems],
  ['prefixItems', checkPrefix],
  ['uniqueItems', checkUnique],
  ['allOf', checkAll],
  ['anyOf', checkAny],
  ['oneOf', checkOne],
  ['not', checkNot],
  ['$ref', checkRef],
  ['format', checkFormat],
  ['minimum', bound(itself, atLeast, (limit) => `be ${limit} or more`)],
  ['maximum', bound(itself, atMost, (limit) => `be ${limit} or less`)],
  [
    'exclusiveMinimum',
    bound(
      itself,
      (size, limit) => size > limit,
      (limit) => `be more than ${limit}`,
    ),
  ],
  [
    'exclusiveMaximum',
    bound(
      itself,
      (size, limit) => size < limit,
      (limit) => `be less than ${limit}`,
    ),
  ],
  ['multipleOf', bound(itself, isMultiple, (limit) => `be a multiple of ${limit}`)],
  ['minLength', bound(characters, atLeast, (limit) => `have ${limit} characters or more`)],
  ['maxLength', bound(characters, atMost, (limit) => `have ${limit} characters or fewer`)],
  ['minItems', bound(items, atLeast, (limit) => `have ${limit} items or more`)],
  ['maxItems', bound(items, atMost, (limit) => `have ${limit} items or fewer`)],
  ['minProperties', bound(members, atLeast, (limit) => `have ${limit} members or more`)],
  ['maxProperties', bound(members, atMost, (limit) => `have ${limit} members or fewer`)],
])
