import fc from 'fast-check'
import { expect, it } from 'vitest'

import { base58Id, seedRandom } from './random.ts'

it('gives equal streams for equal values and others for any difference', () => {
  const ids = [
    ['a', 'b'],
    ['ab'],
    ['a', 'b', ''],
    [{ a: 'b' }],
    [['a', 'b']],
    ['b', 'a'],
    [1],
    ['1'],
    [null],
    [true],
    [{ a: { b: 1 } }],
    [{ a: {}, b: 1 }],
  ].map((values) => base58Id(seedRandom(...values)))
  expect(new Set(ids).size).toBe(ids.length - 1) // 1 and '1' are written alike.
  expect(base58Id(seedRandom('seed', { messages: ['x'] }))).toBe(base58Id(seedRandom('seed', { messages: ['x'] })))
})

it('tells long strings apart, wherever they differ', () => {
  const long = 'x'.repeat(100_000)
  const other = `${'x'.repeat(50_000)}y${'x'.repeat(49_999)}`
  expect(base58Id(seedRandom(long))).not.toBe(base58Id(seedRandom(other)))
})

it('makes ids of 22 base58 characters that do not collide', () => {
  const ids = new Set<string>()
  for (let at = 0; at < 20_000; at++) ids.add(base58Id(seedRandom('seed', `prompt ${at}`)))
  expect(ids.size).toBe(20_000)
  for (const id of ids) expect(id).toMatch(/^[1-9A-HJ-NP-Za-km-z]{22}$/)
})

it('stays below its limit and reaches every number', () => {
  fc.assert(
    fc.property(fc.string(), fc.integer({ min: 1, max: 10 }), (seed, limit) => {
      const random = seedRandom(seed)
      const seen = new Set(Array.from({ length: 400 }, () => random.below(limit)))
      expect([...seen].sort((a, b) => a - b)).toEqual(Array.from({ length: limit }, (_, at) => at))
    }),
    { numRuns: 50 },
  )
})

it('takes values nested without end', () => {
  let deep: unknown = 1
  for (let at = 0; at < 100_000; at++) deep = [deep]
  expect(base58Id(seedRandom(deep))).toHaveLength(22)
})
