import { createHash, createHmac, hash, type Hash, timingSafeEqual } from 'node:crypto'
import { emptySha256, type Hasher } from '@outcrop/protocol'

/** Node's cryptography, as the protocol package wants it. */
export const nodeHasher: Hasher = {
  sha256Hex: (data) => hash('sha256', data, 'hex'),
  hmacSha256: (key, data) => createHmac('sha256', key).update(data).digest(),
  hmacSha256Hex: (key, data) => createHmac('sha256', key).update(data).digest('hex'),
}

/** The SHA-256 of a secret: what is kept of bearer keys and session tokens, and what they are compared by. */
export function digestOf(secret: string): Buffer {
  return hash('sha256', secret, 'buffer')
}

/** Tells whether a secret has this digest, in time that does not depend on where they differ. */
export function hasDigest(secret: string, digest: Buffer): boolean {
  return timingSafeEqual(digestOf(secret), digest)
}

/** Hashes a body as it arrives. */
export interface BodyHash {
  update(chunk: Uint8Array): void
  /** The SHA-256 of all chunks, in hex. */
  finish(): string
}

/** Creates the hash of one body. Most bodies are one chunk, for which hashing in one step is twice as fast. */
export function createBodyHash(): BodyHash {
  let first: Uint8Array | undefined
  let running: Hash | undefined
  return {
    update(chunk) {
      if (running !== undefined) running.update(chunk)
      else if (first === undefined) first = chunk
      else running = createHash('sha256').update(first).update(chunk)
    },
    finish() {
      if (running !== undefined) return running.digest('hex')
      return first === undefined ? emptySha256 : nodeHasher.sha256Hex(first)
    },
  }
}
