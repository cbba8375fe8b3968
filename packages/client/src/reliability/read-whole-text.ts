import { BedrockFailureError } from './bedrock-failure.ts'
import type { StreamSource } from './hold-until-content.ts'

/** The most that a whole answer may have: the longest that a model writes is below a tenth of it. */
const mostBytes = 64 * 1024 * 1024

/** Reads an answer as text; throws `BedrockFailureError` for one that is larger than any real one, and what a body throws that breaks. */
export async function readWholeText(response: Response, source: StreamSource): Promise<string> {
  const { headers, body } = response
  const length = headers.get('content-length')
  // What says its length, and is not packed, cannot have more.
  if (length !== null && headers.get('content-encoding') === null && Number(length) <= mostBytes) return response.text()
  const reader = body?.getReader()
  if (reader === undefined) return ''
  const decoder = new TextDecoder()
  let text = ''
  let bytes = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return text + decoder.decode()
    bytes += value.length
    if (bytes > mostBytes) {
      // Without this the rest of it holds its socket.
      await reader.cancel().catch(() => undefined)
      throw new BedrockFailureError(tooLong('The answer', source))
    }
    text += decoder.decode(value, { stream: true })
  }
}

/** The failure of an answer, or of one event of it, that has no end. */
function tooLong(what: string, { region, requestId }: StreamSource) {
  return {
    status: 502,
    type: 'api_error',
    message: `${what} is longer than ${mostBytes / 1024 / 1024} MB, which no model writes: it was given up on.`,
    hint: 'Something between here and Bedrock may have answered, such as a proxy: check baseURL and the proxy settings.',
    requestId,
    region,
    retryable: false,
  } as const
}

/** Watches that the bytes of one event of a stream do not go on without end. */
export function createEventBound(source: StreamSource): (chunk: Uint8Array, events: number) => void {
  let pending = 0
  return (chunk, events) => {
    pending = events > 0 ? 0 : pending + chunk.length
    if (pending > mostBytes) throw new BedrockFailureError(tooLong('An event of the stream', source))
  }
}
