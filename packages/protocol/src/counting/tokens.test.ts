import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { countTokens, cutAtTokens, pieceEnd } from './tokens.ts'

function pieces(text: string): string[] {
  const found: string[] = []
  for (let at = 0; at < text.length; at = pieceEnd(text, at)) found.push(text.slice(at, pieceEnd(text, at)))
  return found
}

const anyText = fc.string({
  unit: fc.constantFrom('a', 'B', 'é', ' ', '  ', '\n', '\t', '1', '.', '-', '地', '😀', '\ud83d', 'ж'),
})

describe('tokens', () => {
  it.each([
    ['hello, world', ['hello', ',', ' world']],
    ['Simulators count 12345 things.', ['Simulat', 'ors', ' count', ' 123', '45', ' things', '.']],
    ['readFileSync(HTTPS)', ['read', 'File', 'Sync', '(', 'HT', 'TP', 'S', ')']],
    ['if (a) {\n    return b;\n}', ['if', ' (', 'a', ')', ' {', '\n   ', ' return', ' b', ';', '\n', '}']],
    ['{"a": [1, 2]}', ['{"', 'a', '":', ' [', '1', ',', ' 2', ']}']],
    ['a   b\n\nc', ['a', '  ', ' b', '\n\n', 'c']],
    ['---->', ['--', '--', '>']],
    ['地質', ['地', '質']],
    ['😀!', ['😀', '!']],
    ['Привет', ['Пр', 'ив', 'ет']],
    ['', []],
  ])('of %j are %j', (text, expected) => {
    expect(pieces(text)).toEqual(expected)
    expect(countTokens(text)).toBe(expected.length)
  })

  it('together are the text, and never split a surrogate pair', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const found = pieces(text)
        expect(found.join('')).toBe(text)
        expect(found).not.toContain('')
        expect(found.flatMap((piece) => Array.from(piece))).toEqual(Array.from(text))
      }),
    )
  })

  it('never become fewer when text is added', () => {
    fc.assert(
      fc.property(anyText, anyText, (a, b) => {
        expect(countTokens(a + b)).toBeGreaterThanOrEqual(countTokens(a))
        expect(countTokens(a + b)).toBeLessThanOrEqual(countTokens(a) + countTokens(b) + 1)
      }),
    )
  })

  it('are counted alike in a text and in its first tokens', () => {
    fc.assert(
      fc.property(anyText, fc.nat(20), (text, tokens) => {
        const cut = cutAtTokens(text, tokens)
        expect(countTokens(text.slice(0, cut))).toBe(Math.min(tokens, countTokens(text)))
      }),
    )
  })

  it('are counted as they are split, whatever stands beside whatever', () => {
    const anyUnits = fc.string({ unit: fc.oneof(fc.string({ unit: 'binary-ascii', maxLength: 20 }), anyText) })
    const runs = fc
      .array(
        fc.tuple(
          fc.constantFrom('a', ' ', '\n', '\0', '7', '-', '.', 'é', '地', '\ud83d'),
          fc.integer({ min: 1, max: 20 }),
        ),
      )
      .map((parts) => parts.map(([unit, times]) => unit.repeat(times)).join(''))
    fc.assert(
      fc.property(fc.oneof(anyUnits, runs), (text) => {
        expect(countTokens(text)).toBe(pieces(text).length)
      }),
      { numRuns: 1_000 },
    )
  })

  it('are near four characters of English', () => {
    const text =
      'Bedrock is the solid rock that lies under loose material such as soil and gravel. Where it comes to the surface, geologists speak of an outcrop, and read in its layers how the land was made.'
    expect(text.length / countTokens(text)).toBeGreaterThan(3.5)
    expect(text.length / countTokens(text)).toBeLessThan(5)
  })

  it('are counted in time linear in the text', () => {
    const started = performance.now()
    for (const unit of ['a', ' ', '\n', '.', '1', 'é', '地', 'a ']) countTokens(unit.repeat(1_000_000))
    expect(performance.now() - started).toBeLessThan(2_000)
  })
})
