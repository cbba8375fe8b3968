import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { base64ToText } from './base64-bytes.ts'

const bytes = (text: string) => new TextEncoder().encode(text)

it.each([
  ['', ''],
  ['Zg==', 'f'],
  ['Zm8=', 'fo'],
  ['Zm9v', 'foo'],
  ['Zm9vYg==', 'foob'],
  ['Zm9vYmE=', 'fooba'],
  ['Zm9vYmFy', 'foobar'],
])('decodes %j of RFC 4648 as %j', (encoded, text) => {
  expect(base64ToText(bytes(encoded), 0, encoded.length)).toBe(text)
})

it.each(['Zg', 'Zm9', 'Zm9vY', 'Zm9*', 'Zm 9v', 'Z===', '\u00ff\u00ff\u00ff\u00ff'])(
  'answers or refuses %j, and never throws',
  (encoded) => {
    const source = bytes(encoded)
    const plain = encoded === 'Zg' ? 'f' : encoded === 'Zm9' ? 'fo' : undefined
    expect(base64ToText(source, 0, source.length)).toBe(plain)
  },
)

it('decodes whatever Node encodes, wherever it lies in the bytes', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.nat(9), (text, before) => {
      const encoded = Buffer.from(text).toString('base64')
      const source = bytes(`${'"'.repeat(before)}${encoded}"}`)
      expect(base64ToText(source, before, before + encoded.length)).toBe(Buffer.from(text).toString())
    }),
  )
})
