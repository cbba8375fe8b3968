import { FrameError } from './frame-error.ts'

/** The value of one frame header, in any of the format's ten types (true and false are types of their own). */
export type FrameHeaderValue =
  | { readonly type: 'boolean'; readonly value: boolean }
  | { readonly type: 'byte' | 'short' | 'integer'; readonly value: number }
  | { readonly type: 'long'; readonly value: bigint }
  | { readonly type: 'binary'; readonly value: Uint8Array }
  | { readonly type: 'string'; readonly value: string }
  /** Milliseconds of the epoch. */
  | { readonly type: 'timestamp'; readonly value: bigint }
  /** In the usual spelling with hyphens. */
  | { readonly type: 'uuid'; readonly value: string }

/** The headers of a frame by name, in the order in which they came. */
export type FrameHeaders = ReadonlyMap<string, FrameHeaderValue>

interface Reader {
  /** Bytes of the value; -1 when two bytes before it say how many. */
  readonly size: number
  read(view: DataView, at: number, size: number): FrameHeaderValue
}

const yes: FrameHeaderValue = { type: 'boolean', value: true }
const no: FrameHeaderValue = { type: 'boolean', value: false }

// The index is the type byte on the wire (WIRE §4.1).
const readers: readonly Reader[] = [
  { size: 0, read: () => yes },
  { size: 0, read: () => no },
  { size: 1, read: (view, at) => ({ type: 'byte', value: view.getInt8(at) }) },
  { size: 2, read: (view, at) => ({ type: 'short', value: view.getInt16(at) }) },
  { size: 4, read: (view, at) => ({ type: 'integer', value: view.getInt32(at) }) },
  { size: 8, read: (view, at) => ({ type: 'long', value: view.getBigInt64(at) }) },
  { size: -1, read: (view, at, size) => ({ type: 'binary', value: bytesOf(view, at, size) }) },
  { size: -1, read: (view, at, size) => ({ type: 'string', value: readText(view, at, size) }) },
  { size: 8, read: (view, at) => ({ type: 'timestamp', value: view.getBigInt64(at) }) },
  { size: 16, read: (view, at) => ({ type: 'uuid', value: readUuid(view, at) }) },
]

/** Reads the header block of a frame, whose checksum has been verified already. */
export function decodeFrameHeaders(view: DataView, start: number, end: number): FrameHeaders {
  const headers = new Map<string, FrameHeaderValue>()
  let at = start
  while (at < end) {
    const nameSize = view.getUint8(at)
    const typeAt = at + 1 + nameSize
    if (nameSize === 0 || typeAt >= end) throw new FrameError('header', 'A frame header has no whole name')
    const name = readText(view, at + 1, nameSize)
    const type = view.getUint8(typeAt)
    const reader = readers[type]
    if (reader === undefined) throw new FrameError('header', `Frame header type ${type} does not exist`)
    let size = reader.size
    let valueAt = typeAt + 1
    if (size < 0) {
      if (valueAt + 2 > end) throw new FrameError('header', 'A frame header ends before its length')
      size = view.getUint16(valueAt)
      valueAt += 2
    }
    at = valueAt + size
    if (at > end) throw new FrameError('header', 'A frame header is longer than its block')
    if (headers.has(name)) throw new FrameError('duplicateHeader', 'A frame header occurs twice')
    headers.set(name, reader.read(view, valueAt, size))
  }
  return headers
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function readText(view: DataView, at: number, size: number): string {
  // Names and values are nearly always short and ASCII, where a decoder call costs more than the characters.
  if (size <= 48) {
    let text = ''
    let index = 0
    for (; index < size; index++) {
      const byte = view.getUint8(at + index)
      if (byte > 127) break
      text += String.fromCharCode(byte)
    }
    if (index === size) return text
  }
  try {
    return strictUtf8.decode(bytesOf(view, at, size))
  } catch (cause) {
    throw new FrameError('header', 'A frame header is not UTF-8', { cause })
  }
}

function bytesOf(view: DataView, at: number, size: number): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset + at, size)
}

function readUuid(view: DataView, at: number): string {
  let text = ''
  for (let index = 0; index < 16; index++) {
    if (index === 4 || index === 6 || index === 8 || index === 10) text += '-'
    text += view
      .getUint8(at + index)
      .toString(16)
      .padStart(2, '0')
  }
  return text
}
