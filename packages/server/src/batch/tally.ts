/** What became of records, and the tokens of those that were answered. */
export interface Tally {
  success: number
  error: number
  inputTokens: number
  outputTokens: number
}

/** Nothing yet. */
export function newTally(): Tally {
  return { success: 0, error: 0, inputTokens: 0, outputTokens: 0 }
}

/** Adds to a tally what another one has. */
export function addTally(tally: Tally, more: Readonly<Tally>): void {
  tally.success += more.success
  tally.error += more.error
  tally.inputTokens += more.inputTokens
  tally.outputTokens += more.outputTokens
}
