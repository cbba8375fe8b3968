/** Where a value stands in a JSON document, innermost step first; `null` is the whole document. */
export type Path = {
  readonly parent: Path
  readonly key: string | number
  /** A step that only names which variant of a union was read; it is no step of the document. */
  readonly isTag?: true
} | null

/** The kinds of JSON value that a shape may ask for. */
export type JsonKind = 'string' | 'integer' | 'number' | 'boolean' | 'list' | 'object' | 'blob'

/** One way in which a value breaks its shape, in no dialect's words yet. */
export type Violation =
  | { readonly kind: 'required'; readonly at: Path; readonly key: string }
  | { readonly kind: 'extraneous'; readonly at: Path; readonly key: string }
  | { readonly kind: 'type'; readonly at: Path; readonly expected: JsonKind; readonly found: unknown }
  | OutOfRange<'least'>
  | OutOfRange<'most'>
  | WrongLength<'tooShort'>
  | WrongLength<'tooLong'>
  | { readonly kind: 'enum'; readonly at: Path; readonly value: string; readonly allowed: readonly string[] }
  | { readonly kind: 'pattern'; readonly at: Path; readonly value: string; readonly pattern: string }
  | {
      readonly kind: 'tag'
      readonly at: Path
      readonly tag: string
      readonly value: string
      readonly allowed: readonly string[]
    }
  | {
      readonly kind: 'union'
      readonly at: Path
      readonly found: readonly string[]
      readonly allowed: readonly string[]
    }

interface OutOfRange<Kind> {
  readonly kind: Kind
  readonly at: Path
  readonly value: number
  readonly limit: number
  readonly isInteger: boolean
}

interface WrongLength<Kind> {
  readonly kind: Kind
  readonly at: Path
  readonly value: string | object
  readonly length: number
  readonly limit: number
}
