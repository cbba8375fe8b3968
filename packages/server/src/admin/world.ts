import { GatewayError, type Json } from '@outcrop/protocol'
import type { StatePart } from '../state-part.ts'
import { savedParts } from '../storage/keep-parts.ts'
import type { Documents, Store } from '../storage/store.ts'
import { parseSnapshot, type Snapshot } from './snapshot.ts'

/** All state of an endpoint, as one thing. */
export interface World {
  /** As at the start, with nothing kept. */
  reset(): Promise<void>
  snapshot(): Promise<Snapshot>
  /** Holds what a snapshot held, and nothing else; throws a sentence, and holds what it held, when that is none of its own. */
  restore(snapshot: unknown): Promise<void>
}

type Parts = Snapshot['parts']

/** Joins the store's documents with the parts of the state that are held elsewhere. */
export function createWorld(store: Store, parts: readonly StatePart[]): World {
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
  }

  return {
    reset: () => inTurn(() => hold({}, {})),
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

/** One after the other: two that are restored at once would leave something of each. */
function createTurns(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve()
  return (work) => {
    const turn = last.then(work)
    last = turn.catch(() => undefined)
    return turn
  }
}
