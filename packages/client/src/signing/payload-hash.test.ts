import { createHash } from 'node:crypto'
import { afterEach, expect, it, vi } from 'vitest'
import { payloadHash } from './payload-hash.ts'

afterEach(() => void vi.unstubAllGlobals())

const nodeHash = (data: Uint8Array): string => createHash('sha256').update(data).digest('hex')
const large = Uint8Array.from({ length: 100_000 }, (_, index) => (index * 31) & 255)

it('is that of no bytes for a request without a body', async () => {
  const none = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
  expect([await payloadHash(undefined), await payloadHash(new Uint8Array())]).toEqual([none, none])
})

it.each([1, 4096, 4097, 100_000])('hashes a body of %i bytes', async (length) => {
  const body = large.subarray(0, length)
  expect(await payloadHash(body)).toBe(nodeHash(body))
})

it('asks WebCrypto for a large body and not for a small one', async () => {
  const digest = vi.fn<SubtleCrypto['digest']>((name, data) => crypto.subtle.digest(name, data))
  const subtle = { digest: digest.bind(undefined) }
  const { crypto } = globalThis
  vi.stubGlobal('crypto', { subtle })
  expect(await payloadHash(large)).toBe(nodeHash(large))
  expect(digest).toHaveBeenCalledTimes(1)
  await payloadHash(large.subarray(0, 4096))
  expect(digest).toHaveBeenCalledTimes(1)
})

it.each([
  ['no crypto', undefined],
  ['no subtle', {}],
])('hashes a large body itself where there is %s', async (_, crypto) => {
  vi.stubGlobal('crypto', crypto)
  expect(await payloadHash(large)).toBe(nodeHash(large))
})

it('hashes memory that threads share, which WebCrypto refuses', async () => {
  const shared = new Uint8Array(new SharedArrayBuffer(large.length))
  shared.set(large)
  expect(await payloadHash(shared)).toBe(nodeHash(large))
})
