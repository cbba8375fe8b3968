import type { Json } from '@outcrop/protocol'
import type { Key } from './store.ts'

/** A document under its key, and the key as one string that sorts as its parts do. */
export interface Row {
  readonly id: string
  readonly entry: readonly [key: Key, document: Json]
}

/** No part of a key holds it, and it comes before everything that one may hold. */
const separator = '\u0000'

/** Whether documents can have this key; none is found under any other. */
export function isKey(key: Key): boolean {
  return key.length > 0 && key.every((part) => !part.includes(separator))
}

/** A key as one string; two keys never give the same. */
export function toId(key: Key): string {
  return key.join(separator)
}

/** Whether the key of a row begins with the parts of a prefix, which is not empty. */
export function startsWith(id: string, prefixId: string): boolean {
  return id.startsWith(prefixId) && (id.length === prefixId.length || id[prefixId.length] === separator)
}

/** So many keys that come or go between two lists are put in their places one by one; for more, all are sorted anew. */
const fewMoves = 64

/** One collection: its documents by their keys, and the order of those once somebody has asked for a list. */
export class Table {
  readonly #rows = new Map<string, Row>()
  #order: string[] | undefined
  readonly #moved = new Set<string>()

  get(key: Key): Json | undefined {
    return isKey(key) ? this.#rows.get(toId(key))?.entry[1] : undefined
  }

  put(key: Key, document: Json): void {
    const id = toId(key)
    if (!this.#rows.has(id)) this.#move(id)
    this.#rows.set(id, { id, entry: [key, document] })
  }

  delete(key: Key): void {
    const id = toId(key)
    if (this.#rows.delete(id)) this.#move(id)
  }

  /** The rows whose keys begin with these parts, in the order of their keys. */
  list(prefix: Key): readonly Row[] {
    const order = this.#sorted()
    const found: Row[] = []
    if (prefix.length > 0 && !isKey(prefix)) return found
    const prefixId = toId(prefix)
    for (let at = prefix.length === 0 ? 0 : lowerBound(order, prefixId); at < order.length; at++) {
      const id = order[at]
      const row = id === undefined ? undefined : this.#rows.get(id)
      if (row === undefined || (prefix.length > 0 && !startsWith(row.id, prefixId))) break
      found.push(row)
    }
    return found
  }

  #move(id: string): void {
    if (this.#order === undefined) return
    this.#moved.add(id)
    if (this.#moved.size <= fewMoves) return
    this.#moved.clear()
    this.#order = undefined
  }

  #sorted(): readonly string[] {
    const order = (this.#order ??= [...this.#rows.keys()].sort())
    for (const id of this.#moved) {
      const at = lowerBound(order, id)
      const wasHere = order[at] === id
      const isHere = this.#rows.has(id)
      if (isHere && !wasHere) order.splice(at, 0, id)
      if (wasHere && !isHere) order.splice(at, 1)
    }
    this.#moved.clear()
    return order
  }
}

/** Where an id is in the order, or would be. */
function lowerBound(order: readonly string[], id: string): number {
  let [low, high] = [0, order.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((order[middle] ?? '') < id) low = middle + 1
    else high = middle
  }
  return low
}
