/** Joins pieces, however they were cut, into parts of a size; the last is what is left, and none is empty. */
export async function* toParts(pieces: AsyncIterable<Uint8Array>, partBytes: number): AsyncGenerator<Uint8Array> {
  let part = new Uint8Array(partBytes)
  let filled = 0
  for await (const piece of pieces) {
    for (let at = 0; at < piece.length;) {
      const taken = piece.subarray(at, at + partBytes - filled)
      part.set(taken, filled)
      at += taken.length
      filled += taken.length
      if (filled < partBytes) continue
      yield part
      part = new Uint8Array(partBytes) // The last one may still be on its way.
      filled = 0
    }
  }
  if (filled > 0) yield part.subarray(0, filled)
}
