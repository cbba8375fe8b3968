import { expect, it } from 'vitest'

import { createPieceCounter } from './token-automaton.ts'

/** Runs of one character, of three at most. */
function runEnd(text: string, start: number): number {
  let end = start + 1
  while (end - start < 3 && end < text.length && text[end] === text[start]) end++
  return end
}

/** Everything from a letter on is one piece. */
function wordEnd(text: string, start: number): number {
  return /[a-z]/.test(text[start] ?? '') ? text.length : start + 1
}

it.each([
  ['', 0],
  ['a', 1],
  ['aab', 2],
  ['aaaa', 2],
  ['éééé', 2],
  ['aaéb', 3],
  ['é', 1],
])('counts the pieces of %j as the rule splits it', (text, pieces) => {
  expect(createPieceCounter(runEnd, (char) => char)(text)).toBe(pieces)
})

it('asks the rule about ASCII once, and about the same again never', () => {
  const asked: string[] = []
  const count = createPieceCounter(
    (text, start) => {
      asked.push(text)
      return runEnd(text, start)
    },
    (char) => char,
  )
  expect(count('aab')).toBe(2)
  expect(asked).toEqual(['a', 'aa', 'aab', 'aab'])
  expect(count('aab')).toBe(2)
  expect(asked).toHaveLength(4)
})

it('takes for alike what it is told is alike', () => {
  expect(createPieceCounter(wordEnd, (char) => (/[a-z]/.test(char) ? 'a' : char))('..xyz')).toBe(3)
})
