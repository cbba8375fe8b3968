import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { base64Size, base64ToFileText, base64ToText, isBase64, textToBase64 } from './base64.ts'

describe('base64', () => {
  // RFC 4648 §10.
  it.each([
    ['', ''],
    ['f', 'Zg=='],
    ['fo', 'Zm8='],
    ['foo', 'Zm9v'],
    ['foob', 'Zm9vYg=='],
    ['fooba', 'Zm9vYmE='],
    ['foobar', 'Zm9vYmFy'],
  ])('writes %j as %j and reads it back', (text, encoded) => {
    expect(textToBase64(text)).toBe(encoded)
    expect(base64ToText(encoded)).toBe(text)
    expect(base64Size(encoded)).toBe(text.length)
    expect(isBase64(encoded)).toBe(true)
  })

  it.each(['Zg', 'Zg=', 'Z===', 'Zm9v\n', '*m9v', 'Zm9é', 'Zg==Zg==', '-_-_'])(
    'does not take %j for base64',
    (text) => {
      expect(isBase64(text)).toBe(false)
    },
  )

  it('keeps any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const encoded = textToBase64(text)
        expect(isBase64(encoded)).toBe(true)
        expect(base64ToText(encoded)).toBe(text)
      }),
    )
  })

  it.each([
    ['UTF-8', [0xc3, 0xa9, 0x21], 'é!'],
    ['UTF-8 with its mark', [0xef, 0xbb, 0xbf, 0xc3, 0xa9, 0x21], '\uFEFFé!'],
    ['UTF-16, little end first', [0xff, 0xfe, 0xe9, 0x00, 0x21, 0x00], '\uFEFFé!'],
    ['UTF-16, big end first', [0xfe, 0xff, 0x00, 0xe9, 0x00, 0x21], '\uFEFFé!'],
    ['Windows-1252', [0xe9, 0x21], 'é!'],
  ])('reads the text of a file in %s', (_name, bytes, text) => {
    expect(base64ToFileText(btoa(String.fromCharCode(...bytes)))).toBe(text)
  })

  it('measures megabytes without running out of stack', () => {
    const large = textToBase64('x'.repeat(6_000_000))
    expect(isBase64(large)).toBe(true)
    expect(base64Size(large)).toBe(6_000_000)
  })
})
