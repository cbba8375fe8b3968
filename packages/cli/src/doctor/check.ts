/** How a thing stands: `warn` does not keep a call from working, `fail` does, and `skipped` says why nobody looked. */
export type CheckStatus = 'ok' | 'warn' | 'fail' | 'skipped'

/** One thing that was found, in words for a person. */
export interface Finding {
  readonly status: CheckStatus
  /** What is there; never a secret. */
  readonly found: string
  /** What to do about it. */
  readonly todo?: string | undefined
}

/** What one check found; its status is that of its worst finding. */
export interface CheckResult {
  readonly check: string
  readonly status: CheckStatus
  readonly findings: readonly Finding[]
}

/** A finding that all is well. */
export const ok = (found: string): Finding => ({ status: 'ok', found })

/** A finding that does not keep a call from working. */
export const warn = (found: string, todo?: string): Finding => ({ status: 'warn', found, todo })

/** A finding that keeps a call from working. */
export const fail = (found: string, todo?: string): Finding => ({ status: 'fail', found, todo })

/** What was not looked at, and why. */
export const skipped = (found: string): Finding => ({ status: 'skipped', found })

const worst: readonly CheckStatus[] = ['fail', 'warn', 'ok', 'skipped']

/** The status of several findings together: the worst, and `skipped` only where nothing was looked at. */
export function statusOf(findings: readonly Finding[]): CheckStatus {
  return worst.find((status) => findings.some((finding) => finding.status === status)) ?? 'skipped'
}
