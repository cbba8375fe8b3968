/** How much of a body is read ahead of its reader, and how little of it is left when reading goes on. */
const mostAheadBytes = 256 * 1024
const leastAheadBytes = 64 * 1024

/**
 * The bytes of a body, all that is there at a time; abandoning them frees the socket. A little is read ahead, and then nothing until
 * most of that is used: Node's fetch, when it is stopped after each small piece, reads more of the socket than it hands on, into
 * one buffer that grows with the body.
 */
export async function* readBody(body: ReadableStream<Uint8Array> | null): AsyncGenerator<Uint8Array> {
  if (body === null) return
  const reader = body.getReader()
  const ahead = createAhead()
  const filling = fill(reader, ahead)
  // Told when all before it is used, which may be long after it happened.
  filling.catch(() => undefined)
  try {
    for (let bytes = await ahead.take(); bytes !== undefined; bytes = await ahead.take()) yield bytes
  } finally {
    if (!ahead.isEnded()) {
      ahead.end()
      await reader.cancel().catch(() => undefined)
    }
  }
  // What broke the body comes behind all that was read of it.
  await filling
}

async function fill(reader: ReadableStreamDefaultReader<Uint8Array>, ahead: Ahead): Promise<void> {
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      ahead.put(next.value)
      if (ahead.isFull()) await ahead.hasRoom()
    }
  } finally {
    ahead.end()
  }
}

/** Bytes between who reads a body and who uses it. */
interface Ahead {
  put(bytes: Uint8Array): void
  /** All that is there, once there is something; `undefined` when nothing will come any more. */
  take(): Promise<Uint8Array | undefined>
  isFull(): boolean
  hasRoom(): Promise<void>
  isEnded(): boolean
  end(): void
}

function createAhead(): Ahead {
  let chunks: Uint8Array[] = []
  let size = 0
  let ended = false
  // At most one waits at a time: the user for bytes, or the reader for room.
  let wake: (() => void) | undefined
  const until = async (isSo: () => boolean): Promise<void> => {
    for (;;) {
      if (ended || isSo()) return
      await new Promise<void>((resolve) => (wake = resolve))
    }
  }
  const wakeUp = (): void => {
    wake?.()
    wake = undefined
  }
  return {
    put(bytes) {
      chunks.push(bytes)
      size += bytes.length
      wakeUp()
    },
    async take() {
      await until(() => chunks.length > 0)
      if (chunks.length === 0) return undefined
      const taken = join(chunks, size)
      chunks = []
      size = 0
      wakeUp()
      return taken
    },
    isFull: () => size >= mostAheadBytes,
    hasRoom: () => until(() => size <= leastAheadBytes),
    isEnded: () => ended,
    end() {
      ended = true
      wakeUp()
    },
  }
}

function join(chunks: readonly Uint8Array[], size: number): Uint8Array {
  const [first] = chunks
  if (chunks.length === 1 && first !== undefined) return first
  const joined = new Uint8Array(size)
  let at = 0
  for (const chunk of chunks) {
    joined.set(chunk, at)
    at += chunk.length
  }
  return joined
}
