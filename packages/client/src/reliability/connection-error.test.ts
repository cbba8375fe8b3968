import { type AddressInfo, createServer, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { BedrockConnectionError, isConnectionError } from './connection-error.ts'
import { sortThrown } from './thrown.ts'
import { TimeLimitError } from './time-limit-error.ts'

const close: Array<() => void> = []
afterEach(() => {
  for (const end of close.splice(0)) end()
})

/** A server whose sockets do one thing. */
async function serve(does: (socket: Socket) => void): Promise<string> {
  const server = createServer((socket) => {
    socket.on('error', () => {})
    does(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  close.push(() => server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
const caught = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  )
const coded = (message: string, code: string, cause?: unknown) => Object.assign(new Error(message, { cause }), { code })

describe('isConnectionError on this runtime', () => {
  it('knows a refused connection, and says what to do', async () => {
    const url = await serve((socket) => socket.destroy())
    close.splice(0).forEach((end) => end())
    const error = await caught(fetch(url))
    expect(isConnectionError(error)).toBe(true)
    const told = new BedrockConnectionError(error, { region: 'us-east-1', url })
    expect(told).toMatchObject({ code: 'ECONNREFUSED', retryable: true, region: 'us-east-1', cause: error })
    expect(told.message).toBe(
      `The connection to ${new URL(url).host} failed: connect ECONNREFUSED ${new URL(url).host}. Nothing listens there: check baseURL.`,
    )
  })

  it.each([
    ['a reset', (socket: Socket) => void socket.once('data', () => socket.resetAndDestroy())],
    ['an end without an answer', (socket: Socket) => void socket.once('data', () => socket.end())],
    ['an answer that is no HTTP', (socket: Socket) => void socket.once('data', () => socket.end('SSH-2.0\r\n\r\n'))],
  ])('knows %s', async (_, does) => {
    expect(isConnectionError(await caught(fetch(await serve(does))))).toBe(true)
  })

  it('knows a body that broke off', async () => {
    const url = await serve((socket) =>
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc')),
    )
    const response = await fetch(url)
    expect(isConnectionError(await caught(response.text()))).toBe(true)
  })

  it('takes an abort, a wrong URL and a defect for what they are', async () => {
    const url = await serve(() => {})
    const aborting = new AbortController()
    const pending = caught(fetch(url, { signal: aborting.signal }))
    aborting.abort()
    expect(isConnectionError(await pending)).toBe(false)
    expect(isConnectionError(await caught(fetch(url, { signal: AbortSignal.timeout(10) })))).toBe(false)
    expect(isConnectionError(await caught(fetch('no url')))).toBe(false)
    expect(isConnectionError(await caught(fetch(url, { headers: { 'a b': 'c' } })))).toBe(false)
    expect(isConnectionError(new TypeError('x is not a function'))).toBe(false)
    expect(isConnectionError('fetch failed')).toBe(false)
  })
})

describe('isConnectionError on other runtimes', () => {
  it.each([
    ['Chromium', new TypeError('Failed to fetch')],
    ['Chromium, in a body', new TypeError('network error')],
    ['Firefox', new TypeError('NetworkError when attempting to fetch resource.')],
    ['Firefox, in a body', new TypeError('Error in input stream')],
    ['Safari', new TypeError('Load failed')],
    ['Safari, a lost network', new TypeError('The network connection was lost.')],
    [
      'Deno 1',
      new TypeError(
        'error sending request for url (http://127.0.0.1:1/): error trying to connect: tcp connect error: Connection refused (os error 111)',
      ),
    ],
    [
      'Deno 2',
      new TypeError(
        'error sending request for url (http://127.0.0.1:1/): client error (Connect): tcp connect error: Connection refused (os error 111)',
      ),
    ],
    ['Deno, in a body', new TypeError('error reading a body from connection')],
    ['Bun', coded('Unable to connect. Is the computer able to access the url?', 'ConnectionRefused')],
    ['Bun, in a body', coded('The socket connection was closed unexpectedly.', 'ECONNRESET')],
    ['workerd', new Error('Network connection lost.')],
    [
      'Node with happy eyeballs',
      new TypeError('fetch failed', {
        cause: new AggregateError([coded('connect ECONNREFUSED ::1:1', 'ECONNREFUSED')], ''),
      }),
    ],
  ])('knows how %s says it', (_, error) => {
    expect(isConnectionError(error)).toBe(true)
  })

  it('does not repeat where a certificate was refused', () => {
    const error = new TypeError('fetch failed', {
      cause: coded('self-signed certificate', 'DEPTH_ZERO_SELF_SIGNED_CERT'),
    })
    const told = new BedrockConnectionError(error, { region: 'us-east-1' })
    expect(told.retryable).toBe(false)
    expect(told.message).toContain('NODE_EXTRA_CA_CERTS')
  })

  it('does not repeat a call to a port that no fetch calls', async () => {
    const error = await caught(fetch('http://127.0.0.1:1/'))
    expect(isConnectionError(error)).toBe(true)
    expect(new BedrockConnectionError(error, { region: 'us-east-1' }).retryable).toBe(false)
  })

  it('asks whether a Region that has no name is one', () => {
    const error = new TypeError('fetch failed', { cause: coded('getaddrinfo ENOTFOUND h', 'ENOTFOUND') })
    expect(new BedrockConnectionError(error, { region: 'us-eats-1', url: 'https://h/x' }).message).toBe(
      'The connection to h failed: getaddrinfo ENOTFOUND h. Nothing has that name: is "us-eats-1" a Region of Bedrock, and does this network resolve public names?',
    )
  })
})

describe('sortThrown', () => {
  const source = { region: 'us-east-1' }

  it('tells what may be repeated from what is the caller’s', () => {
    const late = new TimeLimitError('firstByte', 100)
    expect(sortThrown(late, source)).toEqual({ kind: 'connection', error: late })
    expect(late).toMatchObject({
      retryable: true,
      message:
        'The call timed out: 100 ms went by for the first byte of the answer. The option timeouts.firstByte sets this limit; 0 is none.',
    })
    expect(new TimeLimitError('total', 1).retryable).toBe(false)
    expect(sortThrown(new TypeError('terminated'), source)).toMatchObject({
      kind: 'connection',
      error: { name: 'BedrockConnectionError', retryable: true },
    })
    const abort = new DOMException('aborted', 'AbortError')
    expect(sortThrown(abort, source)).toEqual({ kind: 'other', error: abort })
  })
})
