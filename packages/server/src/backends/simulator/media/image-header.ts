import type { ReadImage } from './media.ts'

/** What an image's first bytes say of it; `size` is missing when they name a format but no dimensions. */
export interface ImageHeader {
  readonly format: ReadImage['format']
  readonly size?: { readonly width: number; readonly height: number }
}

/** Reads format and dimensions of PNG, JPEG, GIF and WebP from the bytes, never from what the caller claims. */
export function readImageHeader(bytes: Buffer): ImageHeader | undefined {
  for (const { format, magic, size } of readers) {
    if (!magic(bytes)) continue
    const found = size(bytes)
    return found !== undefined && found.width > 0 && found.height > 0 ? { format, size: found } : { format }
  }
  return undefined
}

interface HeaderReader {
  readonly format: ReadImage['format']
  readonly magic: (bytes: Buffer) => boolean
  readonly size: (bytes: Buffer) => ImageHeader['size']
}

const startsWith = (bytes: Buffer, text: string, at = 0): boolean =>
  bytes.toString('latin1', at, at + text.length) === text

const readers: readonly HeaderReader[] = [
  { format: 'png', magic: (bytes) => startsWith(bytes, '\x89PNG\r\n\x1a\n'), size: pngSize },
  { format: 'jpeg', magic: (bytes) => startsWith(bytes, '\xff\xd8\xff'), size: jpegSize },
  { format: 'gif', magic: (bytes) => startsWith(bytes, 'GIF8'), size: gifSize },
  {
    format: 'webp',
    magic: (bytes) => startsWith(bytes, 'RIFF') && startsWith(bytes, 'WEBP', 8),
    size: webpSize,
  },
]

function pngSize(bytes: Buffer): ImageHeader['size'] {
  if (bytes.length < 24 || !startsWith(bytes, 'IHDR', 12)) return undefined
  return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) }
}

function gifSize(bytes: Buffer): ImageHeader['size'] {
  return bytes.length < 10 ? undefined : { width: bytes.readUInt16LE(6), height: bytes.readUInt16LE(8) }
}

/** Walks the segments up to the frame header, which alone knows the size; every step moves on, so this is linear. */
function jpegSize(bytes: Buffer): ImageHeader['size'] {
  let at = 2
  while (at + 9 <= bytes.length) {
    if (bytes[at] !== 0xff) return undefined
    const marker = bytes[at + 1] ?? 0
    if (marker === 0xff) at += 1
    else if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) at += 2
    else if (isFrameHeader(marker)) return { width: bytes.readUInt16BE(at + 7), height: bytes.readUInt16BE(at + 5) }
    else at += 2 + Math.max(2, bytes.readUInt16BE(at + 2))
  }
  return undefined
}

/** SOF0 to SOF15, without the three codes in that range that mean something else (ITU T.81, table B.1). */
function isFrameHeader(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc
}

/** The three kinds of WebP keep their size in three places (RFC 9649). */
function webpSize(bytes: Buffer): ImageHeader['size'] {
  if (bytes.length < 30) return undefined
  if (startsWith(bytes, 'VP8X', 12)) return { width: 1 + bytes.readUIntLE(24, 3), height: 1 + bytes.readUIntLE(27, 3) }
  if (startsWith(bytes, 'VP8L', 12)) {
    const bits = bytes.readUInt32LE(21)
    return { width: 1 + (bits & 0x3fff), height: 1 + ((bits >>> 14) & 0x3fff) }
  }
  if (!startsWith(bytes, 'VP8 ', 12)) return undefined
  return { width: bytes.readUInt16LE(26) & 0x3fff, height: bytes.readUInt16LE(28) & 0x3fff }
}
