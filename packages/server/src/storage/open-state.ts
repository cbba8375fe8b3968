import type { Log } from '../log.ts'
import type { StatePart } from '../state-part.ts'
import { type DataFolder, openDataFolder } from './data-folder.ts'
import { DataFolderError } from './data-folder-error.ts'
import { keepParts, type PartKeeper } from './keep-parts.ts'
import { createMemoryStore } from './memory-store.ts'
import type { Store } from './store.ts'

/** Where an endpoint's state is kept while it runs. */
export interface State {
  readonly store: Store
  /** The folder that keeps it; without one it ends with the process. */
  readonly folder: string | undefined
  /** Called once the endpoint answers: tells whoever is refused the folder where, or the log why there is no folder. */
  announce(url: string): void
  /** Loads these parts as they were saved, and saves them into the folder from then on. */
  keep(parts: readonly StatePart[]): Promise<void>
  /** Resolves once everything is written; safe to call twice. */
  close(): Promise<void>
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
    return inFolder(await openDataFolder(folder, now), log)
  } catch (cause) {
    if (data !== undefined || !(cause instanceof DataFolderError)) throw cause
    const warning = `STATE IS KEPT IN MEMORY AND ENDS WITH THIS PROCESS: ${cause.message}`
    return inMemory(() => log.warn(warning))
  }
}

function inFolder(opened: DataFolder, log: Log): State {
  const { store, folder } = opened
  let keeper: PartKeeper | undefined
  return {
    store,
    folder,
    announce: (url) => opened.announce(url),
    async keep(parts) {
      keeper = await keepParts(store, parts, log)
    },
    async close() {
      const last = keeper
      keeper = undefined
      await last
        ?.close()
        .catch((cause: unknown) => log.error('quotas used, cached prompts or the clock were not saved', cause))
      await store.close()
    },
  }
}

function inMemory(announce = (): void => {}): State {
  const store = createMemoryStore()
  return { store, folder: undefined, announce, keep: () => Promise.resolve(), close: () => store.close() }
}
