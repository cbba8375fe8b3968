import { DataFolderError } from '../data-folder-error.ts'
import type { Database } from './binding.ts'

/** Takes a file from one version to the next; whatever it does is kept as a whole or not at all. */
export type Migration = (database: Database) => void

/** Marks a file as Outcrop's in its header: `OutC`. */
const applicationId = 0x4f75_7443

/**
 * Brings a file to the newest version, one migration after the other: the first makes an empty file version 1. Throws, before anything
 * is written, for a file that is newer than the last of them and for one of another program.
 */
export function migrate(database: Database, file: string, migrations: readonly Migration[]): void {
  checkOrigin(database, file, migrations.length)
  for (let version = numberOf(database, 'user_version'); version < migrations.length; version++) {
    database.exec('BEGIN IMMEDIATE')
    try {
      migrations[version]?.(database)
      // Both are in the file's header, which belongs to the transaction.
      database.exec(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${version + 1}; COMMIT`)
    } catch (cause) {
      if (database.isTransaction) database.exec('ROLLBACK')
      throw new DataFolderError(
        `${file} could not be brought from version ${version} to ${version + 1} and is as it was ` +
          `(${cause instanceof Error ? cause.message : String(cause)}): choose another folder with --data, and report this`,
        { cause },
      )
    }
  }
}

function checkOrigin(database: Database, file: string, newest: number): void {
  const version = numberOf(database, 'user_version')
  const isEmpty = numberOf(database, 'schema_version') === 0
  if (!isEmpty && numberOf(database, 'application_id') !== applicationId) {
    throw new DataFolderError(`${file} belongs to another program: choose another folder with --data`)
  }
  if (version > newest) {
    throw new DataFolderError(
      `${file} is of version ${version}, and this Outcrop knows versions up to ${newest}: ` +
        'start the newer Outcrop that wrote it, or choose another folder with --data',
    )
  }
}

function numberOf(database: Database, pragma: 'user_version' | 'schema_version' | 'application_id'): number {
  const row: unknown = database.prepare(`PRAGMA ${pragma}`).get()
  const value = typeof row === 'object' && row !== null ? (row as Record<string, unknown>)[pragma] : undefined
  return typeof value === 'number' ? value : 0
}
