import type { Fidelity } from '../catalogue/types.ts'

// WIRE §5.3: refused by every model that was measured.
const rejectedBetas: ReadonlySet<string> = new Set([
  'oauth-2025-04-20',
  'prompt-caching-scope-2026-01-05',
  'fast-mode-2026-02-01',
  'advanced-tool-use-2025-11-20',
  'mcp-servers-2025-12-04',
])

/** Whether a list of betas names one that Bedrock is known to reject; in guide fidelity none is. */
export function isRejectedBeta(betas: unknown, fidelity: Fidelity): boolean {
  if (fidelity !== 'aws' || !Array.isArray(betas)) return false
  const names: readonly unknown[] = betas
  return names.some(
    (beta) => typeof beta === 'string' && (rejectedBetas.has(beta) || beta.startsWith('redact-thinking-')),
  )
}

/** How many tokens an answer may have: the beta lets Claude 3.7 write 128K; on other models it changes nothing. */
export function outputLimit(betas: unknown, limit: number | null): number | null {
  const isLifted = limit === 64_000 && Array.isArray(betas) && betas.includes('output-128k-2025-02-19')
  return isLifted ? 128_000 : limit
}
