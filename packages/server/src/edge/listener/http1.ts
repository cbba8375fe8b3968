import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { EdgeContext } from './edge-context.ts'
import { Http1Connection } from './http1-connection.ts'
import type { EdgeRefusal } from './refusals.ts'

/** The half of the listener that speaks one HTTP version over sockets handed to it. */
export interface Speaker {
  readonly connections: number
  accept(socket: Socket): void
  /** Looks after the limits that need looking after. */
  sweep(now: number): void
  /** Ends what is idle, and everything else as soon as its answers are out. */
  shutDown(): void
  destroy(): void
}

/** Serves HTTP/1.1 on sockets that somebody else accepted, with Node's own time limits running. */
export function createHttp1(context: EdgeContext): Speaker {
  const connections = new Map<Duplex, Http1Connection>()
  const server = createNodeServer(context)
  const serve = (req: IncomingMessage, res: ServerResponse, expects: boolean): void => {
    connections.get(req.socket)?.serve(req, res, expects)
  }
  server.on('request', (req, res) => serve(req, res, false))
  server.on('checkContinue', (req, res) => serve(req, res, true))
  server.on('checkExpectation', (req: IncomingMessage) => connections.get(req.socket)?.refuse('expectation', req.url))
  server.on('connect', (_, socket) => connections.get(socket)?.refuse('connect'))
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    const because = toRefusalOf(error)
    if (because === undefined) socket.destroy()
    else connections.get(socket)?.refuse(because)
  })
  return {
    get connections() {
      return connections.size
    },
    accept(socket) {
      connections.set(socket, new Http1Connection(socket, context))
      socket.once('close', () => connections.delete(socket))
      server.emit('connection', socket)
    },
    sweep() {},
    shutDown() {
      for (const connection of connections.values()) connection.shutDown()
    },
    destroy() {
      for (const socket of connections.keys()) socket.destroy()
      server.close()
    },
  }
}

function createNodeServer({ limits }: EdgeContext): Server {
  const { headerBytes, headersMs, requestMs, idleMs } = limits
  const server = createServer({
    maxHeaderSize: headerBytes,
    headersTimeout: Math.min(headersMs, requestMs),
    requestTimeout: requestMs,
    keepAliveTimeout: idleMs, // Node waits up to a second more than it is told
    connectionsCheckingInterval: Math.min(1_000, Math.max(10, Math.ceil(Math.min(headersMs, requestMs) / 4))),
    requireHostHeader: false, // answered by ourselves, with a body that clients can read
    joinDuplicateHeaders: true,
    insecureHTTPParser: false,
  })
  // Node drops what is over this count without a word; the size of the head is the limit that refuses.
  server.maxHeadersCount = 0
  // Node starts to check its time limits when the server begins to listen, which this one never does by itself.
  server.emit('listening')
  return server
}

const refusalOf: Readonly<Record<string, EdgeRefusal>> = {
  HPE_HEADER_OVERFLOW: 'headTooLarge',
  ERR_HTTP_REQUEST_TIMEOUT: 'timedOut',
}

/** What to tell a client that broke the protocol; nothing when its connection broke instead. */
function toRefusalOf(error: NodeJS.ErrnoException): EdgeRefusal | undefined {
  const code = error.code ?? ''
  if (Object.hasOwn(refusalOf, code)) return refusalOf[code]
  return code.startsWith('HPE_') ? 'malformed' : undefined
}
