/** The most that an answer of the control plane may have: real lists of hundreds of models are below a tenth of it. */
const mostBytes = 16 * 1024 * 1024

/** Reads an answer as text, and gives up on one that is larger than any real one. */
export async function readText({ body }: Pick<Response, 'body'>, most: number = mostBytes): Promise<string> {
  const reader = body?.getReader()
  if (reader === undefined) return ''
  const decoder = new TextDecoder()
  let text = ''
  let bytes = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return text + decoder.decode()
    bytes += value.length
    if (bytes > most) {
      // Without this the rest of it holds its socket.
      await reader.cancel().catch(() => undefined)
      throw new RangeError(`The answer is larger than ${most / 1024 / 1024} MB`)
    }
    text += decoder.decode(value, { stream: true })
  }
}

/** The value of a JSON text, or `undefined`, which no JSON text has. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
