import { once } from 'node:events'
import { request as httpsRequest } from 'node:https'
import type { Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { defaultConfig } from '../src/config/config.ts'
import { createFrameDecoder, type Frame, stringHeader } from '@outcrop/protocol'
import { testTls } from '../src/edge/listener/tls.fixture.ts'
import { createListener } from '../src/edge/listener/listener.ts'
import { ConnectionDropped } from '../src/faults.ts'
import { type RunningServer, startServer } from '../src/start-server.ts'
import { testLimits } from './support/doors.ts'
import { openRaw } from './support/raw-socket.ts'

const quiet = { info: () => {}, warn: () => {}, error: () => {} }
const start = (onRequest = true): Promise<RunningServer> =>
  startServer(
    {
      ...defaultConfig,
      listen: { host: '127.0.0.1', port: 0 },
      simulator: { seed: 'test', tokensPerSecond: 0, firstTokenMs: 0 },
      faults: { ...defaultConfig.faults, onRequest },
    },
    { log: quiet, scripts: [{ reply: { text: 'One two.' } }] },
  )

let server: RunningServer
beforeAll(async () => {
  server = await start()
})
afterAll(() => server.close(0))

interface Heard {
  readonly status: string
  readonly head: string
  /** What came behind the head, chunked or not, as latin1. */
  readonly body: string
  /** How the connection ended. */
  readonly end: 'close' | 'reset'
}

/** Says one request on a socket of its own, and hears all that comes back until the connection has ended. */
async function say(path: string, body: object, headers = '', { url } = server): Promise<Heard> {
  const raw = await openRaw(url)
  let end: Heard['end'] = 'close'
  raw.socket.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'ECONNRESET') end = 'reset'
  })
  const json = JSON.stringify(body)
  raw.send(
    `POST ${path} HTTP/1.1\r\nHost: x\r\n${headers}Connection: close\r\nContent-Length: ${json.length}\r\n\r\n${json}`,
  )
  const [head = '', ...rest] = (await raw.closed()).split('\r\n\r\n')
  return { status: head.split(' ')[1] ?? '', head, body: rest.join('\r\n\r\n'), end }
}

const opus = 'us.anthropic.claude-opus-4-6-v1'
const converse = { messages: [{ role: 'user', content: [{ text: 'Hi' }] }] }
const invoke = {
  anthropic_version: 'bedrock-2023-05-31',
  max_tokens: 50,
  messages: [{ role: 'user', content: 'Hi' }],
}
const named = (model: string, stream = false) => ({
  model,
  max_tokens: 50,
  messages: [{ role: 'user', content: 'Hi' }],
  stream,
})

/** Every way into the endpoint, asked for a fault behind a model id as clients of that way write ids. */
const ways: ReadonlyArray<readonly [name: string, ask: (fault: string) => Promise<Heard>]> = [
  ['InvokeModel', (fault) => say(`/model/${opus}.${fault}/invoke`, invoke)],
  ['InvokeModelWithResponseStream', (fault) => say(`/model/${opus}.${fault}/invoke-with-response-stream`, invoke)],
  ['Converse', (fault) => say(`/model/${opus}.${fault}/converse`, converse)],
  ['ConverseStream', (fault) => say(`/model/${opus}.${fault}/converse-stream`, converse)],
  ['CountTokens', (fault) => say(`/model/anthropic.claude-opus-4-6-v1.${fault}/count-tokens`, { input: { converse } })],
  ['Messages on the runtime', (fault) => say('/anthropic/v1/messages', named(`${opus}.${fault}`))],
  [
    'Messages on mantle',
    (fault) => say('/mantle/anthropic/v1/messages', named(`anthropic.claude-opus-4-7.${fault}`, true)),
  ],
  ['plain Messages', (fault) => say('/v1/messages', named(`claude-opus-4-6.${fault}`))],
  ['count_tokens', (fault) => say('/v1/messages/count_tokens', named(`claude-opus-4-6.${fault}`))],
]

describe.each(ways)('a model id on %s', (name, ask) => {
  it('asks for a fault', async () => {
    const { status, head, body } = await ask('fault-throttled.retry-after-7')
    expect(status).toBe('429')
    expect(head).toContain('\r\nRetry-After: 7\r\n')
    expect(body).toContain('Too many requests, please wait before trying again.')
    expect((await ask('fault-throttled')).head).not.toContain('Retry-After')
  })

  it('names the faults when it asks for one that there is not', async () => {
    const { status, body } = await ask('fault-throtled')
    expect(status).toBe('400')
    expect(body).toMatch(/did you mean throttled\? The faults are accessDenied, .*, truncated-body\./)
  })

  it('has a connection reset, or closed in order', async () => {
    expect(await ask('fault-reset')).toEqual({ status: '', head: '', body: '', end: 'reset' })
    expect(await ask('fault-drop')).toEqual({ status: '', head: '', body: '', end: 'close' })
  })

  it('is told of an overloaded model in the way of its API', async () => {
    const { status, body } = await ask('fault-529')
    const isAws = /^(?:Invoke|Converse|Count)/.test(name)
    expect(status).toBe(isAws ? '503' : '529')
    expect(body).toContain(
      isAws
        ? '{"message":"Bedrock is unable to process your request."}'
        : '"error":{"type":"overloaded_error","message":"Overloaded"}',
    )
  })
})

const path = (id: string): string => `/model/${id}/converse`

describe('a model id', () => {
  it.each([
    ['capitals and hyphens do not matter', `${opus}.fault-model-timeout`],
    ['AWS’s name', `${opus}.fault-ModelTimeoutException`],
    ['a status', `${opus}.fault-408`],
    ['an ARN in a path', `arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Ainference-profile%2F${opus}.fault-408`],
    ['an id with a version', 'anthropic.claude-3-haiku-20240307-v1%3A0.fault-408'],
    ['no model of its own', 'outcrop.fault-408'],
    ['no model of its own, for clients that look for a vendor', 'us.anthropic.outcrop.fault-408'],
  ])('asks for a fault: %s', async (_, id) => {
    expect((await say(path(id), converse)).status).toBe('408')
  })

  it('goes on to its own model when the fault lets it', async () => {
    const { status, body } = await say('/v1/messages', named('claude-opus-4-6.fault-slow.ms-1'))
    expect([status, JSON.parse(body)]).toMatchObject(['200', { model: 'claude-opus-4-6' }])
  })

  it('still has to be one', async () => {
    expect((await say(path('us.anthropic.claude-nothing.fault-408'), converse)).status).toBe('400')
  })

  it('is as unknown as any other where requests may not ask for faults', async () => {
    const strict = await start(false)
    const { status, body } = await say(path(`${opus}.fault-408`), converse, '', strict)
    await strict.close(0)
    expect([status, body]).toEqual(['400', '{"message":"The provided model identifier is invalid."}'])
  })
})

describe('an answer on its way', () => {
  it.each([
    [`/model/${opus}.fault-truncated-body/invoke`, invoke],
    [`/model/${opus}.fault-truncated-body/converse`, converse],
    ['/v1/messages', named('claude-opus-4-6.fault-truncated-body')],
  ])('ends before the length that it announced: %s', async (path, body) => {
    const heard = await say(path, body)
    const length = Number(/\r\nContent-Length: (\d+)/.exec(heard.head)?.[1])
    expect([heard.status, heard.end]).toEqual(['200', 'close'])
    expect(heard.body.length).toBe(length >> 1)
    expect(heard.head).not.toContain('chunked')
  })

  it.each([
    [`/model/${opus}.fault-malformed-json/invoke`, invoke],
    [`/model/${opus}.fault-malformed-json/converse`, converse],
    ['/v1/messages', named('claude-opus-4-6.fault-malformed-json')],
  ])('is whole and no JSON: %s', async (path, body) => {
    const heard = await say(path, body)
    expect(heard.body.length).toBe(Number(/\r\nContent-Length: (\d+)/.exec(heard.head)?.[1]))
    expect(() => JSON.parse(heard.body) as unknown).toThrow(SyntaxError)
    expect(() => JSON.parse(heard.body.replace(/\]$/, '}')) as unknown).not.toThrow()
  })
})

/** The bytes of a chunked body, as far as they came. */
function unchunked(body: string): Buffer {
  const parts: Buffer[] = []
  for (let at = 0; at < body.length;) {
    const line = body.indexOf('\r\n', at)
    const size = parseInt(body.slice(at, line), 16)
    if (!(size > 0)) break
    parts.push(Buffer.from(body.slice(line + 2, line + 2 + size), 'latin1'))
    at = line + 2 + size + 2
  }
  return Buffer.concat(parts)
}

const framesOf = (bytes: Uint8Array): readonly Frame[] => createFrameDecoder().push(bytes)
const textOf = ({ payload }: Frame): string => Buffer.from(payload).toString()

describe('a stream of frames', () => {
  it.each(['converse-stream', 'invoke-with-response-stream'])('is cut between two frames of %s', async (operation) => {
    const body = operation === 'converse-stream' ? converse : invoke
    const heard = await say(`/model/${opus}.fault-cut.after-3/${operation}`, body)
    expect([heard.end, heard.body.endsWith('\r\n0\r\n\r\n')]).toEqual(['close', true])
    expect(framesOf(unchunked(heard.body))).toHaveLength(3)
  })

  it('has an event in a good frame that is no JSON', async () => {
    const spoken = await say(`/model/${opus}.fault-malformed-json.after-1/converse-stream`, converse)
    const [, broken, next] = framesOf(unchunked(spoken.body))
    if (broken === undefined || next === undefined) throw new Error('expected three frames')
    expect([stringHeader(broken, ':event-type'), textOf(broken).at(-1)]).toEqual(['contentBlockDelta', ']'])
    expect(JSON.parse(textOf(next))).toMatchObject({ contentBlockIndex: 0 })
    const invoked = await say(`/model/${opus}.fault-malformed-json.after-1/invoke-with-response-stream`, invoke)
    const [, chunk] = framesOf(unchunked(invoked.body))
    const { bytes } = JSON.parse(chunk === undefined ? '{}' : textOf(chunk)) as { readonly bytes: string }
    expect(Buffer.from(bytes, 'base64').toString()).toBe(
      '{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}]',
    )
  })

  it('tells of the model’s side in an exception, whichever of its errors was asked for', async () => {
    for (const kind of ['model-error', 'model-stream-error']) {
      const heard = await say(`/model/${opus}.fault-${kind}.after-1/converse-stream`, converse)
      const last = framesOf(unchunked(heard.body)).at(-1)
      expect(last && stringHeader(last, ':exception-type')).toBe('modelStreamErrorException')
      expect(JSON.parse(last === undefined ? '{}' : textOf(last))).toMatchObject({
        originalStatusCode: 500,
        originalMessage: 'Internal server error',
      })
    }
  })

  it('is reset in the middle', async () => {
    const heard = await say(`/model/${opus}.fault-reset.after-2/converse-stream`, converse)
    expect([heard.status, heard.end]).toEqual(['200', 'reset'])
    expect(framesOf(unchunked(heard.body))).toHaveLength(2)
  })
})

const ask = async (fault: string): Promise<Heard & { readonly events: readonly string[] }> => {
  const heard = await say('/v1/messages', named(`claude-opus-4-6.fault-${fault}`, true))
  return { ...heard, events: unchunked(heard.body).toString().split('\n\n') }
}

describe('a stream of server-sent events', () => {
  it('ends with an error event', async () => {
    const { status, events, end } = await ask('529.after-2')
    expect([status, end, events.at(-1)]).toEqual(['200', 'close', ''])
    expect(events.at(-2)).toMatch(
      /^event: error\ndata: \{"type":"error","error":\{"type":"overloaded_error","message":"Overloaded"\}/,
    )
  })

  it('is cut cleanly before it stops, or in the middle of an event', async () => {
    const cut = await ask('cut.after-3')
    expect([cut.events.length, cut.body.endsWith('0\r\n\r\n')]).toEqual([4, true])
    expect(cut.body).not.toContain('message_stop')
    const half = await ask('half-frame.after-3')
    expect(half.events.at(-1)).toMatch(/^event: content_block_delta\ndata: \{/)
    expect(half.body.endsWith('0\r\n\r\n')).toBe(true)
  })

  it('has an event that is no JSON, and goes on', async () => {
    const { events } = await ask('malformed-json.after-2')
    expect(events[2]).toMatch(/"text":"One"\}\]$/)
    expect(events.at(-2)).toBe('event: message_stop\ndata: {"type":"message_stop"}')
  })

  it('is reset, or closed without its last chunk', async () => {
    const reset = await ask('reset.after-2')
    expect([reset.end, reset.events.length]).toEqual(['reset', 3])
    const dropped = await ask('drop.after-2')
    expect([dropped.end, dropped.events.length, dropped.body.endsWith('0\r\n\r\n')]).toEqual(['close', 3, false])
  })
})

function http2Frame(type: number, flags: number, stream: number, payload: Uint8Array): Buffer {
  const head = Buffer.from([0, payload.length >> 8, payload.length & 255, type, flags, 0, 0, 0, stream])
  return Buffer.concat([head, payload])
}

const resetAll = (): never => {
  throw new ConnectionDropped('reset')
}

describe('a reset', () => {
  it('reaches a caller over HTTP/2', async () => {
    // Said by hand: Node's own HTTP/2 client takes a reset for an end in order.
    const raw = await openRaw(server.url)
    const failed = once(raw.socket, 'error').catch((error: unknown) => [error])
    const path = `/model/${opus}.fault-reset/converse`
    const head = Buffer.concat([Buffer.from([0x83, 0x86, 0x01, 1, 0x78, 0x04, path.length]), Buffer.from(path)])
    raw.send('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')
    raw.send(http2Frame(4, 0, 0, Buffer.alloc(0)))
    // A reset that comes together with other bytes is an end in order to Node: let it have read those.
    await raw.until('\0\0\0\x04\x01')
    raw.send(http2Frame(1, 4, 1, head))
    raw.send(http2Frame(0, 1, 1, Buffer.from(JSON.stringify(converse))))
    expect(await failed).toMatchObject([{ code: 'ECONNRESET' }])
  })

  it('reaches the raw connection under TLS', async () => {
    const listener = await createListener({
      handle: resetAll,
      host: '127.0.0.1',
      port: 0,
      limits: testLimits,
      onDefect: () => {},
      tls: testTls,
    })
    let raw: Socket | undefined
    const failed = new Promise<unknown>((resolve) => {
      const req = httpsRequest(listener.url, { method: 'POST', rejectUnauthorized: false, agent: false })
      req.on('socket', (socket) => (raw = socket)).on('error', resolve)
      req.end('{}')
    })
    expect(await failed).toMatchObject({ code: 'ECONNRESET' })
    expect(raw?.destroyed).toBe(true)
    await listener.close()
  })
})
