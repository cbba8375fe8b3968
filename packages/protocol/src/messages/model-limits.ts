/** How many tokens an answer may have: the beta lets Claude 3.7 write 128K; on other models it changes nothing. */
export function outputLimit(betas: unknown, limit: number | null): number | null {
  const isLifted = limit === 64_000 && Array.isArray(betas) && betas.includes('output-128k-2025-02-19')
  return isLifted ? 128_000 : limit
}
