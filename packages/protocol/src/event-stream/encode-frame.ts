import { crc32 } from './crc32.ts'

const encoder = new TextEncoder()
const stringType = 7

/** Encodes one frame of `application/vnd.amazon.eventstream` with string headers, in the order given (WIRE §4.1). */
export function encodeFrame(
  headers: ReadonlyArray<readonly [name: string, value: string]>,
  payload: Uint8Array,
): Uint8Array {
  let headersSize = 0
  for (const [name, value] of headers) headersSize += 4 + utf8Size(name, 255) + utf8Size(value, 65_535)
  const size = 16 + headersSize + payload.length
  const frame = new Uint8Array(size)
  writeUint32(frame, 0, size)
  writeUint32(frame, 4, headersSize)
  writeUint32(frame, 8, crc32(frame, 0, 8))
  let at = 12
  for (const [name, value] of headers) {
    const typeAt = writeText(frame, at + 1, name)
    frame[at] = typeAt - at - 1
    frame[typeAt] = stringType
    at = writeText(frame, typeAt + 3, value)
    const valueSize = at - typeAt - 3
    frame[typeAt + 1] = valueSize >>> 8
    frame[typeAt + 2] = valueSize
  }
  frame.set(payload, at)
  writeUint32(frame, size - 4, crc32(frame, 0, size - 4))
  return frame
}

function utf8Size(text: string, limit: number): number {
  let size = text.length
  for (let index = 0; index < text.length; index++) {
    if (text.charCodeAt(index) > 127) {
      size = encoder.encode(text).length
      break
    }
  }
  if (size > limit) throw new RangeError(`A frame header of ${size} bytes does not fit in ${limit}`)
  return size
}

function writeText(frame: Uint8Array, at: number, text: string): number {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code > 127) return at + encoder.encodeInto(text, frame.subarray(at)).written
    frame[at + index] = code
  }
  return at + text.length
}

function writeUint32(frame: Uint8Array, at: number, value: number): void {
  frame[at] = value >>> 24
  frame[at + 1] = value >>> 16
  frame[at + 2] = value >>> 8
  frame[at + 3] = value
}
