/** The bytes of a body as they come; abandoning them frees the socket. */
export async function* readBody(body: ReadableStream<Uint8Array> | null): AsyncGenerator<Uint8Array> {
  if (body === null) return
  const reader = body.getReader()
  let isDone = false
  try {
    for (;;) {
      const { value, done } = await reader.read()
      if (done) {
        isDone = true
        return
      }
      yield value
    }
  } catch (error) {
    isDone = true
    throw error
  } finally {
    if (!isDone) await reader.cancel().catch(() => undefined)
  }
}
