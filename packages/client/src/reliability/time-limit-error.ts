import type { TimeLimits } from '../options.ts'

const waits = {
  connect: 'for a connection',
  firstByte: 'for the first byte of the answer',
  idle: 'for the next byte of the answer',
  total: 'for the whole answer',
} as const satisfies Record<keyof TimeLimits, string>

/** A call that took longer than one of its limits; the text names the option that sets it. */
export class TimeLimitError extends Error {
  override readonly name = 'TimeLimitError'
  readonly limit: keyof TimeLimits
  readonly ms: number
  /** The Region that was called, once somebody who knows it has passed this on. */
  region: string | undefined
  /** Whether the next attempt may succeed: not when the time of all attempts is used up. */
  readonly retryable: boolean

  constructor(limit: keyof TimeLimits, ms: number) {
    // Anthropic's SDKs know a time-out by the words "timed out".
    super(
      `The call timed out: ${ms} ms went by ${waits[limit]}. The option timeouts.${limit} sets this limit; 0 is none.`,
    )
    this.limit = limit
    this.ms = ms
    this.retryable = limit !== 'total'
  }
}
