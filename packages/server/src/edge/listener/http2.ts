import { createServer, type Http2Server } from 'node:http2'
import type { Socket } from 'node:net'
import type { EdgeContext } from './edge-context.ts'
import type { Speaker } from './http1.ts'
import { Http2Connection } from './http2-connection.ts'

// A thousand calls at once over one connection, and a little for those that end while others begin.
const concurrentStreams = 1_024
// What one stream may send before anybody reads it: enough for 20 MB bodies over long lines, and little enough that a
// thousand unread ones fit.
const streamWindow = 262_144

/** Serves HTTP/2 with prior knowledge on sockets that somebody else accepted, past the preface that was read back. */
export function createHttp2(context: EdgeContext): Speaker {
  const connections = new Set<Http2Connection>()
  const server = createNodeServer(context)
  let accepting: Socket | undefined
  server.on('session', (session) => {
    if (accepting === undefined) return session.destroy()
    const connection = new Http2Connection(session, accepting, context)
    connections.add(connection)
    session.once('close', () => connections.delete(connection))
  })
  return {
    get connections() {
      return connections.size
    },
    accept(socket) {
      socket.allowHalfOpen = false // node:http2 has no notion of half a connection
      accepting = socket
      server.emit('connection', socket)
      accepting = undefined
    },
    sweep(now) {
      for (const connection of connections) connection.sweep(now)
    },
    shutDown() {
      for (const connection of connections) connection.shutDown()
    },
    destroy() {
      for (const connection of connections) connection.destroy()
      server.close()
    },
  }
}

function createNodeServer({ limits }: EdgeContext): Http2Server {
  return createServer({
    settings: {
      enablePush: false,
      maxConcurrentStreams: concurrentStreams,
      initialWindowSize: streamWindow,
      // Heads over the limit are answered with 431; this is where they are no longer read at all.
      maxHeaderListSize: 2 * limits.headerBytes,
    },
    // Megabytes of frames and heads that Node may hold for one session; its default of 10 ends below a thousand streams.
    maxSessionMemory: 64,
    // Node's default; every frame that breaks the protocol counts, PING and SETTINGS floods have limits of their own.
    maxSessionInvalidFrames: 1_000,
    maxSettings: 32,
  })
}
