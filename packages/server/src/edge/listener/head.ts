import type { HeaderMap } from '../../exchange.ts'

// An object that inherits from a bare one keeps V8's fast shapes, which `Object.create(null)` itself does not, and has
// no `constructor` or `__proto__` of its own that a header name could reach.
const bare: object = Object.freeze(Object.create(null))

/** Makes a map of a flat list of names and values: names in lower case, repeated headers joined with `, `. */
export function toHeaderMap(raw: readonly string[]): HeaderMap {
  const headers: Record<string, string> = Object.create(bare)
  for (let at = 0; at < raw.length; at += 2) {
    const name = (raw[at] ?? '').toLowerCase()
    const value = raw[at + 1] ?? ''
    const before = headers[name]
    headers[name] = before === undefined ? value : `${before}, ${value}`
  }
  return headers
}

/** The size of a head as HTTP/1.1 would write it, which is what the limit counts in both versions. */
export function measureHead(raw: readonly string[]): number {
  let bytes = 0
  for (let at = 0; at < raw.length; at += 2) bytes += (raw[at] ?? '').length + (raw[at + 1] ?? '').length + 4
  return bytes
}

/** A request target in its two parts, each exactly as received. */
export interface Target {
  readonly rawPath: string
  readonly rawQuery: string
}

/** Splits a request target exactly as received; of the absolute form (`http://host/path`) only the path counts. */
export function splitTarget(target: string): Target {
  const path = target.charCodeAt(0) === slash ? target : withoutOrigin(target)
  const mark = path.indexOf('?')
  return mark === -1
    ? { rawPath: path, rawQuery: '' }
    : { rawPath: path.slice(0, mark), rawQuery: path.slice(mark + 1) }
}

const slash = 0x2f

function withoutOrigin(target: string): string {
  const scheme = target.indexOf('://')
  if (scheme === -1) return target
  const authority = scheme + '://'.length
  for (let at = authority; at < target.length; at++) {
    if (target[at] === '/') return target.slice(at)
    if (target[at] === '?') return `/${target.slice(at)}`
  }
  return '/'
}
