import type { Random } from '../random.ts'
import { isInSet, matchesPattern, type PatternMeter } from './match-pattern.ts'
import { parsePattern, type PatternNode } from './pattern.ts'

/** Makes a string that a pattern matches and whose length lies in the bounds, as far as that can be had simply. */
export function makeMatching(
  source: string,
  min: number,
  max: number,
  random: Random,
  meter: PatternMeter,
): string | undefined {
  meter.patternSteps -= source.length
  if (meter.patternSteps <= 0) return undefined
  const letters = new Map<SetNode, readonly number[]>()
  const node = parsePattern(source)
  if (node === undefined) return undefined
  const shortest = make(node, { random, letters, meter, extra: 0, left: mostCharacters })
  const missing = min - codePoints(shortest)
  if (missing <= 0) return shortest
  // One repetition that may grow needs exactly what is missing; several need less.
  for (const extra of [missing, ...smallExtras]) {
    const text = make(node, { random, letters, meter, extra, left: mostCharacters })
    const length = codePoints(text)
    if (length >= min && length <= max) return text
    // Nested counts multiply: what is full already will not fit any better.
    if (text.length >= mostCharacters || meter.patternSteps <= 0) break
  }
  // A pattern without anchors takes anything beside its match.
  const filling = 'a'.repeat(Math.min(missing, mostCharacters))
  return (
    [shortest + filling, filling + shortest].find((text) => matchesPattern(source, text, meter) === true) ?? shortest
  )
}

const smallExtras = Array.from({ length: 40 }, (_, at) => at + 1)
const mostCharacters = 8_000

const codePoints = (text: string): number => Array.from(text).length

type SetNode = Extract<PatternNode, { kind: 'set' }>

interface Making {
  readonly random: Random
  readonly meter: PatternMeter
  /** The pleasant characters of each set, looked for once. */
  readonly letters: Map<SetNode, readonly number[]>
  /** How many repetitions beyond the fewest. */
  readonly extra: number
  /** How many characters may still be made: nested counts multiply. */
  left: number
}

function make(node: PatternNode, making: Making): string {
  making.meter.patternSteps--
  if (making.left <= 0 || making.meter.patternSteps <= 0 || node.kind === 'start' || node.kind === 'end') return ''
  if (node.kind === 'set') {
    making.left--
    return makeCharacter(node, making)
  }
  if (node.kind === 'sequence') return node.parts.map((part) => make(part, making)).join('')
  if (node.kind === 'choice') {
    return make(node.branches[making.random.below(node.branches.length)] ?? { kind: 'end' }, making)
  }
  const count = Math.min(node.max, node.min + making.extra)
  let text = ''
  for (let at = 0; at < count && making.left > 0; at++) text += make(node.part, making)
  return text
}

const pleasant = Array.from('abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-_ .', (char) =>
  char.charCodeAt(0),
)

function makeCharacter(set: SetNode, { random, meter, letters: known }: Making): string {
  let letters = known.get(set)
  if (letters === undefined) {
    meter.patternSteps -= pleasant.length * set.ranges.length
    const nice = pleasant.filter((code) => isInSet(set, code)).slice(0, 26)
    letters = nice.length > 0 ? nice : [firstOf(set)]
    known.set(set, letters)
  }
  const code = letters[random.below(letters.length)] ?? firstOf(set)
  return String.fromCodePoint(code)
}

function firstOf(set: SetNode): number {
  if (!set.negated) return set.ranges[0]?.[0] ?? 97
  let code = 33
  while (!isInSet(set, code) && code < 0xd000) code++
  return code
}
