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
  let value: unknown
  try {
    value = JSON.parse(decoder.decode(bytes))
  } catch {
    return { kind: 'malformed' }
  }
  // Everything behind the border may recurse, and JSON.stringify does: the depth is settled here, once.
  if (isDeeperThan(value, maximumDepth)) return { kind: 'tooDeep' }
  return isObject(value) ? { kind: 'object', value } : { kind: 'other', value }
}

function isDeeperThan(value: unknown, limit: number): boolean {
  let level: unknown[] = [value]
  for (let depth = 0; level.length > 0; depth += 1) {
    const next: unknown[] = []
    for (const item of level) {
      if (typeof item !== 'object' || item === null) continue
      if (depth === limit) return true
      for (const child of Array.isArray(item) ? item : Object.values(item)) {
        if (typeof child === 'object' && child !== null) next.push(child)
      }
    }
    level = next
  }
  return false
}
