import type { Json } from '@outcrop/protocol'
import type { Collection, Documents, Key, Reader, Store, Transaction } from './store.ts'

/** A document that is written, or deleted where there is none. */
export interface Change {
  readonly collection: string
  readonly key: Key
  readonly document: Json | undefined
}

/** What makes writes outlive the process; each method throws when it cannot. */
export interface Journal {
  /** Writes all of these changes or none. */
  commit(changes: readonly Change[]): void | Promise<void>
  /** Deletes everything and writes this instead. */
  replace(documents: Documents): void | Promise<void>
  close(): void | Promise<void>
}

/** Creates a store that holds documents in memory; with a journal, its writes outlive the process. */
export function createMemoryStore(documents: Documents = {}, journal: Journal = forgetful): Store {
  let tables = toTables(documents)
  let last: Promise<unknown> = Promise.resolve()

  // One after the other: a transaction sees everything that the one before it wrote.
  function inTurn<T>(work: () => T | Promise<T>): Promise<T> {
    const turn = last.then(work)
    last = turn.catch(() => undefined)
    return turn
  }

  return {
    ...readerOf((name) => tables.get(name)),
    transact: (work) =>
      inTurn(async () => {
        const draft = createDraft(tables)
        const result = work(draft.transaction)
        const changes = draft.changes()
        if (changes.length > 0) await journal.commit(changes)
        for (const change of changes) apply(tables, change)
        return result
      }),
    dump: () =>
      Object.fromEntries([...tables].map(([name, table]) => [name, table.sorted().map(([, entry]) => entry)])),
    replace: (next) =>
      inTurn(async () => {
        await journal.replace(next)
        tables = toTables(next)
      }),
    close: () => inTurn(() => journal.close()),
  }
}

const forgetful: Journal = { commit() {}, replace() {}, close() {} }

type Entry = readonly [key: Key, document: Json]

/** One collection: its documents by their keys in one string, and those in order when somebody wants a list. */
class Table {
  readonly entries = new Map<string, Entry>()
  #sorted: ReadonlyArray<readonly [string, Entry]> | undefined

  put(key: Key, document: Json): void {
    const id = toId(key)
    if (!this.entries.has(id)) this.#sorted = undefined
    else if (this.#sorted !== undefined) this.#sorted = undefined
    this.entries.set(id, [key, document])
  }

  delete(key: Key): void {
    if (this.entries.delete(toId(key))) this.#sorted = undefined
  }

  sorted(): ReadonlyArray<readonly [string, Entry]> {
    this.#sorted ??= [...this.entries].sort(([a], [b]) => (a < b ? -1 : 1))
    return this.#sorted
  }
}

type Tables = Map<string, Table>

const separator = '\u0000'

function toId(key: Key): string {
  return key.join(separator)
}

function toTables(documents: Documents): Tables {
  const tables: Tables = new Map()
  for (const [name, entries] of Object.entries(documents)) {
    const table = new Table()
    for (const [key, document] of entries) table.put(key, document)
    tables.set(name, table)
  }
  return tables
}

function apply(tables: Tables, { collection, key, document }: Change): void {
  const table = tables.get(collection) ?? new Table()
  tables.set(collection, table)
  if (document === undefined) table.delete(key)
  else table.put(key, document)
}

function readerOf(tableOf: (name: string) => Table | undefined): Reader {
  return {
    // What a collection holds is what was put into it: the type goes in and comes out by the same name.
    get: <T>({ name }: Collection<T>, key: Key) => tableOf(name)?.entries.get(toId(key))?.[1] as T | undefined,
    list<T>({ name }: Collection<T>, prefix: Key = []) {
      const start = prefix.length === 0 ? '' : toId(prefix) + separator
      const own = toId(prefix)
      const found = tableOf(name)?.sorted() ?? []
      const matching = start === '' ? found : found.filter(([id]) => id === own || id.startsWith(start))
      return matching.map(([, [key, document]]) => [key, document as T] as const)
    },
  }
}

function createDraft(tables: Tables): { readonly transaction: Transaction; changes(): readonly Change[] } {
  const copies: Tables = new Map()
  const changes = new Map<string, Change>()
  const change = (collection: string, key: Key, document: Json | undefined): void => {
    if (!copies.has(collection)) {
      const copy = new Table()
      for (const [id, entry] of tables.get(collection)?.entries ?? []) copy.entries.set(id, entry)
      copies.set(collection, copy)
    }
    const made: Change = { collection, key, document }
    apply(copies, made)
    changes.set(toId([collection, ...key]), made)
  }
  return {
    transaction: {
      ...readerOf((name) => copies.get(name) ?? tables.get(name)),
      put: ({ name }, key, document) => change(name, key, document as Json),
      delete: ({ name }, key) => change(name, key, undefined),
    },
    changes: () => [...changes.values()],
  }
}
