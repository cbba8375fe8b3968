import { afterEach, describe, expect, it } from 'vitest'
import { type Clock, createClock } from './clock.ts'

const noon = Date.UTC(2026, 10, 25, 12)
const clocks: Clock[] = []
afterEach(() => {
  for (const clock of clocks.splice(0)) clock.stop()
})

function open(machine: () => number = () => noon, ahead = 0): Clock {
  const clock = createClock(machine, ahead)
  clocks.push(clock)
  return clock
}

const turn = (ms = 5): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms))

describe('the clock', () => {
  it('goes with the machine until it is moved', () => {
    let machine = noon
    const clock = open(() => machine)
    machine += 250
    expect([clock.now(), clock.ahead()]).toEqual([noon + 250, 0])
    clock.advance(60_000)
    machine += 1
    expect([clock.now(), clock.ahead()]).toEqual([noon + 60_251, 60_000])
  })

  it('is set to a time, backwards too, and goes on from there', () => {
    let machine = noon
    const clock = open(() => machine)
    clock.set(Date.UTC(2024, 0))
    machine += 7
    expect(clock.now()).toBe(Date.UTC(2024, 0) + 7)
  })

  it('starts ahead', () => {
    expect(open(() => noon, 1_000).now()).toBe(noon + 1_000)
  })

  it('calls back once it is moved past a time, in the order of the times and not before', async () => {
    const clock = open()
    const heard: string[] = []
    clock.at(noon + 7_200_000, () => heard.push('two hours'))
    clock.at(noon + 3_600_000, () => heard.push('one hour'))
    clock.at(noon + 90_000_000, () => heard.push('a day and more'))
    await turn()
    expect(heard).toEqual([])
    clock.advance(86_400_000)
    expect(heard).toEqual([]) // never inside the call that moves it
    await turn()
    expect(heard).toEqual(['one hour', 'two hours'])
    clock.advance(86_400_000)
    await turn()
    expect(heard).toEqual(['one hour', 'two hours', 'a day and more'])
  })

  it('calls back as time passes by itself', async () => {
    const clock = open(Date.now)
    const due = clock.now() + 30
    const heard = await new Promise<number>((resolve) => {
      clock.at(due, () => resolve(clock.now()))
      setTimeout(resolve, 5_000, 0) // what is pending here does not keep the process alive
    })
    expect(heard).toBeGreaterThanOrEqual(due)
  })

  it('calls back at the end of the turn for a time that is past', async () => {
    const clock = open()
    let heard = false
    clock.at(noon - 1, () => (heard = true))
    expect(heard).toBe(false)
    await turn()
    expect(heard).toBe(true)
  })

  it('hears of wishes that are taken back no more, even by another that is due with it', async () => {
    const clock = open()
    const heard: string[] = []
    const forget = clock.at(noon + 2_000, () => heard.push('second'))
    clock.at(noon + 1_000, () => {
      heard.push('first')
      forget()
    })
    clock.advance(10_000)
    await turn()
    expect(heard).toEqual(['first'])
  })

  it('waits again for what was due when it is set back in time', async () => {
    const clock = open()
    let heard = 0
    clock.at(noon + 1_000, () => (heard += 1))
    clock.advance(-5_000)
    await turn()
    expect(heard).toBe(0)
    clock.advance(6_000)
    await turn()
    expect(heard).toBe(1)
  })

  it('waits longer than a timer can', async () => {
    const clock = open()
    let heard = false
    clock.at(noon + 90 * 86_400_000, () => (heard = true))
    await turn()
    expect(heard).toBe(false)
    clock.advance(90 * 86_400_000)
    await turn()
    expect(heard).toBe(true)
  })

  it('says nothing any more once it is stopped', async () => {
    const clock = open()
    let heard = false
    clock.at(noon, () => (heard = true))
    clock.stop()
    await turn()
    expect(heard).toBe(false)
  })
})
