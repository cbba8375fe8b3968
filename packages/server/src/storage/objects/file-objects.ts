import { randomUUID } from 'node:crypto'
import { constants } from 'node:fs'
import { mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { ObjectError, type Objects } from '../objects.ts'
import { fileUri, parseFileUri, shown } from './file-uri.ts'
import { listFiles, unfinishedEnd } from './list-files.ts'
import { isCode, openFolders, type OpenFolders } from './open-folders.ts'

/** Files of this machine by their `file:` URIs, inside the folders that are open, given as absolute paths, and nowhere else. */
export function createFileObjects(folders: readonly string[], closed: readonly string[] = []): Objects {
  const open = openFolders(folders, closed)
  return {
    read: (uri, options = {}) => readFile(open, uri, options),
    size: (uri, signal) => told(uri, () => sizeOf(open, uri, signal)),
    list: (prefix, signal) => list(open, prefix, signal),
    write: (uri, body, signal) => told(uri, () => writeFile(open, uri, body, signal)),
  }
}

async function* readFile(
  folders: OpenFolders,
  uri: string,
  { start = 0, signal }: { readonly start?: number; readonly signal?: AbortSignal },
): AsyncGenerator<Uint8Array> {
  const file = await told(uri, async () => {
    signal?.throwIfAborted()
    const real = await folders.realPath(parseFileUri(uri), uri)
    if (real === undefined) throw new ObjectError('missing', `${shown(uri)}: there is no such file.`)
    // The real path has no link in it now: should its end become one meanwhile, it is not followed. A pipe is not waited for.
    return open(real, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  })
  try {
    const stats = await file.stat()
    if (!stats.isFile()) throw new ObjectError('invalid', `${shown(uri)} is no file: name one, not a folder.`)
    const room = Buffer.allocUnsafe(pieceBytes)
    for (let at = start; ;) {
      signal?.throwIfAborted()
      const { bytesRead } = await told(uri, () => file.read(room, 0, room.length, at))
      if (bytesRead === 0) return
      at += bytesRead
      yield new Uint8Array(room.subarray(0, bytesRead))
    }
  } finally {
    await file.close()
  }
}

const pieceBytes = 256 * 1024

async function sizeOf(folders: OpenFolders, uri: string, signal?: AbortSignal): Promise<number | undefined> {
  signal?.throwIfAborted()
  const real = await folders.realPath(parseFileUri(uri), uri)
  if (real === undefined) return undefined
  const stats = await stat(real)
  return stats.isFile() ? stats.size : undefined
}

async function* list(folders: OpenFolders, prefix: string, signal?: AbortSignal) {
  const path = await told(prefix, async () => parseFileUri(prefix))
  const folder = path.slice(0, path.lastIndexOf('/') + 1)
  const real = await told(prefix, () => folders.realPath(folder, prefix))
  if (real === undefined) return
  const files = listFiles({ folders, folder, begins: path.slice(folder.length), signal })
  try {
    for await (const { path: found, size } of files) yield { uri: fileUri(found), size }
  } catch (cause) {
    throw toObjectError(prefix, cause)
  }
}

async function writeFile(
  folders: OpenFolders,
  uri: string,
  body: Uint8Array | AsyncIterable<Uint8Array>,
  signal?: AbortSignal,
): Promise<number> {
  const path = parseFileUri(uri)
  const name = path.slice(path.lastIndexOf('/') + 1)
  if (name === '') throw new ObjectError('invalid', `${shown(uri)} names a folder: name a file in it.`)
  await folders.checkNew(path, uri)
  await mkdir(dirname(path), { recursive: true })
  // Once more, now that it is all there: a link may have come meanwhile.
  const folder = await folders.realPath(dirname(path), uri)
  if (folder === undefined) throw new ObjectError('missing', `${shown(uri)}: its folder was taken away.`)
  const unfinished = join(folder, `.${randomUUID()}${unfinishedEnd}`)
  try {
    const written = await writeWhole(unfinished, body, signal)
    await rename(unfinished, join(folder, name))
    return written
  } finally {
    await rm(unfinished, { force: true })
  }
}

async function writeWhole(
  path: string,
  body: Uint8Array | AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
): Promise<number> {
  const file = await open(path, 'wx', 0o600)
  try {
    let written = 0
    for await (const piece of body instanceof Uint8Array ? [body] : body) {
      signal?.throwIfAborted()
      await file.writeFile(piece) // from where it is on
      written += piece.length
    }
    await file.chmod(0o644)
    // A rename may reach the disk before what it names.
    await file.sync()
    return written
  } finally {
    await file.close()
  }
}

async function told<Value>(uri: string, work: () => Promise<Value>): Promise<Value> {
  try {
    return await work()
  } catch (cause) {
    throw toObjectError(uri, cause)
  }
}

const whys: ReadonlyArray<readonly [code: string, kind: ObjectError['kind'], why: string]> = [
  ['ENOENT', 'missing', 'there is no such file'],
  ['ENOTDIR', 'missing', 'a part of its path is a file, not a folder'],
  ['EACCES', 'denied', 'the user that runs the endpoint may not: change the permissions of the file or its folder'],
  ['EPERM', 'denied', 'the user that runs the endpoint may not: change the permissions of the file or its folder'],
  ['ELOOP', 'denied', 'it became a link'],
  ['EROFS', 'denied', 'its disk can only be read'],
  ['EISDIR', 'invalid', 'it is a folder'],
  ['ENOTEMPTY', 'invalid', 'it is a folder'],
  ['EEXIST', 'invalid', 'a part of its path is a file, not a folder'],
  ['ENAMETOOLONG', 'invalid', 'its name is longer than the disk takes'],
  ['ENOSPC', 'unavailable', 'the disk is full'],
]

/** What the system failed with, as ours; anything else, the reason of a signal too, as it is. */
function toObjectError(uri: string, cause: unknown): unknown {
  const known = whys.find(([code]) => isCode(cause, code))
  if (known !== undefined) return new ObjectError(known[1], `${shown(uri)}: ${known[2]}.`, { cause })
  if (!(cause instanceof Error) || !('errno' in cause)) return cause
  return new ObjectError('unavailable', `${shown(uri)}: ${cause.message}`, { cause })
}
