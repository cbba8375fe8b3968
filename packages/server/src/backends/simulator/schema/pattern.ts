/** A regular expression as a tree: enough of the language to make strings that match and to see whether one does. */
export type PatternNode =
  | {
      readonly kind: 'set'
      readonly ranges: ReadonlyArray<readonly [from: number, to: number]>
      readonly negated: boolean
    }
  | { readonly kind: 'sequence'; readonly parts: readonly PatternNode[] }
  | { readonly kind: 'choice'; readonly branches: readonly PatternNode[] }
  | { readonly kind: 'repeat'; readonly part: PatternNode; readonly min: number; readonly max: number }
  | { readonly kind: 'start' }
  | { readonly kind: 'end' }

/** Groups nested deeper than this are not read: no schema that people write has them. */
const deepest = 32

/**
 * Parses the patterns that schemas use: classes, escapes, groups, alternation, counts and anchors. Look-around, back
 * references, word boundaries and Unicode properties give nothing. Hostile patterns cannot cost more than their length.
 */
export function parsePattern(source: string): PatternNode | undefined {
  if (source.length > 2_000) return undefined
  try {
    const reader = { source, at: 0 }
    const node = parseChoice(reader, 0)
    return reader.at === source.length ? node : undefined
  } catch (error) {
    if (error instanceof UnreadablePattern) return undefined
    throw error
  }
}

class UnreadablePattern extends Error {}

interface Reader {
  readonly source: string
  at: number
}

function parseChoice(reader: Reader, depth: number): PatternNode {
  if (depth > deepest) throw new UnreadablePattern()
  const branches = [parseSequence(reader, depth)]
  while (reader.source.charAt(reader.at) === '|') {
    reader.at++
    branches.push(parseSequence(reader, depth))
  }
  return branches.length === 1 && branches[0] !== undefined ? branches[0] : { kind: 'choice', branches }
}

function parseSequence(reader: Reader, depth: number): PatternNode {
  const parts: PatternNode[] = []
  while (reader.at < reader.source.length) {
    const char = reader.source.charAt(reader.at)
    if (char === '|' || char === ')') break
    parts.push(parseRepeat(reader, parseAtom(reader, depth)))
  }
  return { kind: 'sequence', parts }
}

function parseAtom(reader: Reader, depth: number): PatternNode {
  const char = nextChar(reader)
  switch (char) {
    case '^':
      return { kind: 'start' }
    case '$':
      return { kind: 'end' }
    case '.':
      return {
        kind: 'set',
        ranges: [
          [10, 10],
          [13, 13],
        ],
        negated: true,
      }
    case '[':
      return parseClass(reader)
    case '(':
      return parseGroup(reader, depth)
    case '\\':
      return parseEscape(reader)
    case '*':
    case '+':
    case '?':
      throw new UnreadablePattern()
    default:
      return single(char.codePointAt(0) ?? 0)
  }
}

function parseGroup(reader: Reader, depth: number): PatternNode {
  if (reader.source.charAt(reader.at) === '?') {
    const opening = /^\?(?::|<[A-Za-z]\w{0,40}>)/.exec(reader.source.slice(reader.at, reader.at + 48))
    if (opening === null) throw new UnreadablePattern()
    reader.at += opening[0].length
  }
  const node = parseChoice(reader, depth + 1)
  if (nextChar(reader) !== ')') throw new UnreadablePattern()
  return node
}

function parseRepeat(reader: Reader, part: PatternNode): PatternNode {
  const found = /^(?:[*+?]|\{\d{1,5}(?:,\d{0,5})?\})\??/.exec(reader.source.slice(reader.at, reader.at + 16))
  if (found === null) return part
  reader.at += found[0].length
  const [min, max] = bounds(found[0])
  return { kind: 'repeat', part, min, max }
}

function bounds(quantifier: string): readonly [number, number] {
  if (quantifier.startsWith('*')) return [0, Infinity]
  if (quantifier.startsWith('+')) return [1, Infinity]
  if (quantifier.startsWith('?')) return [0, 1]
  const [from = '0', to] = quantifier.replace(/[{}?]/g, '').split(',')
  if (to === undefined) return [Number(from), Number(from)]
  return [Number(from), to === '' ? Infinity : Number(to)]
}

type Ranges = ReadonlyArray<readonly [from: number, to: number]>

const digits: Ranges = [[48, 57]]
const wordChars: Ranges = [
  [97, 122],
  [65, 90],
  [48, 57],
  [95, 95],
]
const blanks: Ranges = [
  [32, 32],
  [9, 13],
  [0xa0, 0xa0],
]
const classes: Readonly<Record<string, { readonly ranges: Ranges; readonly negated: boolean }>> = {
  d: { ranges: digits, negated: false },
  D: { ranges: digits, negated: true },
  w: { ranges: wordChars, negated: false },
  W: { ranges: wordChars, negated: true },
  s: { ranges: blanks, negated: false },
  S: { ranges: blanks, negated: true },
}
const controls: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, f: 12, v: 11, 0: 0 }

function parseEscape(reader: Reader): PatternNode {
  const name = reader.source.charAt(reader.at)
  const known = Object.hasOwn(classes, name) ? classes[name] : undefined
  if (known === undefined) return single(escapedCode(reader))
  reader.at++
  return { kind: 'set', ...known }
}

/** The character that an escape stands for; letters and digits that mean something else are not read. */
function escapedCode(reader: Reader): number {
  const char = nextChar(reader)
  const hex = char === 'x' ? /^[\da-f]{2}/i : char === 'u' ? /^[\da-f]{4}/i : undefined
  if (hex !== undefined) {
    const found = hex.exec(reader.source.slice(reader.at, reader.at + 4))
    if (found === null) throw new UnreadablePattern()
    reader.at += found[0].length
    return Number.parseInt(found[0], 16)
  }
  if (Object.hasOwn(controls, char)) return controls[char] ?? 0
  if (/[A-Za-z0-9]/.test(char)) throw new UnreadablePattern()
  return char.codePointAt(0) ?? 0
}

function parseClass(reader: Reader): PatternNode {
  const negated = reader.source.charAt(reader.at) === '^'
  if (negated) reader.at++
  const ranges: Array<readonly [number, number]> = []
  while (reader.source.charAt(reader.at) !== ']') {
    const from = classItem(reader)
    if (typeof from !== 'number') ranges.push(...from)
    else if (reader.source.charAt(reader.at) === '-' && reader.source.charAt(reader.at + 1) !== ']') {
      reader.at++
      const to = classItem(reader)
      if (typeof to !== 'number' || to < from) throw new UnreadablePattern()
      ranges.push([from, to])
    } else ranges.push([from, from])
  }
  reader.at++
  if (ranges.length === 0 && !negated) throw new UnreadablePattern()
  return { kind: 'set', ranges, negated }
}

function classItem(reader: Reader): number | Ranges {
  const char = nextChar(reader)
  if (char !== '\\') return char.codePointAt(0) ?? 0
  const name = reader.source.charAt(reader.at)
  const known = Object.hasOwn(classes, name) ? classes[name] : undefined
  if (known === undefined) return escapedCode(reader)
  if (known.negated) throw new UnreadablePattern()
  reader.at++
  return known.ranges
}

function single(code: number): PatternNode {
  return { kind: 'set', ranges: [[code, code]], negated: false }
}

function nextChar(reader: Reader): string {
  const code = reader.source.codePointAt(reader.at)
  if (code === undefined) throw new UnreadablePattern()
  const char = String.fromCodePoint(code)
  reader.at += char.length
  return char
}
