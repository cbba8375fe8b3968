import { connect, type IncomingHttpHeaders } from 'node:http2'
import { request as httpRequest } from 'node:http'
import type { Readable } from 'node:stream'
import { toRefusal, renderAsAws, tooLarge } from '../../src/edge/listener/refusals.ts'
import { splitTarget, toHeaderMap } from '../../src/edge/listener/head.ts'
import { createListener, type ListenerOptions } from '../../src/edge/listener/listener.ts'
import type { ListenerLimits } from '../../src/edge/listener/limits.ts'
import type { Exchange, Handle, Reply } from '../../src/exchange.ts'

interface TestRequest {
  readonly method?: string
  /** Path and query, sent exactly as written. */
  readonly path?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  readonly signal?: AbortSignal
}

export interface TestAnswer {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** As they arrived; a network may cut them anywhere. */
  readonly chunks: readonly Uint8Array[]
  readonly body: Uint8Array
  readonly text: string
}

export type Ask = (request: TestRequest) => Promise<TestAnswer>

/** A way into a handler; close it when the test is over. */
export interface Door {
  /** Where it listens; `undefined` when there is no socket. */
  readonly url: string | undefined
  readonly ask: Ask
  close(): Promise<void>
}

export const testLimits: ListenerLimits = {
  headerBytes: 16_384,
  bodyBytes: 20_971_520,
  bytesInFlight: 536_870_912,
  headersMs: 15_000,
  requestMs: 300_000,
  idleMs: 75_000,
  shutdownMs: 1_000,
}

/** Every way into a handler, for `describe.each(doors)`: a server test runs in process and through sockets. */
export const doors: ReadonlyArray<readonly [name: string, open: (handle: Handle) => Promise<Door>]> = [
  [
    'in process',
    (handle) => Promise.resolve({ url: undefined, ask: inProcess(handle), close: () => Promise.resolve() }),
  ],
  ['through an HTTP/1.1 socket', (handle) => throughSocket(handle)],
  ['through an HTTP/2 socket', (handle) => throughSocket(handle, { http2: true })],
]

/** Asks a handler without a socket, with the refusals that the listener would give in its place. */
function inProcess(handle: Handle, limits: ListenerLimits = testLimits): Ask {
  return async (request) => {
    const reply = await answerInProcess(handle, toExchange(request, limits))
    const chunks: Uint8Array[] = []
    if (reply.body instanceof Uint8Array) chunks.push(reply.body)
    else for await (const chunk of reply.body) chunks.push(chunk)
    const headers = { ...toHeaderMap(reply.headers.flat()) }
    headers['date'] ??= new Date().toUTCString()
    if (reply.body instanceof Uint8Array) headers['content-length'] ??= String(reply.body.byteLength)
    return toAnswer(reply.status, headers, request.method === 'HEAD' ? [] : chunks)
  }
}

async function answerInProcess(handle: Handle, exchange: Exchange): Promise<Reply> {
  try {
    return await handle(exchange)
  } catch (error) {
    const refusal = toRefusal(error, { renderFailure: renderAsAws, onDefect: rethrow }, exchange.rawPath)
    if (refusal === undefined) throw error
    return refusal
  }
}

function toExchange(
  { method = 'GET', path = '/', headers = {}, body, signal }: TestRequest,
  limits: ListenerLimits,
): Exchange {
  const bytes = toBytes(body)
  const raw = Object.entries({ host: '127.0.0.1:5151', ...headers }).flat()
  if (bytes !== undefined && headers['content-length'] === undefined)
    raw.push('content-length', String(bytes.byteLength))
  return {
    method,
    ...splitTarget(path),
    headers: toHeaderMap(raw),
    httpVersion: '1.1',
    remoteAddress: '127.0.0.1',
    arrivedAt: Date.now(),
    signal: signal ?? new AbortController().signal,
    readBody: (onChunk) => {
      const read = bytes ?? new Uint8Array(0)
      if (read.byteLength > limits.bodyBytes) return Promise.reject(tooLarge(read.byteLength, limits.bodyBytes))
      if (read.byteLength > 0) onChunk?.(read)
      return Promise.resolve(read)
    },
  }
}

function rethrow(defect: unknown): never {
  throw defect
}

export type SocketOptions = Partial<Omit<ListenerOptions, 'handle' | 'limits'>> & {
  readonly limits?: Partial<ListenerLimits>
  /** Ask over HTTP/2; the door itself speaks both. */
  readonly http2?: boolean
}

/** Opens a real listener on a free port of loopback. Without `onDefect` a defect fails the test that closes the door. */
export async function throughSocket(
  handle: Handle,
  options: SocketOptions = {},
): Promise<Door & { readonly url: string }> {
  const { http2 = false, limits, ...rest } = options
  const defects: unknown[] = []
  const listener = await createListener({
    handle,
    host: '127.0.0.1',
    port: 0,
    onDefect: (error) => defects.push(error),
    ...rest,
    limits: { ...testLimits, ...limits },
  })
  return {
    url: listener.url,
    ask: http2 ? overHttp2(listener.url) : overHttp1(listener.url),
    async close() {
      await listener.close()
      if (defects.length > 0) throw new AggregateError(defects, 'The listener heard of defects')
    },
  }
}

/** Asks over a connection of its own, in HTTP/1.1. */
export function overHttp1(url: string): Ask {
  return ({ method = 'GET', path = '/', headers = {}, body, signal }) =>
    new Promise((resolve, reject) => {
      const { hostname, port } = new URL(url)
      const bytes = toBytes(body)
      const length = bytes === undefined ? {} : { 'content-length': String(bytes.byteLength) }
      const options = {
        hostname,
        port,
        method,
        path,
        headers: { ...length, ...headers },
        agent: false,
        ...(signal && { signal }),
      }
      const req = httpRequest(options, (res) => {
        collect(res).then(
          (chunks) => resolve(toAnswer(res.statusCode ?? 0, { ...toHeaderMap(res.rawHeaders) }, chunks)),
          reject,
        )
      })
      req.on('error', reject)
      req.end(bytes)
    })
}

/** Asks over a session of its own, in HTTP/2 with prior knowledge. */
function overHttp2(url: string): Ask {
  return ({ method = 'GET', path = '/', headers = {}, body, signal }) =>
    new Promise((resolve, reject) => {
      const session = connect(url)
      session.on('error', reject)
      const bytes = toBytes(body)
      const length = bytes === undefined ? {} : { 'content-length': String(bytes.byteLength) }
      const stream = session.request(
        { ':method': method, ':path': path, ...length, ...headers },
        { endStream: bytes === undefined, ...(signal && { signal }) },
      )
      stream.on('error', reject)
      stream.on('response', (head) => {
        collect(stream)
          .then((chunks) => resolve(toAnswer(Number(head[':status']), plain(head), chunks)), reject)
          .finally(() => session.close())
      })
      if (bytes !== undefined) stream.end(bytes)
    })
}

async function collect(source: Readable): Promise<Uint8Array[]> {
  const chunks: Uint8Array[] = []
  for await (const chunk of source) if (chunk instanceof Uint8Array) chunks.push(chunk)
  return chunks
}

function plain(headers: IncomingHttpHeaders): Record<string, string> {
  const entries = Object.entries(headers).filter(([name]) => !name.startsWith(':'))
  return Object.fromEntries(entries.map(([name, value]) => [name, String(value)]))
}

function toBytes(body: string | Uint8Array | undefined): Uint8Array | undefined {
  return typeof body === 'string' ? new TextEncoder().encode(body) : body
}

function toAnswer(status: number, headers: Record<string, string>, chunks: readonly Uint8Array[]): TestAnswer {
  const body = Buffer.concat(chunks)
  return { status, headers, chunks, body, text: body.toString() }
}
