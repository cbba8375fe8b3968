import type { Json } from '@outcrop/protocol'
import type { Collection, Key, Transaction } from './store.ts'
import { isKey, type Row, startsWith, type Table, toId } from './table.ts'

/** A document that is written, or deleted where there is none. */
export interface Change {
  readonly collection: string
  readonly key: Key
  readonly document: Json | undefined
}

/** What a transaction has written so far, over tables that it leaves alone. */
export interface Draft {
  readonly transaction: Transaction
  /** The last change of each key. */
  changes(): readonly Change[]
}

/** Begins a transaction on tables. */
export function createDraft(tables: ReadonlyMap<string, Table>): Draft {
  const overlays = new Map<string, Map<string, Change>>()
  const change = (collection: string, key: Key, document: Json | undefined): void => {
    const overlay = overlays.get(collection) ?? new Map<string, Change>()
    overlays.set(collection, overlay)
    overlay.set(toId(key), { collection, key: [...key], document })
  }
  return {
    transaction: {
      get<T>({ name }: Collection<T>, key: Key) {
        const changed = isKey(key) ? overlays.get(name)?.get(toId(key)) : undefined
        return (changed === undefined ? tables.get(name)?.get(key) : changed.document) as T | undefined
      },
      list<T>({ name }: Collection<T>, prefix: Key = []) {
        const rows = tables.get(name)?.list(prefix) ?? []
        const overlay = overlays.get(name)
        const merged = overlay === undefined ? rows : merge(rows, overlay, prefix)
        return merged.map(({ entry: [key, document] }) => [key, document as T] as const)
      },
      put({ name }, key, document) {
        if (!isKey(key))
          throw new TypeError(`${JSON.stringify(key)} is no key of ${name}: it has no parts, or one with U+0000`)
        change(name, key, copyOf(document))
      },
      delete({ name }, key) {
        if (isKey(key)) change(name, key, undefined)
      },
    },
    changes: () => [...overlays.values()].flatMap((overlay) => Array.from(overlay.values())),
  }
}

/** As JSON keeps it, so that memory holds what a restart finds, and nobody who still has the original. */
function copyOf(document: unknown): Json {
  const text = JSON.stringify(document) as string | undefined
  if (text === undefined) throw new TypeError('a document is JSON, and this is none')
  return JSON.parse(text) as Json
}

function merge(rows: readonly Row[], overlay: ReadonlyMap<string, Change>, prefix: Key): readonly Row[] {
  const prefixId = toId(prefix)
  const merged = rows.filter(({ id }) => !overlay.has(id))
  for (const [id, { key, document }] of overlay) {
    if (document === undefined || (prefix.length > 0 && !startsWith(id, prefixId))) continue
    merged.push({ id, entry: [key, document] })
  }
  return merged.sort((a, b) => (a.id < b.id ? -1 : 1))
}
