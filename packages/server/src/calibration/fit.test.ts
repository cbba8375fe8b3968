import { describe, expect, it } from 'vitest'
import { fitFamily, type MeasuredCall } from './fit.ts'

const rate = { frameTokens: 5, multiplier: 1 }
/** Calls of many sizes whose tokens are counted with a factor and a frame. */
const calls = (count: number, factor: number, frame: number): MeasuredCall[] =>
  Array.from({ length: count }, (_, index) => {
    const text = 20 + ((index * 7_919) % 4_000)
    const seen = index % 3 === 0 ? 1_000 : 0
    return { text, seen, inputTokens: Math.round(text * factor) + frame + seen }
  })

describe('a fit', () => {
  it('finds the factor and the frame that real calls were counted with', () => {
    const { family, before, after } = fitFamily(calls(50, 1.25, 12), rate)
    expect(family.multiplier).toBeCloseTo(1.25, 2)
    expect(family).toMatchObject({ frameTokens: 12, calls: 50 })
    expect(before.median).toBeGreaterThan(9)
    expect(after?.p95).toBeLessThan(0.5)
    expect(family.errorPercent).toBe(after?.median)
  })

  it('is moved by neither a few calls that are odd nor by short ones', () => {
    const odd = [...calls(45, 1.25, 5), ...calls(5, 300, 5)]
    expect(fitFamily(odd, rate).family.multiplier).toBeCloseTo(1.25, 2)
    const short = [...calls(9, 1.1, 5), { text: 1, seen: 0, inputTokens: 40 }]
    expect(fitFamily(short, rate).family.multiplier).toBeCloseTo(1.1, 2)
  })

  it('leaves the frame alone where there are too few calls to tell it from the factor', () => {
    expect(fitFamily(calls(3, 1.2, 20), rate).family.frameTokens).toBeUndefined()
  })

  it('to a single call says nothing of its own error', () => {
    const { family, after } = fitFamily(calls(1, 1.2, 5), rate)
    expect(after).toBeUndefined()
    expect(family).toEqual({ multiplier: 1.2, calls: 1 })
  })

  it('is judged by calls that it has not seen', () => {
    const two = [
      { text: 1_000, seen: 0, inputTokens: 1_005 },
      { text: 1_000, seen: 0, inputTokens: 2_005 },
    ]
    // Each is estimated by a fit to the other: 2,005 for 1,005, and 1,005 for 2,005.
    expect(fitFamily(two, rate).after).toEqual({ median: 74.69, p95: 99.5 })
  })

  it('is judged as well where each call is there twice', () => {
    const once = [
      { text: 1_000, seen: 0, inputTokens: 1_005 },
      { text: 1_000, seen: 0, inputTokens: 2_005 },
    ]
    expect(fitFamily([...once, ...once], rate).after).toEqual({ median: 74.69, p95: 99.5 })
    const alike = Array.from({ length: 30 }, () => ({ text: 1_000, seen: 0, inputTokens: 2_005 }))
    expect(fitFamily(alike, rate).after).toBeUndefined()
  })

  it('of calls without text keeps the factor', () => {
    expect(fitFamily([{ text: 0, seen: 100, inputTokens: 105 }], rate).family.multiplier).toBe(1)
    const later = { frameTokens: 9, multiplier: 1.18 }
    expect(fitFamily([{ text: 0, seen: 100, inputTokens: 105 }], later).family.multiplier).toBe(1.18)
  })

  it('of calls that nobody made stays within what a calibration may say', () => {
    expect(fitFamily([{ text: 3, seen: 0, inputTokens: 900_000_000 }], rate).family.multiplier).toBe(100)
    expect(fitFamily([{ text: 5_000, seen: 2_000, inputTokens: 1 }], rate).family.multiplier).toBe(0.01)
    const frames = calls(20, 1, 900_000_000)
    expect(fitFamily(frames, rate).family.frameTokens).toBe(1_000_000)
  })
})
