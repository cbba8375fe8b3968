import { createFrameDecoder, type Frame } from '@outcrop/protocol'

const nothing = new Uint8Array(0)

/**
 * The frames of a body, a chunk's together: a generator step for each would cost more than to decode it. Throws `FrameError` right
 * behind the last good frame of a broken body, however long the next bytes take.
 */
export async function* readFrames(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<readonly Frame[]> {
  const decoder = createFrameDecoder()
  for await (const chunk of chunks) {
    yield decoder.push(chunk)
    // A fault behind good frames is kept for the next bytes.
    decoder.push(nothing)
  }
  decoder.end()
}
