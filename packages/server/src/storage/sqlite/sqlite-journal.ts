import type { Json } from '@outcrop/protocol'
import { DataFolderError } from '../data-folder-error.ts'
import type { Journal } from '../memory-store.ts'
import type { Documents, Key } from '../store.ts'
import { type Connect, type Database, sqliteCodeOf, sqliteCodes } from './binding.ts'
import { migrate } from './migrate.ts'
import { schema } from './schema.ts'

/** A file of SQLite's, and what it held when it was opened. */
export interface SqliteJournal extends Journal {
  readonly documents: Documents
}

/** Opens or makes a file of documents and reads it whole; throws a `DataFolderError` for one that is newer, damaged or not ours. */
export function openSqliteJournal(connect: Connect, file: string, migrations = schema): SqliteJournal {
  let database: Database | undefined
  try {
    database = connect(file)
    prepare(database, file, migrations)
    return createJournal(database, file, readDocuments(database))
  } catch (cause) {
    database?.close()
    throw cause instanceof DataFolderError ? cause : new DataFolderError(explain(file, cause), { cause })
  }
}

function prepare(database: Database, file: string, migrations: typeof schema): void {
  // Before anything that may have to wait, or it does not.
  database.exec('PRAGMA busy_timeout = 5000')
  migrate(database, file, migrations)
  const mode: unknown = database.prepare('PRAGMA journal_mode = WAL').get()
  const isWal = typeof mode === 'object' && mode !== null && 'journal_mode' in mode && mode.journal_mode === 'wal'
  // A write-ahead log stays whole without a flush a transaction; where the file system has none, every transaction is flushed.
  database.exec(`PRAGMA synchronous = ${isWal ? 'NORMAL' : 'FULL'}`)
}

function readDocuments(database: Database): Documents {
  const tables = new Map<string, Array<readonly [Key, Json]>>()
  for (const row of database.prepare('SELECT collection, key, document FROM documents').all()) {
    const { collection, key, document } = row as Record<'collection' | 'key' | 'document', string>
    const table = tables.get(collection) ?? []
    tables.set(collection, table)
    table.push([JSON.parse(key) as Key, JSON.parse(document) as Json])
  }
  return Object.fromEntries(tables)
}

function createJournal(database: Database, file: string, documents: Documents): SqliteJournal {
  const put = database.prepare(
    'INSERT INTO documents (collection, key, document) VALUES (?, ?, ?) ' +
      'ON CONFLICT (collection, key) DO UPDATE SET document = excluded.document',
  )
  const remove = database.prepare('DELETE FROM documents WHERE collection = ? AND key = ?')
  const atOnce = (work: () => void): void => {
    try {
      database.exec('BEGIN IMMEDIATE')
      work()
      database.exec('COMMIT')
    } catch (cause) {
      if (database.isOpen && database.isTransaction) database.exec('ROLLBACK')
      throw new Error(`${file} could not be written: ${explainCode(cause)}`, { cause })
    }
  }
  return {
    documents,
    commit: (changes) =>
      atOnce(() => {
        for (const { collection, key, document } of changes) {
          if (document === undefined) remove.run(collection, JSON.stringify(key))
          else put.run(collection, JSON.stringify(key), JSON.stringify(document))
        }
      }),
    replace: (next) =>
      atOnce(() => {
        database.exec('DELETE FROM documents')
        for (const [collection, entries] of Object.entries(next)) {
          for (const [key, document] of entries) put.run(collection, JSON.stringify(key), JSON.stringify(document))
        }
      }),
    close() {
      if (!database.isOpen) return
      // The binding keeps the file open until its statements are collected, and so the log would stay beside it.
      database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
      database.close()
    },
  }
}

function explain(file: string, cause: unknown): string {
  const code = sqliteCodeOf(cause)
  const isDamaged = cause instanceof SyntaxError || code === sqliteCodes.corrupt || code === sqliteCodes.notADatabase
  return isDamaged
    ? `${file} is no SQLite file, or is damaged (${explainCode(cause)}): put a copy of it in its place, ` +
        'or move it away to begin anew, or choose another folder with --data'
    : `${file} cannot be opened (${explainCode(cause)}): choose another folder with --data`
}

function explainCode(cause: unknown): string {
  const code = sqliteCodeOf(cause)
  if (code === sqliteCodes.full) return 'the disk is full'
  if (code === sqliteCodes.busy || code === sqliteCodes.locked) return 'another program holds it'
  return cause instanceof Error ? cause.message : String(cause)
}
