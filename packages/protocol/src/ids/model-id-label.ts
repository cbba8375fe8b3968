/**
 * Decodes the raw `{modelId}` of a path exactly once: `%3A` and `%2F` become `:` and `/`, while a literal `:` or `/`
 * stays as it is (WIRE §1.5). `undefined` when an escape is malformed.
 */
export function decodeModelIdLabel(rawLabel: string): string | undefined {
  if (!rawLabel.includes('%')) return rawLabel
  try {
    return decodeURIComponent(rawLabel)
  } catch {
    return undefined
  }
}
