import { describe, expect, it } from 'vitest'

import { createPacer, sleepByTimer, type Sleep } from './pace.ts'

/** A clock that only sleeping moves, a little late each time as real timers are. */
function createClock(late = 0): { now: () => number; sleep: Sleep; naps: number[] } {
  let time = 1_000
  const naps: number[] = []
  const sleep: Sleep = async (milliseconds, signal) => {
    signal.throwIfAborted()
    naps.push(milliseconds)
    time += milliseconds + late
  }
  return { now: () => time, sleep, naps }
}

const { signal } = new AbortController()

describe('a pacer', () => {
  it('waits for the first token, and then for each', async () => {
    const { now, sleep } = createClock()
    const pacer = createPacer({ tokensPerSecond: 100, firstTokenMs: 300 }, now, sleep, signal)
    const due: number[] = []
    for (let token = 0; token < 4; token++) {
      await pacer.until(token)
      due.push(now() - 1_000)
    }
    expect(due).toEqual([300, 310, 320, 330])
  })

  it('does not let late timers add up', async () => {
    const { now, sleep } = createClock(7)
    const pacer = createPacer({ tokensPerSecond: 100, firstTokenMs: 0 }, now, sleep, signal)
    for (let token = 0; token <= 1_000; token++) await pacer.until(token)
    expect(now() - 1_000).toBeGreaterThanOrEqual(10_000)
    expect(now() - 1_000).toBeLessThan(10_020)
  })

  it('takes one timer for a burst when tokens are faster than timers', async () => {
    const { now, sleep, naps } = createClock(4)
    const pacer = createPacer({ tokensPerSecond: 10_000, firstTokenMs: 0 }, now, sleep, signal)
    for (let token = 0; token < 10_000; token++) await pacer.until(token)
    expect(naps.length).toBeLessThan(300)
    expect(now() - 1_000).toBeLessThan(1_010)
  })

  it('never sleeps when it is told to hurry, but lets others run', async () => {
    const { now, sleep, naps } = createClock()
    const pacer = createPacer({ tokensPerSecond: 0, firstTokenMs: 0 }, now, sleep, signal)
    let others = 0
    const other = setInterval(() => others++, 0)
    const waits = Array.from({ length: 256 }, (_, token) => pacer.until(token))
    for (const wait of waits) await wait
    clearInterval(other)
    expect(naps).toEqual([])
    expect(waits.filter((wait) => wait !== undefined)).toHaveLength(4)
  })

  it('stops at once when the call is aborted', async () => {
    const controller = new AbortController()
    const pacer = createPacer({ tokensPerSecond: 1, firstTokenMs: 60_000 }, Date.now, sleepByTimer, controller.signal)
    const wait = pacer.until(0)
    const started = performance.now()
    controller.abort(new Error('gone'))
    await expect(wait).rejects.toThrow('gone')
    expect(performance.now() - started).toBeLessThan(100)
    expect(() => pacer.until(1)).toThrow('gone')
  })

  it('notices an abort after a short sleep too', async () => {
    const controller = new AbortController()
    const wait = sleepByTimer(10, controller.signal)
    controller.abort(new Error('gone'))
    await expect(wait).rejects.toThrow('gone')
  })
})
