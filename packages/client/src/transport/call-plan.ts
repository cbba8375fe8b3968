import type { ModelEntry } from '@outcrop/protocol'
import type { WireChoice } from '../wires/choose-wire.ts'
import type { AutoWires } from './auto-wires.ts'
import type { Endpoints, Target } from './http-request.ts'

/** One place where a call may be answered. */
export interface CallPlace {
  readonly target: Target
  readonly endpoints: Endpoints
  readonly model: ModelEntry | undefined
  /** What version rules are asked about; also of models newer than the catalogue. */
  readonly anthropicName: string | undefined
  readonly choice: WireChoice
  /** All wires that could carry the call there, the best first. */
  readonly choices: readonly WireChoice[]
  /** What has to have happened at the place before: this model is not to be had there, or it is busy or broken. */
  readonly after: 'not-here' | 'busy'
}

/** Where a call goes, in the order of trying; never empty. */
export interface CallPlan {
  readonly places: readonly CallPlace[]
  readonly warnings: readonly string[]
  /** Set when the wire was left to us. */
  readonly auto: AutoWires | undefined
  /** The scope was chosen here, not named by the caller. */
  readonly isChosen: boolean
}
