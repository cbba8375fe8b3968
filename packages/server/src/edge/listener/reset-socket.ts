import type { Socket } from 'node:net'

/** The raw sockets under secured ones: Node can reset only those. */
const under = new WeakMap<Socket, Socket>()

/** Remembers which raw socket a secured one stands on. */
export function standsOn(secured: Socket, raw: Socket): void {
  under.set(secured, raw)
}

/** Ends a connection by a reset (RST): what the peer has not read yet is lost, and it is told of an error. */
export async function resetSocket(socket: Socket): Promise<void> {
  // In the turn in which a request came node:http is still at work on its socket, and trips over one that is gone.
  await new Promise((resolve) => {
    setImmediate(resolve)
  })
  const raw = under.get(socket) ?? socket
  if (!raw.destroyed) raw.resetAndDestroy()
  socket.destroy()
}
