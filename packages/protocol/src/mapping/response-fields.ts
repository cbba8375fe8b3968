import type { Json, JsonObject } from '../messages/types.ts'

/** A tree of the tokens that were asked for and found. */
type Tree = Map<string, Tree | { readonly leaf: Json }>

/**
 * Picks JSON pointers out of a raw Anthropic object, nested as they were there; nothing when none is found
 * (`additionalModelResponseFieldPaths`, WIRE §6.1).
 */
export function pickResponseFields(source: unknown, pointers: readonly string[] = []): JsonObject | undefined {
  const tree: Tree = new Map()
  for (const pointer of pointers) {
    const tokens = toTokens(pointer)
    const found = tokens.length === 0 ? undefined : resolve(source, tokens)
    if (found !== undefined) plant(tree, tokens, found.value)
  }
  return tree.size === 0 ? undefined : toObject(tree)
}

/** RFC 6901. [?] A text that is no pointer finds nothing: no refusal is recorded. */
function toTokens(pointer: string): readonly string[] {
  if (!pointer.startsWith('/')) return []
  return pointer
    .slice(1)
    .split('/')
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'))
}

function resolve(source: unknown, tokens: readonly string[]): { readonly value: Json } | undefined {
  let here: unknown = source
  for (const token of tokens) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, token)) return undefined
    here = Object.getOwnPropertyDescriptor(here, token)?.value
  }
  return here === undefined ? undefined : { value: here as Json } // the source is JSON, so its parts are
}

function plant(tree: Tree, tokens: readonly string[], value: Json): void {
  const [token = '', ...rest] = tokens
  if (rest.length === 0) {
    tree.set(token, { leaf: value })
    return
  }
  const below = tree.get(token)
  // A shorter pointer that was asked for before already brings the whole.
  if (below !== undefined && 'leaf' in below) return
  const branch: Tree = below ?? new Map<string, Tree | { readonly leaf: Json }>()
  tree.set(token, branch)
  plant(branch, rest, value)
}

/** Keys in alphabetical order, as on the wire; own properties whatever their names. */
function toObject(tree: Tree): JsonObject {
  const entries = [...tree].sort(([left], [right]) => (left < right ? -1 : 1))
  return Object.fromEntries(entries.map(([key, value]) => [key, 'leaf' in value ? value.leaf : toObject(value)]))
}
