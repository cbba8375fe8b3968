/** Lets so many in at once, the others in the order in which they came. */
export interface Gate {
  /** Resolves when there is room, with what gives the room back; rejects with the signal's reason when it aborts first. */
  enter(signal: AbortSignal): Promise<() => void>
}

/** Creates a gate for a number of guests. */
export function createGate(room: number): Gate {
  let free = room
  const waiting = new Set<() => void>()

  function leaveOnce(): () => void {
    let isIn = true
    return () => {
      if (!isIn) return
      isIn = false
      const [next] = waiting
      if (next === undefined) free += 1
      else next()
    }
  }

  return {
    enter: (signal) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason)
        if (free > 0) {
          free -= 1
          return resolve(leaveOnce())
        }
        const giveUp = (): void => {
          waiting.delete(enter)
          reject(signal.reason)
        }
        const enter = (): void => {
          waiting.delete(enter)
          signal.removeEventListener('abort', giveUp)
          resolve(leaveOnce())
        }
        waiting.add(enter)
        signal.addEventListener('abort', giveUp, { once: true })
      }),
  }
}
