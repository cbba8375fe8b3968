import { realpath } from 'node:fs/promises'
import { dirname, join, sep } from 'node:path'
import { ObjectError } from '../objects.ts'
import { shown } from './file-uri.ts'

/** The folders that files may be read from and written to. */
export interface OpenFolders {
  /** The real path of what is there, or `undefined` when nothing is; throws where that is outside, by a link too. */
  realPath(path: string, uri: string): Promise<string | undefined>
  /** Throws unless what would be made there is inside: the part of the path that is there already decides. */
  checkNew(path: string, uri: string): Promise<void>
  /** Whether a real path is inside. */
  has(real: string): Promise<boolean>
}

/**
 * Opens folders, given as absolute paths, but for what lies in those that stay closed; one that is not there yet holds nothing.
 */
export function openFolders(folders: readonly string[], closed: readonly string[] = []): OpenFolders {
  const has = async (real: string): Promise<boolean> => (await isIn(folders, real)) && !(await isIn(closed, real))
  const check = async (real: string, uri: string): Promise<void> => {
    if (!(await has(real))) throw notOpen(uri)
  }
  return {
    has,
    async realPath(path, uri) {
      const real = await realpathOf(path)
      // What is not there is told to nobody who may not look there.
      await (real === undefined ? check(await nearestReal(path), uri) : check(real, uri))
      return real
    },
    checkNew: async (path, uri) => check(await nearestReal(path), uri),
  }
}

function notOpen(uri: string): ObjectError {
  return new ObjectError(
    'denied',
    `${shown(uri)} is in no folder that is open to this endpoint. Add its folder to batch.folders in the endpoint's configuration, as in batch: {folders: [./jobs]}.`,
  )
}

async function isIn(places: readonly string[], real: string): Promise<boolean> {
  for (const folder of places) {
    const root = await realpathOf(folder)
    if (root !== undefined && isInside(root, real)) return true
  }
  return false
}

/** The real path that a path would have: that of its nearest part that is there, and the rest as it is. */
async function nearestReal(path: string): Promise<string> {
  const parent = dirname(path)
  if (parent === path) return path
  const real = await realpathOf(path)
  return real ?? join(await nearestReal(parent), path.slice(parent.length))
}

async function realpathOf(path: string): Promise<string | undefined> {
  try {
    return await realpath(path)
  } catch (cause) {
    if (isCode(cause, 'ENOENT', 'ENOTDIR')) return undefined
    throw cause
  }
}

function isInside(root: string, real: string): boolean {
  return real === root || real.startsWith(root.endsWith(sep) ? root : `${root}${sep}`)
}

/** Whether the system failed with one of these codes. */
export function isCode(cause: unknown, ...codes: readonly string[]): boolean {
  return cause instanceof Error && 'code' in cause && codes.some((code) => code === cause.code)
}
