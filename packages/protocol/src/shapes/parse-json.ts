import { isObject } from './shape.ts'

/** What became of bytes that should hold a JSON object. */
export type ParsedJson =
  | { readonly kind: 'object'; readonly value: { [key: string]: unknown } }
  | { readonly kind: 'other'; readonly value: unknown }
  | { readonly kind: 'malformed' }
  | { readonly kind: 'tooDeep' }

/** How deep lists and objects may nest: what Jackson, which AWS's services parse with, allows by default `[?]`. */
export const maximumDepth = 1000

const decoder = new TextDecoder('utf-8', { fatal: true })

/** Parses bytes as JSON; whatever they are, it answers in time and memory linear in their number and never throws. */
export function parseJson(bytes: Uint8Array): ParsedJson {
  // Everything behind the border may recurse, and JSON.stringify does: the depth is settled here, once, and before
  // parsing, because millions of lists inside each other take JSON.parse seconds.
  if (isDeeperThan(bytes, maximumDepth)) return { kind: 'tooDeep' }
  try {
    const value: unknown = JSON.parse(decoder.decode(bytes))
    return isObject(value) ? { kind: 'object', value } : { kind: 'other', value }
  } catch {
    return { kind: 'malformed' }
  }
}

const quote = 0x22
const backslash = 0x5c

/** Counts brackets outside of strings; in UTF-8 none of these bytes is ever part of another character. */
function isDeeperThan(bytes: Uint8Array, limit: number): boolean {
  let depth = 0
  for (let index = 0; index < bytes.length; index += 1) {
    const byte = bytes[index]
    if (byte === quote) index = endOfString(bytes, index + 1)
    else if (byte === 0x7b || byte === 0x5b) depth += 1
    else if (byte === 0x7d || byte === 0x5d) depth -= 1
    if (depth > limit) return true
  }
  return false
}

/** Where the string that begins at an index ends; a search for the quote leaps over megabytes of base64. */
function endOfString(bytes: Uint8Array, start: number): number {
  for (let end = bytes.indexOf(quote, start); end >= 0; end = bytes.indexOf(quote, end + 1)) {
    let escapes = 0
    while (end - escapes > start && bytes[end - escapes - 1] === backslash) escapes += 1
    if (escapes % 2 === 0) return end
  }
  return bytes.length
}
