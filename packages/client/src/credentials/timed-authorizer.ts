import type { TimeLimits } from '../options.ts'
import { TimeLimitError } from '../reliability/time-limit-error.ts'
import type { Authorizer } from './create-authorizer.ts'

/** A process that waits for a password, or somebody's function, may never answer: no stream waits longer for who calls. */
const usualMs = 600_000
// Timers of every platform take a longer wait for none at all.
const longestTimerMs = 2 ** 31 - 1

/** The same authorizer, which waits for credentials no longer than `total`; then it throws a `TimeLimitError`. */
export function timedAuthorizer(authorizer: Authorizer, { total = usualMs }: TimeLimits = {}): Authorizer {
  if (authorizer.kind === 'none' || !(total > 0 && total <= longestTimerMs)) return authorizer
  return {
    kind: authorizer.kind,
    authorize: (...given) => inTime(authorizer.authorize(...given), total),
    refresh: (refused) => inTime(authorizer.refresh(refused), total),
  }
}

async function inTime<Value>(wanted: Promise<Value>, ms: number): Promise<Value> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new TimeLimitError('total', ms)), ms)
  })
  try {
    return await Promise.race([wanted, late])
  } finally {
    clearTimeout(timer)
  }
}
