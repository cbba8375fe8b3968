import { crc32 } from './crc32.ts'
import { FrameError } from './frame-error.ts'
import { decodeFrameHeaders, type FrameHeaders } from './frame-headers.ts'

/** One decoded frame. Its payload may share memory with the chunk that brought it. */
export interface Frame {
  readonly headers: FrameHeaders
  readonly payload: Uint8Array
}

/** How much a decoder takes. */
export interface FrameDecoderOptions {
  /** Refuses longer frames; the format's own limits hold anyway. */
  readonly maxFrameBytes?: number
}

/** Finds frames in bytes that arrive in any pieces. */
export interface FrameDecoder {
  /**
   * Takes the next bytes and returns the frames that they complete. A fault is thrown by the call that finds it, or by
   * the next one when good frames came before it in the same bytes: where the network cuts changes no result.
   */
  push(chunk: Uint8Array): Frame[]
  /** Throws when the bytes ended inside a frame, or a fault was found and not thrown yet. */
  end(): void
}

// The limits of the format, as AWS's own decoders check them (WIRE §4.1).
const maxHeadersBytes = 128 * 1024
const maxPayloadBytes = 16 * 1024 * 1024
const preludeBytes = 12
const overheadBytes = 16

/** Creates a decoder that is linear in its input, checks both checksums and refuses frames over the format's limits. */
export function createFrameDecoder(options: FrameDecoderOptions = {}): FrameDecoder {
  const maxFrameBytes = options.maxFrameBytes ?? maxHeadersBytes + maxPayloadBytes + overheadBytes
  // The beginning of a frame whose end has not arrived; `wanted` is how many bytes decide what to do next.
  let held: Uint8Array = new Uint8Array(256)
  let size = 0
  let wanted = preludeBytes
  let fault: unknown

  function hold(chunk: Uint8Array, from: number): number {
    const taken = Math.min(wanted - size, chunk.length - from)
    if (size + taken > held.length) {
      // Doubling keeps copying linear; the claimed length alone never decides how much memory is taken.
      const grown = new Uint8Array(Math.min(wanted, Math.max(size + taken, held.length * 2)))
      grown.set(held.subarray(0, size))
      held = grown
    }
    held.set(taken === chunk.length ? chunk : chunk.subarray(from, from + taken), size)
    size += taken
    return from + taken
  }

  function take(chunk: Uint8Array, frames: Frame[]): void {
    let at = 0
    while (at < chunk.length) {
      if (size === 0 && chunk.length - at >= preludeBytes) {
        const total = readPrelude(chunk, at, maxFrameBytes)
        if (chunk.length - at >= total) {
          frames.push(readFrame(chunk, at, total))
          at += total
          continue
        }
        wanted = total
      }
      at = hold(chunk, at)
      if (size < wanted) return
      if (wanted === preludeBytes) {
        wanted = readPrelude(held, 0, maxFrameBytes)
        continue
      }
      frames.push(readFrame(held, 0, wanted))
      // The frame shares this memory, so the next one gets its own.
      held = new Uint8Array(256)
      size = 0
      wanted = preludeBytes
    }
  }

  return {
    push(chunk) {
      if (fault !== undefined) throw fault
      const frames: Frame[] = []
      try {
        take(chunk, frames)
      } catch (error) {
        fault = error
        if (frames.length === 0) throw error
      }
      return frames
    },
    end() {
      if (fault !== undefined) throw fault
      if (size > 0) throw new FrameError('truncated', `The stream ended inside a frame, after ${size} of its bytes`)
    },
  }
}

/** Yields the frames of a byte stream; throws `FrameError` after the last good one when the bytes are not frames. */
export async function* decodeFrames(
  chunks: AsyncIterable<Uint8Array>,
  options: FrameDecoderOptions = {},
): AsyncGenerator<Frame> {
  const decoder = createFrameDecoder(options)
  for await (const chunk of chunks) yield* decoder.push(chunk)
  decoder.end()
}

/** The value of a frame's header when it is a string, as all headers of Bedrock's events are. */
export function stringHeader(frame: Frame, name: string): string | undefined {
  const header = frame.headers.get(name)
  return header?.type === 'string' ? header.value : undefined
}

// The prelude has its own checksum, so a corrupt length is caught before we wait for that many bytes.
function readPrelude(bytes: Uint8Array, at: number, maxFrameBytes: number): number {
  const total = readUint32(bytes, at)
  const headers = readUint32(bytes, at + 4)
  if (crc32(bytes, at, at + 8) !== readUint32(bytes, at + 8)) {
    throw new FrameError('preludeChecksum', 'The checksum of a frame prelude does not match')
  }
  if (total < overheadBytes + headers) {
    throw new FrameError('length', `A frame of ${total} bytes cannot hold ${headers} bytes of headers`)
  }
  if (headers > maxHeadersBytes) {
    throw new FrameError('headersTooLong', `Frame headers of ${headers} bytes exceed ${maxHeadersBytes}`)
  }
  const payload = total - headers - overheadBytes
  if (payload > maxPayloadBytes) {
    throw new FrameError('payloadTooLong', `A frame payload of ${payload} bytes exceeds ${maxPayloadBytes}`)
  }
  if (total > maxFrameBytes) throw new FrameError('frameTooLong', `A frame of ${total} bytes exceeds ${maxFrameBytes}`)
  return total
}

function readFrame(bytes: Uint8Array, at: number, total: number): Frame {
  const end = at + total - 4
  if (crc32(bytes, at, end) !== readUint32(bytes, end)) {
    throw new FrameError('messageChecksum', 'The checksum of a frame does not match')
  }
  const payloadAt = at + preludeBytes + readUint32(bytes, at + 4)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return {
    headers: decodeFrameHeaders(view, at + preludeBytes, payloadAt),
    payload: bytes.subarray(payloadAt, end),
  }
}

function readUint32(bytes: Uint8Array, at: number): number {
  return (
    (((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0)) >>> 0
  )
}
