import { once } from 'node:events'
import { connect, type IncomingHttpHeaders } from 'node:http2'
import { connect as connectSocket } from 'node:net'
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
  const said = 'The request did not arrive completely in time.'
  it.each([
    ['/model/us.anthropic.claude-opus-4-8/invoke', { message: said }],
    ['/v1/messages', { type: 'error', error: { type: 'invalid_request_error', message: said } }],
    ['/mantle/anthropic/v1/messages', { type: 'error', error: { type: 'invalid_request_error', message: said } }],
  ])('is told in the envelope of its route over HTTP/1.1: %s', async (path, expected) => {
    const { host, port } = await start({ requestMs: 200 })
    const socket = connectSocket(port, host)
    socket.write(`POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"messages":`)
    const chunks: Buffer[] = []
    // It ends by itself: what is left of a body cannot be told from the next request.
    for await (const chunk of socket) chunks.push(chunk as Buffer)
    const answer = Buffer.concat(chunks).toString()
    expect(answer).toMatch(/^HTTP\/1\.1 408 /)
    expect(JSON.parse(answer.slice(answer.indexOf('\r\n\r\n')))).toMatchObject(expected)
    expect(logged).toEqual([])
  })

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

it.each([
  ['/model/us.anthropic.claude-opus-4-8/invoke', '{"message":"The only expectation'],
  ['/v1/messages', '{"type":"error","error":{"type":"invalid_request_error","message":"The only expectation'],
])('an expectation that cannot be met is refused in the envelope of its route: %s', async (path, expected) => {
  const { host, port } = await start()
  const socket = connectSocket(port, host)
  socket.write(`POST ${path} HTTP/1.1\r\nHost: x\r\nExpect: miracles\r\nContent-Length: 0\r\n\r\n`)
  const [chunk] = (await once(socket, 'data')) as [Buffer]
  socket.destroy()
  expect(chunk.toString()).toMatch(/^HTTP\/1\.1 417 /)
  expect(chunk.toString()).toContain(expected)
})
