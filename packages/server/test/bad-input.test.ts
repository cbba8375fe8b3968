import { connect, type IncomingHttpHeaders } from 'node:http2'
import { afterEach, describe, expect, it } from 'vitest'
import { defaultConfig, type RunningServer, startServer } from '../src/index.ts'

// What the fuzz targets found once, by itself. Everything here goes through a socket into the whole endpoint.

let server: RunningServer | undefined
const logged: string[] = []
afterEach(async () => {
  await server?.close(0)
  server = undefined
  logged.length = 0
})

async function start(limits: Partial<typeof defaultConfig.limits> = {}): Promise<RunningServer> {
  const config = {
    ...defaultConfig,
    listen: { host: '127.0.0.1', port: 0 },
    limits: { ...defaultConfig.limits, ...limits },
  }
  const log = { info: () => {}, warn: () => {}, error: (text: string) => void logged.push(text) }
  server = await startServer(config, { log })
  return server
}

describe('a body that does not arrive in time', () => {
  it.each(['/model/us.anthropic.claude-opus-4-8/invoke', '/v1/messages'])(
    'is the caller’s fault over HTTP/2 too, on %s',
    async (path) => {
      const { url } = await start({ requestMs: 200 })
      const session = connect(url)
      const stream = session.request({ ':method': 'POST', ':path': path, 'content-length': 100 })
      stream.write('{"messages":')
      const head = await new Promise<IncomingHttpHeaders>((resolve) => void stream.on('response', resolve))
      session.destroy()
      expect(head[':status']).toBe(408)
      expect(logged).toEqual([])
    },
  )
})
