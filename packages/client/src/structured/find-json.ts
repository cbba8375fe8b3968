import type { Json } from '@outcrop/protocol'

/** A JSON value in a text, as it was written and as it was meant. */
export interface FoundJson {
  readonly text: string
  readonly value: Json
}

/**
 * Finds the JSON in what a model wrote, the most likely first: the text as a whole, then what stands in code fences, then
 * each object or array in prose. Time is linear in the text; values nested deeper than 500 are none.
 */
export function* findJson(text: string): Generator<FoundJson> {
  for (const candidate of candidates(text)) {
    const found = parse(candidate)
    if (found !== undefined) yield found
  }
}

function* candidates(text: string): Generator<string> {
  yield text
  // A fence in a fence is seldom, and a text of nothing but fences must not keep us.
  const parts = text.split('```', 2 * mostCandidates)
  for (let at = 1; at < parts.length; at += 2) yield (parts[at] ?? '').replace(/^[\w-]*\r?\n/, '')
  let from = 0
  for (let tries = 0; tries < mostCandidates; tries++) {
    const start = indexOfBracket(text, from)
    if (start < 0) return
    const end = endOfValue(text, start)
    if (end !== undefined) yield text.slice(start, end)
    from = end ?? start + 1
  }
}

const mostCandidates = 20

function indexOfBracket(text: string, from: number): number {
  const [brace, bracket] = [text.indexOf('{', from), text.indexOf('[', from)]
  return brace < 0 || bracket < 0 ? Math.max(brace, bracket) : Math.min(brace, bracket)
}

function parse(candidate: string): FoundJson | undefined {
  const text = candidate.trim()
  // Depth is settled before JSON.parse, which takes seconds for millions of brackets.
  if (/^[[{]/.test(text) && endOfValue(text, 0) !== text.length) return undefined
  try {
    return { text, value: JSON.parse(text) as Json }
  } catch {
    return undefined
  }
}

const deepest = 500

/** Where the object or array that begins at an index ends; nothing where it does not, or is too deep. */
function endOfValue(text: string, start: number): number | undefined {
  let depth = 0
  for (let at = start; at < text.length; at++) {
    const character = text[at]
    if (character === '"') at = endOfString(text, at)
    else if (character === '{' || character === '[') depth += 1
    else if (character === '}' || character === ']') depth -= 1
    if (depth > deepest) return undefined
    if (depth === 0) return at + 1
  }
  return undefined
}

/** Where the string whose quote stands at an index has its other quote, or the end of the text. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '\\') at += 1
    else if (text[at] === '"') return at
  }
  return text.length
}
