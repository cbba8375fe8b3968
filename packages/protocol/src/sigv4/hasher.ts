/** The functions that signing needs, given by whoever has cryptography; strings are taken as UTF-8. */
export interface Hasher {
  /** The SHA-256 of the data, in lower-case hex. */
  sha256Hex(data: Uint8Array | string): string
  hmacSha256(key: Uint8Array | string, data: string): Uint8Array
  /** The same in lower-case hex. */
  hmacSha256Hex(key: Uint8Array | string, data: string): string
}

/** The SHA-256 of no bytes at all: the payload hash of every request without a body. */
export const emptySha256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'

/** Compares two strings in time that depends on their lengths alone. */
export function equalInConstantTime(a: string, b: string): boolean {
  if (a.length !== b.length) return false
  let difference = 0
  for (let index = 0; index < a.length; index++) difference |= a.charCodeAt(index) ^ b.charCodeAt(index)
  return difference === 0
}
