/**
 * What a row of the capability table is about, written as a path into a Messages body: `temperature`,
 * `thinking.type=enabled`, `tools[].type=web_search_*|web_fetch_*`, `messages[-1].role=assistant`; two joined by ` & `
 * have to be there together.
 */
export interface FieldPattern {
  /** The first place in a body that the pattern is about, or nothing. */
  readonly find: (body: object) => FoundField | undefined
}

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
        last = findTerm(body, term, 0, '')
        if (last === undefined) return undefined
      }
      return last
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

function findTerm(value: unknown, { steps, accepts }: Term, at: number, path: string): FoundField | undefined {
  const step = steps[at]
  if (step === undefined) return accepts(value) ? { path, value } : undefined
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step.key)) return undefined
  const here = path === '' ? step.key : `${path}.${step.key}`
  const next = (value as Readonly<Record<string, unknown>>)[step.key]
  if (step.items === undefined) return findTerm(next, { steps, accepts }, at + 1, here)
  if (!Array.isArray(next)) return undefined
  const items: readonly unknown[] = next
  for (let index = step.items === 'last' ? items.length - 1 : 0; index >= 0 && index < items.length; index++) {
    const item = items[index]
    const found = findTerm(item, { steps, accepts }, at + 1, `${here}.${index}${tagOf(step.key, item)}`)
    if (found !== undefined) return found
  }
  return undefined
}

/** Tools and blocks of content are unions, whose variant Anthropic's stack puts into the path. */
function tagOf(key: string, item: unknown): string {
  if (key !== 'tools' && key !== 'content') return ''
  const type = typeof item === 'object' && item !== null && 'type' in item ? item.type : undefined
  if (typeof type === 'string') return `.${type}`
  return key === 'tools' ? '.custom' : ''
}
