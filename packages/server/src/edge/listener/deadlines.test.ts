import { expect, it } from 'vitest'
import { Deadlines } from './deadlines.ts'

it('gives up what outlived its time, oldest first, once, and nothing that stopped or started again', () => {
  const given: string[] = []
  const item = (name: string) => ({ giveUp: () => void given.push(name) })
  const [a, b, c, d] = [item('a'), item('b'), item('c'), item('d')]
  const deadlines = new Deadlines(100)
  deadlines.start(a, 0)
  deadlines.start(b, 10)
  deadlines.start(c, 20)
  deadlines.start(d, 30)
  deadlines.sweep(99)
  expect(given).toEqual([])
  deadlines.stop(b)
  deadlines.start(a, 90)
  deadlines.sweep(125)
  expect(given).toEqual(['c'])
  deadlines.sweep(1_000)
  expect(given).toEqual(['c', 'd', 'a'])
  deadlines.sweep(2_000)
  expect(given).toEqual(['c', 'd', 'a'])
})
