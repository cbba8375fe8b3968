import type { BedrockConnectionError } from '../reliability/connection-error.ts'
import type { TimeLimitError } from '../reliability/time-limit-error.ts'
import type { Outcome } from './attempt.ts'

/** How far a call has come. */
export interface Run {
  /** An index of the plan's places. */
  place: number
  /** Where the next wire is tried, once the failure blamed the last. */
  wirePlace?: number
  repeats: number
  isRefreshed: boolean
  /** Milliseconds of the epoch. */
  readonly startedAt: number
}

/** What an attempt came to when it was not answered. */
export type Missed =
  | Extract<Outcome, { readonly kind: 'failed' }>
  | { readonly kind: 'unreachable'; readonly error: BedrockConnectionError | TimeLimitError }
