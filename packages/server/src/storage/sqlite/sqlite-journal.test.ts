import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from '@photostructure/sqlite'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Connect, loadSqlite } from './binding.ts'
import type { Migration } from './migrate.ts'
import { schema } from './schema.ts'
import { openSqliteJournal } from './sqlite-journal.ts'

let root = ''
let connect: Connect
let file = ''
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'outcrop-journal-'))
  connect = await loadSqlite()
})
afterAll(() => rm(root, { recursive: true }))
beforeEach(async () => {
  file = join(await mkdtemp(join(root, 'file-')), 'state.sqlite')
})

/** A file made by hand, as the first version of the schema had it. */
function makeVersion1(statements = ''): void {
  const database = new DatabaseSync(file)
  database.exec(`
    CREATE TABLE documents (
      collection TEXT NOT NULL, key TEXT NOT NULL, document TEXT NOT NULL, PRIMARY KEY (collection, key)
    ) STRICT;
    INSERT INTO documents VALUES ('profiles', '["123456789012","a"]', '{"name":"a"}');
    PRAGMA application_id = 1333097539; PRAGMA user_version = 1; ${statements}`)
  database.close()
}

/** The version of a file, and what it holds, as another program reads it. */
function look(): { readonly version: unknown; readonly rows: unknown } {
  const database = new DatabaseSync(file)
  const version: unknown = database.prepare('PRAGMA user_version').get()
  const rows: unknown = database.prepare('SELECT * FROM documents ORDER BY 1, 2').all()
  database.close()
  return { version, rows }
}

function refusalOf(migrations?: readonly Migration[]): string {
  try {
    void openSqliteJournal(connect, file, migrations).close()
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  }
  return 'opened'
}

const renamed: Migration = (database) => {
  database.exec(`UPDATE documents SET document = json_set(document, '$.title', document ->> '$.name')`)
}

const failing: Migration = (database) => {
  database.exec('DELETE FROM documents')
  throw new Error('no')
}

describe('a file of documents', () => {
  it('begins empty, and holds what was written to it when it is opened again', () => {
    const journal = openSqliteJournal(connect, file)
    expect(journal.documents).toEqual({})
    void journal.commit([
      { collection: 'a', key: ['1', 'x\u2028'], document: { text: 'héllo \ud800', n: [1, null] } },
      { collection: 'a', key: ['2'], document: true },
    ])
    void journal.commit([
      { collection: 'a', key: ['2'], document: undefined },
      { collection: '__proto__', key: [''], document: 'b' },
      { collection: 'a', key: ['1', 'x\u2028'], document: { text: 'hello' } },
    ])
    void journal.close()
    const again = openSqliteJournal(connect, file)
    expect(Object.entries(again.documents)).toEqual([
      ['a', [[['1', 'x\u2028'], { text: 'hello' }]]],
      ['__proto__', [[[''], 'b']]],
    ])
    void again.close()
  })

  it('keeps a lone surrogate in a document and in a key', () => {
    const journal = openSqliteJournal(connect, file)
    void journal.commit([{ collection: 'a', key: ['\udc00'], document: '\ud800' }])
    void journal.close()
    const again = openSqliteJournal(connect, file)
    expect(again.documents).toEqual({ a: [[['\udc00'], '\ud800']] })
    void again.close()
  })

  it('replaces everything at once', () => {
    const journal = openSqliteJournal(connect, file)
    void journal.commit([{ collection: 'a', key: ['1'], document: 1 }])
    void journal.replace({ b: [[['2'], 2]] })
    void journal.close()
    expect(look().rows).toEqual([{ collection: 'b', key: '["2"]', document: '2' }])
  })

  it('keeps nothing of a transaction that fails in the middle, and says which file could not be written', () => {
    const journal = openSqliteJournal(connect, file)
    const cyclic: { self?: unknown } = {}
    cyclic.self = cyclic
    expect(() =>
      journal.commit([
        { collection: 'a', key: ['1'], document: 1 },
        { collection: 'a', key: ['2'], document: cyclic as never },
      ]),
    ).toThrow(`${file} could not be written: Converting circular structure to JSON`)
    void journal.commit([{ collection: 'a', key: ['3'], document: 3 }])
    void journal.close()
    expect(look().rows).toEqual([{ collection: 'a', key: '["3"]', document: '3' }])
  })

  it('leaves one file behind when it is closed, twice if somebody likes', async () => {
    const journal = openSqliteJournal(connect, file)
    void journal.commit([{ collection: 'a', key: ['1'], document: 1 }])
    void journal.close()
    void journal.close()
    // A log that is left is empty: everything is in the file itself.
    await Promise.all(['-wal', '-shm'].map((end) => rm(`${file}${end}`, { force: true })))
    expect(look().rows).toHaveLength(1)
  })
})

describe('a file of another version', () => {
  it('is read as it is when it is of version 1, made by hand', () => {
    makeVersion1()
    const journal = openSqliteJournal(connect, file)
    expect(journal.documents).toEqual({ profiles: [[['123456789012', 'a'], { name: 'a' }]] })
    void journal.close()
  })

  it('is brought forward by each migration that it lacks, once', () => {
    makeVersion1()
    const three = [
      ...schema,
      renamed,
      (database: Parameters<Migration>[0]) => database.exec('CREATE TABLE more (a) STRICT'),
    ]
    expect(() => openSqliteJournal(connect, file, three)).toThrow(
      'from version 2 to 3 and is as it was (missing datatype',
    )
    expect(look().version).toEqual({ user_version: 2 })
    const four = [
      ...schema,
      renamed,
      (database: Parameters<Migration>[0]) => database.exec('CREATE TABLE more (a TEXT) STRICT'),
    ]
    const journal = openSqliteJournal(connect, file, four)
    expect(journal.documents).toEqual({ profiles: [[['123456789012', 'a'], { name: 'a', title: 'a' }]] })
    void journal.close()
    expect(look().version).toEqual({ user_version: 3 })
    expect(refusalOf(four)).toBe('opened')
  })

  it('keeps nothing of a migration that fails', () => {
    makeVersion1()
    expect(refusalOf([...schema, failing])).toBe(
      `DataFolderError: ${file} could not be brought from version 1 to 2 and is as it was (no): ` +
        'choose another folder with --data, and report this',
    )
    expect(look()).toEqual({
      version: { user_version: 1 },
      rows: [{ collection: 'profiles', key: '["123456789012","a"]', document: '{"name":"a"}' }],
    })
  })

  it('is refused when it is newer, and left alone', () => {
    makeVersion1('PRAGMA user_version = 7')
    expect(refusalOf()).toBe(
      `DataFolderError: ${file} is of version 7, and this Outcrop knows versions up to ${schema.length}: ` +
        'start the newer Outcrop that wrote it, or choose another folder with --data',
    )
    expect(look().version).toEqual({ user_version: 7 })
  })

  it('is refused when it belongs to another program', () => {
    const database = new DatabaseSync(file)
    database.exec('CREATE TABLE bookmarks (url TEXT)')
    database.close()
    expect(refusalOf()).toBe(`DataFolderError: ${file} belongs to another program: choose another folder with --data`)
  })
})

describe('a damaged file', () => {
  it('is refused when it is no SQLite file', async () => {
    await writeFile(file, 'Dear diary, nothing here was ever a database. '.repeat(50))
    expect(refusalOf()).toBe(
      `DataFolderError: ${file} is no SQLite file, or is damaged (file is not a database): put a copy of it in its place, ` +
        'or move it away to begin anew, or choose another folder with --data',
    )
  })

  it('is refused when a page of it is overwritten', async () => {
    const journal = openSqliteJournal(connect, file)
    for (let key = 0; key < 200; key++) {
      void journal.commit([{ collection: 'a', key: [String(key)], document: 'x'.repeat(500) }])
    }
    void journal.close()
    const { open } = await import('node:fs/promises')
    const handle = await open(file, 'r+')
    await handle.write(Buffer.alloc(4096 * 6, 0xff), 0, 4096 * 6, 4096 * 2)
    await handle.close()
    expect(refusalOf()).toContain(
      `DataFolderError: ${file} is no SQLite file, or is damaged (database disk image is malformed)`,
    )
  })

  it('is refused when a document is cut', () => {
    makeVersion1(`UPDATE documents SET document = '{"na'`)
    expect(refusalOf()).toContain(
      `DataFolderError: ${file} is no SQLite file, or is damaged (Unterminated string in JSON`,
    )
  })

  it('is refused when it is a folder', async () => {
    file = join(file, '..')
    expect(await readdir(file)).toEqual([])
    expect(refusalOf()).toBe(
      `DataFolderError: ${file} cannot be opened (Failed to open database: unable to open database file): ` +
        'choose another folder with --data',
    )
  })
})
