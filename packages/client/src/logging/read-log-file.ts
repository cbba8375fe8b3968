/** No line of a log is longer: bodies over 100 KB lie in files of their own, and a request has at most 25 MB. */
const longestLine = 67_108_864

/** What an unpacked body that lies in a file of its own may have at most, in characters. */
const longestBody = longestLine

/** A file of the log that cannot be read: not packed as it should be, or with a line that does not end. */
export class LogFileError extends Error {
  override readonly name = 'LogFileError'
}

/** Unpacks a file of gzip and gives its lines as they come, in memory that a line bounds, however large the file is. */
export async function* readPackedLines(packed: AsyncIterable<Uint8Array>): AsyncGenerator<string, void, undefined> {
  let rest = ''
  for await (const text of unpack(packed)) {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    if (rest.length > longestLine) throw new LogFileError(`a line of it is over ${longestLine} characters long`)
    yield* lines
  }
  yield rest
}

/** Unpacks a whole text of gzip. */
export async function readPackedText(packed: AsyncIterable<Uint8Array>): Promise<string> {
  let whole = ''
  for await (const text of unpack(packed)) {
    whole += text
    if (whole.length > longestBody) throw new LogFileError(`it is over ${longestBody} characters long`)
  }
  return whole
}

async function* unpack(packed: AsyncIterable<Uint8Array>): AsyncGenerator<string, void, undefined> {
  const gzip = new DecompressionStream('gzip')
  const writing = feed(gzip.writable.getWriter(), packed)
  // Heard of below, when the reader has come to the same end.
  writing.catch(() => undefined)
  const decoder = new TextDecoder()
  const reader = gzip.readable.getReader()
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      yield decoder.decode(next.value, { stream: true })
    }
    await writing
  } catch (cause) {
    throw new LogFileError('it is not gzip, or ends too early', { cause })
  } finally {
    // Whoever reads no further leaves the rest where it is.
    await reader.cancel().catch(() => undefined)
  }
}

async function feed(
  writer: WritableStreamDefaultWriter<BufferSource>,
  packed: AsyncIterable<Uint8Array>,
): Promise<void> {
  try {
    // What S3 sends is never shared memory, the one kind that a stream does not take.
    for await (const chunk of packed) await writer.write(chunk as BufferSource)
    await writer.close()
  } catch (error) {
    await writer.abort(error).catch(() => undefined)
    throw error
  }
}
