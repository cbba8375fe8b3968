import type { Json } from '@outcrop/protocol'

/** State that is not in the store's documents because calls change it too often, and that snapshots and restarts keep all the same. */
export interface StatePart {
  /** Its name in a snapshot. */
  readonly name: string
  /** Everything it holds, as JSON. */
  save(): Json | Promise<Json>
  /** Holds what was saved; as new when nothing was. Throws a sentence when it was not saved by this part. */
  load(saved: Json | undefined): void | Promise<void>
  /** Another number whenever what it would save is something else, `load` included; without it, it is saved when the endpoint stops. */
  changes?(): number
}
