import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** A TCP client that says exactly what a test tells it to. */
export interface RawSocket {
  readonly socket: Socket
  send(bytes: string | Uint8Array): void
  /** Everything received so far, as latin1. */
  received(): string
  /** Resolves with everything received, once it matches. */
  until(pattern: string | RegExp): Promise<string>
  /** Resolves with everything received, once the other side has closed. */
  closed(): Promise<string>
}

/** Connects to a listener and waits until the connection stands. */
export async function openRaw(url: string): Promise<RawSocket> {
  const { hostname, port } = new URL(url)
  const socket = connect({ host: hostname, port: Number(port), noDelay: true })
  let text = ''
  socket.on('error', () => {})
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1')
  })
  await once(socket, 'connect')
  return {
    socket,
    send: (bytes) => void socket.write(bytes),
    received: () => text,
    until: async (pattern) => {
      const matches = (): boolean => (typeof pattern === 'string' ? text.includes(pattern) : pattern.test(text))
      while (!matches()) {
        if (socket.destroyed) throw new Error(`Closed before ${String(pattern)} came. Received: ${text}`)
        await new Promise<void>((resolve) => {
          const done = (): void => {
            socket.off('data', done).off('close', done)
            resolve()
          }
          socket.on('data', done).on('close', done)
        })
      }
      return text
    },
    closed: async () => {
      if (!socket.closed) await new Promise((resolve) => socket.once('close', resolve))
      return text
    },
  }
}
