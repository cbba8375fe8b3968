import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import net, { type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createTimedFetch } from '../reliability/timed-fetch.ts'
import { throughProxies } from '../transport/through-proxies.ts'
import { startStandIn, stsAnswer } from './stand-in.fixture.ts'

const closing: Array<() => unknown> = []
beforeEach(() => {
  // What is loaded once a process is loaded once a test.
  vi.resetModules()
  for (const name of Object.keys(process.env)) if (/^(https?|no)_proxy$/i.test(name)) vi.stubEnv(name, undefined)
})
afterEach(async () => {
  vi.unstubAllEnvs()
  for (const close of closing.splice(0)) await close()
})

/** As the client calls: under limits of time, through the proxies of the environment. */
async function load() {
  const { loadProxyDispatcher } = await import('./proxy-dispatcher.ts')
  return throughProxies(createTimedFetch(globalThis.fetch), { loadDispatcher: loadProxyDispatcher })
}

async function standIn(name: string) {
  const server = await startStandIn(() => ({ text: name }))
  closing.push(server.close)
  return server
}

/** A proxy of CONNECT alone, as real ones are for TLS; undici asks it for plain HTTP too. */
async function startProxy() {
  const asked: string[] = []
  const sockets = new Set<net.Socket>()
  const proxy = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`)
    response.end('by the proxy')
  })
  proxy.on('connect', (request, client: net.Socket) => {
    asked.push(`CONNECT ${request.url}`)
    const [host, port] = String(request.url).split(':')
    const upstream = net.connect({ host: host === 'bedrock.example' ? '127.0.0.1' : host, port: Number(port) })
    for (const socket of [client, upstream]) sockets.add(socket.on('error', () => socket.destroy()))
    client.write('HTTP/1.1 200 OK\r\n\r\n')
    client.pipe(upstream).pipe(client)
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  closing.push(() => {
    for (const socket of sockets) socket.destroy()
    proxy.closeAllConnections()
    proxy.close()
  })
  return { url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`, asked }
}

it('calls directly where no proxy is named', async () => {
  const server = await standIn('direct')
  const fetch = await load()
  const response = await fetch(`${server.url}/x`, { method: 'POST', body: 'y', headers: { a: 'b' } })
  expect([response instanceof Response, await response.text()]).toEqual([true, 'direct'])
  expect(server.requests).toMatchObject([{ method: 'POST', url: '/x', body: 'y', headers: { a: 'b' } }])
})

it.each(['HTTP_PROXY', 'http_proxy'])('calls through the proxy of %s', async (name) => {
  const server = await standIn('behind the proxy')
  const proxy = await startProxy()
  vi.stubEnv(name, proxy.url)
  const fetch = await load()
  const port = new URL(server.url).port
  expect(await (await fetch(`http://bedrock.example:${port}/`)).text()).toBe('behind the proxy')
  expect(proxy.asked).toEqual([`CONNECT bedrock.example:${port}`])
})

it('calls directly the hosts that NO_PROXY names', async () => {
  const server = await standIn('direct')
  const proxy = await startProxy()
  vi.stubEnv('HTTP_PROXY', proxy.url)
  vi.stubEnv('NO_PROXY', '127.0.0.1,localhost')
  const fetch = await load()
  expect(await (await fetch(server.url)).text()).toBe('direct')
  expect(proxy.asked).toEqual([])
})

it('asks the proxy of HTTPS_PROXY for a tunnel', async () => {
  const proxy = await startProxy()
  vi.stubEnv('HTTPS_PROXY', proxy.url)
  const closed = net.createServer((socket) => socket.destroy())
  await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve))
  closing.push(() => closed.close())
  const { port } = closed.address() as AddressInfo
  const fetch = await load()
  await expect(fetch(`https://bedrock.example:${port}/`)).rejects.toThrow('fetch failed')
  expect(proxy.asked).toEqual([`CONNECT bedrock.example:${port}`])
})

it('keeps the dispatcher that the program has set for all', async () => {
  const name = Symbol.for('undici.globalDispatcher.1')
  void globalThis.Response
  const before = Reflect.get(globalThis, name) as { dispatch: (options: object, handler: object) => boolean }
  const seen: object[] = []
  class Recording {
    dispatch(options: object, handler: object): boolean {
      seen.push(options)
      return before.dispatch(options, handler)
    }
  }
  Reflect.set(globalThis, name, new Recording())
  closing.push(() => Reflect.set(globalThis, name, before))
  vi.stubEnv('HTTP_PROXY', 'http://127.0.0.1:1')
  const server = await standIn('direct')
  const fetch = await load()
  expect(await (await fetch(server.url)).text()).toBe('direct')
  expect(seen).toHaveLength(1)
})

it('leaves to the caller a dispatcher that the call names', async () => {
  const dispatch = vi.fn<() => boolean>(() => {
    throw new Error('mine')
  })
  const fetch = await load()
  await expect(fetch('http://127.0.0.1:5151', { dispatcher: { dispatch } } as RequestInit)).rejects.toThrow(
    'fetch failed',
  )
  expect(dispatch).toHaveBeenCalledTimes(1)
})

it('takes the calls for credentials through the same proxy', async () => {
  const sts = await startStandIn(() =>
    stsAnswer('AssumeRoleWithWebIdentity', 'AKIDWEB', new Date(Date.now() + 3_600_000)),
  )
  closing.push(sts.close)
  const proxy = await startProxy()
  const folder = await mkdtemp(join(tmpdir(), 'outcrop-proxy-'))
  closing.push(() => rm(folder, { recursive: true }))
  await writeFile(join(folder, 'jwt'), 'token')
  for (const [name, value] of Object.entries({
    HTTP_PROXY: proxy.url,
    HOME: folder,
    AWS_PROFILE: undefined,
    AWS_CONFIG_FILE: undefined,
    AWS_SHARED_CREDENTIALS_FILE: undefined,
    AWS_REGION: 'us-east-1',
    AWS_ENDPOINT_URL_STS: `http://bedrock.example:${sts.port}`,
    AWS_WEB_IDENTITY_TOKEN_FILE: join(folder, 'jwt'),
    AWS_ROLE_ARN: 'arn:aws:iam::111122223333:role/pod',
  })) {
    vi.stubEnv(name, value)
  }
  const { nodeCredentialChain } = await import('./credential-chain.ts')
  expect((await nodeCredentialChain()()).accessKeyId).toBe('AKIDWEB')
  expect(proxy.asked).toEqual([`CONNECT bedrock.example:${sts.port}`])
})

it('refuses what is no URL as a proxy, with a sentence', async () => {
  vi.stubEnv('HTTPS_PROXY', 'not a url')
  const fetch = await load()
  await expect(fetch('https://bedrock.example/')).rejects.toThrow('HTTPS_PROXY is no URL of a proxy')
})

it('says what to install where a proxy is named and undici is not there', async () => {
  vi.stubEnv('https_proxy', 'http://127.0.0.1:1')
  vi.doMock('undici', () => {
    throw new Error('Cannot find package')
  })
  closing.push(() => vi.doUnmock('undici'))
  const fetch = await load()
  await expect(fetch('https://bedrock.example/')).rejects.toThrow(
    'https_proxy names a proxy: calling through it needs undici (npm install undici), the fetch option, or NODE_USE_ENV_PROXY=1 on Node 24',
  )
})
