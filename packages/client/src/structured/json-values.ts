import type { Json, JsonObject } from '@outcrop/protocol'

/** Whether a value is a JSON object. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Whether a value is a JSON array. */
export function isArray(value: unknown): value is readonly Json[] {
  return Array.isArray(value)
}

/** The objects of a list; nothing where there is no list. */
export function objectsOf(value: unknown): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : []
}

/** A member that is a text; an empty one where it is none. */
export function textAt(object: JsonObject, name: string): string {
  const value = object[name]
  return typeof value === 'string' ? value : ''
}

/** An object without some of its members. */
export function omit(object: JsonObject, ...names: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name)))
}

/** The name that JSON Schema has for a kind of value, `number` for whole numbers too. */
export function kindOf(value: Json): string {
  if (value === null) return 'null'
  return isArray(value) ? 'array' : typeof value
}

/** Shows a value in a sentence: scalars as they are, long ones cut, and of anything bigger what it is. */
export function quote(value: Json): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? `${value.slice(0, 59)}…` : value)
  if (isArray(value)) return value.length === 0 ? 'an empty array' : `an array of ${value.length}`
  return isObject(value) ? 'an object' : String(value)
}

/** Whether two JSON values are equal, members in any order; very deep values count as different. */
export function isEqual(a: Json | undefined, b: Json | undefined, depth = 0): boolean {
  if (a === b) return true
  if (depth > 100) return false
  if (isArray(a)) return isArray(b) && a.length === b.length && a.every((item, at) => isEqual(item, b[at], depth + 1))
  if (!isObject(a) || !isObject(b)) return false
  const names = Object.keys(a)
  if (names.length !== Object.keys(b).length) return false
  return names.every((name) => Object.hasOwn(b, name) && isEqual(a[name], b[name], depth + 1))
}
