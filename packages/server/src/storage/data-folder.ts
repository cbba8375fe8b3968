import { access, constants, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DataFolderError } from './data-folder-error.ts'
import { createMemoryStore } from './memory-store.ts'
import type { Store } from './store.ts'

/** A folder that this process, and nobody else, keeps state in until the store is closed. */
export interface DataFolder {
  readonly folder: string
  readonly store: Store
  /** Tells whoever is refused the folder where its holder answers. */
  announce(url: string): void
}

/** Opens a data folder, making it where there is none; rejects with a `DataFolderError` when it cannot be used. */
export async function openDataFolder(folder: string, now: () => number): Promise<DataFolder> {
  await prepareFolder(folder)
  // What keeps its state in memory loads none of this.
  const [{ loadSqlite }, { lockFolder }, { openSqliteJournal }] = await Promise.all([
    import('./sqlite/binding.ts'),
    import('./folder-lock.ts'),
    import('./sqlite/sqlite-journal.ts'),
  ])
  const connect = await loadSqlite()
  const lock = lockFolder(connect, folder, now)
  try {
    const { documents, ...journal } = openSqliteJournal(connect, join(folder, 'state.sqlite'))
    const close = (): void => {
      try {
        void journal.close()
      } finally {
        lock.release()
      }
    }
    const store = createMemoryStore(documents, { ...journal, close })
    return { folder, store, announce: (url) => lock.announce(url) }
  } catch (cause) {
    lock.release()
    throw cause
  }
}

async function prepareFolder(folder: string): Promise<void> {
  try {
    const made = await mkdir(folder, { recursive: true, mode: 0o700 })
    await access(folder, constants.W_OK)
    // What somebody made for us may be in a repository that has never heard of us.
    if (made !== undefined) await writeFile(join(folder, '.gitignore'), '*\n')
  } catch (cause) {
    throw new DataFolderError(
      `the data folder ${folder} cannot be made or written: choose another with --data or "data:", ` +
        'or keep state in memory with --ephemeral',
      { cause },
    )
  }
}
