import { EventEmitter, once } from 'node:events'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { GatewayError } from '@outcrop/protocol'
import { type SocketOptions, throughSocket } from '../../../test/support/doors.ts'
import { openRaw, type RawSocket } from '../../../test/support/raw-socket.ts'
import type { Exchange, Handle, Reply } from '../../exchange.ts'

const host = 'Host: 127.0.0.1\r\n'
const encode = (text: string): Uint8Array => new TextEncoder().encode(text)
const reply = (text: string): Reply => ({ status: 200, headers: [['Content-Type', 'text/plain']], body: encode(text) })
const hello: Handle = () => Promise.resolve(reply('hello'))
const readAll: Handle = async (exchange) => reply(`read ${(await exchange.readBody()).byteLength}`)

async function* slowly(ms: number) {
  for (const piece of ['a', 'b', 'c', 'd', 'e']) {
    await sleep(ms)
    yield encode(piece)
  }
}

async function* broken() {
  yield encode('one')
  await sleep(5)
  throw new Error('broken')
}

async function* oneTwo() {
  yield encode('one')
  await sleep(10)
  yield encode('two')
}

const cleanup: Array<() => unknown> = []
afterEach(async () => {
  for (const undo of cleanup.splice(0).reverse()) await undo()
})

async function serve(handle: Handle, options: SocketOptions = {}) {
  const door = await throughSocket(handle, options)
  cleanup.push(() => door.close())
  return {
    ...door,
    raw: async (): Promise<RawSocket> => {
      const raw = await openRaw(door.url)
      cleanup.push(() => raw.socket.destroy())
      return raw
    },
  }
}

function bodyOf(text: string): string {
  return text.slice(text.lastIndexOf('\r\n\r\n') + 4)
}

describe('an answer over HTTP/1.1', () => {
  it('carries its headers as spelled, the date, its length and Connection: keep-alive, and no Keep-Alive', async () => {
    const { raw } = await serve(() => Promise.resolve({ ...reply('hello'), headers: [['x-amzn-RequestId', 'abc']] }))
    const client = await raw()
    client.send(`GET / HTTP/1.1\r\n${host}\r\n`)
    const text = await client.until('hello')
    expect(text.replace(/Date: [A-Z][a-z]{2}, .* GMT/, 'Date: D').split('\r\n')).toEqual([
      'HTTP/1.1 200 OK',
      'x-amzn-RequestId: abc',
      'Content-Length: 5',
      'Connection: keep-alive',
      'Date: D',
      '',
      'hello',
    ])
  })

  it('is chunked when it is a stream, one chunk a piece', async () => {
    const { raw } = await serve(() => Promise.resolve({ status: 200, headers: [], body: oneTwo() }))
    const client = await raw()
    client.send(`GET / HTTP/1.1\r\n${host}\r\n`)
    const text = await client.until('0\r\n\r\n')
    expect(text).toContain('Transfer-Encoding: chunked\r\n')
    expect(text).toContain('Connection: keep-alive\r\n')
    expect(text.slice(text.indexOf('\r\n\r\n') + 4)).toBe('3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n')
  })

  it('sends the head of a stream whose first piece is slow', async () => {
    const gate = new EventEmitter()
    async function* pieces() {
      await once(gate, 'open')
      yield encode('late')
    }
    const { raw } = await serve(() => Promise.resolve({ status: 200, headers: [], body: pieces() }))
    const client = await raw()
    client.send(`GET / HTTP/1.1\r\n${host}\r\n`)
    expect(await client.until('\r\n\r\n')).not.toContain('late')
    gate.emit('open')
    await client.until('late')
  })

  it('to HEAD has the length and no body', async () => {
    const { raw } = await serve(hello)
    const client = await raw()
    client.send(`HEAD / HTTP/1.1\r\n${host}\r\nGET / HTTP/1.1\r\n${host}Connection: close\r\n\r\n`)
    const [head, get] = (await client.closed()).split(/(?<=\r\n\r\n)(?=HTTP)/)
    expect(head).toContain('Content-Length: 5\r\n')
    expect(head?.endsWith('\r\n\r\n')).toBe(true)
    expect(get?.endsWith('\r\n\r\nhello')).toBe(true)
  })

  it('to HTTP/1.0 ends the connection, and a stream to it is not chunked', async () => {
    const { raw } = await serve(() => Promise.resolve({ status: 200, headers: [], body: oneTwo() }))
    const client = await raw()
    client.send('GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n')
    const text = await client.closed()
    expect(text).not.toContain('chunked')
    expect(bodyOf(text)).toBe('onetwo')
  })

  it('is never mixed with the next one: pipelined requests are served one after the other', async () => {
    let running = 0
    let most = 0
    const { raw } = await serve(async ({ rawPath }) => {
      most = Math.max(most, ++running)
      await sleep(rawPath === '/a' ? 30 : 1)
      running--
      return reply(`<${rawPath}>`)
    })
    const client = await raw()
    client.send(['/a', '/b', '/c'].map((path) => `GET ${path} HTTP/1.1\r\n${host}\r\n`).join(''))
    const text = await client.until('</c>')
    expect(text.match(/<[^>]*>/g)).toEqual(['</a>', '</b>', '</c>'])
    expect(most).toBe(1)
  })
})

describe('the exchange of an HTTP/1.1 request', () => {
  it('holds the target exactly as received, also in absolute form, and joins repeated headers', async () => {
    const seen: Exchange[] = []
    const { raw } = await serve((exchange) => {
      seen.push(exchange)
      return hello(exchange)
    })
    const client = await raw()
    client.send(`GET http://example.com/a%2Fb//c?d=%20?e HTTP/1.1\r\n${host}X-A: 1\r\nx-a: 2\r\n__proto__: p\r\n\r\n`)
    await client.until('hello')
    const [exchange] = seen
    expect(exchange?.rawPath).toBe('/a%2Fb//c')
    expect(exchange?.rawQuery).toBe('d=%20?e')
    expect(exchange?.httpVersion).toBe('1.1')
    expect(exchange?.remoteAddress).toBe('127.0.0.1')
    expect(Object.entries(exchange?.headers ?? {})).toEqual([
      ['host', '127.0.0.1'],
      ['x-a', '1, 2'],
      ['__proto__', 'p'],
    ])
    expect(exchange?.headers['constructor']).toBeUndefined()
    expect(exchange?.headers['host']).toBe('127.0.0.1')
  })

  it('shows every piece of the body as it arrives', async () => {
    const pieces: string[] = []
    const { raw } = await serve(async (exchange) => {
      const body = await exchange.readBody((chunk) => pieces.push(new TextDecoder().decode(chunk)))
      return reply(`read ${new TextDecoder().decode(body)}`)
    })
    const client = await raw()
    client.send(`POST / HTTP/1.1\r\n${host}Content-Length: 6\r\n\r\nabc`)
    await expect.poll(() => pieces).toEqual(['abc'])
    client.send('def')
    await client.until('read abcdef')
    expect(pieces).toEqual(['abc', 'def'])
  })

  it('aborts its signal when the caller goes away before the answer, and not when it is complete', async () => {
    const signals: AbortSignal[] = []
    const { raw } = await serve(async ({ signal, rawPath }) => {
      signals.push(signal)
      if (rawPath === '/slow') await new Promise((resolve) => signal.addEventListener('abort', resolve))
      return reply('hello')
    })
    const calm = await raw()
    calm.send(`GET / HTTP/1.1\r\n${host}\r\n`)
    await calm.until('hello')
    calm.socket.destroy()
    const hasty = await raw()
    hasty.send(`GET /slow HTTP/1.1\r\n${host}\r\n`)
    await expect.poll(() => signals.length).toBe(2)
    hasty.socket.destroy()
    await expect.poll(() => signals.map(({ aborted }) => aborted)).toEqual([false, true])
  })
})

describe('refusals over HTTP/1.1', () => {
  it('name the limit when the declared body is too large, without reading it, and end the connection', async () => {
    const { raw } = await serve(readAll)
    const client = await raw()
    client.send(`POST / HTTP/1.1\r\n${host}Content-Length: 26214400\r\n\r\nabc`)
    const text = await client.until('}')
    expect(text).toMatch(/^HTTP\/1.1 413 Payload Too Large\r\n/)
    expect(text).toContain('Connection: close\r\n')
    expect(bodyOf(text)).toBe(
      '{"message":"Request size 26214400 bytes exceeds the maximum of 20971520 bytes (20 MB) for a request to Amazon Bedrock."}',
    )
  })

  it('reach a client that sends its whole body before it reads', async () => {
    const { ask } = await serve(readAll, { limits: { bodyBytes: 4_000_000 } })
    const answer = await ask({ method: 'POST', body: new Uint8Array(7_000_000) })
    expect(answer.status).toBe(413)
  })

  it('end a chunked body as soon as it grows over the limit', async () => {
    const { raw } = await serve(readAll, { limits: { bodyBytes: 10 } })
    const client = await raw()
    client.send(`POST / HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\n6\r\nabcdef\r\n`)
    client.send('6\r\nabcdef\r\n')
    const text = await client.until('}')
    expect(text).toMatch(/^HTTP\/1.1 413 /)
    expect(bodyOf(text)).toBe(
      '{"message":"Request size exceeds the maximum of 10 bytes for a request to Amazon Bedrock."}',
    )
  })

  it('say 503 when all connections together hold too many bytes, and free them when calls end', async () => {
    const { raw } = await serve(readAll, { limits: { bytesInFlight: 100 } })
    const first = await raw()
    first.send(`POST / HTTP/1.1\r\n${host}Content-Length: 80\r\n\r\nabc`)
    await sleep(20)
    const second = await raw()
    second.send(`POST / HTTP/1.1\r\n${host}Content-Length: 30\r\n\r\n`)
    expect(await second.until('}')).toMatch(/^HTTP\/1.1 503 /)
    first.send('x'.repeat(77))
    await first.until('read 80')
    const third = await raw()
    third.send(`POST / HTTP/1.1\r\n${host}Content-Length: 100\r\n\r\n${'x'.repeat(100)}`)
    await third.until('read 100')
  })

  it('free the bytes of a caller that went away', async () => {
    const { raw } = await serve(readAll, { limits: { bytesInFlight: 100 } })
    const first = await raw()
    first.send(`POST / HTTP/1.1\r\n${host}Content-Length: 80\r\n\r\nabc`)
    await sleep(20)
    first.socket.destroy()
    const ask = async (): Promise<string> => {
      const client = await raw()
      client.send(`POST / HTTP/1.1\r\n${host}Content-Length: 90\r\nConnection: close\r\n\r\n${'x'.repeat(90)}`)
      return client.closed()
    }
    await expect.poll(ask).toContain('read 90')
  })

  it('say 431 when the head is too large, by headers or by its target', async () => {
    const { raw } = await serve(hello, { limits: { headerBytes: 1_024 } })
    for (const request of [
      `GET / HTTP/1.1\r\n${host}X: ${'x'.repeat(2_000)}\r\n\r\n`,
      `GET /${'x'.repeat(2_000)} HTTP/1.1\r\n${host}\r\n`,
    ]) {
      const client = await raw()
      client.send(request)
      const text = await client.until('}')
      expect(text).toMatch(/^HTTP\/1.1 431 Request Header Fields Too Large\r\n/)
      expect(text).toContain('Content-Type: application/json\r\n')
      expect(text).toContain('Connection: close\r\n')
      expect(JSON.parse(bodyOf(text))).toEqual({
        message: 'The head of the request is larger than this endpoint accepts.',
      })
    }
  })

  it.each([
    [
      'a length beside chunks',
      `POST / HTTP/1.1\r\n${host}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    ],
    ['two lengths', `POST / HTTP/1.1\r\n${host}Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcde`],
    ['a length that is no number', `POST / HTTP/1.1\r\n${host}Content-Length: +5\r\n\r\nabcde`],
    ['a coding behind chunked', `POST / HTTP/1.1\r\n${host}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n`],
    ['a space before the colon', `POST / HTTP/1.1\r\n${host}Content-Length : 5\r\n\r\nabcde`],
    ['a folded header', `GET / HTTP/1.1\r\n${host}X: a\r\n b\r\n\r\n`],
    ['a bare line feed', `GET / HTTP/1.1\nHost: a\n\n`],
    ['a size of chunk that is no number', `POST / HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\nxyz\r\n`],
    ['no host', 'GET / HTTP/1.1\r\n\r\n'],
    ['two hosts', `GET / HTTP/1.1\r\n${host}Host: example.com\r\n\r\n`],
    ['a request line that is none', 'hello there\r\n\r\n'],
    ['a preface cut short', 'PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n'],
  ])('say 400 to %s', async (_, request) => {
    const calls: string[] = []
    const { raw } = await serve(async (exchange) => {
      await exchange.readBody()
      calls.push(exchange.rawPath)
      return reply('hello')
    })
    const client = await raw()
    client.send(request)
    const text = await client.closed()
    expect(text).toMatch(/^HTTP\/1.1 400 Bad Request\r\n/)
    expect(text).toContain('Content-Type: application/json\r\n')
    expect(text).toMatch(/\r\nDate: .* GMT\r\n/)
    expect(JSON.parse(bodyOf(text))).toEqual({ message: 'The request is not well-formed HTTP.' })
    expect(calls).toEqual([])
  })

  it('come after the answer to a whole request that was sent before', async () => {
    const { raw } = await serve(async () => {
      await sleep(20)
      return reply('hello')
    })
    const client = await raw()
    client.send(`GET / HTTP/1.1\r\n${host}\r\nbroken request\r\n\r\n`)
    const text = await client.closed()
    expect(text).toMatch(/^HTTP\/1.1 200 OK[^]*helloHTTP\/1.1 400 Bad Request\r\n/)
  })

  it('answer CONNECT with 405, and ignore an Upgrade', async () => {
    const { raw } = await serve(hello)
    const proxy = await raw()
    proxy.send('CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n')
    expect(await proxy.closed()).toMatch(/^HTTP\/1.1 405 Method Not Allowed\r\n/)
    const upgrade = await raw()
    upgrade.send(
      `GET / HTTP/1.1\r\n${host}Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\n`,
    )
    expect(await upgrade.until('hello')).toMatch(/^HTTP\/1.1 200 OK\r\n/)
  })

  it('are rendered from what a handler throws: its own failures as they are, anything else as 500 and a defect', async () => {
    const defects: unknown[] = []
    const { ask } = await serve(
      ({ rawPath }) => {
        throw rawPath === '/known' ? new GatewayError('throttled', 'Slow down.') : new TypeError('oops')
      },
      { onDefect: (error) => defects.push(error) },
    )
    const known = await ask({ path: '/known' })
    expect([known.status, known.text]).toEqual([429, '{"message":"Slow down."}'])
    expect(known.headers['x-amzn-errortype']).toBe(
      'ThrottlingException:http://internal.amazon.com/coral/com.amazon.bedrock/',
    )
    expect(defects).toEqual([])
    const unknown = await ask({ path: '/unknown' })
    expect(unknown.status).toBe(500)
    expect(unknown.text).not.toContain('oops')
    expect(defects).toEqual([new TypeError('oops')])
  })

  it('replace an answer that cannot be written, which is a defect', async () => {
    const defects: unknown[] = []
    const { ask } = await serve(() => Promise.resolve({ ...reply('x'), headers: [['x-bad', 'a\r\nb: c']] }), {
      onDefect: (error) => defects.push(error),
    })
    const answer = await ask({})
    expect(answer.status).toBe(500)
    expect(defects).toHaveLength(1)
  })
})

describe('Expect: 100-continue', () => {
  const head = `POST / HTTP/1.1\r\n${host}Expect: 100-continue\r\nContent-Length: 5\r\n\r\n`

  it('is answered once the handler reads', async () => {
    const gate = new EventEmitter()
    const { raw } = await serve(async (exchange) => {
      await once(gate, 'open')
      return readAll(exchange)
    })
    const client = await raw()
    client.send(head)
    await sleep(30)
    expect(client.received()).toBe('')
    gate.emit('open')
    expect(await client.until('\r\n\r\n')).toBe('HTTP/1.1 100 Continue\r\n\r\n')
    client.send('abcde')
    await client.until('read 5')
  })

  it('is not answered when headers are enough to refuse', async () => {
    const { raw } = await serve(readAll, { limits: { bodyBytes: 4 } })
    const client = await raw()
    client.send(head)
    const text = await client.closed()
    expect(text).toMatch(/^HTTP\/1.1 413 /)
    expect(text).not.toContain('100 Continue')
    expect(text).toContain('Connection: close\r\n')
  })

  it('is the only expectation that is met', async () => {
    const { raw } = await serve(hello)
    const client = await raw()
    client.send(`GET / HTTP/1.1\r\n${host}Expect: magic\r\n\r\n`)
    expect(await client.closed()).toMatch(/^HTTP\/1.1 417 /)
  })
})

describe('a request whose body nobody reads', () => {
  it('keeps its connection when little is left of it', async () => {
    const { raw } = await serve(hello)
    const client = await raw()
    client.send(`POST / HTTP/1.1\r\n${host}Content-Length: 1000\r\n\r\nabc`)
    expect(await client.until('hello')).toContain('Connection: keep-alive\r\n')
    client.send('x'.repeat(997))
    client.send(`GET /2 HTTP/1.1\r\n${host}\r\n`)
    await client.until(/hello[^]*hello/)
  })

  it('loses its connection, and not its answer, when much is left', async () => {
    const { raw } = await serve(hello)
    const client = await raw()
    client.send(`POST / HTTP/1.1\r\n${host}Content-Length: 1000000\r\n\r\n`)
    const text = await client.until('hello')
    expect(text).toContain('Connection: close\r\n')
    client.send('x'.repeat(1_000_000))
    await client.closed()
  })
})

describe('time limits on a connection handed to HTTP/1.1', () => {
  it('end a connection that never says anything', async () => {
    const { raw } = await serve(hello, { limits: { headersMs: 60 } })
    const client = await raw()
    const startedAt = performance.now()
    expect(await client.closed()).toBe('')
    expect(performance.now() - startedAt).toBeGreaterThan(50)
  })

  it('answer 408 to a head that trickles in', async () => {
    const { raw } = await serve(hello, { limits: { headersMs: 100 } })
    const client = await raw()
    client.send('GET / HTTP/1.1\r\n')
    const trickle = setInterval(() => client.send('X-A: b\r\n'), 20)
    cleanup.push(() => clearInterval(trickle))
    expect(await client.closed()).toMatch(/^HTTP\/1.1 408 Request Timeout\r\n/)
  })

  it('answer 408 to the trickling head of a second request', async () => {
    const { raw } = await serve(hello, { limits: { headersMs: 100 } })
    const client = await raw()
    client.send(`GET / HTTP/1.1\r\n${host}\r\n`)
    await client.until('hello')
    client.send('GET /2 HTTP/1.1\r\n')
    const trickle = setInterval(() => client.send('X-A: b\r\n'), 20)
    cleanup.push(() => clearInterval(trickle))
    expect(await client.closed()).toMatch(/helloHTTP\/1.1 408 Request Timeout\r\n/)
  })

  it('answer 408 to a body that trickles in, and stop its handler', async () => {
    const failures: unknown[] = []
    const { raw } = await serve(
      async (exchange) => {
        try {
          return await readAll(exchange)
        } catch (error) {
          failures.push(error instanceof Error ? error.name : error)
          throw error
        }
      },
      { limits: { headersMs: 80, requestMs: 120 } },
    )
    const client = await raw()
    client.send(`POST / HTTP/1.1\r\n${host}Content-Length: 100000\r\n\r\n`)
    const trickle = setInterval(() => client.send('x'), 20)
    cleanup.push(() => clearInterval(trickle))
    expect(await client.closed()).toMatch(/^HTTP\/1.1 408 Request Timeout\r\n/)
    expect(failures).toEqual(['CallerGone'])
  })

  it('end a connection that is idle between requests', async () => {
    const { raw } = await serve(hello, { limits: { idleMs: 50 } })
    const client = await raw()
    client.send(`GET / HTTP/1.1\r\n${host}\r\n`)
    await client.until('hello')
    const startedAt = performance.now()
    await client.closed()
    expect(performance.now() - startedAt).toBeLessThan(5_000)
  })

  it('leave an answer alone, however long it takes', async () => {
    const { ask } = await serve(() => Promise.resolve({ status: 200, headers: [], body: slowly(60) }), {
      limits: { headersMs: 50, requestMs: 50, idleMs: 50 },
    })
    expect((await ask({})).text).toBe('abcde')
  })

  it('end an answer whose reader takes nothing of it', async () => {
    let returned = false
    async function* endless() {
      try {
        for (;;) yield new Uint8Array(65_536)
      } finally {
        returned = true
      }
    }
    const { raw } = await serve(() => Promise.resolve({ status: 200, headers: [], body: endless() }), {
      limits: { headersMs: 100, requestMs: 100 },
    })
    const client = await raw()
    client.socket.pause()
    client.send(`GET / HTTP/1.1\r\n${host}\r\n`)
    await expect.poll(() => returned, { timeout: 5_000 }).toBe(true)
  })
})

describe('a whole answer over HTTP/1.1', () => {
  it('is given up when its reader takes nothing of it', async () => {
    const signals: AbortSignal[] = []
    const { raw } = await serve(
      ({ signal }) => {
        signals.push(signal)
        return Promise.resolve({ status: 200, headers: [], body: new Uint8Array(50_000_000) })
      },
      { limits: { headersMs: 100, requestMs: 100 } },
    )
    const client = await raw()
    client.socket.pause()
    client.send(`GET / HTTP/1.1\r\n${host}\r\n`)
    await expect.poll(() => signals[0]?.aborted, { timeout: 5_000 }).toBe(true)
  })
})

describe('a streamed answer over HTTP/1.1', () => {
  it('is made no faster than its reader takes it', async () => {
    let made = 0
    async function* endless() {
      for (;;) {
        made += 65_536
        yield new Uint8Array(65_536)
      }
    }
    const { raw } = await serve(() => Promise.resolve({ status: 200, headers: [], body: endless() }))
    const client = await raw()
    client.socket.pause()
    client.send(`GET / HTTP/1.1\r\n${host}\r\n`)
    await expect.poll(() => made).toBeGreaterThan(0)
    let before = -1
    while (before !== made) {
      before = made
      await sleep(100)
    }
    expect(made).toBeLessThan(16_000_000)
  })

  it('ends its source when the caller goes away', async () => {
    const events: string[] = []
    const { raw } = await serve(({ signal }) => {
      async function* ticking() {
        try {
          for (;;) {
            yield encode('tick')
            await sleep(5)
          }
        } finally {
          events.push(`returned, aborted ${signal.aborted}`)
        }
      }
      return Promise.resolve({ status: 200, headers: [], body: ticking() })
    })
    const client = await raw()
    client.send(`GET / HTTP/1.1\r\n${host}\r\n`)
    await client.until('tick')
    client.socket.destroy()
    await expect.poll(() => events).toEqual(['returned, aborted true'])
  })

  it('that breaks ends without its final chunk, and is a defect', async () => {
    const defects: unknown[] = []
    const { raw } = await serve(() => Promise.resolve({ status: 200, headers: [], body: broken() }), {
      onDefect: (error) => defects.push(error),
    })
    const client = await raw()
    client.send(`GET / HTTP/1.1\r\n${host}\r\n`)
    const text = await client.closed()
    expect(text.endsWith('3\r\none\r\n')).toBe(true)
    expect(defects).toEqual([new Error('broken')])
  })

  it('of one large buffer arrives whole', async () => {
    const large = new Uint8Array(5_000_000).map((_, at) => at % 251)
    const { ask } = await serve(() => Promise.resolve({ status: 200, headers: [], body: large }))
    const answer = await ask({})
    expect(answer.headers['content-length']).toBe('5000000')
    expect(Buffer.compare(answer.body, large)).toBe(0)
  })
})

describe('opening a port that is taken', () => {
  it('says what to do', async () => {
    const other = createServer()
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    cleanup.push(() => other.close())
    const address = other.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    await expect(throughSocket(hello, { port })).rejects.toThrow(
      `Port ${port} on 127.0.0.1 is in use by another program. Stop that program, or listen elsewhere: --port 0 takes any free port.`,
    )
  })
})
