import { readFile } from 'node:fs/promises'
import { createSecureContext, createServer, type TLSSocket } from 'node:tls'
import type { Socket } from 'node:net'
import { standsOn } from './reset-socket.ts'

/** A certificate with its chain, and the key to it, as PEM. */
export interface TlsMaterial {
  readonly cert: string
  readonly key: string
}

/** Reads a certificate and its key; rejects with a sentence that says which file is of no use. */
export async function readTls(files: { readonly cert: string; readonly key: string }): Promise<TlsMaterial> {
  // One after the other, so that where both are missing it is always the same one that is named.
  const cert = await read(files.cert)
  const key = await read(files.key)
  try {
    createSecureContext({ cert, key })
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new Error(`${files.cert} and ${files.key} are no certificate and its key, both in PEM (${why})`, { cause })
  }
  return { cert, key }
}

function read(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((cause: unknown) => {
    throw new Error(`${file} cannot be read: expected a file in PEM`, { cause })
  })
}

type HandOver = (secured: Socket, http2: boolean) => void

/** Shakes hands on a raw socket, and hands over the secured one with the HTTP version that both sides agreed on. */
export type Secure = (socket: Socket, handOver: HandOver) => void

/** Creates the handshake of a listener; throws when certificate and key are not readable or do not belong together. */
export function createTls({ cert, key }: TlsMaterial): Secure {
  const waiting = new Map<string, { readonly raw: Socket; readonly handOver: HandOver }>()
  const server = createServer({ cert, key, minVersion: 'TLSv1.2', ALPNProtocols: ['h2', 'http/1.1'] })
  server.on('secureConnection', (secured) => {
    const found = waiting.get(peerOf(secured))
    if (found === undefined) return void secured.destroy()
    waiting.delete(peerOf(secured))
    standsOn(secured, found.raw)
    // Without ALPN a caller means HTTP/1.1.
    found.handOver(secured, secured.alpnProtocol === 'h2')
  })
  server.on('tlsClientError', (_, secured) => void secured.destroy())
  return (socket, handOver) =>
    peek(socket, (first) => {
      // Its time limit still holds, for one who reads no answer.
      if (isPlainHttp(first)) return void socket.on('error', ignore).resume().end(plainHttpReply)
      shakeHands(socket, handOver)
    })

  function shakeHands(socket: Socket, handOver: HandOver): void {
    // Node does not say which raw socket a secured one stands on; an open connection has the address of its peer alone.
    const peer = peerOf(socket)
    const entry = { raw: socket, handOver }
    waiting.set(peer, entry)
    socket.once('close', () => {
      if (waiting.get(peer) === entry) waiting.delete(peer)
    })
    server.emit('connection', socket)
  }
}

/** Looks at the first byte of a connection and puts back what it read; a connection without one is left to its time limit. */
function peek(socket: Socket, then: (first: number) => void): void {
  const onData = (chunk: Buffer): void => {
    socket.off('end', onEnd).off('error', ignore)
    socket.pause()
    socket.unshift(chunk)
    then(chunk[0] ?? 0)
  }
  const onEnd = (): void => void socket.destroy()
  socket.once('data', onData).on('end', onEnd).on('error', ignore)
}

function ignore(): void {
  // 'close' follows an error, and whoever accepted the socket listens for that.
}

/** A handshake begins with 22; a method, or the preface of HTTP/2, with a capital letter. */
function isPlainHttp(first: number): boolean {
  return first >= 0x41 && first <= 0x5a
}

const plainHttpText = JSON.stringify({ message: 'This port speaks TLS alone: use https:// instead of http://.' })

/** The answer to a caller who speaks HTTP without TLS, and would else see a connection that ends for no reason. */
const plainHttpReply = [
  'HTTP/1.1 400 Bad Request',
  'Content-Type: application/json',
  `Content-Length: ${plainHttpText.length}`,
  'Connection: close',
  '',
  plainHttpText,
].join('\r\n')

function peerOf({ remoteAddress, remotePort }: Socket | TLSSocket): string {
  return `${String(remoteAddress)} ${String(remotePort)}`
}
