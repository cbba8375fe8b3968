import { expect, it } from 'vitest'
import { hasher } from '../signing/hasher.ts'
import { nodeHasher } from './node-hasher.ts'

it.each(['', 'abc', 'Größe', 'x'.repeat(5000)])('hashes %j as the hasher of every platform does', (text) => {
  const bytes = new TextEncoder().encode(text)
  expect(nodeHasher.sha256Hex(text)).toBe(hasher.sha256Hex(text))
  expect(nodeHasher.sha256Hex(bytes)).toBe(hasher.sha256Hex(bytes))
  for (const key of ['a key', bytes]) {
    expect(new Uint8Array(nodeHasher.hmacSha256(key, text))).toEqual(hasher.hmacSha256(key, text))
    expect(nodeHasher.hmacSha256Hex(key, text)).toBe(hasher.hmacSha256Hex(key, text))
  }
})
