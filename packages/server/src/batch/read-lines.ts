/** A line was longer than anybody may have it; nothing behind it was read. */
export class LineTooLong extends Error {
  override readonly name = 'LineTooLong'
}

const newline = 0x0a

/**
 * Cuts bytes, however they arrive, into lines without their ends; blank lines count as lines, and a last one without an end too.
 * Holds no more than one line: throws `LineTooLong` once one has more bytes than `longest`.
 */
export async function* readLines(chunks: AsyncIterable<Uint8Array>, longest: number): AsyncGenerator<Uint8Array> {
  let parts: Uint8Array[] = []
  let length = 0
  const add = (part: Uint8Array): void => {
    length += part.length
    if (length > longest) throw new LineTooLong()
    if (part.length > 0) parts.push(part)
  }
  for await (const chunk of chunks) {
    let start = 0
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, start)) {
      add(chunk.subarray(start, end))
      const [first] = parts
      yield parts.length === 1 && first !== undefined ? first : Buffer.concat(parts)
      parts = []
      length = 0
      start = end + 1
    }
    add(chunk.subarray(start))
  }
  if (length > 0) yield Buffer.concat(parts)
}
