/** Text whose characters are bytes, as standard padded base64. */
export function toBase64(binary: string): string {
  return btoa(binary)
}

/** Reads standard padded base64 as text whose characters are bytes; undefined when it is anything else. */
export function fromBase64(text: string): string | undefined {
  // `atob` forgives missing padding and white space; a key has one spelling.
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return undefined
  try {
    const binary = atob(text)
    // Bits behind the last byte would be lost: other text with the same bytes.
    return btoa(binary) === text ? binary : undefined
  } catch {
    return undefined
  }
}
