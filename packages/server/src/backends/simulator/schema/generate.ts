import type { Json, JsonObject } from '@outcrop/protocol'

import type { Hints } from '../hints.ts'
import type { Random } from '../random.ts'
import { sharedWords, subjectWords } from '../words.ts'
import { flatten, merge, type FlatSchema, type FlattenTask } from './flatten.ts'
import { matchesPattern } from './match-pattern.ts'
import { makeNumber, makeString, type Spot } from './scalars.ts'
import { chargeFor, chargeForText, isArray, isEqual, isObject, numberAt, own } from './schema.ts'
import { isValid, patternCost, type CheckTask } from './validate.ts'

/** Makes a JSON value that a schema accepts, with values from the prompt where it offers some; the best it can, else. */
export function generateJson(schema: Json, hints: Hints, random: Random, budget = createBudget()): Json {
  const task: Task = { root: schema, ...budget, promptWords: subjectWords(hints.text) }
  const value = attempt(schema, task, hints, random)
  budget.left = task.left
  budget.checksLeft = task.checksLeft
  budget.patternSteps = task.patternSteps
  return value
}

/** What one answer may take, however many values it holds. */
export interface Budget {
  left: number
  checksLeft: number
  patternSteps: number
}

/** Gives the budget of one answer. */
export function createBudget(): Budget {
  return { left: 20_000, checksLeft: 100_000, patternSteps: 3_000_000 }
}

function attempt(schema: Json, task: Task, hints: Hints, random: Random): Json {
  let first: Json | undefined
  for (let variation = 0; variation < attempts && task.left > 0; variation++) {
    const value = build(schema, task, { name: '', variation, hints, random, depth: 0 })
    if (isValid(value, schema, task)) return value
    first ??= value
  }
  return first ?? null
}

/** Branches that fail are tried one after the other, so the steps of all attempts together are bounded. */
interface Task extends FlattenTask, CheckTask {
  readonly promptWords: ReadonlySet<string>
}

interface Place extends Spot {
  readonly depth: number
}

const attempts = 4
/** Deeper than this, only what is required is made, and the smallest branch first: recursive schemas come to an end. */
const terseDepth = 4
const deepest = 24
const mostItems = 1_000

function build(schema: Json, task: Task, place: Place): Json {
  if (--task.left <= 0 || place.depth > deepest) return null
  return buildFlat(flatten(schema, task), task, place)
}

function buildFlat(flat: FlatSchema, task: Task, place: Place): Json {
  const { keywords } = flat
  const fixed = own(keywords, 'const')
  if (fixed !== undefined) return fixed
  const [choice, ...otherChoices] = flat.choices
  // Branches that lead back to themselves never end: at the bottom what stands around them has to do.
  if (choice !== undefined && place.depth <= deepest) {
    return buildChoice({ keywords, choices: otherChoices }, choice, task, place)
  }
  const items = own(keywords, 'enum')
  if (isArray(items) && items.length > 0) return pickItem(items, keywords, task, place)
  const given = givenValue(keywords, task, place)
  return given !== undefined ? given : builders[typeOf(keywords)](keywords, task, place)
}

/** Tries the branches one after the other until one makes a value that it accepts together with everything around it. */
function buildChoice(rest: FlatSchema, branches: readonly Json[], task: Task, place: Place): Json {
  const isTerse = place.depth >= terseDepth
  const ordered = [...branches].sort((a, b) => rank(a, isTerse, task) - rank(b, isTerse, task))
  const start = place.variation % 3 === 2 ? place.variation : 0
  let first: Json | undefined
  for (let at = 0; at < ordered.length && task.left > 0; at++) {
    const branch = ordered[(at + start) % ordered.length] ?? true
    const value = buildFlat(merge(rest, flatten(branch, task)), task, { ...place, depth: place.depth + 1 })
    const hits = branches.filter((other) => isValid(value, other, task)).length
    // One hit satisfies `oneOf` and `anyOf` alike, so it is what every choice aims for.
    if (hits === 1 && isValid(value, rest.keywords, task)) return value
    if (hits > 0 || first === undefined) first = value
  }
  return first ?? null
}

/** Null last where there is room, simple kinds first where there is none. */
function rank(branch: Json, isTerse: boolean, task: Task): number {
  const { keywords, choices } = flatten(branch, task)
  const type = typeOf(keywords)
  if (type === 'null') return isTerse ? 0 : 3
  const isNested = choices.length > 0 || type === 'object' || type === 'array'
  return isTerse && isNested ? 2 : 1
}

function pickItem(items: readonly Json[], keywords: JsonObject, task: Task, place: Place): Json {
  const rest = Object.fromEntries(Object.entries(keywords).filter(([name]) => name !== 'enum'))
  const fitting = items.slice(0, 500).filter((item) => isValid(item, rest, task))
  const wanted = fitting.find(
    (item) => typeof item === 'string' && sharedWords(subjectWords(item), task.promptWords) > 0,
  )
  if (place.variation === 0 && wanted !== undefined) return wanted
  return fitting[place.variation % Math.max(1, fitting.length)] ?? items[0] ?? null
}

/** What the schema itself offers: its default, or one of its examples. */
function givenValue(keywords: JsonObject, task: Task, place: Place): Json | undefined {
  if (place.variation > 0) return undefined
  const examples = own(keywords, 'examples')
  const offered = [
    own(keywords, 'default'),
    ...(isArray(examples) ? examples.slice(0, 5) : []),
    own(keywords, 'example'),
  ]
  return offered.find((value) => value !== undefined && isValid(value, keywords, task))
}

type TypeName = 'object' | 'array' | 'string' | 'number' | 'integer' | 'boolean' | 'null'

const builders: Readonly<Record<TypeName, (keywords: JsonObject, task: Task, place: Place) => Json>> = {
  object: buildObject,
  array: buildArray,
  string: (keywords, task, place) => {
    const text = makeString(keywords, place, task)
    task.left -= chargeForText(text)
    return text
  },
  number: (keywords, _task, place) => makeNumber(keywords, place, false),
  integer: (keywords, _task, place) => makeNumber(keywords, place, true),
  boolean: (_keywords, _task, { variation }) => variation % 2 === 0,
  null: () => null,
}

const signs: ReadonlyArray<readonly [TypeName, readonly string[]]> = [
  ['object', ['properties', 'required', 'additionalProperties', 'patternProperties', 'minProperties', 'propertyNames']],
  ['array', ['items', 'prefixItems', 'minItems', 'maxItems', 'contains', 'uniqueItems']],
  ['number', ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf']],
]

/** The type to make: the one that is named, else the one that the other keywords speak of, else a string. */
function typeOf(keywords: JsonObject): TypeName {
  const type = own(keywords, 'type')
  const named = (isArray(type) ? type : [type]).filter(
    (name): name is TypeName => typeof name === 'string' && Object.hasOwn(builders, name),
  )
  const found = named.find((name) => name !== 'null') ?? named[0]
  if (found !== undefined) return found
  return signs.find(([, names]) => names.some((name) => Object.hasOwn(keywords, name)))?.[0] ?? 'string'
}

function buildObject(keywords: JsonObject, task: Task, place: Place): Json {
  const members = new Map<string, Json>()
  task.left -= chargeFor(propertiesOf(keywords)) + chargeFor(requiredNames(keywords))
  const most = numberAt(keywords, 'maxProperties') ?? Infinity
  const add = (name: string): void => {
    if (task.left <= 0 || members.has(name) || members.size >= Math.max(most, 0)) return
    const schema = memberSchema(keywords, name, task)
    if (schema !== undefined) members.set(name, build(schema, task, { ...place, name, depth: place.depth + 1 }))
  }
  for (const name of requiredNames(keywords)) add(name)
  const optional = Object.keys(propertiesOf(keywords))
    .slice(0, mostItems)
    .filter((name) => !members.has(name))
  if (place.depth < terseDepth) for (const name of optional) if (isWanted(name, task)) add(name)
  const least = Math.min(numberAt(keywords, 'minProperties') ?? 0, mostItems)
  for (const name of optional) if (members.size < least) add(name)
  for (let at = 0; members.size < least && at < least * 2 && task.left > 0; at++)
    add(newName(keywords, at, task, place))
  addDependents(keywords, [...members.keys()], add)
  return Object.fromEntries(members)
}

function propertiesOf(keywords: JsonObject): JsonObject {
  const properties = own(keywords, 'properties')
  return isObject(properties) ? properties : {}
}

function requiredNames(keywords: JsonObject): readonly string[] {
  const required = own(keywords, 'required')
  return isArray(required) ? required.filter((name) => typeof name === 'string') : []
}

/** Optional members are filled in when the prompt speaks of them. */
function isWanted(name: string, task: Task): boolean {
  return sharedWords(subjectWords(name), task.promptWords) > 0
}

/** Everything that a schema says of a member with this name; nothing when it forbids one. */
function memberSchema(keywords: JsonObject, name: string, task: Task): Json | undefined {
  const found: Json[] = []
  const own_ = own(propertiesOf(keywords), name)
  if (own_ !== undefined) found.push(own_)
  const patterns = own(keywords, 'patternProperties')
  if (isObject(patterns)) {
    for (const [pattern, schema] of Object.entries(patterns)) {
      task.checksLeft -= patternCost
      if (task.checksLeft <= 0) break
      if (matchesPattern(pattern, name, task) === true) found.push(schema ?? true)
    }
  }
  if (found.length === 0) found.push(own(keywords, 'additionalProperties') ?? true)
  if (found.includes(false)) return undefined
  return found.length === 1 ? found[0] : { allOf: found }
}

/** A name for a member that no property names: by the pattern for names, or a plain one. */
function newName(keywords: JsonObject, at: number, task: Task, place: Place): string {
  const patterns = own(keywords, 'patternProperties')
  const pattern = isObject(patterns) ? Object.keys(patterns)[0] : undefined
  task.left -= chargeFor(patterns)
  const names = own(keywords, 'propertyNames') ?? (pattern === undefined ? undefined : { pattern })
  if (names === undefined) return `member${at + 1}`
  const made = build({ allOf: [{ type: 'string' }, names] }, task, {
    ...place,
    name: 'member',
    variation: at,
    depth: place.depth + 1,
  })
  return typeof made === 'string' ? made : `member${at + 1}`
}

function addDependents(keywords: JsonObject, names: readonly string[], add: (name: string) => void): void {
  const dependencies = own(keywords, 'dependentRequired')
  if (!isObject(dependencies)) return
  for (const name of names) {
    const needed = own(dependencies, name)
    if (needed !== undefined && isArray(needed)) for (const other of needed) if (typeof other === 'string') add(other)
  }
}

function buildArray(keywords: JsonObject, task: Task, place: Place): Json {
  const legacy = own(keywords, 'items')
  const prefix = own(keywords, 'prefixItems') ?? (isArray(legacy) ? legacy : undefined)
  const prefixes = prefix !== undefined && isArray(prefix) ? prefix : []
  const rest = isArray(legacy) ? own(keywords, 'additionalItems') : legacy
  const contains = own(keywords, 'contains')
  const needed = contains === undefined ? 0 : (numberAt(keywords, 'minContains') ?? 1)
  const count = itemCount(keywords, prefixes.length, rest, needed, place)
  const isUnique = own(keywords, 'uniqueItems') === true
  const items: Json[] = []
  for (let at = 0; at < count && task.left > 0; at++) {
    const isNeeded = contains !== undefined && at >= prefixes.length && at < prefixes.length + needed
    const plain = prefixes[at] ?? rest ?? true
    const schema = isNeeded ? { allOf: [plain, contains] } : plain
    items.push(
      isUnique ? buildDistinct(schema, items, task, place) : build(schema, task, itemPlace(place, place.variation)),
    )
  }
  return items
}

const itemPlace = (place: Place, variation: number): Place => ({ ...place, variation, depth: place.depth + 1 })

function itemCount(
  keywords: JsonObject,
  prefixes: number,
  rest: Json | undefined,
  needed: number,
  place: Place,
): number {
  const least = Math.max(numberAt(keywords, 'minItems') ?? 0, needed > 0 ? prefixes + needed : 0)
  const most = Math.min(numberAt(keywords, 'maxItems') ?? Infinity, rest === false ? prefixes : Infinity)
  const usual = place.depth >= terseDepth ? least : Math.max(least, prefixes, 1)
  return Math.max(0, Math.min(usual, most, mostItems))
}

/** Makes an item that no item before it equals, if a few dozen variations can. */
function buildDistinct(schema: Json, before: readonly Json[], task: Task, place: Place): Json {
  let item: Json = null
  for (let attempt = 0; attempt < 24 && task.left > 0; attempt++) {
    item = build(schema, task, itemPlace(place, place.variation + before.length + attempt))
    const made = item
    if (before.every((other) => !isEqual(other, made))) break
  }
  return item
}
