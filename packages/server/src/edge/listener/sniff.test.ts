import { expect, it } from 'vitest'
import { isHttp2 } from './sniff.ts'

const preface = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'

it.each([
  ['', undefined],
  ['P', undefined],
  ['PRI * HTTP/2.0\r\n\r\nSM\r\n\r', undefined],
  [preface, true],
  [`${preface}\0\0\0`, true],
  ['PO', false],
  ['GET / HTTP/1.1\r\n', false],
  ['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\r', false],
  ['\u0016\u0003\u0001', false],
])('%j opens HTTP/2: %s', (bytes, expected) => {
  expect(isHttp2(Buffer.from(bytes, 'latin1'))).toBe(expected)
})
