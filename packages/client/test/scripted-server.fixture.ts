import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'

/** One request as it came, and what a script may do with its socket. */
interface Visit {
  /** The bytes of the request as latin1, its body whole. */
  readonly request: string
  readonly path: string
  readonly header: (name: string) => string | undefined
  readonly json: () => unknown
  readonly socket: Socket
  /** Writes the head of an answer. */
  head(status: number, headers?: Readonly<Record<string, string>>): void
  /** Writes a whole answer of JSON. */
  answer(status: number, body: unknown, headers?: Readonly<Record<string, string>>): void
  /** Writes a piece of a chunked body; `cutAt` leaves out what follows. */
  chunk(bytes: string | Uint8Array): void
  /** The end of a chunked body. */
  finish(): void
  /** Closes with a reset (RST). */
  reset(): void
  /** Resolves when the other side has closed the socket. */
  readonly closed: Promise<void>
}

/** What the server does with the requests that come: the first with the first, and the last with all that follow. */
export type Script = (visit: Visit) => void | Promise<void>

/** A server of raw sockets that does with each request what its script says, down to the byte. */
export interface ScriptedServer {
  readonly url: string
  readonly visits: readonly Visit[]
  /** Replaces the scripts, and forgets the visits. */
  play(...scripts: readonly Script[]): void
  close(): Promise<void>
}

/** Starts a scripted server on a free port of 127.0.0.1. */
export async function startScriptedServer(...first: readonly Script[]): Promise<ScriptedServer> {
  let scripts = first
  let visits: Visit[] = []
  const sockets = new Set<Socket>()
  const server: Server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.once('close', () => sockets.delete(socket))
    let received = ''
    socket.setEncoding('latin1')
    socket.on('data', (bytes: string) => {
      received += bytes
      const length = requestLength(received)
      if (length === undefined || received.length < length) return
      const visit = openVisit(socket, received.slice(0, length))
      received = received.slice(length)
      visits.push(visit)
      void scripts[Math.min(visits.length, scripts.length) - 1]?.(visit)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get visits() {
      return visits
    },
    play(...next) {
      scripts = next
      visits = []
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

/** The same answer, byte by byte. */
export function drip(script: Script): Script {
  return async ({ socket, request }) => {
    const whole: Uint8Array[] = []
    await script(openVisit(socket, request, (bytes) => whole.push(Buffer.from(bytes))))
    for (const [at, byte] of Buffer.concat(whole).entries()) {
      socket.write(Uint8Array.of(byte))
      // The network takes some together, as it likes.
      if (at % 4 === 0) await new Promise((resolve) => setImmediate(resolve))
    }
  }
}

function requestLength(received: string): number | undefined {
  const end = received.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const length = /\r\ncontent-length: *(\d+)/i.exec(received.slice(0, end))?.[1] ?? '0'
  return end + 4 + Number(length)
}

function openVisit(
  socket: Socket,
  request: string,
  write: (bytes: string | Uint8Array) => unknown = (bytes) => socket.write(bytes),
): Visit {
  const closed = new Promise<void>((resolve) => {
    socket.once('close', () => resolve())
    socket.once('end', () => resolve())
  })
  const bodyAt = request.indexOf('\r\n\r\n') + 4
  const head: Visit['head'] = (status, headers = {}) => {
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
    write(`HTTP/1.1 ${status} X\r\n${lines.join('')}\r\n`)
  }
  return {
    request,
    path: request.split(' ', 2)[1] ?? '',
    header: (name) => new RegExp(`\\r\\n${name}: *([^\\r]*)`, 'i').exec(request)?.[1],
    json: () => JSON.parse(Buffer.from(request.slice(bodyAt), 'latin1').toString('utf8')) as unknown,
    socket,
    closed,
    head,
    answer(status, body, headers = {}) {
      const text = typeof body === 'string' ? body : JSON.stringify(body)
      const length = String(Buffer.byteLength(text))
      head(status, { 'content-type': 'application/json', ...headers, 'content-length': length })
      write(text)
    },
    chunk(bytes) {
      const data = typeof bytes === 'string' ? Buffer.from(bytes) : bytes
      write(`${data.length.toString(16)}\r\n`)
      write(data)
      write('\r\n')
    },
    finish: () => void write('0\r\n\r\n'),
    reset: () => void socket.resetAndDestroy(),
  }
}
