import http from 'node:http'
import net, { type AddressInfo } from 'node:net'
import { type Outcrop, startOutcrop } from '@outcrop/testkit'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { createTestIo } from '../../test/support/test-io.ts'
import type { Env } from '../io.ts'
import { main } from '../main.ts'

// The client reads the process's own environment, once: this file has one proxy from its first to its last test.
let outcrop: Outcrop
let proxyUrl = ''
let tunnels = 0
const proxy = http.createServer()
proxy.on('connect', (request: http.IncomingMessage, socket: net.Socket) => {
  tunnels += 1
  const [host = '', port = ''] = (request.url ?? '').split(':')
  const far = net.connect(Number(port), host, () => {
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
    far.pipe(socket).pipe(far)
  })
  far.on('error', () => socket.destroy())
  socket.on('error', () => far.destroy())
})

beforeAll(async () => {
  outcrop = await startOutcrop()
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  proxyUrl = `http://user:password@127.0.0.1:${(proxy.address() as AddressInfo).port}`
  vi.stubEnv('http_proxy', proxyUrl)
})
afterAll(async () => {
  vi.unstubAllEnvs()
  proxy.closeAllConnections()
  proxy.close()
  await outcrop.close()
})

async function examine(env: Env, argv: readonly string[] = []) {
  const test = createTestIo({ env, now: Date.now })
  const code = await main(['doctor', '--endpoint', outcrop.url, ...argv], test.io)
  const out = test.out() + test.err()
  expect(out).not.toContain('password')
  return { code, out, lines: out.split('\n') }
}

it('goes through a proxy as every call of the client does', async () => {
  const { code, out } = await examine({ http_proxy: proxyUrl }, ['--call'])
  const host = new URL(proxyUrl).host
  expect(out).toBe(`ok    credentials  nothing is set, so calls are not signed: an open Outcrop takes them
-     identity     calls are not signed
ok    region       us-east-1, because nothing names another
ok    endpoint     ${outcrop.url}, by --endpoint
ok                 this is Outcrop
ok    clock        within a second of the endpoint
warn  proxy        calls go through ${host}, by http_proxy, though the endpoint is on this machine
                   -> add 127.0.0.1 to NO_PROXY to go past it
ok    access       Bedrock lists 20 models by Anthropic and 35 inference profiles
ok                 the account has access to Claude Opus 4.6
-     quota        calls are not signed
ok    model        claude-opus-4-6 is called as global.anthropic.claude-opus-4-6-v1, which Bedrock lists
ok    call         global.anthropic.claude-opus-4-6-v1 answered on the wire invoke: 8 tokens in, 1 out, $0.000065, simulated

A call of claude-opus-4-6 at ${outcrop.url} in us-east-1 would work.
`)
  expect(code).toBe(0)
  expect(tunnels).toBeGreaterThan(0)
})

it('says that a proxy is not there', async () => {
  const gone = http.createServer()
  await new Promise<void>((resolve) => gone.listen(0, '127.0.0.1', resolve))
  const { port } = gone.address() as AddressInfo
  await new Promise((resolve) => gone.close(resolve))
  const { lines } = await examine({ HTTP_PROXY: `http://127.0.0.1:${port}` })
  const at = lines.findIndex((line) => line.includes(' proxy '))
  expect(lines.slice(at, at + 2)).toEqual([
    `FAIL  proxy        HTTP_PROXY names 127.0.0.1:${port}, which cannot be reached (ECONNREFUSED)`,
    '                   -> add 127.0.0.1 to NO_PROXY to go past it',
  ])
})

it.each([
  [{ HTTP_PROXY: 'proxy.corp:8080' }, 'FAIL  proxy        HTTP_PROXY is no URL of a proxy'],
  [{ HTTPS_PROXY: 'http://proxy.corp:8080' }, 'ok    proxy        none is set for this endpoint'],
  [
    { ALL_PROXY: 'http://proxy.corp:8080' },
    'warn  proxy        ALL_PROXY is set, and only some tools read it: calls go past it',
  ],
  [
    { HTTP_PROXY: 'http://user:password@proxy.corp:1', NO_PROXY: 'corp, 127.0.0.1' },
    'ok    proxy        HTTP_PROXY names proxy.corp:1, and NO_PROXY ("127.0.0.1") lets this endpoint past it',
  ],
  [
    { HTTP_PROXY: 'http://proxy.corp:1', no_proxy: '*' },
    'ok    proxy        HTTP_PROXY names proxy.corp:1, and NO_PROXY ("*") lets this endpoint past it',
  ],
])('reads %j', async (env, expected) => {
  const { lines } = await examine(env)
  expect(lines).toContain(expected)
})
