import type { Place } from './problem.ts'

/** A value from outside that remembers where it was written, so that a complaint can point at it. */
export type Located = LocatedScalar | LocatedList | LocatedMap

export interface LocatedScalar {
  readonly kind: 'scalar'
  readonly place: Place
  readonly value: string | number | boolean | null
  /** The characters as written, without quotes: `account: 012345678901` is a number to YAML, but not to AWS. */
  readonly text: string
}

export interface LocatedList {
  readonly kind: 'list'
  readonly place: Place
  readonly items: readonly Located[]
}

export interface LocatedMap {
  readonly kind: 'map'
  readonly place: Place
  readonly entries: ReadonlyArray<{ readonly key: string; readonly keyPlace: Place; readonly value: Located }>
}

/** Says what was found, quoting a value only when it cannot be a secret. */
export function describe(found: Located, options: { readonly secret: boolean }): string {
  if (found.kind === 'list') return 'a list'
  if (found.kind === 'map') return 'a map'
  const { value } = found
  if (value === null) return 'nothing'
  if (value === '') return 'an empty string'
  const noun = typeof value === 'string' ? '' : `the ${typeof value} `
  if (options.secret) return typeof value === 'string' ? 'a string' : `a ${typeof value}`
  const quoted = typeof value === 'string' ? JSON.stringify(shorten(value)) : found.text
  return noun + quoted
}

function shorten(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 57)}...`
}
