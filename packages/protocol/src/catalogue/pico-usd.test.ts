import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { costOfTokens, parseUsd, type PicoUsd, printUsd, sumUsd } from './pico-usd.ts'

function usd(text: string): PicoUsd {
  const amount = parseUsd(text)
  if (amount === undefined) throw new Error(`${text} is no amount of dollars`)
  return amount
}

describe('dollars', () => {
  it.each([
    ['0', 0n],
    ['0.011', 11_000_000_000n],
    ['37.5', 37_500_000_000_000n],
    ['0.000000000001', 1n],
    ['999999999999999.999999999999', 999_999_999_999_999_999_999_999_999n],
  ])('are parsed from %s to the last of their 10⁻¹²', (text, expected) => {
    expect(parseUsd(text)).toBe(expected)
  })

  it.each([
    '',
    '1.',
    '.5',
    '-1',
    '+1',
    '1e3',
    '0x10',
    ' 1',
    '1\n',
    '1,5',
    '0.0000000000001',
    '1'.repeat(16),
    'Infinity',
  ])('are not parsed from %j', (text) => {
    expect(parseUsd(text)).toBeUndefined()
  })

  it.each([
    ['0', '0'],
    ['0.10', '0.1'],
    ['12.000', '12'],
    ['100', '100'],
    ['0.000145', '0.000145'],
    ['0.000000000001', '0.000000000001'],
    ['007.5', '7.5'],
  ])('of %s are printed as %s', (text, expected) => {
    expect(printUsd(usd(text))).toBe(expected)
  })

  it('come back from print as the same amount, whatever it is', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 27n - 1n }), (amount) => {
        const fraction = String(amount % 10n ** 12n).padStart(12, '0')
        const text = `${amount / 10n ** 12n}.${fraction}`
        expect(parseUsd(printUsd(usd(text)))).toBe(amount)
      }),
    )
  })
})

describe('the cost of tokens', () => {
  it('is 0.011 millionths of a dollar for a cached Haiku token', () => {
    const cost = costOfTokens(1, usd('0.011'))
    expect(cost).toBe(11_000n)
    expect(printUsd(cost)).toBe('0.000000011')
  })

  it('is exact for more tokens than anyone has', () => {
    // A float ends at 99079191.8021509.
    expect(printUsd(costOfTokens(Number.MAX_SAFE_INTEGER, usd('0.011')))).toBe('99079191.802150901')
  })

  it('is refused where a token would cost a part of a 10⁻¹²', () => {
    expect(() => costOfTokens(1_000_000, usd('0.0000001'))).toThrow('$0.0000001 a million is no whole 10⁻¹² a token')
  })
})

describe('a sum of dollars', () => {
  it('is nothing without amounts', () => {
    expect(sumUsd([])).toBe(0n)
  })

  it('does not lose a 10⁻¹² beside a million dollars', () => {
    expect(printUsd(sumUsd([usd('1000000'), usd('0.000000000001')]))).toBe('1000000.000000000001')
  })

  it('of a million cached tokens, one by one, is the price of a million', () => {
    const token = costOfTokens(1, usd('0.011'))
    expect(printUsd(sumUsd(Array.from({ length: 1_000_000 }, () => token)))).toBe('0.011')
  })
})
