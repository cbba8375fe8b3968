import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { seedRandom } from '../random.ts'
import { makeMatching } from './make-pattern.ts'
import { matchesPattern, type PatternMeter } from './match-pattern.ts'

const plenty = (): PatternMeter => ({ patternSteps: 20_000_000 })

const patterns = [
  '^\\d{3}-\\d{2}-\\d{4}$',
  '^[A-Za-z_][A-Za-z0-9_]*$',
  '^(?:[a-z]+|\\d+)(?:,(?:[a-z]+|\\d+))*$',
  '^[^@\\s]+@[^@\\s]+\\.[a-z]{2,}$',
  'abc|def',
  '^.{2,4}$',
  '^a?b+c*$',
  '^\\u0041\\x42\\.\\/$',
  '^[-+]?\\d+(?:\\.\\d+)?$',
  '^(?<year>\\d{4})$',
  '^[\\w.-]+$',
  '',
]

describe('patterns', () => {
  it.each(patterns)('are judged as JavaScript judges them: %s', (pattern) => {
    const oracle = new RegExp(pattern, 'u')
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...Array.from('abcdefAB019@.,-+_/ \n')), maxLength: 10 }),
        (text) => {
          expect(matchesPattern(pattern, text, plenty())).toBe(oracle.test(text))
        },
      ),
      { numRuns: 300 },
    )
  })

  it.each(patterns)('make strings that they match: %s', (pattern) => {
    for (const seed of ['a', 'b', 'c', 'd']) {
      expect(makeMatching(pattern, 0, 1_000, seedRandom(seed), plenty())).toMatch(new RegExp(pattern, 'u'))
    }
  })

  it('leave what they cannot read alone', () => {
    expect(matchesPattern('(?=a)b', 'b', plenty())).toBeUndefined()
    expect(matchesPattern('(a)\\1', 'aa', plenty())).toBeUndefined()
    expect(matchesPattern('a**', 'a', plenty())).toBeUndefined()
    expect(matchesPattern('[', 'a', plenty())).toBeUndefined()
    expect(makeMatching('\\p{L}+', 0, 10, seedRandom('a'), plenty())).toBeUndefined()
  })

  it('never back-track: a hostile pattern takes time linear in the text', () => {
    const started = performance.now()
    expect(matchesPattern('^(a+)+$', `${'a'.repeat(20_000)}!`, plenty())).toBe(false)
    expect(matchesPattern('^(?:a|a)*$', `${'a'.repeat(20_000)}!`, plenty())).toBe(false)
    expect(performance.now() - started).toBeLessThan(1_000)
  })

  it('take from the meter what they took, and stop where it ends', () => {
    const easy = plenty()
    const hard = plenty()
    expect(matchesPattern('^b', 'a'.repeat(1_000), easy)).toBe(false)
    expect(matchesPattern('(?:a?){1,900}b', 'a'.repeat(1_000), hard)).toBe(false)
    expect(plenty().patternSteps - easy.patternSteps).toBeLessThan(10_000)
    expect(plenty().patternSteps - hard.patternSteps).toBeGreaterThan(1_000_000)
    expect(matchesPattern('(?:a?){1,900}b', 'a'.repeat(1_000), { patternSteps: 100_000 })).toBeUndefined()
  })
})
