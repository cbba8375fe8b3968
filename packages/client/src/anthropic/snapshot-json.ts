import type { Json, JsonObject } from '@outcrop/protocol'

/**
 * What `JSON.stringify` would write of a value, as a value: containers are copied, texts are shared, so that a body of many
 * megabytes costs next to nothing and nothing that its owner does to it later is sent. `undefined` for what is no object or takes
 * more than plain data, which is left to `JSON.stringify` itself.
 */
export function snapshotJson(value: unknown): JsonObject | undefined {
  if (!isPlainObject(value)) return undefined
  try {
    return copyObject(value, 0)
  } catch (error) {
    if (error instanceof NotPlain) return undefined
    throw error
  }
}

/** Deeper than any request; what is deeper may hold itself. */
const deepest = 200

class NotPlain extends Error {}

type Plain = Readonly<Record<string, unknown>>

function copyObject(value: Plain, depth: number): JsonObject {
  if (depth > deepest) throw new NotPlain()
  const copy: Record<string, Json> = {}
  for (const name of Object.keys(value)) {
    // It would set the prototype instead of a member.
    if (name === '__proto__') throw new NotPlain()
    const member = value[name]
    if (member !== undefined) copy[name] = copyValue(member, depth + 1)
  }
  return copy
}

function copyValue(value: unknown, depth: number): Json {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value
    case 'number':
      return Number.isFinite(value) ? value : null
    case 'object':
      if (value === null) return null
      if (Array.isArray(value)) return copyArray(value, depth)
      if (isPlainObject(value)) return copyObject(value, depth)
      throw new NotPlain()
    default:
      throw new NotPlain()
  }
}

function copyArray(values: readonly unknown[], depth: number): Json {
  if (depth > deepest) throw new NotPlain()
  return values.map((value) => (value === undefined ? null : copyValue(value, depth + 1)))
}

function isPlainObject(value: unknown): value is Plain {
  if (typeof value !== 'object' || value === null || 'toJSON' in value) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
