/** Encodes bytes as standard base64, with what the platform has for it where it has something. */
export function bytesToBase64(bytes: Uint8Array): string {
  const own = (bytes as { readonly toBase64?: () => string }).toBase64
  if (own !== undefined) return own.call(bytes)
  let text = ''
  for (let start = 0; start < bytes.length; start += slice) {
    text += btoa(String.fromCharCode(...bytes.subarray(start, start + slice)))
  }
  return text
}

// A multiple of three, so that no slice but the last is padded; small, because the arguments of a call lie on the stack.
const slice = 3 * 8_192
