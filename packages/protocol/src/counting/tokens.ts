import { createPieceCounter } from './token-automaton.ts'

/**
 * A tokenizer that is cheap, linear and stable, and only an estimate of Claude's (no public tokenizer is right for Claude 3
 * and later, LOCAL §4). A piece is what the simulator's streams send at once and what `max_tokens` counts there.
 */

const space = 1
const newline = 2
const lower = 3
const upper = 4
const digit = 5
const mark = 6
const ideograph = 7
/** A letter beyond ASCII. */
const foreign = 8
const end = 0

const asciiKinds = Uint8Array.from({ length: 128 }, (_, code) => {
  if (code === 10 || code === 13) return newline
  if (code === 32 || code === 9 || code < 32) return space
  if (code >= 48 && code <= 57) return digit
  if (code >= 97 && code <= 122) return lower
  return code >= 65 && code <= 90 ? upper : mark
})

// Fitted to the one public vocabulary of Claude's (its second generation), over English prose, code and JSON, and so that
// counts come out nine hundredths above it, as those of Claude 3 do (LOCAL §4): docs/reference/counting.md has the figures.
const wordWeight = 14
/** Words of up to seven small letters are one token; capitals and letters beyond ASCII stand in fewer entries. */
const letterWeights: Readonly<Record<number, number>> = { [lower]: 2, [upper]: 7, [foreign]: 7 }
const longestBlank = 16
const longestRun = { newline: 4, digit: 3, mark: 2 } as const

/** One character for all of its kind. */
const examples: Readonly<Record<number, string>> = {
  [space]: ' ',
  [newline]: '\n',
  [lower]: 'a',
  [upper]: 'A',
  [digit]: '0',
  [mark]: '.',
}

/** How many tokens a text is. Text added at the end never lowers it. */
export const countTokens: (text: string) => number = createPieceCounter(pieceEnd, (char) => {
  return examples[kindAt(char, 0)] ?? char
})

/** Where the first `tokens` tokens of a text end. */
export function cutAtTokens(text: string, tokens: number): number {
  let at = 0
  for (let count = 0; count < tokens && at < text.length; count++) at = pieceEnd(text, at)
  return at
}

/** Where the token that starts at `start` ends: always after `start`, never inside a surrogate pair. */
export function pieceEnd(text: string, start: number): number {
  const first = kindAt(text, start)
  if (first === newline) return blankEnd(text, runEnd(text, start, longestRun.newline, newline), start)
  let at = start
  if (first === space) {
    const after = blankEnd(text, start + 1, start)
    // One blank belongs to what comes after it; what stands before that blank is a token of its own.
    if (after > start + 1 || startsNothing(kindAt(text, after))) return after
    at = after
  }
  const kind = kindAt(text, at)
  if (kind === digit) return runEnd(text, at, longestRun.digit, digit)
  if (kind === ideograph) return at + (isPair(text, at) ? 2 : 1)
  if (kind === mark) return text.charCodeAt(at) < 128 ? runEnd(text, at, longestRun.mark, mark) : at + 1
  return wordEnd(text, at)
}

/** Where blanks end that belong together, from `at` on in a token that began at `start`: the last is left for a word. */
function blankEnd(text: string, at: number, start: number): number {
  let after = at
  while (after - start < longestBlank && kindAt(text, after) === space) after++
  const isFull = kindAt(text, after) === space
  return after === at || isFull || startsNothing(kindAt(text, after)) ? after : after - 1
}

const startsNothing = (kind: number): boolean => kind === space || kind === newline || kind === end

function kindAt(text: string, at: number): number {
  if (at >= text.length) return end
  const code = text.charCodeAt(at)
  if (code < 128) return asciiKinds[code] ?? mark
  if (code >= 0x2e80) return ideograph
  return code < 0xc0 || code >= 0x2000 ? mark : foreign
}

function wordEnd(text: string, start: number): number {
  let before = end
  let weight = 0
  let at = start
  for (; ; at++) {
    const kind = kindAt(text, at)
    const one = letterWeights[kind]
    // A capital after a small letter begins another word: identifiers are written so.
    if (one === undefined || (kind === upper && before === lower)) return at
    // The capital that a word begins with costs nothing.
    weight += at === start && kind === upper ? 2 : one
    if (weight > wordWeight && at > start) return at
    before = kind
  }
}

function runEnd(text: string, start: number, longest: number, kind: number): number {
  let at = start + 1
  while (at - start < longest && kindAt(text, at) === kind && text.charCodeAt(at) < 128) at++
  return at
}

function isPair(text: string, at: number): boolean {
  const high = text.charCodeAt(at)
  const low = text.charCodeAt(at + 1)
  return high >= 0xd800 && high < 0xdc00 && low >= 0xdc00 && low < 0xe000
}
