import { expect, it } from 'vitest'
import { endOfTurn } from './end-of-turn.ts'

it('is one moment for all that wait in a turn, after everything that was ready, and another one in the next', async () => {
  const order: string[] = []
  const first = endOfTurn()
  const second = endOfTurn()
  expect(second).toBe(first)
  process.nextTick(() => order.push('tick'))
  void Promise.resolve().then(() => order.push('microtask'))
  await first
  order.push('end of turn')
  expect(order.toSorted()).toEqual(['end of turn', 'microtask', 'tick'])
  expect(order.at(-1)).toBe('end of turn')
  expect(endOfTurn()).not.toBe(first)
})
