/** More than any body that Bedrock takes comes to, escaped as a text inside of JSON. */
const longestLine = 64 * 1024 * 1024

/**
 * Splits bytes, however they arrive, into lines of UTF-8, without the byte order mark that some editors write first.
 * `undefined` stands for a line of more bytes than `longest`, which is never held.
 */
export async function* readLines(
  chunks: AsyncIterable<Uint8Array | string>,
  longest: number = longestLine,
): AsyncGenerator<string | undefined> {
  let held: Uint8Array[] = []
  let length = 0
  const hold = (bytes: Uint8Array): void => {
    length += bytes.length
    if (length > longest) held = []
    else held.push(bytes)
  }
  const take = (): string | undefined => {
    const line = length > longest ? undefined : decoder.decode(Buffer.concat(held))
    held = []
    length = 0
    return line
  }
  for await (const chunk of chunks) {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk
    let start = 0
    for (let end = bytes.indexOf(newline); end >= 0; end = bytes.indexOf(newline, start)) {
      hold(bytes.subarray(start, end))
      yield take()
      start = end + 1
    }
    hold(bytes.subarray(start))
  }
  if (length > 0) yield take()
}

const newline = 10
const decoder = new TextDecoder()
