import type { Json } from '@outcrop/protocol'

/** A kind of documents: all of one type, each under a key. */
export interface Collection<T> {
  readonly name: string
  /** Never called: it says which type the documents have. */
  readonly of?: (document: T) => void
}

/** Names a collection; its documents are JSON, and what they look like only changes by a migration. */
export function collection<T>(name: string): Collection<T> {
  return { name }
}

/** What a document is found by, from the general to the particular: `[account, region, id]`. Parts hold no U+0000. */
export type Key = readonly string[]

/** Looks documents up; what is given out is never changed by whoever gets it. */
export interface Reader {
  get<T>(kind: Collection<T>, key: Key): T | undefined
  /** The documents whose keys begin with these parts, in the order of their keys. */
  list<T>(kind: Collection<T>, prefix?: Key): ReadonlyArray<readonly [key: Key, document: T]>
}

/** Reads and writes as one. A document is kept as JSON has it, and a key with U+0000 or without parts is refused. */
export interface Transaction extends Reader {
  put<T>(kind: Collection<T>, key: Key, document: T): void
  delete<T>(kind: Collection<T>, key: Key): void
}

/** Every document of a store: by collection, the parts of the key and the document. */
export type Documents = Readonly<Record<string, ReadonlyArray<readonly [key: Key, document: Json]>>>

/**
 * Where state is kept. Reading is at once and costs a look into memory, because every call does it; a write is over when it
 * outlives the process.
 */
export interface Store extends Reader {
  /**
   * Runs work that reads and writes, which sees what it wrote itself; keeps all of it, or nothing when the work throws or it
   * cannot be written. Transactions run one after the other; the work itself never waits.
   */
  transact<T>(work: (transaction: Transaction) => T): Promise<T>
  /** Everything that it holds. */
  dump(): Documents
  /** Forgets everything that it holds and holds this instead. */
  replace(documents: Documents): Promise<void>
  /** Resolves once everything is written; safe to call twice. */
  close(): Promise<void>
}
