import type { Dirent } from 'node:fs'
import { readdir, realpath, stat } from 'node:fs/promises'
import { isCode, type OpenFolders } from './open-folders.ts'

/** How the name of a file ends that is not written to its end yet. */
export const unfinishedEnd = '.outcrop-unfinished'

/** Where to look. */
interface Search {
  readonly folders: OpenFolders
  /** Ends with a slash. */
  readonly folder: string
  /** How the names in it begin. */
  readonly begins: string
  readonly signal?: AbortSignal | undefined
}

const deepest = 64

/** The files of a folder and of those in it, in the order of their whole paths' bytes; links to files outside, and to folders, are left out. */
export async function* listFiles(search: Search, depth = 0): AsyncGenerator<{ path: string; size: number }> {
  const { folders, folder, begins, signal } = search
  signal?.throwIfAborted()
  for (const entry of await entriesOf(folder, begins)) {
    signal?.throwIfAborted()
    const path = `${folder}${entry.name}`
    if (entry.isDirectory()) {
      if (depth < deepest) yield* listFiles({ ...search, folder: `${path}/`, begins: '' }, depth + 1)
      continue
    }
    const size = await sizeOf(folders, path, entry)
    if (size !== undefined) yield { path, size }
  }
}

/** As S3 orders keys: a folder's name counts with the slash behind it. */
async function entriesOf(folder: string, begins: string): Promise<Dirent[]> {
  const entries = (await namesOf(folder)).filter(({ name }) => name.startsWith(begins) && !name.endsWith(unfinishedEnd))
  const keyed = entries.map((entry) => ({
    entry,
    key: Buffer.from(entry.isDirectory() ? `${entry.name}/` : entry.name),
  }))
  return keyed.toSorted((a, b) => Buffer.compare(a.key, b.key)).map(({ entry }) => entry)
}

async function namesOf(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true })
  } catch (cause) {
    // Taken away meanwhile, or a file: nothing is in it.
    if (isCode(cause, 'ENOENT', 'ENOTDIR')) return []
    throw cause
  }
}

async function sizeOf(folders: OpenFolders, path: string, entry: Dirent): Promise<number | undefined> {
  if (!entry.isFile() && !entry.isSymbolicLink()) return undefined
  try {
    const real = entry.isSymbolicLink() ? await realFileOf(folders, path) : path
    const stats = real === undefined ? undefined : await stat(real)
    return stats?.isFile() === true ? stats.size : undefined
  } catch (cause) {
    if (isCode(cause, 'ENOENT', 'ENOTDIR', 'ELOOP')) return undefined
    throw cause
  }
}

async function realFileOf(folders: OpenFolders, path: string): Promise<string | undefined> {
  const real = await realpath(path)
  return (await folders.has(real)) ? real : undefined
}
