import type { Clock } from '../clock.ts'

/** Resolves when the clock has reached a time; rejects with the signal's reason when it aborts first. */
export function waitUntil(clock: Clock, time: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason)
    const giveUp = (): void => {
      takeBack()
      reject(signal.reason)
    }
    const takeBack = clock.at(time, () => {
      signal.removeEventListener('abort', giveUp)
      resolve()
    })
    signal.addEventListener('abort', giveUp, { once: true })
  })
}
