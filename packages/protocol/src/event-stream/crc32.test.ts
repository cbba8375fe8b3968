import { crc32 as zlibCrc32 } from 'node:zlib'
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { crc32 } from './crc32.ts'

const bytes = (text: string) => new TextEncoder().encode(text)

it.each([
  ['', 0],
  ['a', 0xe8b7be43],
  ['123456789', 0xcbf43926],
  ['The quick brown fox jumps over the lazy dog', 0x414fa339],
])('of %j is the published value', (text, expected) => {
  expect(crc32(bytes(text))).toBe(expected)
})

it('of any range, in any two pieces, is what zlib computes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat(100), fc.nat(100), (data, a, b) => {
      const start = Math.min(a, b, data.length)
      const end = Math.min(Math.max(a, b), data.length)
      const expected = zlibCrc32(data.subarray(start, end))
      expect(crc32(data, start, end)).toBe(expected)
      const middle = (start + end) >>> 1
      expect(crc32(data, middle, end, crc32(data, start, middle))).toBe(expected)
    }),
  )
})
