import { type Change, createDraft } from './draft.ts'
import type { Collection, Documents, Key, Store } from './store.ts'
import { Table } from './table.ts'

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
    // What a collection holds is what was put into it: the type goes in and comes out by the same name.
    get: <T>({ name }: Collection<T>, key: Key) => tables.get(name)?.get(key) as T | undefined,
    list<T>({ name }: Collection<T>, prefix: Key = []) {
      const rows = tables.get(name)?.list(prefix) ?? []
      return rows.map(({ entry: [key, document] }) => [key, document as T] as const)
    },
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
      Object.fromEntries([...tables].map(([name, table]) => [name, table.list([]).map(({ entry }) => entry)])),
    replace: (next) =>
      inTurn(async () => {
        const replaced = toTables(next)
        await journal.replace(next)
        tables = replaced
      }),
    close: () => inTurn(() => journal.close()),
  }
}

const forgetful: Journal = { commit() {}, replace() {}, close() {} }

type Tables = Map<string, Table>

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
