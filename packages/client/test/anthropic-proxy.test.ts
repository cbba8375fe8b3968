import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import type { Outcrop } from '@outcrop/testkit'
import { clientOf, startStrict } from './support.ts'

const hello = {
  model: 'us.anthropic.claude-opus-4-6-v1',
  max_tokens: 100,
  messages: [{ role: 'user' as const, content: 'Hello' }],
}

let outcrop: Outcrop
beforeAll(async () => {
  outcrop = await startStrict()
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await outcrop.close()
})

it('goes through the proxy of the environment, and so does a copy', async () => {
  const asked: string[] = []
  const proxy = createServer()
  proxy.on('connect', (request, socket: Socket) => {
    asked.push(request.url ?? '')
    const onward = connect(Number(new URL(outcrop.url).port), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      socket.pipe(onward).pipe(socket)
    })
    onward.on('error', () => socket.destroy())
    socket.on('error', () => onward.destroy())
  })
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  try {
    vi.stubEnv('HTTP_PROXY', `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`)
    const client = clientOf(outcrop, { baseURL: 'http://bedrock.test' })
    const { content } = await client.messages.create(hello)
    expect(content).toMatchObject([{ type: 'text' }])
    expect(asked).toEqual(['bedrock.test:80'])
    await client.withOptions({ baseURL: 'http://copy.test' }).messages.create(hello)
    expect(asked).toEqual(['bedrock.test:80', 'copy.test:80'])
  } finally {
    proxy.closeAllConnections()
    proxy.close()
  }
})
