import { describe, expect, it } from 'vitest'
import { nearestWord } from './nearest-word.ts'

describe('nearestWord', () => {
  it.each([
    ['regoin', 'region'],
    ['Fidelty', 'fidelity'],
    ['accountt', 'account'],
    ['acesKeyId', 'accessKeyId'],
    ['prot', 'port'],
  ])('takes %s for a slip of %s', (typed, meant) => {
    expect(nearestWord(typed, ['region', 'fidelity', 'account', 'accessKeyId', 'port', 'host'])).toBe(meant)
  })

  it.each(['banana', '', 'x', 'a'.repeat(10_000)])('offers nothing for a word that is near none', (typed) => {
    expect(nearestWord(typed, ['region', 'fidelity', 'account'])).toBeUndefined()
  })

  it('prefers the nearest of several near words', () => {
    expect(nearestWord('claude-opus-4-7', ['claude-opus-4-61', 'claude-opus-4-6', 'claude-sonnet-4-6'])).toBe(
      'claude-opus-4-6',
    )
  })
})
