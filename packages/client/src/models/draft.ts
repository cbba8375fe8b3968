import type { FieldKeys, Json, JsonObject } from '@outcrop/protocol'

/** Changes to a body that leave the body itself alone: what is changed is copied once, all else is shared. */
export interface Draft {
  /** Puts a value in a place that exists; `undefined` takes the member out. Items of lists stay where they are. */
  readonly set: (keys: FieldKeys, value: Json | undefined) => void
  readonly get: (keys: FieldKeys) => Json | undefined
  /** The body with its changes; the very same object where there were none. */
  readonly done: () => JsonObject
}

/** Begins changes to a body. */
export function createDraft(original: JsonObject): Draft {
  const own = new Set<object>()
  let root = original

  const mutable = (value: object): MutableObject => {
    if (own.has(value)) return value as MutableObject
    const copy = (Array.isArray(value) ? [...(value as readonly Json[])] : { ...value }) as MutableObject
    own.add(copy)
    return copy
  }

  return {
    get: (keys) => keys.reduce<Json | undefined>(memberOf, root),
    set(keys, value) {
      const last = keys.at(-1)
      if (last === undefined || keys.slice(0, -1).reduce<Json | undefined>(memberOf, root) === undefined) return
      let parent = mutable(root)
      root = parent
      for (const key of keys.slice(0, -1)) {
        const child = parent[key]
        if (typeof child !== 'object' || child === null) return
        parent = parent[key] = mutable(child)
      }
      if (value === undefined) delete parent[last]
      else parent[last] = value
    },
    done: () => root,
  }
}

interface MutableObject {
  [key: string | number]: Json | MutableObject | undefined
}

function memberOf(value: Json | undefined, key: string | number): Json | undefined {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
  return (value as Readonly<Record<string | number, Json | undefined>>)[key]
}
