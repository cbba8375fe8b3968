import { DocumentError } from './document-error.ts'

/** How a document is fetched, and what is too much. */
export interface FetchDocumentOptions {
  /** The largest file that is taken, in bytes; what is larger is not read to its end. */
  readonly maxBytes?: number | undefined
  /** From the request to the last byte, in milliseconds: 30,000 unless told otherwise. */
  readonly timeoutMs?: number | undefined
  readonly signal?: AbortSignal | undefined
  /** What fetches; one of your own can refuse addresses that users must not reach through your program. */
  readonly fetch?: typeof globalThis.fetch | undefined
}

const defaultTimeoutMs = 30_000

/** Fetches a PDF: in bounded time, of bounded size, and nothing that says that it is something else. */
export async function fetchDocument(
  url: URL,
  options: FetchDocumentOptions & { readonly maxBytes: number },
): Promise<Uint8Array> {
  const { maxBytes, timeoutMs = defaultTimeoutMs, signal, fetch = globalThis.fetch } = options
  const overdue = new AbortController()
  const timer = setTimeout(() => overdue.abort(), timeoutMs)
  const either = signal === undefined ? overdue.signal : AbortSignal.any([signal, overdue.signal])
  // A URL may carry a secret in its query; messages end up in logs.
  const name = url.protocol === 'data:' ? 'the data: URL' : `${url.origin}${url.pathname}`
  try {
    const response = await fetch(url, { signal: either, headers: { accept: 'application/pdf' } })
    return await readAnswer(response, name, maxBytes)
  } catch (error) {
    if (error instanceof DocumentError) throw error
    if (signal?.aborted === true) throw signal.reason
    if (overdue.signal.aborted) {
      throw new DocumentError('timeout', `${name} was not there after ${timeoutMs} ms.`, { cause: error })
    }
    throw new DocumentError('unreachable', `${name} could not be fetched.`, { cause: error })
  } finally {
    clearTimeout(timer)
  }
}

async function readAnswer(response: Response, name: string, maxBytes: number): Promise<Uint8Array> {
  const { status, headers, body } = response
  const fault = answerFault(status, headers, name, maxBytes)
  if (fault !== undefined) {
    // Nobody waits for the rest, and nobody cares how it ends.
    await body?.cancel().catch(() => undefined)
    throw fault
  }
  return body === null ? new Uint8Array() : readBounded(body, maxBytes, () => tooLarge(name, maxBytes))
}

function answerFault(status: number, headers: Headers, name: string, maxBytes: number): DocumentError | undefined {
  if (status === 404 || status === 410) return new DocumentError('not-found', `${name} answered ${status}.`)
  if (status !== 200) return new DocumentError('refused', `${name} answered ${status} instead of a PDF.`)
  const type = headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() ?? ''
  // Stores of files often do not know what they hold.
  if (type !== '' && !/^application\/(?:x-)?pdf$|^(?:application|binary)\/octet-stream$/.test(type)) {
    return new DocumentError('not-a-pdf', `${name} is ${type.slice(0, 60)} and no PDF.`)
  }
  const length = Number(headers.get('content-length') ?? 0)
  return length > maxBytes ? tooLarge(name, maxBytes) : undefined
}

function tooLarge(name: string, maxBytes: number): DocumentError {
  return new DocumentError('too-large', `${name} has more than the ${maxBytes} bytes that are sent: split it.`)
}

async function readBounded(
  body: ReadableStream<Uint8Array>,
  maxBytes: number,
  fault: () => DocumentError,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let size = 0
  const reader = body.getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) break
      size += value.length
      if (size > maxBytes) throw fault()
      chunks.push(value)
    }
  } catch (error) {
    await reader.cancel(error).catch(() => undefined)
    throw error
  }
  const whole = new Uint8Array(size)
  let at = 0
  for (const chunk of chunks) {
    whole.set(chunk, at)
    at += chunk.length
  }
  return whole
}
