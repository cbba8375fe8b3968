import { once } from 'node:events'
import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  constants,
  type OutgoingHttpHeaders,
} from 'node:http2'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { overHttp1, type SocketOptions, throughSocket } from '../../../test/support/doors.ts'
import { openRaw, type RawSocket } from '../../../test/support/raw-socket.ts'
import type { Exchange, Handle, Reply } from '../../exchange.ts'

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

const cleanup: Array<() => unknown> = []
afterEach(async () => {
  for (const undo of cleanup.splice(0).reverse()) await undo()
})

async function serve(handle: Handle, options: SocketOptions = {}) {
  const door = await throughSocket(handle, { http2: true, ...options })
  cleanup.push(() => door.close())
  return {
    ...door,
    session: (): ClientHttp2Session => {
      const session = connect(door.url)
      session.on('error', () => {})
      cleanup.push(() => session.destroy())
      return session
    },
    raw: async (): Promise<RawSocket> => {
      const raw = await openRaw(door.url)
      cleanup.push(() => raw.socket.destroy())
      return raw
    },
  }
}

interface Answer {
  readonly head: OutgoingHttpHeaders
  readonly text: string
  readonly code: number
}

/** Everything that comes back over a stream, and the code it closed with. */
function settle(stream: ClientHttp2Stream): Promise<Answer> {
  let head: OutgoingHttpHeaders = {}
  let text = ''
  stream.on('error', () => {})
  stream.on('response', (headers) => (head = headers))
  stream.on('data', (chunk: Buffer) => (text += chunk.toString()))
  return new Promise((resolve) => stream.on('close', () => resolve({ head, text, code: stream.rstCode })))
}

function ask(
  session: ClientHttp2Session,
  headers: OutgoingHttpHeaders = {},
  body?: string | Uint8Array,
): Promise<Answer> {
  const stream = session.request(headers, { endStream: body === undefined })
  if (body !== undefined) stream.end(body)
  return settle(stream)
}

const preface = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'

/** One HTTP/2 frame (RFC 9113 §4.1). */
function frame(type: number, flags: number, stream: number, payload: Uint8Array = new Uint8Array(0)): Buffer {
  const head = Buffer.alloc(9)
  head.writeUIntBE(payload.byteLength, 0, 3)
  head[3] = type
  head[4] = flags
  head.writeUInt32BE(stream, 5)
  return Buffer.concat([head, payload])
}

const settings = frame(4, 0, 0)
// GET, http, / from HPACK's static table, and a literal authority.
const getHead = Buffer.concat([Buffer.from([0x82, 0x86, 0x84, 0x41, 1]), Buffer.from('h')])

describe('an answer over HTTP/2', () => {
  it('carries its headers in lower case, the date and its length', async () => {
    const { session } = await serve(() =>
      Promise.resolve({ ...reply('hello'), headers: [['x-amzn-RequestId', 'abc']] }),
    )
    const { head, text } = await ask(session())
    expect(Object.keys(head).sort()).toEqual([':status', 'content-length', 'date', 'x-amzn-requestid'])
    expect(head['content-length']).toBe('5')
    expect(Math.abs(Date.parse(String(head['date'])) - Date.now())).toBeLessThan(2_000)
    expect(text).toBe('hello')
  })

  it('to HEAD has the length and no body', async () => {
    const { session } = await serve(hello)
    const { head, text, code } = await ask(session(), { ':method': 'HEAD' })
    expect([head['content-length'], text, code]).toEqual(['5', '', 0])
  })

  it('may be empty', async () => {
    const { session } = await serve(() => Promise.resolve(reply('')))
    const { head, text, code } = await ask(session())
    expect([head[':status'], head['content-length'], text, code]).toEqual([200, '0', '', 0])
  })

  it('of one large buffer arrives whole', async () => {
    const large = new Uint8Array(3_000_000).fill(97)
    const { session } = await serve(() => Promise.resolve({ status: 200, headers: [], body: large }))
    expect((await ask(session())).text.length).toBe(3_000_000)
  })

  it('is found behind a preface that comes byte by byte, and HTTP/1.1 still has its place', async () => {
    const { raw, url } = await serve(hello)
    const client = await raw()
    for (const byte of Buffer.concat([Buffer.from(preface), settings, frame(1, 5, 1, getHead)])) {
      client.send(Buffer.from([byte]))
      await sleep(1)
    }
    expect(await client.until('hello')).toContain('hello')
    expect((await overHttp1(url)({})).text).toBe('hello')
  })
})

describe('the exchange of an HTTP/2 request', () => {
  it('keeps pseudo-headers with their colon, invents no host, and joins repeated headers', async () => {
    const seen: Exchange[] = []
    const { session, url } = await serve(async (exchange) => {
      seen.push(exchange)
      return readAll(exchange)
    })
    const headers = { ':method': 'POST', ':path': '/model/a%3Ab/invoke?x', 'x-a': ['1', '2'] }
    expect((await ask(session(), headers, 'abc')).text).toBe('read 3')
    const [exchange] = seen
    expect([exchange?.method, exchange?.rawPath, exchange?.rawQuery]).toEqual(['POST', '/model/a%3Ab/invoke', 'x'])
    expect(exchange?.httpVersion).toBe('2')
    expect(exchange?.remoteAddress).toBe('127.0.0.1')
    expect({ ...exchange?.headers }).toEqual({
      ':method': 'POST',
      ':path': '/model/a%3Ab/invoke?x',
      ':scheme': 'http',
      ':authority': new URL(url).host,
      'x-a': '1, 2',
    })
  })

  it('aborts its signal when the caller resets its stream, and not when the answer is complete', async () => {
    const signals: AbortSignal[] = []
    const { session } = await serve(async ({ signal, rawPath }) => {
      signals.push(signal)
      if (rawPath === '/slow') await new Promise((resolve) => signal.addEventListener('abort', resolve))
      return reply('hello')
    })
    const client = session()
    await ask(client)
    const slow = client.request({ ':path': '/slow' })
    slow.on('error', () => {})
    await expect.poll(() => signals.length).toBe(2)
    slow.close(constants.NGHTTP2_CANCEL)
    await expect.poll(() => signals.map(({ aborted }) => aborted)).toEqual([false, true])
    client.destroy()
    await sleep(20)
    expect(signals[0]?.aborted).toBe(false)
  })
})

describe('refusals over HTTP/2', () => {
  it('name the limit when the declared body is too large, without reading it', async () => {
    const { session } = await serve(readAll, { limits: { requestMs: 100 } })
    const stream = session().request({ ':method': 'POST', 'content-length': '26214400' }, { endStream: false })
    const { head, text, code } = await settle(stream)
    expect(head[':status']).toBe(413)
    expect(text).toBe(
      '{"message":"Request size 26214400 bytes exceeds the maximum of 20971520 bytes (20 MB) for a request to Amazon Bedrock."}',
    )
    expect(code).toBe(constants.NGHTTP2_NO_ERROR)
  })

  it('reach a client that sends its whole body before it reads', async () => {
    const { ask } = await serve(readAll, { limits: { bodyBytes: 4_000_000 } })
    const answer = await ask({ method: 'POST', body: new Uint8Array(7_000_000) })
    expect(answer.status).toBe(413)
  })

  it('end a body of unknown length as soon as it grows over the limit', async () => {
    const { session } = await serve(readAll, { limits: { bodyBytes: 10, requestMs: 100 } })
    const stream = session().request({ ':method': 'POST' }, { endStream: false })
    stream.write('x'.repeat(11))
    expect((await settle(stream)).head[':status']).toBe(413)
  })

  it('say 503 when all streams together hold too many bytes, and free them when calls end', async () => {
    const { session } = await serve(readAll, { limits: { bytesInFlight: 100 } })
    const client = session()
    const first = client.request({ ':method': 'POST', 'content-length': '80' }, { endStream: false })
    const settled = settle(first)
    first.write('abc')
    await sleep(30)
    expect((await ask(client, { ':method': 'POST', 'content-length': '30' }, 'x'.repeat(30))).head[':status']).toBe(503)
    first.end('x'.repeat(77))
    expect((await settled).text).toBe('read 80')
    expect((await ask(client, { ':method': 'POST', 'content-length': '99' }, 'x'.repeat(99))).text).toBe('read 99')
  })

  it('say 431 when the head is too large, and reset what is larger still', async () => {
    const { session } = await serve(hello, { limits: { headerBytes: 1_024 } })
    const client = session()
    await once(client, 'remoteSettings')
    expect((await ask(client, { 'x-a': 'x'.repeat(1_000) })).head[':status']).toBe(431)
    const refused = await ask(client, { 'x-a': 'x'.repeat(4_000) })
    expect(refused.head).toEqual({})
    expect((await ask(client)).text).toBe('hello')
  })

  it('answer CONNECT with 405', async () => {
    const { session } = await serve(hello)
    const { head } = await ask(session(), { ':method': 'CONNECT', ':authority': 'example.com:443' })
    expect(head[':status']).toBe(405)
  })

  it('replace what a handler throws, and an answer that cannot be written', async () => {
    const defects: unknown[] = []
    const { session } = await serve(
      ({ rawPath }) => {
        if (rawPath === '/throws') throw new TypeError('oops')
        return Promise.resolve({ ...reply('x'), headers: [['x bad', 'y']] })
      },
      { onDefect: (error) => defects.push(error) },
    )
    const client = session()
    expect((await ask(client, { ':path': '/throws' })).head[':status']).toBe(500)
    expect((await ask(client, { ':path': '/unwritable' })).head[':status']).toBe(500)
    expect(defects).toHaveLength(2)
  })
})

describe('Expect: 100-continue over HTTP/2', () => {
  const head = { ':method': 'POST', expect: '100-continue', 'content-length': '5' }

  it('is answered once the handler reads', async () => {
    const { session } = await serve(readAll)
    const stream = session().request(head, { endStream: false })
    const settled = settle(stream)
    await once(stream, 'continue')
    stream.end('abcde')
    expect((await settled).text).toBe('read 5')
  })

  it('is not answered when headers are enough to refuse', async () => {
    const { session } = await serve(readAll, { limits: { bodyBytes: 4 } })
    const stream = session().request(head, { endStream: false })
    let continued = false
    stream.on('continue', () => (continued = true))
    expect((await settle(stream)).head[':status']).toBe(413)
    expect(continued).toBe(false)
  })
})

describe('a request over HTTP/2 whose body nobody reads', () => {
  it('is told to stop when its end does not come, and its session goes on', async () => {
    const { session } = await serve(hello, { limits: { requestMs: 100 } })
    const client = session()
    const stream = client.request({ ':method': 'POST', 'content-length': '1000000' }, { endStream: false })
    const { text, code } = await settle(stream)
    expect([text, code]).toEqual(['hello', constants.NGHTTP2_NO_ERROR])
    expect((await ask(client)).text).toBe('hello')
  })

  it('may finish', async () => {
    const { session } = await serve(hello)
    const stream = session().request({ ':method': 'POST', 'content-length': '1000' }, { endStream: false })
    const settled = settle(stream)
    await once(stream, 'response')
    stream.end('x'.repeat(1_000))
    expect(await settled).toMatchObject({ text: 'hello', code: 0 })
  })
})

describe('time limits on a connection handed to HTTP/2', () => {
  it('end a session that never asks for anything', async () => {
    const { raw } = await serve(hello, { limits: { headersMs: 60 } })
    const client = await raw()
    client.send(preface)
    client.send(settings)
    // A settings frame of the server's own, and nothing of an answer.
    expect(await client.closed()).not.toContain('hello')
  })

  it('end a connection that stops in the middle of its preface', async () => {
    const { raw } = await serve(hello, { limits: { headersMs: 60 } })
    const client = await raw()
    client.send('PRI * HT')
    expect(await client.closed()).toBe('')
  })

  it('end a head that trickles in, first or later', async () => {
    const { raw } = await serve(hello, { limits: { headersMs: 80 } })
    for (const before of [[], [frame(1, 5, 1, getHead)]]) {
      const client = await raw()
      client.send(Buffer.concat([Buffer.from(preface), settings, ...before]))
      if (before.length > 0) await client.until('hello')
      // A head of 4,000 bytes, byte by byte. (Many CONTINUATION frames would meet nghttp2's own limit of eight.)
      client.send(frame(1, 5, 3, Buffer.concat([getHead, Buffer.alloc(4_000)])).subarray(0, 20))
      const trickle = setInterval(() => client.send(Buffer.from([0x90])), 20)
      const text = await client.closed()
      clearInterval(trickle)
      expect(text.split('hello').length).toBe(before.length + 1)
    }
  })

  it('end a session that is idle between requests, and none that is at work', async () => {
    const { session } = await serve(
      async ({ rawPath }) => {
        if (rawPath === '/slow') await sleep(200)
        return reply('hello')
      },
      { limits: { idleMs: 60 } },
    )
    const client = session()
    expect((await ask(client, { ':path': '/slow' })).text).toBe('hello')
    await once(client, 'close')
  })

  it('answer 408 to a body that never finishes', async () => {
    const { session } = await serve(readAll, { limits: { requestMs: 80 } })
    const stream = session().request({ ':method': 'POST' }, { endStream: false })
    stream.write('abc')
    const trickle = setInterval(() => stream.write('x'), 20)
    const { head } = await settle(stream)
    clearInterval(trickle)
    expect(head[':status']).toBe(408)
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
    const { session } = await serve(() => Promise.resolve({ status: 200, headers: [], body: endless() }), {
      limits: { requestMs: 100 },
    })
    const stream = session().request({})
    stream.on('error', () => {})
    const closed = new Promise((resolve) => stream.on('close', resolve))
    await expect.poll(() => returned, { timeout: 5_000 }).toBe(true)
    stream.resume()
    await closed
    expect(stream.rstCode).toBe(constants.NGHTTP2_INTERNAL_ERROR)
  })

  it('end a whole answer, however small, whose reader takes nothing of it', async () => {
    const signals: AbortSignal[] = []
    const { url } = await serve(
      ({ signal }) => {
        signals.push(signal)
        return Promise.resolve(reply('hello'))
      },
      { limits: { requestMs: 100 } },
    )
    const client = connect(url, { settings: { initialWindowSize: 0 } })
    cleanup.push(() => client.destroy())
    const { text, code } = await ask(client)
    expect([text, code]).toEqual(['', constants.NGHTTP2_INTERNAL_ERROR])
    expect(signals[0]?.aborted).toBe(true)
  })

  it('leave an answer alone, however long it takes', async () => {
    const { session } = await serve(() => Promise.resolve({ status: 200, headers: [], body: slowly(60) }), {
      limits: { headersMs: 50, requestMs: 50, idleMs: 50 },
    })
    expect(await ask(session())).toMatchObject({ text: 'abcde', code: 0 })
  })
})

describe('streams of one session', () => {
  it('that are reset as fast as they are opened end it with ENHANCE_YOUR_CALM', async () => {
    let calls = 0
    const { raw } = await serve(async ({ signal }) => {
      calls++
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
      return reply('hello')
    })
    const client = await raw()
    client.send(Buffer.concat([Buffer.from(preface), settings]))
    const cancel = Buffer.from([0, 0, 0, constants.NGHTTP2_CANCEL])
    for (let id = 1; id < 2_000 && !client.socket.destroyed; id += 2) {
      client.send(Buffer.concat([frame(1, 5, id, getHead), frame(3, 0, id, cancel)]))
      if (id % 100 === 1) await sleep(1)
    }
    const bytes = Buffer.from(await client.closed(), 'latin1')
    // GOAWAY: a payload of 8 bytes, type 7, stream 0, the last stream, the code.
    const goaway = bytes.lastIndexOf(Buffer.from([0, 0, 8, 7, 0, 0, 0, 0, 0]))
    expect(goaway).toBeGreaterThan(-1)
    expect(bytes.readUInt32BE(goaway + 13)).toBe(constants.NGHTTP2_ENHANCE_YOUR_CALM)
    expect(calls).toBeLessThan(400)
  })

  it('that are cancelled now and then do not', async () => {
    const { session } = await serve(async ({ rawPath, signal }) => {
      if (rawPath === '/slow') await new Promise((resolve) => signal.addEventListener('abort', resolve))
      return reply('hello')
    })
    const client = session()
    for (let n = 0; n < 20; n++) {
      const stream = client.request({ ':path': '/slow' })
      stream.on('error', () => {})
      await sleep(2)
      stream.close(constants.NGHTTP2_CANCEL)
    }
    expect((await ask(client)).text).toBe('hello')
  })

  it('may be a thousand at once', async () => {
    let running = 0
    let most = 0
    async function* events() {
      most = Math.max(most, ++running)
      for (let n = 0; n < 200; n++) {
        yield encode('x'.repeat(100))
        if (n % 50 === 0) await sleep(200)
      }
      running--
    }
    const { session } = await serve(() => Promise.resolve({ status: 200, headers: [], body: events() }))
    const client = session()
    await once(client, 'remoteSettings')
    const answers = await Promise.all(Array.from({ length: 1_000 }, () => ask(client)))
    expect(new Set(answers.map(({ text, code }) => `${text.length} bytes, code ${code}`))).toEqual(
      new Set(['20000 bytes, code 0']),
    )
    expect(most).toBe(1_000)
  })

  it('finish when their caller says GOAWAY as soon as the answer begins, as the AWS SDK for JavaScript does', async () => {
    const { session } = await serve(async (exchange) => {
      await exchange.readBody()
      return { status: 200, headers: [], body: slowly(30) }
    })
    const client = session()
    const stream = client.request({ ':method': 'POST' }, { endStream: false })
    stream.end('abc')
    stream.on('response', () => client.close())
    expect(await settle(stream)).toMatchObject({ text: 'abcde', code: 0 })
  })

  it('finish when their caller says GOAWAY by hand before the answer begins', async () => {
    const { raw } = await serve(async () => {
      await sleep(30)
      return reply('hello')
    })
    const client = await raw()
    const goaway = frame(7, 0, 0, new Uint8Array(8))
    client.send(Buffer.concat([Buffer.from(preface), settings, frame(1, 5, 1, getHead), goaway]))
    expect(await client.closed()).toContain('hello')
  })
})

describe('a streamed answer over HTTP/2', () => {
  it('is made no faster than its reader takes it', async () => {
    let made = 0
    async function* endless() {
      for (;;) {
        made += 65_536
        yield new Uint8Array(65_536)
      }
    }
    const { session } = await serve(() => Promise.resolve({ status: 200, headers: [], body: endless() }))
    const stream = session().request({})
    stream.on('error', () => {})
    await expect.poll(() => made).toBeGreaterThan(0)
    await sleep(100)
    expect(made).toBeLessThan(1_000_000)
  })

  it('ends its source when the caller goes away', async () => {
    const events: string[] = []
    const { session } = await serve(({ signal }) => {
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
    const client = session()
    await once(client.request({}), 'data')
    client.destroy()
    await expect.poll(() => events).toEqual(['returned, aborted true'])
  })

  it('that breaks is reset with INTERNAL_ERROR, and is a defect', async () => {
    const defects: unknown[] = []
    const { session } = await serve(() => Promise.resolve({ status: 200, headers: [], body: broken() }), {
      onDefect: (error) => defects.push(error),
    })
    expect(await ask(session())).toMatchObject({ text: 'one', code: constants.NGHTTP2_INTERNAL_ERROR })
    expect(defects).toEqual([new Error('broken')])
  })
})
