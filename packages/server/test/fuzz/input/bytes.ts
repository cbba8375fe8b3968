import fc from 'fast-check'

/** One change to a row of bytes; positions count from the start and wrap around, so that changes suit any length. */
type ByteChange =
  | { readonly kind: 'flip'; readonly at: number; readonly bit: number }
  | { readonly kind: 'set'; readonly at: number; readonly bytes: Uint8Array }
  | { readonly kind: 'insert'; readonly at: number; readonly bytes: Uint8Array }
  | { readonly kind: 'remove'; readonly at: number; readonly length: number }
  | { readonly kind: 'cut'; readonly at: number }
  | { readonly kind: 'repeat'; readonly at: number; readonly length: number; readonly times: number }

export type ByteChanges = readonly ByteChange[]

const at = fc.nat(1 << 20)

/** Bytes that parsers trip over: ends of ranges, bad UTF-8, brackets, quotes, NUL, line ends, lengths. */
const troublesome = fc.oneof(
  fc.uint8Array({ minLength: 1, maxLength: 8 }),
  fc.constantFrom(
    ...[
      [0],
      [0xff, 0xff, 0xff, 0xff],
      [0x7f, 0xff, 0xff, 0xff],
      [0x80, 0, 0, 0],
      [0xed, 0xa0, 0x80],
      [0xc0, 0xaf],
      [0xf4, 0x90, 0x80, 0x80],
      [0xef, 0xbb, 0xbf],
      [0x0d, 0x0a],
      [0x0d],
      [0x22],
      [0x5c],
      [0x7b],
      [0x5b],
      [0x2c],
      [0x25],
      [0x3d],
    ].map((bytes) => Uint8Array.from(bytes)),
  ),
)

const change: fc.Arbitrary<ByteChange> = fc.oneof(
  fc.record({ kind: fc.constant('flip' as const), at, bit: fc.nat(7) }),
  fc.record({ kind: fc.constant('set' as const), at, bytes: troublesome }),
  fc.record({ kind: fc.constant('insert' as const), at, bytes: troublesome }),
  fc.record({ kind: fc.constant('remove' as const), at, length: fc.integer({ min: 1, max: 64 }) }),
  fc.record({ kind: fc.constant('cut' as const), at }),
  fc.record({ kind: fc.constant('repeat' as const), at, length: fc.integer({ min: 1, max: 32 }), times: fc.nat(300) }),
)

/** Up to so many changes to bytes. */
export function byteChanges(most: number): fc.Arbitrary<ByteChanges> {
  return fc.array(change, { maxLength: most })
}

/** The bytes after these changes, which stay as they are. */
export function changeBytes(bytes: Uint8Array, changes: ByteChanges): Uint8Array {
  return changes.reduce(apply, bytes)
}

function apply(bytes: Uint8Array, one: ByteChange): Uint8Array {
  const at = one.at % (bytes.length + 1)
  const before = bytes.subarray(0, at)
  switch (one.kind) {
    case 'flip': {
      const flipped = bytes.slice()
      if (at < flipped.length) flipped[at] = (flipped[at] ?? 0) ^ (1 << one.bit)
      return flipped
    }
    case 'set':
      return Buffer.concat([before, one.bytes, bytes.subarray(at + one.bytes.length)])
    case 'insert':
      return Buffer.concat([before, one.bytes, bytes.subarray(at)])
    case 'remove':
      return Buffer.concat([before, bytes.subarray(at + one.length)])
    case 'cut':
      return bytes.slice(0, at)
    case 'repeat': {
      const piece = bytes.subarray(at, at + one.length)
      return Buffer.concat([before, ...Array.from({ length: one.times }, () => piece), bytes.subarray(at)])
    }
  }
}

/** Text with one character a byte, changed like bytes. */
export function changeText(text: string, changes: ByteChanges): string {
  return changes.length === 0 ? text : Buffer.from(changeBytes(Buffer.from(text, 'latin1'), changes)).toString('latin1')
}

/** Bytes in pieces, as a network may cut them. */
export function cut(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const edges = [0, ...places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]
  return edges.slice(1).map((end, index) => bytes.slice(edges[index], end))
}

export const places = fc.array(at, { maxLength: 12 })
