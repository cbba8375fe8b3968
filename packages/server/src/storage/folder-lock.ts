import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { DataFolderError } from './data-folder-error.ts'
import { type Connect, type Database, sqliteCodeOf, sqliteCodes } from './sqlite/binding.ts'

/** The right to use a folder, which the operating system takes back when the process ends, however it ends. */
export interface FolderLock {
  /** Tells who is refused where the holder answers. */
  announce(url: string): void
  /** Safe to call twice. */
  release(): void
}

/** Who holds a folder: for people alone, the lock itself is SQLite's. */
interface Holder {
  readonly pid: number
  readonly host: string
  /** As ISO 8601. */
  readonly since: string
  readonly url?: string
}

/** Takes a folder for this process, and within it for one server; throws a `DataFolderError` that names who has it already. */
export function lockFolder(connect: Connect, folder: string, now: () => number): FolderLock {
  const file = join(folder, 'lock')
  const record = join(folder, 'holder.json')
  let database: Database | undefined
  try {
    database = connect(file)
    // Without a journal nothing is left beside the lock by a process that was killed.
    database.exec('PRAGMA busy_timeout = 0; PRAGMA journal_mode = OFF; BEGIN EXCLUSIVE')
  } catch (cause) {
    database?.close()
    const isHeld = [sqliteCodes.busy, sqliteCodes.locked].some((code) => code === sqliteCodeOf(cause))
    throw new DataFolderError(isHeld ? explainHeld(folder, readHolder(record)) : explainBroken(file, cause), { cause })
  }
  return createLock(database, record, { pid: process.pid, host: hostname(), since: new Date(now()).toISOString() })
}

function createLock(database: Database, record: string, holder: Holder): FolderLock {
  const write = (said: Holder): void => {
    try {
      writeFileSync(record, `${JSON.stringify(said)}\n`)
    } catch {
      // Nobody is named then; the lock holds all the same.
      rmSync(record, { force: true })
    }
  }
  write(holder)
  return {
    announce: (url) => write({ ...holder, url }),
    release() {
      if (!database.isOpen) return
      rmSync(record, { force: true })
      database.exec('ROLLBACK')
      database.close()
    },
  }
}

function explainHeld(folder: string, holder: Holder | undefined): string {
  return (
    `the data folder ${folder} is in use by ${describe(holder)}: stop it, or choose another folder with --data, ` +
    'or keep state in memory with --ephemeral'
  )
}

function describe(holder: Holder | undefined): string {
  if (holder === undefined) return 'another process'
  const { pid, host, since, url } = holder
  const own = pid === process.pid && host === hostname() ? ' (this one)' : ''
  const elsewhere = host === hostname() ? '' : ` of ${host}`
  return `process ${pid}${elsewhere}${own} since ${since}${url === undefined ? '' : `, which answers at ${url}`}`
}

function explainBroken(file: string, cause: unknown): string {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return `${file} cannot be locked (${reason}): choose another folder with --data, or keep state in memory with --ephemeral`
}

/** What the file says, when all of it can be printed as it is. */
function readHolder(record: string): Holder | undefined {
  try {
    const { pid, host, since, url } = JSON.parse(readFileSync(record, 'utf8')) as Partial<Record<keyof Holder, unknown>>
    if (typeof pid !== 'number' || !isWord(host) || !isWord(since)) return undefined
    return { pid, host, since, ...(isWord(url) && { url }) }
  } catch {
    return undefined
  }
}

function isWord(value: unknown): value is string {
  return typeof value === 'string' && /^[!-~]{1,300}$/.test(value)
}
