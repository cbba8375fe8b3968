import type { Random } from './random.ts'

const openings = [
  'At dawn',
  'Long ago',
  'Under the hill',
  'By the river',
  'In the quarry',
  'After the rain',
  'On the map',
] as const
const subjects = [
  'the surveyor',
  'a patient geologist',
  'the old river',
  'a thin layer of chalk',
  'the student',
  'a seam of iron',
  'the village',
  'an open outcrop',
] as const
const verbs = ['measured', 'followed', 'uncovered', 'remembered', 'crossed', 'described', 'carried', 'kept'] as const
const objects = [
  'the tilted beds of stone',
  'a line of pale sand',
  'every fossil in the wall',
  'the weight of the mountain',
  'one small and honest note',
  'the slow work of the water',
  'a fault beneath the meadow',
  'the edge of the bedrock',
] as const
const endings = [
  'without hurry',
  'until evening',
  'as the light changed',
  'for another season',
  'and wrote it down',
] as const

/** Prose of exactly so many words, in sentences and paragraphs; it says in its first words what it is. */
export function fillerProse(words: number, random: Random): string {
  const opening = 'This simulated text was written to length by Outcrop and means nothing in particular.'.split(' ')
  const parts: string[] = []
  let pending = words > opening.length * 2 ? opening : sentence(random)
  let breakAt = 80
  for (let count = 0; count < words;) {
    const left = words - count
    const taken = pending.slice(0, left)
    count += taken.length
    const text = taken.join(' ')
    const ended = /[.]$/.test(text) ? text : `${text.replace(/,$/, '')}.`
    const separator = parts.length === 0 ? '' : count > breakAt ? '\n\n' : ' '
    if (separator === '\n\n') breakAt = count + 80
    parts.push(separator + ended)
    pending = sentence(random)
  }
  return parts.join('')
}

/** One sentence of a list, without its number. */
export function fillerLine(random: Random): string {
  return `${capital(random.pick(subjects))} ${random.pick(verbs)} ${random.pick(objects)}.`
}

function sentence(random: Random): readonly string[] {
  const core = `${random.pick(subjects)} ${random.pick(verbs)} ${random.pick(objects)}`
  const shape = random.below(3)
  if (shape === 0) return `${random.pick(openings)}, ${core}.`.split(' ')
  return shape === 1 ? `${capital(core)} ${random.pick(endings)}.`.split(' ') : `${capital(core)}.`.split(' ')
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
