/** The most that one line may have: a record holds a request of 20 MB and its answer. */
const mostCharacters = 128 * 1024 * 1024

/** Joins byte chunks, however the network cut them, into whole lines; empty ones are left out. */
export async function* readLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string, void> {
  const decoder = new TextDecoder()
  let pending: string[] = []
  let length = 0
  for await (const chunk of chunks) {
    const text = decoder.decode(chunk, { stream: true })
    let from = 0
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
      // Pieces are joined once a line is whole: a long one comes in thousands.
      const line = pending.join('') + text.slice(from, end)
      pending = []
      length = 0
      from = end + 1
      if (line.trim() !== '') yield line
    }
    length += text.length - from
    if (length > mostCharacters) throw new RangeError(`A line has more than ${mostCharacters / 1024 / 1024} MB`)
    pending.push(text.slice(from))
  }
  const last = pending.join('') + decoder.decode()
  if (last.trim() !== '') yield last
}
