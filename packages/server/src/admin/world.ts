import type { Json } from '@outcrop/protocol'
import type { StatePart } from '../state-part.ts'
import type { Documents, Store } from '../storage/store.ts'

/** Everything that an endpoint holds, at one moment. */
export interface Snapshot {
  /** What kind of JSON it is, and of which version. */
  readonly outcrop: 'snapshot/1'
  readonly documents: Documents
  readonly parts: Readonly<Record<string, Json>>
}

/** All state of an endpoint, as one thing. */
export interface World {
  /** As at the start, with nothing kept. */
  reset(): Promise<void>
  snapshot(): Promise<Snapshot>
  /** Holds what a snapshot held, and nothing else. */
  restore(snapshot: Snapshot): Promise<void>
}

/** Joins the store's documents with the parts of the state that are held elsewhere. */
export function createWorld(store: Store, parts: readonly StatePart[]): World {
  const hold = async (documents: Documents, saved: Readonly<Record<string, Json>>): Promise<void> => {
    await store.replace(documents)
    for (const part of parts) await part.load(saved[part.name])
  }
  return {
    reset: () => hold({}, {}),
    async snapshot() {
      const saved: Record<string, Json> = {}
      for (const part of parts) saved[part.name] = await part.save()
      return { outcrop: 'snapshot/1', documents: store.dump(), parts: saved }
    },
    restore: ({ documents, parts: saved }) => hold(documents, saved),
  }
}
