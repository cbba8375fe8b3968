/** Finds the known word that a misspelt one was probably meant to be, or nothing when none is near. */
export function nearestWord(typed: string, known: Iterable<string>): string | undefined {
  const needle = typed.toLowerCase()
  // About one slip in three letters is a typo; more is another word.
  let best = Math.max(1, Math.floor(needle.length / 3)) + 1
  let found: string | undefined
  for (const word of known) {
    const distance = editDistance(needle, word.toLowerCase(), best)
    if (distance < best) {
      best = distance
      found = word
    }
  }
  return found
}

/** Counts insertions, deletions, replacements and swaps of neighbours; gives up with `limit` once that many are needed. */
function editDistance(from: string, to: string, limit: number): number {
  if (Math.abs(from.length - to.length) >= limit) return limit
  let beforeLast: number[] = []
  let last = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row]
    for (let column = 1; column <= to.length; column += 1) {
      const same = from[row - 1] === to[column - 1]
      let cost = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (same ? 0 : 1),
      )
      const swapped = row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]
      if (swapped) cost = Math.min(cost, (beforeLast[column - 2] ?? 0) + 1)
      current.push(cost)
    }
    if (Math.min(...current) >= limit) return limit
    beforeLast = last
    last = current
  }
  return last[to.length] ?? limit
}
