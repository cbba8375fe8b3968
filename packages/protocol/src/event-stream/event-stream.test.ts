import { EventStreamCodec, Int64, type MessageHeaders } from '@smithy/eventstream-codec'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { converseEvents, converseStream } from './converse-stream.fixture.ts'
import { createFrameDecoder, decodeFrames, type Frame, stringHeader } from './decode-frames.ts'
import { encodeFrame } from './encode-frame.ts'
import { FrameError } from './frame-error.ts'
import { crc32 } from './crc32.ts'

const encoder = new TextEncoder()
const decoder = new TextDecoder()
const codec = new EventStreamCodec(
  (input) => (typeof input === 'string' ? input : decoder.decode(input)),
  (input) => encoder.encode(input),
)
const latin1 = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0))

function decodeAll(chunks: Iterable<Uint8Array>): Frame[] {
  const frames = createFrameDecoder()
  const all: Frame[] = []
  for (const chunk of chunks) all.push(...frames.push(chunk))
  frames.end()
  return all
}

function* cut(bytes: Uint8Array, size: number): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size)
}

function reasonOf(run: () => unknown): string {
  try {
    run()
  } catch (error) {
    return error instanceof FrameError ? error.reason : String(error)
  }
  return 'no error'
}

const read = (frame: Frame) => [stringHeader(frame, ':event-type'), decoder.decode(frame.payload)]

describe("AWS's published vectors", () => {
  // botocore, tests/unit/test_eventstream.py (Apache-2.0).
  it.each([
    ['an empty frame', '\x00\x00\x00\x10\x00\x00\x00\x00\x05\xc2H\xeb}\x98\xc8\xff', {}, ''],
    [
      'a byte',
      '\x00\x00\x00\x17\x00\x00\x00\x07)\x86\x01X\x04byte\x02\xff\xc2\xf8i\xdc',
      { byte: { type: 'byte', value: -1 } },
      '',
    ],
    [
      'a short',
      '\x00\x00\x00\x19\x00\x00\x00\tq\x0e\x92>\x05short\x03\xff\xff\xb2|\xb6\xcc',
      { short: { type: 'short', value: -1 } },
      '',
    ],
    [
      'an integer',
      '\x00\x00\x00\x1d\x00\x00\x00\r\x83\xe3\xf0\xe7\x07integer\x04\xff\xff\xff\xff\x8b\x8e\x12\xeb',
      { integer: { type: 'integer', value: -1 } },
      '',
    ],
    [
      'a long',
      '\x00\x00\x00\x1e\x00\x00\x00\x0e]J\xdb\x8d\x04long\x05\xff\xff\xff\xff\xff\xff\xff\xffK\xc22\xda',
      { long: { type: 'long', value: -1n } },
      '',
    ],
    [
      'a payload without headers',
      "\x00\x00\x00\x1d\x00\x00\x00\x00\xfdR\x8cZ{'foo':'bar'}\xc3e96",
      {},
      "{'foo':'bar'}",
    ],
    [
      'a payload with a string header',
      "\x00\x00\x00=\x00\x00\x00 \x07\xfd\x83\x96\x0ccontent-type\x07\x00\x10application/json{'foo':'bar'}\x8d\x9c\x08\xb1",
      { 'content-type': { type: 'string', value: 'application/json' } },
      "{'foo':'bar'}",
    ],
    [
      'an int32 header and a payload',
      "\x00\x00\x00+\x00\x00\x00\x0e4\x8b\xec{\x08event-id\x04\x00\x00\xa0\x0c{'foo':'bar'}\xd3\x89\x02\x85",
      { 'event-id': { type: 'integer', value: 40_972 } },
      "{'foo':'bar'}",
    ],
    [
      'all ten types',
      '\x00\x00\x00\x62\x00\x00\x00\x52\x03\xb5\xcb\x9c\x010\x00\x011\x01\x012\x02\x02\x013\x03\x00\x03\x014\x04\x00\x00\x00\x04\x015\x05\x00\x00\x00\x00\x00\x00\x00\x05\x016\x06\x00\x05bytes\x017\x07\x00\x04utf8\x018\x08\x00\x00\x00\x00\x00\x00\x00\x08\x019\x090123456789abcdef\x63\x35\x36\x71',
      {
        '0': { type: 'boolean', value: true },
        '1': { type: 'boolean', value: false },
        '2': { type: 'byte', value: 2 },
        '3': { type: 'short', value: 3 },
        '4': { type: 'integer', value: 4 },
        '5': { type: 'long', value: 5n },
        '6': { type: 'binary', value: latin1('bytes') },
        '7': { type: 'string', value: 'utf8' },
        '8': { type: 'timestamp', value: 8n },
        '9': { type: 'uuid', value: '30313233-3435-3637-3839-616263646566' },
      },
      '',
    ],
    [
      'an error',
      '\x00\x00\x00\x52\x00\x00\x00\x42\xbf\x23\x63\x7e\x0d:message-type\x07\x00\x05error\x0b:error-code\x07\x00\x04code\x0e:error-message\x07\x00\x07message\x6b\x6c\xea\x3d',
      {
        ':message-type': { type: 'string', value: 'error' },
        ':error-code': { type: 'string', value: 'code' },
        ':error-message': { type: 'string', value: 'message' },
      },
      '',
    ],
  ])('decode: %s', (_, bytes, headers, payload) => {
    const [frame, ...more] = decodeAll([latin1(bytes)])
    expect(more).toEqual([])
    expect(Object.fromEntries(frame?.headers ?? [])).toEqual(headers)
    expect(decoder.decode(frame?.payload)).toBe(payload)
  })

  it.each([
    [
      'corrupt headers length',
      "\x00\x00\x00=\xff\x00\x01\x02\x07\xfd\x83\x96\x0ccontent-type\x07\x00\x10application/json{'foo':'bar'}\x8d\x9c\x08\xb1",
      'preludeChecksum',
    ],
    ['corrupt length', "\x01\x00\x00\x1d\x00\x00\x00\x00\xfdR\x8cZ{'foo':'bar'}\xc3e96", 'preludeChecksum'],
    [
      'corrupt headers',
      "\x00\x00\x00=\x00\x00\x00 \x07\xfd\x83\x96\x0ccontent+type\x07\x00\x10application/json{'foo':'bar'}\x8d\x9c\x08\xb1",
      'messageChecksum',
    ],
    ['corrupt payload', "\x00\x00\x00\x1d\x00\x00\x00\x00\xfdR\x8cZ{'foo':'bar'\x8d\xc3e96", 'messageChecksum'],
  ])('are refused: %s', (_, bytes, reason) => {
    expect(reasonOf(() => decodeAll([latin1(bytes)]))).toBe(reason)
  })
})

describe('a recorded stream', () => {
  it('is encoded byte for byte', () => {
    const frames = converseEvents.map(([type, payload]) =>
      encodeFrame(
        [
          [':event-type', type],
          [':content-type', 'application/json'],
          [':message-type', 'event'],
        ],
        encoder.encode(payload),
      ),
    )
    expect(Buffer.concat(frames).equals(converseStream)).toBe(true)
  })

  it('gives the same frames wherever the network cuts it in two', () => {
    for (let at = 0; at <= converseStream.length; at++) {
      const frames = decodeAll([converseStream.slice(0, at), converseStream.slice(at)])
      expect(frames.map(read)).toEqual(converseEvents)
    }
  })

  it.each([1, 2, 3, 7, 11, 12, 13, 64, 100, 1000])('gives the same frames in pieces of %i bytes', (size) => {
    expect(decodeAll(cut(converseStream, size)).map(read)).toEqual(converseEvents)
  })

  it('gives the same frames in any pieces', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(converseStream.length), { maxLength: 20 }), (cuts) => {
        const edges = [0, ...cuts.sort((a, b) => a - b), converseStream.length]
        const chunks = edges.slice(1).map((end, index) => converseStream.slice(edges[index], end))
        expect(decodeAll(chunks).map(read)).toEqual(converseEvents)
      }),
    )
  })

  it('is refused when it ends anywhere but between frames', () => {
    const ends = new Set([0])
    for (let end = 0; end < converseStream.length;) {
      end += new DataView(converseStream.buffer).getUint32(end)
      ends.add(end)
    }
    for (let end = 0; end <= converseStream.length; end++) {
      expect(reasonOf(() => decodeAll([converseStream.slice(0, end)]))).toBe(ends.has(end) ? 'no error' : 'truncated')
    }
  })

  it('never passes with one byte changed, wherever that is', () => {
    for (let at = 0; at < converseStream.length; at++) {
      const corrupt = converseStream.slice()
      corrupt[at] = (corrupt[at] ?? 0) ^ (1 << (at % 8))
      expect(reasonOf(() => decodeAll([corrupt]))).toMatch(/Checksum$/)
    }
  })
})

describe('a fault behind good frames', () => {
  const corrupt = converseStream.slice()
  corrupt[corrupt.length - 1] = (corrupt[corrupt.length - 1] ?? 0) ^ 1

  it.each([1, 50, 1_000_000])('is thrown after them, in pieces of %i bytes', async (size) => {
    const seen: unknown[] = []
    async function* chunks() {
      yield* cut(corrupt, size)
    }
    await expect(
      (async () => {
        for await (const frame of decodeFrames(chunks())) seen.push(read(frame))
      })(),
    ).rejects.toMatchObject({ name: 'FrameError', reason: 'messageChecksum' })
    expect(seen).toEqual(converseEvents.slice(0, -1))
  })

  it('is thrown again by every later call', () => {
    const frames = createFrameDecoder()
    expect(reasonOf(() => frames.push(corrupt))).toBe('no error')
    expect(reasonOf(() => frames.push(converseStream))).toBe('messageChecksum')
    expect(reasonOf(() => frames.end())).toBe('messageChecksum')
  })
})

/** A frame whose checksums are right, whatever else it claims. */
function forge(total: number, headersLength: number, rest: Uint8Array = new Uint8Array()): Uint8Array {
  const frame = new Uint8Array(16 + rest.length)
  const view = new DataView(frame.buffer)
  view.setUint32(0, total)
  view.setUint32(4, headersLength)
  view.setUint32(8, crc32(frame, 0, 8))
  frame.set(rest, 12)
  view.setUint32(frame.length - 4, crc32(frame, 0, frame.length - 4))
  return frame
}

const forgeHeaders = (block: string) => forge(16 + block.length, block.length, latin1(block))

describe('limits', () => {
  it.each([
    ['a frame shorter than a frame', forge(15, 0), 'length'],
    ['headers longer than their frame', forge(16, 1), 'length'],
    ['headers over 128 KiB', forge(16 + 131_073, 131_073), 'headersTooLong'],
    ['a payload over 16 MiB', forge(16 + 16_777_217, 0), 'payloadTooLong'],
    ['lengths that add up only beyond 32 bits', forge(15, 0xffffffff), 'length'],
  ])('refuse %s as soon as the prelude is here', (_, bytes, reason) => {
    expect(reasonOf(() => createFrameDecoder().push(bytes.slice(0, 12)))).toBe(reason)
  })

  it('refuse a frame longer than the caller wants', () => {
    const frame = encodeFrame([], new Uint8Array(100))
    expect(reasonOf(() => createFrameDecoder({ maxFrameBytes: 115 }).push(frame))).toBe('frameTooLong')
    expect(createFrameDecoder({ maxFrameBytes: 116 }).push(frame)).toHaveLength(1)
  })

  it('take headers and payload up to the limit itself', () => {
    const payload = new Uint8Array(16_777_216)
    expect(decodeAll([encodeFrame([['a', 'b']], payload)])[0]?.payload.length).toBe(16_777_216)
  })

  it.each([
    ['a name of no bytes', '\x00\x00', 'header'],
    ['a name that ends with the block', '\x03abc', 'header'],
    ['an unknown type', '\x01a\x0a', 'header'],
    ['a length cut off', '\x01a\x07\x00', 'header'],
    ['a value cut off', '\x01a\x07\x00\x02b', 'header'],
    ['a fixed value cut off', '\x01a\x05\x00', 'header'],
    ['text that is not UTF-8', '\x01a\x07\x00\x01\xff', 'header'],
    ['the same header twice', '\x01a\x00\x01a\x01', 'duplicateHeader'],
  ])('refuse %s in headers', (_, block, reason) => {
    expect(reasonOf(() => decodeAll([forgeHeaders(block)]))).toBe(reason)
  })

  it('hold for what is encoded', () => {
    expect(() => encodeFrame([['a'.repeat(256), '']], new Uint8Array())).toThrow(RangeError)
    expect(() => encodeFrame([['a', 'é'.repeat(32_768)]], new Uint8Array())).toThrow(RangeError)
  })

  it('keep a header named __proto__ a header', () => {
    const [frame] = decodeAll([encodeFrame([['__proto__', 'x']], new Uint8Array())])
    expect(frame && stringHeader(frame, '__proto__')).toBe('x')
    expect(frame && stringHeader(frame, 'constructor')).toBeUndefined()
  })
})

describe("AWS's own codec", () => {
  const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).filter((text) => text !== '__proto__')
  const payload = fc.uint8Array({ maxLength: 300 })

  it('decodes what we encode', () => {
    fc.assert(
      fc.property(fc.dictionary(name, fc.string({ unit: 'grapheme' })), payload, (headers, body) => {
        const message = codec.decode(encodeFrame(Object.entries(headers), body))
        expect(message.body).toEqual(body)
        expect(Object.entries(message.headers)).toEqual(
          Object.entries(headers).map(([key, value]) => [key, { type: 'string', value }]),
        )
      }),
    )
  })

  it('is decoded in every header type', () => {
    const value = fc.oneof(
      fc.boolean().map((value) => ({ type: 'boolean' as const, value })),
      fc.integer({ min: -128, max: 127 }).map((value) => ({ type: 'byte' as const, value })),
      fc.integer({ min: -32_768, max: 32_767 }).map((value) => ({ type: 'short' as const, value })),
      fc.integer().map((value) => ({ type: 'integer' as const, value })),
      fc.maxSafeInteger().map((value) => ({ type: 'long' as const, value: BigInt(value) })),
      fc.uint8Array().map((value) => ({ type: 'binary' as const, value })),
      fc.string({ unit: 'grapheme' }).map((value) => ({ type: 'string' as const, value })),
      fc.integer().map((value) => ({ type: 'timestamp' as const, value: BigInt(value) * 1000n })),
      fc.uuid().map((value) => ({ type: 'uuid' as const, value })),
    )
    fc.assert(
      fc.property(fc.dictionary(name, value, { maxKeys: 6 }), payload, (headers, body) => {
        const theirs: MessageHeaders = Object.fromEntries(
          Object.entries(headers).map(([key, header]) => {
            if (header.type === 'long') return [key, { type: 'long', value: Int64.fromNumber(Number(header.value)) }]
            if (header.type === 'timestamp') return [key, { type: 'timestamp', value: new Date(Number(header.value)) }]
            return [key, header]
          }),
        )
        const [frame] = decodeAll(cut(codec.encode({ headers: theirs, body }), 5))
        expect(frame?.payload).toEqual(body)
        expect([...(frame?.headers ?? [])]).toEqual(Object.entries(headers))
      }),
    )
  })
})

/** Milliseconds that one frame of this size takes when it comes byte by byte. */
function spend(size: number): number {
  const frame = encodeFrame([], new Uint8Array(size))
  const started = performance.now()
  expect(decodeAll(cut(frame, 1))).toHaveLength(1)
  return performance.now() - started
}

describe('time', () => {
  it('grows no faster than the input, also when it comes byte by byte', () => {
    spend(100_000)
    const small = Math.min(spend(200_000), spend(200_000), spend(200_000))
    const large = Math.min(spend(1_600_000), spend(1_600_000))
    // Eight times the bytes: about eight times the time, where copying every time would take 64 times.
    expect(large / small).toBeLessThan(24)
  })
})
