import { createReadStream } from 'node:fs'
import { type FileHandle, mkdir, mkdtemp, open, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readLines } from './read-lines.ts'
import { addTally, newTally, type Tally } from './tally.ts'

/** A record that is done: its line of the output, and what it counts for. */
export interface StagedRecord {
  readonly line: string
  readonly ok: boolean
  readonly inputTokens: number
  readonly outputTokens: number
}

/** The output of one file, as far as it is done: the records in order, none left out. */
export interface StagedFile {
  /** Of everything in it, that of an earlier process too. */
  readonly tally: Readonly<Tally>
  /** Resolves once the record outlives the process. */
  append(record: StagedRecord): Promise<void>
  close(): Promise<void>
}

/** Keeps what a job has done until it is delivered. */
export interface Staging {
  /** Opens the output of a job's file; what an interrupted write left of a last record is cut off. */
  open(jobId: string, file: number): Promise<StagedFile>
  /** The bytes of the output, as they are delivered. */
  read(jobId: string, file: number): AsyncIterable<Uint8Array>
  /** Forgets a job. */
  remove(jobId: string): Promise<void>
  /** Forgets every job that is not among these. */
  removeAllBut(jobIds: ReadonlySet<string>): Promise<void>
  /** Everything that is kept of a job, by the names of its files. */
  save(jobId: string): Promise<Record<string, string>>
  load(jobId: string, saved: Readonly<Record<string, string>>): Promise<void>
  /** Forgets everything that would not outlive the process. */
  close(): Promise<void>
}

/**
 * Keeps every job in a folder of its own, and one line a record: `S 20 9 {…}`, so that counting needs no parsing. Without a
 * folder it takes a temporary one, because what a job answers need not fit into memory.
 */
export function createStaging(folder: string | undefined): Staging {
  let temporary: Promise<string> | undefined
  const root = async (): Promise<string> => folder ?? (await (temporary ??= mkdtemp(join(tmpdir(), 'outcrop-jobs-'))))
  const jobFolder = async (jobId: string): Promise<string> => join(await root(), jobId)
  const partOf = async (jobId: string, file: number): Promise<string> => join(await jobFolder(jobId), `${file}.part`)

  return {
    async open(jobId, file) {
      await mkdir(await jobFolder(jobId), { recursive: true, mode: 0o700 })
      return openPart(await partOf(jobId, file))
    },
    async *read(jobId, file) {
      for await (const line of readLines(createReadStream(await partOf(jobId, file)), Infinity)) {
        yield Buffer.concat([line.subarray(readMark(line).length), newline])
      }
    },
    remove: async (jobId) => rm(await jobFolder(jobId), { recursive: true, force: true }),
    async removeAllBut(jobIds) {
      if (folder === undefined && temporary === undefined) return
      const within = await root()
      for (const name of await namesIn(within)) {
        if (!jobIds.has(name)) await rm(join(within, name), { recursive: true, force: true })
      }
    },
    async save(jobId) {
      const within = await jobFolder(jobId)
      const saved: Record<string, string> = {}
      for (const name of await namesIn(within)) saved[name] = await readFile(join(within, name), 'utf8')
      return saved
    },
    async load(jobId, saved) {
      const within = await jobFolder(jobId)
      await mkdir(within, { recursive: true, mode: 0o700 })
      for (const [name, text] of Object.entries(saved)) {
        if (!/^\d{1,9}\.part$/.test(name))
          throw new Error(`The snapshot names a file of a batch job that is none: ${name}`)
        await writeFile(join(within, name), text, { mode: 0o600 })
      }
    },
    async close() {
      if (temporary !== undefined) await rm(await temporary, { recursive: true, force: true })
    },
  }
}

const newline = Buffer.from('\n')

async function openPart(path: string): Promise<StagedFile> {
  const handle = await open(path, 'a+', 0o600)
  const tally = newTally()
  try {
    await takeStock(path, handle, tally)
  } catch (cause) {
    await handle.close()
    throw cause
  }
  return {
    tally,
    async append({ line, ok, inputTokens, outputTokens }) {
      await handle.appendFile(`${ok ? 'S' : 'E'} ${inputTokens} ${outputTokens} ${line}\n`)
      addTally(tally, tallyOf(ok, inputTokens, outputTokens))
    },
    async close() {
      await handle.sync()
      await handle.close()
    },
  }
}

async function takeStock(path: string, handle: FileHandle, tally: Tally): Promise<void> {
  const { size } = await handle.stat()
  let end = 0
  for await (const line of readLines(createReadStream(path), Infinity)) {
    if (end + line.length + 1 > size) break // the process ended while it wrote this one
    const { ok, inputTokens, outputTokens } = readMark(line)
    addTally(tally, tallyOf(ok, inputTokens, outputTokens))
    end += line.length + 1
  }
  if (end < size) await handle.truncate(end)
}

function tallyOf(ok: boolean, inputTokens: number, outputTokens: number): Tally {
  return { success: ok ? 1 : 0, error: ok ? 0 : 1, inputTokens, outputTokens }
}

function readMark(line: Uint8Array): Omit<StagedRecord, 'line'> & { readonly length: number } {
  const found = /^([SE]) (\d{1,15}) (\d{1,15}) /.exec(Buffer.from(line.subarray(0, 40)).toString('latin1'))
  if (found === null) throw new Error('The folder of batch jobs holds a line that Outcrop did not write.')
  return {
    ok: found[1] === 'S',
    inputTokens: Number(found[2]),
    outputTokens: Number(found[3]),
    length: found[0].length,
  }
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder)
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return []
    throw cause
  }
}
