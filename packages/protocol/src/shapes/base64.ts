/** Whether a string is standard base64 with its padding. */
export function isBase64(value: string): boolean {
  const { length } = value
  if (length % 4 !== 0) return false
  const padding = value.indexOf('=')
  if (padding !== -1 && (padding < length - 2 || value[length - 1] !== '=')) return false
  if (blanks.some((blank) => value.includes(blank))) return false
  try {
    // What the platform decodes is base64 but for what was refused above, and it looks at megabytes faster than a loop; in
    // slices, because it also makes what it decodes.
    for (let start = 0; start < length; start += slice) atob(value.slice(start, start + slice))
    return true
  } catch {
    return false
  }
}

const slice = 65_536
/** What `atob` passes over. */
const blanks = ['\n', '\r', '\t', '\f', ' ']

/** How many bytes a base64 string holds. */
export function base64Size(value: string): number {
  const padding = value.endsWith('==') ? 2 : value.endsWith('=') ? 1 : 0
  return Math.floor((value.length * 3) / 4) - padding
}

/** Decodes base64 into the text whose UTF-8 bytes it holds; bytes that are no UTF-8 become U+FFFD. */
export function base64ToText(value: string): string {
  return new TextDecoder().decode(base64ToBytes(value))
}

/**
 * Decodes base64 into the text of a file: by its byte order mark, else as UTF-8, else as Windows writes in the West. The mark
 * stays in the text, so that whoever counts characters counts those of the file.
 */
export function base64ToFileText(value: string): string {
  const bytes = base64ToBytes(value)
  const mark = ((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0)
  if (mark === 0xfffe) return new TextDecoder('utf-16le', keepsMark).decode(bytes)
  if (mark === 0xfeff) return new TextDecoder('utf-16be', keepsMark).decode(bytes)
  try {
    return new TextDecoder('utf-8', { ...keepsMark, fatal: true }).decode(bytes)
  } catch {
    return new TextDecoder('windows-1252').decode(bytes)
  }
}

const keepsMark = { ignoreBOM: true }

/** Decodes base64 that `isBase64` has found good. */
export function base64ToBytes(value: string): Uint8Array {
  const binary = atob(value)
  const bytes = new Uint8Array(binary.length)
  for (let index = 0; index < binary.length; index += 1) bytes[index] = binary.charCodeAt(index)
  return bytes
}

/** Encodes the UTF-8 bytes of a text as base64. */
export function textToBase64(text: string): string {
  const bytes = new TextEncoder().encode(text)
  let binary = ''
  // In slices, because the arguments of one call all lie on the stack.
  for (let start = 0; start < bytes.length; start += 8192) {
    binary += String.fromCharCode(...bytes.subarray(start, start + 8192))
  }
  return btoa(binary)
}
