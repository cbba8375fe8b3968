import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeSseEvent } from './encode-sse-event.ts'
import { createSseReader, readSse, type SseEvent } from './read-sse.ts'

const encoder = new TextEncoder()

function* cut(bytes: Uint8Array, size: number): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size)
}

function read(text: string | Uint8Array, size = Infinity): SseEvent[] {
  const bytes = typeof text === 'string' ? encoder.encode(text) : text
  const reader = createSseReader()
  const events: SseEvent[] = []
  for (const chunk of size === Infinity ? [bytes] : cut(bytes, size)) events.push(...reader.push(chunk))
  return events
}

const message = (data: string, lastEventId = '', event = 'message') => ({ event, data, lastEventId })

describe('the examples of the WHATWG', () => {
  it.each([
    ['two lines of data', 'data: YHOO\ndata: +2\ndata: 10\n\n', [message('YHOO\n+2\n10')]],
    [
      'a comment, ids, an id reset and an event that never ends',
      ': test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event',
      [message('first event', '1'), message('second event')],
    ],
    ['empty data', 'data\n\ndata\ndata\n\ndata:', [message(''), message('\n')]],
    ['an optional space', 'data:test\n\ndata: test\n\n', [message('test'), message('test')]],
    [
      'named events',
      'event: add\ndata: 73857293\n\nevent: remove\ndata: 2153\n\n',
      [message('73857293', '', 'add'), message('2153', '', 'remove')],
    ],
  ])('are read: %s', (_, text, expected) => {
    expect(read(text)).toEqual(expected)
    expect(read(text.replaceAll('\n', '\r'))).toEqual(expected)
    expect(read(text.replaceAll('\n', '\r\n'))).toEqual(expected)
    for (const size of [1, 2, 3]) expect(read(text.replaceAll('\n', '\r\n'), size)).toEqual(expected)
  })
})

describe('a reader', () => {
  it.each([
    ['skips one leading BOM', '\ufeffdata: a\n\n', [message('a')]],
    ['keeps a BOM anywhere else', '\ufeff\ufeffdata: a\n\ndata: \ufeffb\n\n', [message('\ufeffb')]],
    ['keeps the last id for later events', 'id: 7\n\ndata: a\n\n', [message('a', '7')]],
    ['ignores an id with NUL', 'id: 7\nid: a\0b\ndata: a\n\n', [message('a', '7')]],
    ['forgets the name of an event without data', 'event: x\n\ndata: a\n\n', [message('a')]],
    ['ignores fields it does not know', 'data: a\nconstructor: b\n__proto__: c\nData: d\n\n', [message('a')]],
    ['takes one space only', 'data:  a\n\n', [message(' a')]],
    ['takes colons in values', 'data: a: b\n\n', [message('a: b')]],
    ['reads mixed line ends', 'data: a\rdata: b\r\ndata: c\n\r', [message('a\nb\nc')]],
  ])('%s', (_, text, expected) => {
    expect(read(text)).toEqual(expected)
    expect(read(text, 1)).toEqual(expected)
  })

  it('gives an event at its final CR, without waiting to see whether a LF follows', () => {
    const reader = createSseReader()
    expect(reader.push(encoder.encode('data: a\r\r'))).toEqual([message('a')])
    expect(reader.push(encoder.encode('\ndata: b\n\n'))).toEqual([message('b')])
  })

  it('remembers the time to wait before reconnecting when it is digits', () => {
    const reader = createSseReader()
    expect(reader.retryMs).toBeUndefined()
    reader.push(encoder.encode('retry: 1500\nretry: 10s\nretry: -1\nretry\n'))
    expect(reader.retryMs).toBe(1500)
  })

  it('is linear in a line that comes byte by byte', () => {
    const bytes = encoder.encode(`data: ${'x'.repeat(1_000_000)}\n\n`)
    const started = performance.now()
    expect(read(bytes, 1)[0]?.data.length).toBe(1_000_000)
    expect(read(encoder.encode('data: x\n'.repeat(200_000) + '\n'), 64)[0]?.data.length).toBe(399_999)
    expect(performance.now() - started).toBeLessThan(5000)
  })
})

describe('what is written', () => {
  it('is the lines of an event', () => {
    expect(encodeSseEvent({ event: 'message_stop', data: '{"type":"message_stop"}' })).toBe(
      'event: message_stop\ndata: {"type":"message_stop"}\n\n',
    )
    expect(encodeSseEvent({ data: 'a\nb\r\nc\rd', id: '1' })).toBe('id: 1\ndata: a\ndata: b\ndata: c\ndata: d\n\n')
    expect(encodeSseEvent({ data: '' })).toBe('data: \n\n')
  })

  it.each([
    { event: 'a\nb', data: '' },
    { id: 'a\rb', data: '' },
    { id: 'a\0', data: '' },
  ])('is never a field that would be read as another: %j', (fields) => {
    expect(() => encodeSseEvent(fields)).toThrow(TypeError)
  })

  it('is read back, wherever the network cuts it', async () => {
    const line = fc.string({ unit: 'binary' }).map((text) => text.replace(/[\r\n\0]/g, ''))
    const data = fc.array(line, { minLength: 1, maxLength: 4 }).map((lines) => lines.join('\n'))
    const event = fc.record({ event: line.filter((text) => text !== ''), data, id: line })
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 5 }), fc.integer({ min: 1, max: 9 }), async (events, size) => {
        async function* chunks() {
          yield* cut(encoder.encode(events.map((fields) => encodeSseEvent(fields)).join('')), size)
        }
        const seen: SseEvent[] = []
        for await (const one of readSse(chunks())) seen.push(one)
        expect(seen).toEqual(events.map((fields) => message(fields.data, fields.id, fields.event)))
      }),
    )
  })
})
