// A TCP tunnel that counts connections, for clients that do not show theirs.
import { once } from 'node:events'
import { connect, createServer } from 'node:net'

/**
 * Forwards a free port of this machine to the endpoint, byte for byte.
 * @param {string} url
 */
export async function countingTunnel(url) {
  const { hostname, port } = new URL(url)
  let connections = 0
  const server = createServer((inner) => {
    connections += 1
    const outer = connect(Number(port), hostname)
    for (const [from, to] of [
      [inner, outer],
      [outer, inner],
    ]) {
      from?.pipe(/** @type {import('node:net').Socket} */ (to))
      from?.on('error', () => to?.destroy())
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = /** @type {import('node:net').AddressInfo} */ (server.address())
  return {
    url: `http://127.0.0.1:${address.port}`,
    connections: () => connections,
    close: () => {
      server.close()
    },
  }
}
