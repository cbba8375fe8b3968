import { EventEmitter, once } from 'node:events'
import { connect } from 'node:http2'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { testLimits, throughSocket } from '../../../test/support/doors.ts'
import { openRaw } from '../../../test/support/raw-socket.ts'
import type { Handle, Reply } from '../../exchange.ts'
import { createListener } from './listener.ts'

const encode = (text: string): Uint8Array => new TextEncoder().encode(text)
const request = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'

/** A handler that streams `begin`, waits for the gate, and streams `end`. */
function gated(gate: EventEmitter, signals: AbortSignal[] = []): Handle {
  async function* body(signal: AbortSignal) {
    signals.push(signal)
    yield encode('begin')
    await once(gate, 'open')
    yield encode('end')
  }
  return ({ signal }) => Promise.resolve({ status: 200, headers: [], body: body(signal) })
}

const open = (handle: Handle, shutdownMs = 5_000) =>
  createListener({ handle, host: '127.0.0.1', port: 0, limits: { ...testLimits, shutdownMs }, onDefect: () => {} })

describe('closing a listener', () => {
  it('names what it opened, and opens no more once it is closed', async () => {
    const listener = await open(() => Promise.resolve({ status: 200, headers: [], body: encode('hello') }))
    expect(listener.url).toBe(`http://127.0.0.1:${listener.port}`)
    expect(listener.host).toBe('127.0.0.1')
    expect(listener.port).toBeGreaterThan(0)
    await listener.close()
    const client = await openRaw(listener.url).catch((error: NodeJS.ErrnoException) => error.code)
    expect(client).toBe('ECONNREFUSED')
  })

  it('ends silent and idle connections at once', async () => {
    const listener = await open(() => Promise.resolve({ status: 200, headers: [], body: encode('hello') }))
    const silent = await openRaw(listener.url)
    const idle = await openRaw(listener.url)
    idle.send(request)
    await idle.until('hello')
    const session = connect(listener.url)
    await once(session, 'remoteSettings')
    const startedAt = performance.now()
    await Promise.all([listener.close(), silent.closed(), idle.closed(), once(session, 'close')])
    expect(performance.now() - startedAt).toBeLessThan(1_000)
  })

  it('lets streams of both versions finish, then ends their connections', async () => {
    const gate = new EventEmitter()
    const signals: AbortSignal[] = []
    const listener = await open(gated(gate, signals))
    const client = await openRaw(listener.url)
    client.send(request)
    await client.until('begin')
    const session = connect(listener.url)
    const stream = session.request({})
    let text = ''
    stream.on('data', (chunk: Buffer) => (text += chunk.toString()))
    const goaway = once(session, 'goaway')
    await once(stream, 'data')
    const closed = listener.close()
    await goaway
    await sleep(20)
    gate.emit('open')
    await once(stream, 'close')
    expect(await client.closed()).toMatch(/3\r\nend\r\n0\r\n\r\n$/)
    expect([text, stream.rstCode]).toEqual(['beginend', 0])
    await closed
    expect(signals.map(({ aborted }) => aborted)).toEqual([false, false])
  })

  it('tells a caller whose answer had not begun that its connection ends', async () => {
    const gate = new EventEmitter()
    const listener = await open(async () => {
      await once(gate, 'open')
      return { status: 200, headers: [], body: encode('hello') }
    })
    const client = await openRaw(listener.url)
    client.send(request)
    await expect.poll(() => gate.listenerCount('open')).toBe(1)
    const closed = listener.close()
    gate.emit('open')
    expect(await client.closed()).toContain('Connection: close\r\n')
    await closed
  })

  it('serves a request that was on its way, and no other', async () => {
    const answers: Reply = { status: 200, headers: [], body: encode('hello') }
    const listener = await open(() => Promise.resolve(answers))
    const client = await openRaw(listener.url)
    client.send('GET / HTTP/1.1\r\n')
    await sleep(20)
    const closed = listener.close()
    client.send('Host: a\r\n\r\n')
    expect(await client.closed()).toMatch(/Connection: close\r\n[^]*hello$/)
    await closed
  })

  it('cuts off what does not finish in its time, and aborts it', async () => {
    const signals: AbortSignal[] = []
    const listener = await open(gated(new EventEmitter(), signals))
    const client = await openRaw(listener.url)
    client.send(request)
    await client.until('begin')
    const session = connect(listener.url)
    session.on('error', () => {})
    const stream = session.request({})
    stream.on('error', () => {})
    await once(stream, 'data')
    await listener.close(50)
    expect(await client.closed()).not.toContain('0\r\n\r\n')
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true])
  })

  it('may be asked twice, and the second time only hastens it', async () => {
    const listener = await open(gated(new EventEmitter()))
    const client = await openRaw(listener.url)
    client.send(request)
    await client.until('begin')
    const first = listener.close(60_000)
    await Promise.all([first, listener.close(10), listener.close(90_000)])
    await listener.close()
    await client.closed()
    expect(client.received()).toContain('begin')
  })
})

describe('a door for tests', () => {
  it('does not close in silence over a defect', async () => {
    const door = await throughSocket(() => Promise.reject(new TypeError('oops')))
    expect((await door.ask({})).status).toBe(500)
    await expect(door.close()).rejects.toThrow('The listener heard of defects')
  })
})
