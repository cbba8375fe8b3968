import { connect } from 'node:net'

/** An answer of HTTP/1.1 or HTTP/2. */
export interface Answer {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

/** Longer than any answer may take, on any machine. */
export const patienceMs = 20_000

/** Writes bytes to a listener, in pieces, and hangs up then if it is told to; resolves with all that came back before the other side closed. */
export function exchangeBytes(port: number, pieces: readonly Uint8Array[], hangUp = false): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, noDelay: true, allowHalfOpen: true })
    const chunks: Buffer[] = []
    socket.setTimeout(patienceMs, () => {
      socket.destroy()
      reject(
        new Error(`no end within ${patienceMs} ms, after ${Buffer.concat(chunks).toString('latin1').slice(0, 500)}`),
      )
    })
    socket.on('connect', () => {
      for (const piece of pieces) socket.write(piece)
      if (hangUp) socket.end()
    })
    socket.on('data', (chunk: Buffer) => chunks.push(chunk))
    // A refusal may arrive before all is written: what is written then fails, what came still counts.
    socket.on('error', () => {})
    socket.on('end', () => socket.end())
    socket.on('close', () => resolve(Buffer.concat(chunks)))
  })
}

/** Reads the HTTP/1.1 answers in bytes that came back, leaving out 1xx; throws when they are no answers. */
export function readAnswers(bytes: Buffer): readonly Answer[] {
  const answers: Answer[] = []
  let rest = bytes
  while (rest.length > 0) {
    const end = rest.indexOf('\r\n\r\n')
    if (end < 0) throw new Error(`an answer without the end of its head: ${rest.toString('latin1').slice(0, 200)}`)
    const [first = '', ...lines] = rest.toString('latin1', 0, end).split('\r\n')
    const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(first)?.[1])
    if (Number.isNaN(status)) throw new Error(`no status line: ${first.slice(0, 200)}`)
    const headers = Object.fromEntries(lines.map(readHeader))
    rest = rest.subarray(end + 4)
    if (status < 200) continue
    const { body, after } = readBody(rest, headers)
    rest = after
    answers.push({ status, headers, body })
  }
  return answers
}

function readHeader(line: string): readonly [string, string] {
  const colon = line.indexOf(':')
  if (colon < 1) throw new Error(`no header: ${line.slice(0, 200)}`)
  return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
}

function readBody(bytes: Buffer, headers: Answer['headers']): { readonly body: Buffer; readonly after: Buffer } {
  if (headers['transfer-encoding'] === 'chunked') return readChunks(bytes)
  const length = Number(headers['content-length'] ?? 0)
  // What answers HEAD has a length and no body.
  return { body: bytes.subarray(0, length), after: bytes.subarray(length) }
}

function readChunks(bytes: Buffer): { readonly body: Buffer; readonly after: Buffer } {
  const chunks: Buffer[] = []
  let at = 0
  for (;;) {
    const end = bytes.indexOf('\r\n', at)
    const size = Number.parseInt(bytes.toString('latin1', at, end), 16)
    if (end < 0 || Number.isNaN(size)) throw new Error('an answer ends inside its chunks')
    at = end + 2
    chunks.push(bytes.subarray(at, at + size))
    at += size + 2
    if (size === 0) return { body: Buffer.concat(chunks), after: bytes.subarray(at) }
  }
}
