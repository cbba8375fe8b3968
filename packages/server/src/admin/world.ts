import { GatewayError, type Json } from '@outcrop/protocol'
import type { StatePart } from '../state-part.ts'
import { savedParts } from '../storage/keep-parts.ts'
import type { Documents, Store } from '../storage/store.ts'
import { parseSnapshot, type Snapshot } from './snapshot.ts'

/** All state of an endpoint, as one thing. */
export interface World {
  /** As at the start, with nothing kept; what is in memory alone is forgotten before it returns. */
  reset(): Promise<void>
  snapshot(): Promise<Snapshot>
  /** Holds what a snapshot held, and nothing else; throws a sentence, and holds what it held, when that is none of its own. */
  restore(snapshot: unknown): Promise<void>
}

type Parts = Snapshot['parts']

/**
 * Joins the store's documents with the parts of the state that are held elsewhere; `resume` takes up what they hold that is not
 * finished, once all of it is there.
 */
export function createWorld(
  store: Store,
  parts: readonly StatePart[],
  resume: () => Promise<void> = async () => {},
): World {
  const names = parts.map(({ name }) => name)
  const inTurn = createTurns()

  async function take(): Promise<Snapshot> {
    const saved: Array<readonly [string, Json]> = []
    for (const part of parts) saved.push([part.name, await part.save()])
    // As the keeper saves them they are in the store as well, and of a moment ago.
    const { [savedParts.name]: _, ...documents } = store.dump()
    return { outcrop: 'snapshot/1', documents, parts: Object.fromEntries(saved) }
  }

  async function hold(documents: Documents, saved: Parts): Promise<void> {
    // In one transaction, so that whoever kills the process now finds either world.
    await store.replace({
      ...documents,
      [savedParts.name]: Object.entries(saved).map(([name, json]) => [[name], json]),
    })
    // Documents come first: a part may look at them.
    for (const part of parts) {
      try {
        await part.load(Object.hasOwn(saved, part.name) ? saved[part.name] : undefined)
      } catch (cause) {
        throw new UnreadablePart(part.name, cause)
      }
    }
    await resume()
  }

  async function forget(): Promise<void> {
    // What needs no time at once, so that a test that does not wait adds to what is new, not to what is on its way out.
    const forgotten = parts.map(async (part) => part.load(undefined))
    await Promise.all(forgotten)
    await store.replace({ [savedParts.name]: [] })
    await resume()
  }

  return {
    reset: () => inTurn(forget),
    snapshot: () => inTurn(async () => structuredClone(await take())),
    restore: (snapshot) =>
      inTurn(async () => {
        const next = parseSnapshot(snapshot, names)
        const before = await take()
        try {
          await hold(next.documents, next.parts)
        } catch (error) {
          if (!(error instanceof UnreadablePart)) throw error
          await hold(before.documents, before.parts)
          throw new GatewayError('validation', error.message, { cause: error.cause })
        }
      }),
  }
}

class UnreadablePart extends Error {
  constructor(name: string, cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    super(
      `The snapshot is not restored, and nothing has changed: its part "${name}" was not saved by this part: ${reason}.`,
      {
        cause,
      },
    )
  }
}

/** One after the other, because two that are restored at once would leave something of each; at once where nothing is going on. */
function createTurns(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> | undefined
  return (work) => {
    const turn = last === undefined ? work() : last.then(work)
    const done = turn
      .catch(() => undefined)
      .then(() => {
        if (last === done) last = undefined
      })
    last = done
    return turn
  }
}
