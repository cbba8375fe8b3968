import { describe, expect, it } from 'vitest'
import { snapshotJson } from './snapshot-json.ts'

describe('snapshotJson', () => {
  it.each([
    [{ a: 1, b: undefined, c: [undefined, null, NaN, 'x'], d: { e: true } }],
    [{ nested: { deep: [{ empty: {} }, []] }, zero: 0 }],
    [Object.assign(Object.create(null) as object, { a: 'no prototype' })],
    // oxlint-disable-next-line no-sparse-arrays -- holes are what this is about
    [{ holes: [1, , 3] }],
  ])('says what JSON.stringify says of %j', (value) => {
    expect(JSON.stringify(snapshotJson(value))).toBe(JSON.stringify(value))
  })

  it('does not change when its source does', () => {
    const source = { messages: [{ role: 'user', content: 'one' }] }
    const snapshot = snapshotJson(source)
    source.messages.push({ role: 'assistant', content: 'two' })
    expect(snapshot).toEqual({ messages: [{ role: 'user', content: 'one' }] })
  })

  it('leaves out members that are undefined, not only their values', () => {
    expect(Object.keys(snapshotJson({ temperature: undefined, max_tokens: 5 }) ?? {})).toEqual(['max_tokens'])
  })

  const cyclic: Record<string, unknown> = {}
  cyclic['self'] = cyclic
  it.each([
    ['a date', { at: new Date(0) }],
    ['a big integer', { n: 1n }],
    ['a function', { f: () => 1 }],
    ['bytes', { b: new Uint8Array(2) }],
    ['a member that sets a prototype', JSON.parse('{"__proto__":{"a":1}}')],
    ['itself', cyclic],
    ['more depth than a request has', JSON.parse(`${'{"a":'.repeat(300)}1${'}'.repeat(300)}`)],
  ])('leaves what holds %s to JSON.stringify', (_, value) => {
    expect(snapshotJson(value)).toBeUndefined()
  })

  it.each([['text'], [null], [undefined], [[1]], [new Uint8Array(1)], [7]])(
    'is none of %j, which is no object',
    (value) => {
      expect(snapshotJson(value)).toBeUndefined()
    },
  )
})
