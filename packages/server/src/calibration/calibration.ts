import type { TokenizerFamilyName } from '@outcrop/protocol'

/** What real calls taught about a family of tokenizers: its factor, and how far counts by it were off. */
export interface CalibratedFamily {
  /** How many tokens of the family stand for one of the simulator's own estimate. */
  readonly multiplier: number
  /** What the frame of a prompt costs, where there were calls enough to tell. */
  readonly frameTokens?: number
  /** Of how many calls. */
  readonly calls: number
  /** The median of the errors that were measured, in per cent; absent when there were too few calls to measure one. */
  readonly errorPercent?: number
}

/** The families that were calibrated. */
export type Calibration = Readonly<Partial<Record<TokenizerFamilyName, CalibratedFamily>>>

/** What a calibration may say: what lies beyond was learned from calls that nobody made. */
export const calibrationLimits = {
  leastMultiplier: 0.01,
  mostMultiplier: 100,
  mostFrameTokens: 1_000_000,
  mostCalls: 1_000_000_000,
  mostErrorPercent: 1_000_000_000_000,
} as const
