import { createReadStream } from 'node:fs'
import { mkdir, readdir, rename, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { ObjectError, type Objects } from '../../src/storage/objects.ts'

/** Objects that are the files of this machine, for tests of what is done with them. */
export const folderObjects: Objects = {
  async *read(uri, { start = 0, signal } = {}) {
    try {
      for await (const chunk of createReadStream(fileURLToPath(uri), { start, signal })) yield chunk as Uint8Array
    } catch (cause) {
      throw new ObjectError('missing', `There is no ${uri}.`, { cause })
    }
  },
  async size(uri) {
    const found = await stat(fileURLToPath(uri)).catch(() => undefined)
    return found?.isFile() === true ? found.size : undefined
  },
  async *list(prefix) {
    const folder = fileURLToPath(prefix)
    const names = await readdir(folder, { recursive: true }).catch(() => [])
    for (const name of names.toSorted((a, b) => (a < b ? -1 : 1))) {
      const path = join(folder, name)
      const { size } = await stat(path)
      if (!(await stat(path)).isDirectory()) yield { uri: pathToFileURL(path).href, size }
    }
  },
  async write(uri, body) {
    const path = fileURLToPath(uri)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(`${path}.new`, body)
    await rename(`${path}.new`, path)
    return (await stat(path)).size
  },
}
