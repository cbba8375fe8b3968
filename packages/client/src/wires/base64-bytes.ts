const decoder = new TextDecoder()
// JavaScript runs one call to its end, so all share the room for an event: memory of its own costs more than to decode it.
const room = new Uint8Array(4096)
const invalid = 255
const padding = 61

const values = new Uint8Array(256).fill(invalid)
for (const [value, code] of new TextEncoder()
  .encode('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/')
  .entries()) {
  values[code] = value
}

/**
 * Decodes base64 that lies in bytes into the UTF-8 text that it holds, without making a string of it first: `atob` and a
 * copy of its answer cost a stream's events more than their JSON does. `undefined` when it is no base64.
 */
export function base64ToText(source: Uint8Array, from: number, to: number): string | undefined {
  let end = to
  while (end > from && end > to - 2 && source[end - 1] === padding) end -= 1
  const size = ((end - from) * 3) >> 2
  const out = size <= room.length ? room : new Uint8Array(size)
  let at = 0
  let index = from
  let seen = 0
  for (; index + 3 < end; index += 4) {
    const a = values[source[index] ?? 0] ?? invalid
    const b = values[source[index + 1] ?? 0] ?? invalid
    const c = values[source[index + 2] ?? 0] ?? invalid
    const d = values[source[index + 3] ?? 0] ?? invalid
    seen |= a | b | c | d
    out[at] = (a << 2) | (b >> 4)
    out[at + 1] = (b << 4) | (c >> 2)
    out[at + 2] = (c << 6) | d
    at += 3
  }
  const rest = end - index
  if (rest === 1) return undefined
  if (rest > 1) {
    const a = values[source[index] ?? 0] ?? invalid
    const b = values[source[index + 1] ?? 0] ?? invalid
    const c = rest === 3 ? (values[source[index + 2] ?? 0] ?? invalid) : 0
    seen |= a | b | c
    out[at] = (a << 2) | (b >> 4)
    if (rest === 3) out[at + 1] = (b << 4) | (c >> 2)
  }
  // Values have six bits: a higher one was set by a character that is none.
  return seen > 63 ? undefined : decoder.decode(out.subarray(0, size))
}
