import type { Json } from '@outcrop/protocol'
import type { Log } from '../log.ts'
import type { StatePart } from '../state-part.ts'
import { collection, type Store } from './store.ts'

/** Where the parts of the state are in a store, by their names. */
export const savedParts = collection<Json>('parts')

/** Saves parts of the state while they change. */
export interface PartKeeper {
  /** Saves what has changed for the last time. */
  close(): Promise<void>
}

/** Parts are saved so often while they change; less often when saving takes more than a fiftieth of the time. */
const everyMs = 1_000
const busiest = 50

/** Loads parts from a store, and saves them into it from then on; one that cannot read what was saved begins as new. */
export async function keepParts(store: Store, parts: readonly StatePart[], log: Log): Promise<PartKeeper> {
  for (const part of parts) {
    await load(part, store.get(savedParts, [part.name]), log)
  }
  const kept = new Map(parts.map((part) => [part, part.changes?.()]))
  let saving: Promise<void> = Promise.resolve()
  let isFailing = false
  let timer: NodeJS.Timeout | undefined

  const save = async (due: readonly StatePart[]): Promise<void> => {
    // What changes while it is saved has to be saved again.
    const seen = due.map((part) => [part, part.changes?.()] as const)
    const saved: Array<readonly [string, Json]> = []
    for (const part of due) saved.push([part.name, await part.save()])
    if (saved.length === 0) return
    await store.transact((transaction) => {
      for (const [name, json] of saved) transaction.put(savedParts, [name], json)
    })
    for (const [part, changes] of seen) kept.set(part, changes)
  }

  const saveInTurn = async (): Promise<void> => {
    const began = performance.now()
    try {
      await save(parts.filter((part) => part.changes?.() !== kept.get(part)))
      isFailing = false
    } catch (cause) {
      if (!isFailing) log.error('quotas used, cached prompts or the clock could not be saved; it is tried again', cause)
      isFailing = true
    }
    arm((performance.now() - began) * busiest)
  }

  const begin = (): void => {
    saving = saveInTurn()
  }

  function arm(afterMs: number): void {
    timer = setTimeout(begin, Math.max(everyMs, afterMs)).unref()
  }
  arm(everyMs)

  return {
    async close() {
      clearTimeout(timer)
      await saving
      clearTimeout(timer)
      await save(parts.filter((part) => part.changes === undefined || part.changes() !== kept.get(part)))
    },
  }
}

async function load(part: StatePart, saved: Json | undefined, log: Log): Promise<void> {
  try {
    await part.load(saved)
  } catch (cause) {
    log.error(`what was saved of "${part.name}" cannot be read, and it begins as new`, cause)
    await part.load(undefined)
  }
}
