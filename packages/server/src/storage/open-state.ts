import type { Log } from '../log.ts'
import { openDataFolder } from './data-folder.ts'
import { DataFolderError } from './data-folder-error.ts'
import { createMemoryStore } from './memory-store.ts'
import type { Store } from './store.ts'

/** Where an endpoint's state is kept while it runs. */
export interface State {
  readonly store: Store
  /** The folder that keeps it; without one it ends with the process. */
  readonly folder: string | undefined
  /** Called once the endpoint answers: tells whoever is refused the folder where, or the log why there is no folder. */
  announce(url: string): void
}

/** What somebody said, or nobody did, of where state is kept. */
interface Wishes {
  /** A folder that was named: it is used or the start is refused. */
  readonly data?: string
  /** Whether memory was asked for; it wins. */
  readonly ephemeral: boolean
  /** What is used when nobody named a folder, if it can be. */
  readonly defaultData: string | undefined
}

/** Opens the folder that was named, else the default one if it can be used, else memory; rejects with a `DataFolderError`. */
export async function openState(wishes: Wishes, log: Log, now: () => number): Promise<State> {
  const { data, ephemeral, defaultData } = wishes
  const folder = data ?? defaultData
  if (ephemeral || folder === undefined) return inMemory()
  try {
    return await openDataFolder(folder, now)
  } catch (cause) {
    if (data !== undefined || !(cause instanceof DataFolderError)) throw cause
    const warning = `STATE IS KEPT IN MEMORY AND ENDS WITH THIS PROCESS: ${cause.message}`
    return inMemory(() => log.warn(warning))
  }
}

function inMemory(announce = (): void => {}): State {
  return { store: createMemoryStore(), folder: undefined, announce }
}
