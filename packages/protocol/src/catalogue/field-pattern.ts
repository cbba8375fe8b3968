/**
 * What a row of the capability table is about, written as a path into a Messages body: `temperature`,
 * `thinking.type=enabled`, `tools[].type=web_search_*|web_fetch_*`, `messages[-1].role=assistant`; two joined by ` & `
 * have to be there together.
 */
export interface FieldPattern {
  /** The first place in a body that the pattern is about, or nothing. */
  readonly find: (body: object) => FoundField | undefined
  /** Every such place, as the keys that lead to it; of two that have to be there together, those of the second. */
  readonly findAll: (body: object) => readonly FieldKeys[]
}

/** The way from a body to a member of it: `['tools', 1, 'strict']`. */
export type FieldKeys = ReadonlyArray<string | number>

/** A place in a body, and what is there. */
export interface FoundField {
  /** As Anthropic's stack writes it, with the variant that was read: `tools.1.custom.strict`. */
  readonly path: string
  readonly value: unknown
}

/** Parses a pattern of the capability table; it comes from our own data, and a bad one is a defect. */
export function parseFieldPattern(text: string): FieldPattern {
  const terms = text.split(' & ').map(parseTerm)
  return {
    find(body) {
      let last: FoundField | undefined
      for (const term of terms) {
        last = undefined
        walk(body, term, (path, value) => ((last = { path, value }), true))
        if (last === undefined) return undefined
      }
      return last
    },
    findAll(body) {
      let places: FieldKeys[] = []
      for (const term of terms) {
        places = []
        walk(body, term, (_path, _value, keys) => (places.push([...keys]), false))
        if (places.length === 0) break
      }
      return places
    },
  }
}

interface Step {
  readonly key: string
  /** Which items of the list under the key: every one, or the last. */
  readonly items: 'all' | 'last' | undefined
}

interface Term {
  readonly steps: readonly Step[]
  readonly accepts: (value: unknown) => boolean
}

function parseTerm(text: string): Term {
  const [path = '', values] = text.split('=')
  const steps = path.split('.').map((step): Step => {
    const [, key, items] = /^([\w-]+)(\[\]|\[-1\])?$/.exec(step) ?? []
    if (key === undefined) throw new Error(`The catalogue has a field pattern that cannot be read: ${text}`)
    return { key, items: items === undefined ? undefined : items === '[]' ? 'all' : 'last' }
  })
  return { steps, accepts: values === undefined ? isGiven : acceptsWords(values.split('|')) }
}

const isGiven = (value: unknown): boolean => value !== undefined && value !== null

/** Accepts a value spelled as one of some words; a word that ends in `*` stands for all that begin so. */
export function acceptsWords(words: readonly string[]): (value: unknown) => boolean {
  const exact = new Set(words.filter((word) => !word.endsWith('*')))
  const starts = words.flatMap((word) => (word.endsWith('*') ? [word.slice(0, -1)] : []))
  return (value) => {
    if (typeof value === 'boolean') return exact.has(String(value))
    return typeof value === 'string' && (exact.has(value) || starts.some((start) => value.startsWith(start)))
  }
}

/** Hears of a place; true ends the walk. The keys are those of the moment. */
type Visit = (path: string, value: unknown, keys: FieldKeys) => boolean

function walk(body: object, { steps, accepts }: Term, visit: Visit): boolean {
  const keys: Array<string | number> = []
  return step(body, 0, '')

  function step(value: unknown, at: number, path: string): boolean {
    const next = steps[at]
    if (next === undefined) return accepts(value) && visit(path, value, keys)
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, next.key)) return false
    const here = path === '' ? next.key : `${path}.${next.key}`
    const member = (value as Readonly<Record<string, unknown>>)[next.key]
    keys.push(next.key)
    const isDone = next.items === undefined ? step(member, at + 1, here) : stepInto(member, next, at, here)
    keys.pop()
    return isDone
  }

  function stepInto(list: unknown, { key, items: which }: Step, at: number, path: string): boolean {
    if (!Array.isArray(list)) return false
    const items: readonly unknown[] = list
    for (let index = which === 'last' ? items.length - 1 : 0; index >= 0 && index < items.length; index++) {
      keys.push(index)
      const isDone = step(items[index], at + 1, `${path}.${index}${tagOf(key, items[index])}`)
      keys.pop()
      if (isDone) return true
    }
    return false
  }
}

/** Tools and blocks of content are unions, whose variant Anthropic's stack puts into the path. */
function tagOf(key: string, item: unknown): string {
  if (key !== 'tools' && key !== 'content') return ''
  const type = typeof item === 'object' && item !== null && 'type' in item ? item.type : undefined
  if (typeof type === 'string') return `.${type}`
  return key === 'tools' ? '.custom' : ''
}
