import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { request } from 'node:https'
import { connect as connectHttp2 } from 'node:http2'
import { connect as connectTcp } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect as connectTls, type ConnectionOptions } from 'node:tls'
import { afterEach, describe, expect, it } from 'vitest'
import { type Door, throughSocket, type SocketOptions } from '../../../test/support/doors.ts'
import type { Exchange, Handle } from '../../exchange.ts'
import { testTls } from './tls.fixture.ts'
import { readTls } from './tls.ts'

const echo: Handle = async (exchange: Exchange) => {
  const { httpVersion, rawPath, headers } = exchange
  const body = Buffer.from(await exchange.readBody()).toString()
  const host = headers['host'] ?? headers[':authority'] ?? ''
  return { status: 200, headers: [], body: Buffer.from(JSON.stringify({ httpVersion, rawPath, body, host })) }
}

const measure: Handle = async (exchange) => ({
  status: 200,
  headers: [],
  body: Buffer.from(String((await exchange.readBody()).byteLength)),
})

let open: (Door & { readonly url: string }) | undefined
afterEach(async () => {
  await open?.close()
  open = undefined
})

async function secure(handle: Handle, options: SocketOptions = {}): Promise<string> {
  open = await throughSocket(handle, { tls: testTls, ...options })
  return open.url
}

function post(
  url: string,
  path: string,
  body: string | Uint8Array,
): Promise<{ status: number | undefined; text: string }> {
  return new Promise((resolve, reject) => {
    const req = request(new URL(path, url), { method: 'POST', ca: testTls.cert, agent: false }, (res) => {
      let text = ''
      res.setEncoding('utf8').on('data', (piece: string) => (text += piece))
      res.on('end', () => resolve({ status: res.statusCode, text }))
    })
    req.on('error', reject)
    req.end(body)
  })
}

function shakeHands(url: string, options: ConnectionOptions): Promise<string> {
  const { port } = new URL(url)
  return new Promise((resolve) => {
    const socket = connectTls({ host: '127.0.0.1', port: Number(port), ca: testTls.cert, ...options }, () => {
      resolve(`${String(socket.alpnProtocol)} ${String(socket.getProtocol())}`)
      socket.destroy()
    })
    socket.on('error', (error) => resolve(error.message))
  })
}

describe('a port with TLS', () => {
  it('says so in its URL, and answers HTTP/1.1', async () => {
    const url = await secure(echo)
    expect(url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/)
    const { status, text } = await post(url, '/a%2Fb', 'hello')
    expect([status, JSON.parse(text)]).toEqual([
      200,
      { httpVersion: '1.1', rawPath: '/a%2Fb', body: 'hello', host: new URL(url).host },
    ])
  })

  it('answers HTTP/2 to those who ask for it by ALPN', async () => {
    const url = await secure(echo)
    const session = connectHttp2(url, { ca: testTls.cert })
    const text = await new Promise<string>((resolve, reject) => {
      const stream = session.request({ ':method': 'POST', ':path': '/x' })
      let all = ''
      stream.setEncoding('utf8').on('data', (piece: string) => (all += piece))
      stream.on('end', () => resolve(all)).on('error', reject)
      session.on('error', reject)
      stream.end('hello')
    })
    session.close()
    expect(JSON.parse(text)).toMatchObject({ httpVersion: '2', rawPath: '/x', body: 'hello' })
  })

  it.each([
    [['h2', 'http/1.1'], 'h2 TLSv1.3'],
    [['http/1.1'], 'http/1.1 TLSv1.3'],
    [undefined, 'false TLSv1.3'],
  ])('agrees with ALPN %j on %s', async (ALPNProtocols, expected) => {
    const url = await secure(echo)
    expect(await shakeHands(url, ALPNProtocols === undefined ? {} : { ALPNProtocols })).toBe(expected)
  })

  it('speaks no TLS that has been broken', async () => {
    const url = await secure(echo)
    expect(await shakeHands(url, { maxVersion: 'TLSv1.2' })).toBe('false TLSv1.2')
    expect(
      await shakeHands(url, { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL:@SECLEVEL=0' }),
    ).not.toMatch(/^false/)
  })

  it('has the same limits', async () => {
    const url = await secure(measure, { limits: { bodyBytes: 100_000 } })
    expect((await post(url, '/', Buffer.alloc(100_000, 'x'))).text).toBe('100000')
    expect((await post(url, '/', Buffer.alloc(100_001, 'x'))).status).toBe(413)
  })

  it.each(['', 'GET / HTTP/1.1\r\nHost: x\r\n\r\n', '\x16\x03\x01\x00\x05hello'])(
    'ends a connection that brings %j instead of a handshake',
    async (bytes) => {
      const url = await secure(echo, { limits: { headersMs: 100 } })
      await new Promise<void>((resolve) => {
        const socket = connectTcp(Number(new URL(url).port), '127.0.0.1', () => void socket.write(bytes))
        socket.on('error', () => {}).on('close', () => resolve())
        socket.resume()
      })
      expect((await post(url, '/', 'still there')).status).toBe(200)
    },
  )

  it('tells a caller without TLS that it needs https', async () => {
    const url = await secure(echo)
    const answer = await fetch(url.replace('https:', 'http:'), { method: 'POST', body: 'hello' })
    expect([answer.status, await answer.json()]).toEqual([
      400,
      { message: 'This port speaks TLS alone: use https:// instead of http://.' },
    ])
    expect((await post(url, '/', 'still there')).status).toBe(200)
  })

  it('closes at once while somebody has not finished to shake hands', async () => {
    const listener = await throughSocket(echo, { tls: testTls })
    const socket = connectTcp(Number(new URL(listener.url).port), '127.0.0.1')
    const closed = new Promise<void>((resolve) => {
      socket.on('error', () => {}).on('close', () => resolve())
    })
    await new Promise<void>((resolve) => {
      socket.once('connect', () => resolve())
    })
    await listener.close()
    socket.resume()
    await closed
    expect(socket.destroyed).toBe(true)
  })

  it('is not opened with files that are no certificate and key', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'outcrop-tls-'))
    const cert = join(folder, 'cert.pem')
    const key = join(folder, 'key.pem')
    try {
      await expect(readTls({ cert, key })).rejects.toThrow(`${cert} cannot be read: expected a file in PEM`)
      await writeFile(cert, testTls.cert)
      await writeFile(key, 'nothing')
      await expect(readTls({ cert, key })).rejects.toThrow(
        `${cert} and ${key} are no certificate and its key, both in PEM`,
      )
      await writeFile(key, testTls.key)
      expect(await readTls({ cert, key })).toEqual(testTls)
    } finally {
      await rm(folder, { recursive: true })
    }
  })
})
