import { emptySha256, type Hasher } from '@outcrop/protocol'
import { hasher as ownHasher, toHex } from './hasher.ts'

// Below this the wait for WebCrypto costs more than the hash in JavaScript does.
const smallBytes = 4096

/**
 * The SHA-256 of a body, in lower-case hex: by the platform's own hasher where it has one, else by WebCrypto for bodies above a few KB, where the platform has it (a page that
 * was not loaded over TLS has none).
 */
export async function payloadHash(body: Uint8Array | undefined, hasher?: Hasher): Promise<string> {
  if (body === undefined || body.length === 0) return emptySha256
  if (hasher !== undefined) return hasher.sha256Hex(body)
  const subtle: SubtleCrypto | undefined = body.length > smallBytes ? globalThis.crypto?.subtle : undefined
  if (subtle === undefined || !isOwnMemory(body)) return ownHasher.sha256Hex(body)
  return toHex(new Uint8Array(await subtle.digest('SHA-256', body)))
}

/** Tells whether no other thread has this memory, in which WebCrypto and `fetch` refuse to look: it might change meanwhile. */
export function isOwnMemory(bytes: Uint8Array): bytes is Uint8Array<ArrayBuffer> {
  return bytes.buffer instanceof ArrayBuffer
}
