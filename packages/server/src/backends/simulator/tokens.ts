import { createPieceCounter } from './token-automaton.ts'

/**
 * The simulator's own tokenizer: cheap, linear and stable, and only an estimate of Claude's (no public tokenizer is
 * right for Claude 3 and later, LOCAL §4). A piece is what a stream sends at once and what `max_tokens` counts.
 */

const space = 1
const newline = 2
const letter = 3
const digit = 4
const mark = 5
const ideograph = 6
const end = 0

const asciiKinds = Uint8Array.from({ length: 128 }, (_, code) => {
  if (code === 10 || code === 13) return newline
  if (code === 32 || code === 9 || code < 32) return space
  if (code >= 48 && code <= 57) return digit
  return (code >= 65 && code <= 90) || (code >= 97 && code <= 122) ? letter : mark
})

/** English words of up to six letters are one token in Claude's vocabularies more often than not. */
const wordWeight = 6

/** One character for all of its kind; every mark stands for itself, because only equal ones make one token. */
const examples: Readonly<Record<number, string>> = { [space]: ' ', [newline]: '\n', [letter]: 'a', [digit]: '0' }

/** How many tokens a text is. Text added at the end never lowers it. */
export const countTokens: (text: string) => number = createPieceCounter(pieceEnd, (char) => {
  const kind = kindAt(char, 0)
  return kind === mark ? char : (examples[kind] ?? char)
})

/** Where the first `tokens` tokens of a text end. */
export function cutAtTokens(text: string, tokens: number): number {
  let at = 0
  for (let count = 0; count < tokens && at < text.length; count++) at = pieceEnd(text, at)
  return at
}

/** Where the token that starts at `start` ends: always after `start`, never inside a surrogate pair. */
export function pieceEnd(text: string, start: number): number {
  let at = start
  let kind = kindAt(text, at)
  if (kind === space) {
    while (kind === space && at - start < 16) kind = kindAt(text, ++at)
    if (kind === space || kind === newline || kind === end) return at
    // One blank belongs to the word after it; what stands before that blank is a token of its own.
    if (at - start > 1) return at - 1
  }
  if (kind === letter) return wordEnd(text, at)
  if (kind === digit) return runEnd(text, at, 3, digit)
  if (kind === newline) return runEnd(text, at, 4, newline)
  if (kind === ideograph) return at + (isPair(text, at) ? 2 : 1)
  return sameEnd(text, at)
}

function kindAt(text: string, at: number): number {
  if (at >= text.length) return end
  const code = text.charCodeAt(at)
  if (code < 128) return asciiKinds[code] ?? mark
  if (code >= 0x2e80) return ideograph
  return code < 0xc0 || code >= 0x2000 ? mark : letter
}

function wordEnd(text: string, start: number): number {
  let at = start
  // Letters beyond ASCII weigh two: they stand in fewer vocabulary entries.
  for (let weight = 0; kindAt(text, at) === letter; at++) {
    weight += text.charCodeAt(at) < 128 ? 1 : 2
    if (weight > wordWeight && at > start) break
  }
  return at
}

function runEnd(text: string, start: number, longest: number, kind: number): number {
  let at = start + 1
  while (at - start < longest && kindAt(text, at) === kind) at++
  return at
}

function sameEnd(text: string, start: number): number {
  const code = text.charCodeAt(start)
  let at = start + 1
  while (at - start < 4 && text.charCodeAt(at) === code) at++
  return at
}

function isPair(text: string, at: number): boolean {
  const high = text.charCodeAt(at)
  const low = text.charCodeAt(at + 1)
  return high >= 0xd800 && high < 0xdc00 && low >= 0xdc00 && low < 0xe000
}
