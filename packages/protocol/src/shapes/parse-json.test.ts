import { describe, expect, it } from 'vitest'
import { maximumDepth, parseJson } from './parse-json.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

const nested = (depth: number): Uint8Array => bytes('{"a":'.repeat(depth) + '1' + '}'.repeat(depth))

describe('parseJson', () => {
  it('gives the object that the bytes hold', () => {
    expect(parseJson(bytes('{"a":[1,"é"]}'))).toEqual({ kind: 'object', value: { a: [1, 'é'] } })
  })

  it.each(['[]', '"text"', 'null', '1'])('tells %s from an object', (text) => {
    expect(parseJson(bytes(text))).toEqual({ kind: 'other', value: JSON.parse(text) })
  })

  it.each([
    ['nothing', bytes('')],
    ['half an object', bytes('{"a":')],
    ['bytes that are no UTF-8', Uint8Array.of(0x22, 0xff, 0x22)],
  ])('calls %s malformed', (_name, body) => {
    expect(parseJson(body)).toEqual({ kind: 'malformed' })
  })

  it('takes what nests as deep as Jackson takes it, and no deeper', () => {
    expect(parseJson(nested(maximumDepth)).kind).toBe('object')
    expect(parseJson(nested(maximumDepth + 1)).kind).toBe('tooDeep')
  })

  it('survives lists nested fifty thousand deep', () => {
    expect(parseJson(bytes('['.repeat(50_000) + ']'.repeat(50_000))).kind).toBe('tooDeep')
  })

  it('sees no brackets in strings, however their quotes are escaped', () => {
    const text = JSON.stringify({ a: '['.repeat(2000), b: '\\', c: '"\\"['.repeat(2000), '[': 1 })
    expect(parseJson(bytes(text)).kind).toBe('object')
    expect(parseJson(bytes(`{"a":"\\\\","b":${'['.repeat(2000)}`)).kind).toBe('tooDeep')
  })

  it('refuses ten million lists inside each other without building them', () => {
    const started = performance.now()
    expect(parseJson(bytes('['.repeat(10_000_000))).kind).toBe('tooDeep')
    expect(performance.now() - started).toBeLessThan(1000)
  })

  it('keeps a key named __proto__ from becoming a prototype', () => {
    const parsed = parseJson(bytes('{"__proto__":{"polluted":true}}'))
    expect(parsed.kind === 'object' && 'polluted' in parsed.value).toBe(false)
  })
})
