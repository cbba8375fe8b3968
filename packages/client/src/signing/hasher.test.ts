import { createHash, createHmac } from 'node:crypto'
import { expect, it } from 'vitest'
import { hasher } from './hasher.ts'

it.each([
  ['', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
  ['abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
  [
    'abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq',
    '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
  ],
  [
    'abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu',
    'cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1',
  ],
  ['a'.repeat(1_000_000), 'cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0'],
])('hashes the published vectors of FIPS 180-4', (text, hash) => {
  expect(hasher.sha256Hex(text)).toBe(hash)
})

// RFC 4231: cases 1, 2, 3, 6 and 7.
it.each([
  ['0b'.repeat(20), 'Hi There', 'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7'],
  ['4a656665', 'what do ya want for nothing?', '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843'],
  [
    'aa'.repeat(131),
    'Test Using Larger Than Block-Size Key - Hash Key First',
    '60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54',
  ],
  [
    'aa'.repeat(131),
    'This is a test using a larger than block-size key and a larger than block-size data. The key needs to be hashed before being used by the HMAC algorithm.',
    '9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2',
  ],
])('authenticates by the published vectors of RFC 4231', (key, data, mac) => {
  expect(hasher.hmacSha256Hex(Buffer.from(key, 'hex'), data)).toBe(mac)
})

it('hashes data of every length around the edge of a block as Node does', () => {
  for (let length = 0; length <= 260; length++) {
    const data = Uint8Array.from({ length }, (_, index) => (index * 7 + length) & 255)
    expect(hasher.sha256Hex(data)).toBe(createHash('sha256').update(data).digest('hex'))
  }
})

it('authenticates with keys of every length, and text beyond ASCII, as Node does', () => {
  for (let length = 0; length <= 130; length += 13) {
    const key = 'ß'.repeat(length)
    const data = 'Größe '.repeat(length)
    expect(Buffer.from(hasher.hmacSha256(key, data))).toEqual(createHmac('sha256', key).update(data).digest())
  }
})

it('hashes a part of a larger buffer, and nothing around it', () => {
  const part = new Uint8Array(200).fill(7).subarray(13, 150)
  expect(hasher.sha256Hex(part)).toBe(createHash('sha256').update(part).digest('hex'))
})
