import { createHash, createHmac } from 'node:crypto'
import type { Hasher } from './hasher.ts'

/** The cryptography that tests give to what needs a `Hasher`. */
export const nodeHasher: Hasher = {
  sha256Hex: (data) => createHash('sha256').update(data).digest('hex'),
  hmacSha256: (key, data) => createHmac('sha256', key).update(data).digest(),
  hmacSha256Hex: (key, data) => createHmac('sha256', key).update(data).digest('hex'),
}

/** The same, as the class that AWS's own signer wants. */
export class NodeSha256 {
  readonly #key: Uint8Array | string | undefined
  #pieces: Uint8Array[] = []

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#key =
      secret === undefined || typeof secret === 'string'
        ? secret
        : ArrayBuffer.isView(secret)
          ? new Uint8Array(secret.buffer, secret.byteOffset, secret.byteLength)
          : new Uint8Array(secret)
  }

  update(data: Uint8Array): void {
    this.#pieces.push(data)
  }

  digest(): Promise<Uint8Array> {
    const hash = this.#key === undefined ? createHash('sha256') : createHmac('sha256', this.#key)
    for (const piece of this.#pieces) hash.update(piece)
    return Promise.resolve(hash.digest())
  }

  reset(): void {
    this.#pieces = []
  }
}
