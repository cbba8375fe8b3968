// Eight tables let one step take eight bytes: a frame is checksummed twice on the hot path.
const tables = createTables()

/**
 * The CRC-32 (IEEE) of a range of bytes, unsigned. `seed` is the checksum of what came before, so that a checksum may
 * be computed piece by piece.
 */
export function crc32(bytes: Uint8Array, start = 0, end = bytes.length, seed = 0): number {
  const t = tables
  let crc = ~seed
  let at = start
  // Indexes are below 2048 by construction and `at + 7 < end`: the fallbacks only satisfy the compiler.
  for (const last = end - 8; at <= last; at += 8) {
    crc ^= (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24)
    crc =
      (t[1792 + (crc & 255)] ?? 0) ^
      (t[1536 + ((crc >>> 8) & 255)] ?? 0) ^
      (t[1280 + ((crc >>> 16) & 255)] ?? 0) ^
      (t[1024 + (crc >>> 24)] ?? 0) ^
      (t[768 + (bytes[at + 4] ?? 0)] ?? 0) ^
      (t[512 + (bytes[at + 5] ?? 0)] ?? 0) ^
      (t[256 + (bytes[at + 6] ?? 0)] ?? 0) ^
      (t[bytes[at + 7] ?? 0] ?? 0)
  }
  for (; at < end; at++) crc = (crc >>> 8) ^ (t[(crc ^ (bytes[at] ?? 0)) & 255] ?? 0)
  return ~crc >>> 0
}

function createTables(): Int32Array {
  const all = new Int32Array(8 * 256)
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xed_b8_83_20 : crc >>> 1
    all[byte] = crc
  }
  for (let index = 256; index < all.length; index++) {
    const previous = all[index - 256] ?? 0
    all[index] = (previous >>> 8) ^ (all[previous & 255] ?? 0)
  }
  return all
}
