import type { DatabaseSyncInstance } from '@photostructure/sqlite'
import { DataFolderError } from '../data-folder-error.ts'

/** One connection to a file of SQLite's, with the interface of Node's own `node:sqlite`. */
export type Database = DatabaseSyncInstance

/** Opens a connection; the file is made when there is none. */
export type Connect = (file: string) => Database

/** Loads SQLite, which only who keeps state on disk pays for. */
export async function loadSqlite(): Promise<Connect> {
  try {
    const { DatabaseSync } = await import('@photostructure/sqlite')
    return (file) => new DatabaseSync(file)
  } catch (cause) {
    throw new DataFolderError(
      `SQLite did not load on ${process.platform} ${process.arch}, and no state can be kept on disk without it: ` +
        'install again with optional dependencies, or keep state in memory with --ephemeral',
      { cause },
    )
  }
}

/** What SQLite found wrong, by the first byte of its own code (sqlite.org/rescode.html); `undefined` for any other error. */
export function sqliteCodeOf(error: unknown): number | undefined {
  if (!(error instanceof Error)) return undefined
  if ('errcode' in error && typeof error.errcode === 'number') return error.errcode & 0xff
  // What fails while rows are read comes from the binding without its code.
  return error.message.includes('database disk image is malformed') ? sqliteCodes.corrupt : undefined
}

export const sqliteCodes = { busy: 5, locked: 6, corrupt: 11, full: 13, notADatabase: 26 } as const
