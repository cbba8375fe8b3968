// What SigV4 leaves as it is: the unreserved characters of RFC 3986.
const unreserved = new Uint8Array(128)
for (const char of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~') {
  unreserved[char.charCodeAt(0)] = 1
}
const slash = 47
const percent = 37
const escapes = Array.from({ length: 256 }, (_, byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`)
const encoder = new TextEncoder()

/**
 * Percent-encodes what SigV4 does not call unreserved. Text from the wire has one character a byte; text with a
 * character above U+00FF cannot be that and is encoded as UTF-8.
 */
export function percentEncode(text: string, keepSlash = false): string {
  let at = 0
  while (at < text.length && isKept(text.charCodeAt(at), keepSlash)) at++
  if (at === text.length) return text
  let encoded = ''
  let from = 0
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (isKept(code, keepSlash)) continue
    if (code > 255) return encodeBytes(encoder.encode(text), keepSlash)
    encoded += text.slice(from, at) + escapes[code]
    from = at + 1
  }
  return encoded + text.slice(from)
}

/** Percent-decodes text and encodes it again by SigV4's rule; a `%` that escapes nothing is encoded as itself. */
export function percentRecode(text: string): string {
  if (!text.includes('%')) return percentEncode(text)
  let encoded = ''
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    const byte = code === percent ? hexByte(text, at + 1) : -1
    if (byte >= 0) {
      encoded += isKept(byte, false) ? String.fromCharCode(byte) : escapes[byte]
      at += 2
    } else if (code > 255) {
      // Only ever a whole code point: half a surrogate pair would be encoded as a replacement character.
      const char = String.fromCodePoint(text.codePointAt(at) ?? code)
      encoded += encodeBytes(encoder.encode(char), false)
      at += char.length - 1
    } else {
      encoded += isKept(code, false) ? text.charAt(at) : escapes[code]
    }
  }
  return encoded
}

function isKept(code: number, keepSlash: boolean): boolean {
  return (code < 128 && unreserved[code] === 1) || (keepSlash && code === slash)
}

function encodeBytes(bytes: Uint8Array, keepSlash: boolean): string {
  let encoded = ''
  for (const byte of bytes) encoded += isKept(byte, keepSlash) ? String.fromCharCode(byte) : escapes[byte]
  return encoded
}

function hexByte(text: string, at: number): number {
  const high = hexDigit(text.charCodeAt(at))
  const low = hexDigit(text.charCodeAt(at + 1))
  return high < 0 || low < 0 ? -1 : high * 16 + low
}

function hexDigit(code: number): number {
  if (code >= 48 && code <= 57) return code - 48
  const letter = code | 32
  return letter >= 97 && letter <= 102 ? letter - 87 : -1
}
