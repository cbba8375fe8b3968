import type { Json, JsonObject } from '@outcrop/protocol'

/** Whether a value is a JSON object. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Whether a value is a JSON array. */
export function isArray(value: unknown): value is readonly Json[] {
  return Array.isArray(value)
}

/** A member that the object itself has: `constructor` and its like are never found by accident. */
export function own(object: JsonObject, name: string): Json | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined
}

/** A member that is a finite number. */
export function numberAt(object: JsonObject, name: string): number | undefined {
  const value = own(object, name)
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}

/** What looking through all of a keyword's members takes from a budget that counts whole steps. */
export function chargeFor(value: Json | undefined): number {
  if (isArray(value)) return value.length >> 6
  return isObject(value) ? Object.keys(value).length >> 6 : 0
}

/** What making or measuring a text takes from a budget that counts whole steps. */
export function chargeForText(text: string): number {
  return text.length >> 6
}

/** Whether two JSON values are equal: members in any order, numbers by value; very deep values count as different. */
export function isEqual(a: Json | undefined, b: Json | undefined, depth = 0): boolean {
  if (a === b) return true
  if (depth > 64) return false
  if (isArray(a)) return isArray(b) && a.length === b.length && a.every((item, at) => isEqual(item, b[at], depth + 1))
  if (!isObject(a) || !isObject(b)) return false
  const names = Object.keys(a)
  if (names.length !== Object.keys(b).length) return false
  return names.every((name) => Object.hasOwn(b, name) && isEqual(a[name], b[name], depth + 1))
}

/** Finds what a `$ref` inside the same schema names: `#`, a JSON pointer, or an anchor of a definition. */
export function resolveRef(root: Json, ref: string): Json | undefined {
  if (!ref.startsWith('#')) return undefined
  if (ref !== '#' && !ref.startsWith('#/')) return findAnchor(root, ref.slice(1))
  let at: Json | undefined = root
  for (const part of ref.split('/').slice(1)) {
    const name = decodePointer(part)
    if (isObject(at)) at = own(at, name)
    else at = isArray(at) ? at[Number(name)] : undefined
  }
  return at
}

function findAnchor(root: Json, anchor: string): Json | undefined {
  if (!isObject(root)) return undefined
  for (const place of ['$defs', 'definitions']) {
    const definitions = own(root, place)
    if (!isObject(definitions)) continue
    const found = Object.values(definitions).find((schema) => isObject(schema) && own(schema, '$anchor') === anchor)
    if (found !== undefined) return found
  }
  return undefined
}

function decodePointer(part: string): string {
  const plain = part.replaceAll('~1', '/').replaceAll('~0', '~')
  try {
    return decodeURIComponent(plain)
  } catch {
    return plain
  }
}
