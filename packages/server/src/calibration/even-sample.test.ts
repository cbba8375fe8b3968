import { describe, expect, it } from 'vitest'
import { createEvenSample } from './even-sample.ts'

const sampleOf = (count: number): readonly number[] => {
  const sample = createEvenSample<number>(4)
  for (let item = 0; item < count; item++) sample.add(item)
  return sample.items
}

describe('an even sample', () => {
  it('is everything, as long as that is little', () => {
    expect(sampleOf(0)).toEqual([])
    expect(sampleOf(4)).toEqual([0, 1, 2, 3])
  })

  it('is every second of more, then every fourth', () => {
    expect(sampleOf(5)).toEqual([0, 2, 4])
    expect(sampleOf(8)).toEqual([0, 2, 4, 6])
    expect(sampleOf(9)).toEqual([0, 4, 8])
    expect(sampleOf(1_000)).toEqual([0, 256, 512, 768])
  })
})
