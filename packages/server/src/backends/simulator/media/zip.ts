import { inflateRawSync } from 'node:zlib'

/** Unpacked, a file may be this large: a small archive must not fill the memory. */
const largestFile = 32 * 1024 * 1024
const mostFiles = 2_000
const endLength = 22
const entryLength = 46

/** Reads the files of a ZIP archive whose names are wanted, as text; nothing when it is not a sound archive. */
export function readZip(bytes: Buffer, wanted: (name: string) => boolean): ReadonlyMap<string, string> | undefined {
  try {
    return readEntries(bytes, wanted)
  } catch {
    return undefined // Offsets that lead outside the bytes, data that does not unpack, or too much of it.
  }
}

function readEntries(bytes: Buffer, wanted: (name: string) => boolean): ReadonlyMap<string, string> | undefined {
  const end = bytes.lastIndexOf('PK\x05\x06', Math.max(0, bytes.length - endLength), 'latin1')
  if (end === -1) return undefined
  const count = Math.min(mostFiles, bytes.readUInt16LE(end + 10))
  const files = new Map<string, string>()
  let at = bytes.readUInt32LE(end + 16)
  let left = largestFile
  for (let entry = 0; entry < count && bytes.readUInt32LE(at) === 0x02014b50; entry++) {
    const nameLength = bytes.readUInt16LE(at + 28)
    const name = bytes.toString('utf8', at + entryLength, at + entryLength + nameLength)
    if (wanted(name)) {
      const content = readFile(bytes, at, left)
      left -= content.length
      files.set(name, content.toString('utf8'))
    }
    at += entryLength + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32)
  }
  return files
}

function readFile(bytes: Buffer, entry: number, left: number): Buffer {
  const method = bytes.readUInt16LE(entry + 10)
  const size = bytes.readUInt32LE(entry + 20)
  const local = bytes.readUInt32LE(entry + 42)
  const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28)
  const packed = bytes.subarray(start, start + size)
  if (packed.length > left) throw new RangeError('The archive holds too much')
  return method === 0 ? packed : inflateRawSync(packed, { maxOutputLength: Math.max(1, left) })
}
