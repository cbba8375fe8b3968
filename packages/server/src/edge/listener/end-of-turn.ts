let turn: Promise<void> | undefined

/**
 * Resolves once the event loop has read all that had arrived. Answers that wait for it are written one after the other:
 * written one by one between other calls, each of them wakes a client that has gone to sleep again, and waking it costs
 * more than the write. Alone, a call waits a few microseconds.
 */
export function endOfTurn(): Promise<void> {
  turn ??= new Promise((resolve) => {
    setImmediate(() => {
      turn = undefined
      resolve()
    })
  })
  return turn
}
