import type { Fidelity, ModelEntry, Scope } from '@outcrop/protocol'
import type { ClientWire, Residency, ScopePreference } from '../options.ts'
import type { LiveRegion } from './live-profiles.ts'

/** One place that a model can be called in, by the id that the runtime takes there. */
export interface ModelTarget {
  readonly region: string
  readonly modelId: string
  /** Absent where the id does not tell: an application profile, provisioned throughput. */
  readonly scope?: Scope | undefined
}

/** What a `model` means: where to call it, in the order of trying; never empty. */
export interface ResolvedCall {
  readonly kind: 'resolved'
  /** As the caller wrote it. */
  readonly asked: string
  /** Absent for what the catalogue does not know. */
  readonly model?: ModelEntry | undefined
  /**
   * Anthropic's own name, also of models newer than the catalogue: what version rules are asked about. Absent where the id
   * hides the model.
   */
  readonly anthropicName?: string | undefined
  readonly targets: readonly ModelTarget[]
  /** What the caller should hear although the call goes out, in ASCII. */
  readonly warnings: readonly string[]
}

/** Why a `model` is not called at all. */
export type ModelFaultReason =
  'malformed' | 'unknown' | 'profile-only' | 'provisioned-only' | 'wrong-geography' | 'not-served' | 'outside-residency'

/** A `model` that is refused before the network, and what to do, in a sentence. */
export interface ModelFault {
  readonly kind: 'refused'
  readonly because: ModelFaultReason
  readonly message: string
}

/** All that decides what a `model` means. */
export interface TargetContext {
  readonly region: string
  /** Regions to try after `region`, in order. */
  readonly failover?: readonly string[] | undefined
  /** `['global', 'geo', 'in-region']` unless told otherwise (M13). */
  readonly scope?: readonly ScopePreference[] | undefined
  readonly residency?: Residency | undefined
  /** `aws` unless told otherwise: measured data, and the guide's where those have nothing. */
  readonly fidelity?: Fidelity | undefined
  /** What accounts really have, by Region; it replaces the catalogue in the Regions that it names. */
  readonly live?: ReadonlyMap<string, LiveRegion> | undefined
  /** `mantle` has ids of its own, and no profiles; every other wire takes the runtime's. */
  readonly wire?: ClientWire | undefined
  /** Milliseconds of the epoch: models retire. */
  readonly now: number
}

/** Refuses a `model`. */
export function modelFault(because: ModelFaultReason, message: string): ModelFault {
  return { kind: 'refused', because, message }
}
