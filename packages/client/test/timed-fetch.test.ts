import { Agent, fetch as undiciFetch, getGlobalDispatcher, MockAgent } from 'undici'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isConnectionError } from '../src/reliability/connection-error.ts'
import { TimeLimitError } from '../src/reliability/time-limit-error.ts'
import { createTimedFetch } from '../src/reliability/timed-fetch.ts'
import { type Script, type ScriptedServer, startScriptedServer } from './scripted-server.fixture.ts'

let server: ScriptedServer
beforeAll(async () => {
  server = await startScriptedServer()
})
afterAll(() => server.close())

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
const caught = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  )
/** Whether the other side closes the first visitor's socket within so many milliseconds. */
const closes = ({ visits }: ScriptedServer, ms: number): Promise<boolean> =>
  Promise.race([visits[0]?.closed.then(() => true) ?? false, sleep(ms).then(() => false)])
const events = { 'content-type': 'text/event-stream', 'transfer-encoding': 'chunked' }

/** Never answers. */
const silent: Script = () => {}
/** Answers late, and in pieces that come late. */
const slow =
  (ms: number): Script =>
  async (visit) => {
    await sleep(ms)
    visit.head(200, events)
    await sleep(ms)
    visit.chunk('a')
    await sleep(ms)
    visit.chunk('b')
    visit.finish()
  }

// A base with limits of 100 ms is to 1.3 s of silence what Node's 300 s are to an hour of it. undici looks at them once a second.
const impatient = () => new Agent({ headersTimeout: 100, bodyTimeout: 100 })

describe('Node’s own limits', () => {
  const patient = createTimedFetch(fetch, { connect: 0, firstByte: 0, idle: 0, total: 0 })

  it('cut a silent answer off, which shows that the next tests prove something', async () => {
    server.play(slow(1_300))
    const init: RequestInit & { dispatcher: unknown } = { dispatcher: impatient() }
    const error = await caught(fetch(server.url, init).then((response) => response.text()))
    expect(String((error as Error).cause)).toContain('HeadersTimeoutError')
  })

  it('do not hold for an answer that is silent before its head, before its first byte and between two', async () => {
    server.play(slow(1_300))
    const init: RequestInit & { dispatcher: unknown } = { dispatcher: impatient() }
    const response = await patient(server.url, init)
    expect(await response.text()).toBe('ab')
  })

  it('do not hold with undici’s own fetch either', async () => {
    server.play(slow(1_300))
    const own = createTimedFetch(undiciFetch as typeof fetch)
    const init: RequestInit & { dispatcher: unknown } = { dispatcher: impatient() }
    expect(await (await own(server.url, init)).text()).toBe('ab')
  })

  it('stay with the caller’s own mocks', async () => {
    const mock = new MockAgent()
    mock.disableNetConnect()
    mock.get('http://mocked.test').intercept({ path: '/', method: 'POST' }).reply(200, 'mocked')
    const own = createTimedFetch(undiciFetch as typeof fetch)
    const init: RequestInit & { dispatcher: unknown } = { method: 'POST', body: 'x', dispatcher: mock }
    expect(await (await own('http://mocked.test/', init)).text()).toBe('mocked')
    expect(getGlobalDispatcher()).not.toBe(mock)
  })
})

const late = async (limits: Parameters<typeof createTimedFetch>[1], isStream?: boolean): Promise<unknown> => {
  const timed = createTimedFetch(fetch, limits)
  return caught(timed(server.url, {}, { isStream }).then((response) => response.text()))
}

describe('a limit that runs out', () => {
  it('is connect when no connection comes', async () => {
    const dispatcher = { dispatch: () => true }
    const init: RequestInit & { dispatcher: unknown } = { dispatcher }
    expect(await caught(createTimedFetch(fetch, { connect: 50 })(server.url, init))).toMatchObject({
      name: 'TimeLimitError',
      limit: 'connect',
      ms: 50,
    })
  })

  it('is connect where the network swallows packets', async () => {
    // TEST-NET-1 answers nobody; a network that says at once that it has no way there refuses the connection.
    const error = await caught(createTimedFetch(fetch, { connect: 150 })('http://192.0.2.1:81/'))
    expect(isConnectionError(error) || (error instanceof TimeLimitError && error.limit === 'connect')).toBe(true)
  })

  it('is not connect when the connection stands, new or kept', async () => {
    for (const _ of [1, 2]) {
      server.play(slow(60))
      expect(await late({ connect: 40 })).toBeUndefined()
    }
  })

  it('is firstByte when nothing comes, or only a head', async () => {
    server.play(silent)
    expect(await late({ firstByte: 80 })).toMatchObject({ limit: 'firstByte', ms: 80 })
    server.play((visit) => visit.head(200, events))
    expect(await late({ firstByte: 80 })).toMatchObject({ limit: 'firstByte', ms: 80 })
  })

  it('is idle when the stream falls silent', async () => {
    server.play((visit) => {
      visit.head(200, events)
      visit.chunk('a')
    })
    const error = await late({ idle: 80 })
    expect(error).toBeInstanceOf(TimeLimitError)
    expect(error).toMatchObject({
      limit: 'idle',
      message:
        'The call timed out: 80 ms went by for the next byte of the answer. The option timeouts.idle sets this limit; 0 is none.',
    })
  })

  it('is total, whatever comes in time', async () => {
    server.play(async (visit) => {
      visit.head(200, events)
      for (let at = 0; at < 100 && !visit.socket.destroyed; at += 1) {
        visit.chunk('a')
        await sleep(20)
      }
    })
    expect(await late({ total: 150, idle: 5_000 }, true)).toMatchObject({ limit: 'total', ms: 150 })
  })

  it('is total for a whole answer, in its head and in its body', async () => {
    server.play(silent)
    expect(await late({ total: 80, firstByte: 10 }, false)).toMatchObject({ limit: 'total' })
    server.play((visit) => {
      visit.head(200, { 'content-length': '10' })
      visit.socket.write('abc')
    })
    expect(await late({ total: 80, firstByte: 10 }, false)).toMatchObject({ limit: 'total' })
  })

  it('counts what earlier attempts took', async () => {
    server.play(silent)
    const started = performance.now()
    const error = await caught(createTimedFetch(fetch, { total: 10_000 })(server.url, {}, { spentMs: 9_950 }))
    expect(error).toMatchObject({ limit: 'total', ms: 10_000 })
    expect(performance.now() - started).toBeLessThan(5_000)
  })

  it('frees the socket', async () => {
    server.play(silent)
    await late({ firstByte: 50 })
    expect(await closes(server, 2_000)).toBe(true)
  })

  it('is not idle while nobody reads', async () => {
    server.play((visit) => {
      visit.head(200, events)
      visit.chunk('a')
      visit.chunk('b')
      visit.finish()
    })
    const response = await createTimedFetch(fetch, { idle: 60 })(server.url)
    await sleep(200)
    expect(await response.text()).toBe('ab')
  })

  it('never comes for limits of 0, Infinity and months', async () => {
    for (const none of [0, Infinity, 5e9]) {
      server.play(slow(30))
      expect(await late({ connect: none, firstByte: none, idle: none, total: none })).toBeUndefined()
    }
  })
})

const clocks = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length
const never = (): Promise<Response> => new Promise(() => {})

describe('a fetch that was timed', () => {
  it('hands on status, headers and body', async () => {
    server.play((visit) => visit.answer(418, { a: 1 }, { 'x-amzn-requestid': 'r' }))
    const response = await createTimedFetch(fetch)(server.url, { method: 'POST', body: '{"b":2}' })
    expect([response.status, response.headers.get('x-amzn-requestid'), await response.json()]).toEqual([
      418,
      'r',
      { a: 1 },
    ])
    expect(server.visits[0]?.json()).toEqual({ b: 2 })
  })

  it('rejects with the caller’s own reason, before and while it reads, and frees the socket at once', async () => {
    for (const script of [silent, (visit) => visit.head(200, events)] satisfies Script[]) {
      server.play(script)
      const aborting = new AbortController()
      const reason = new Error('the caller has had enough')
      const pending = caught(
        createTimedFetch(fetch)(server.url, { signal: aborting.signal }).then((response) => response.text()),
      )
      while (server.visits.length === 0) await sleep(5)
      await sleep(30)
      aborting.abort(reason)
      expect(await pending).toBe(reason)
      expect(await closes(server, 1_000)).toBe(true)
    }
  })

  it('is not sent when it was aborted before', async () => {
    server.play(silent)
    const error = await caught(createTimedFetch(fetch)(server.url, { signal: AbortSignal.abort() }))
    expect(error).toMatchObject({ name: 'AbortError' })
    expect(server.visits).toEqual([])
  })

  it('frees the socket when the body is left', async () => {
    server.play((visit) => {
      visit.head(200, events)
      visit.chunk('a')
    })
    const response = await createTimedFetch(fetch)(server.url)
    for await (const bytes of response.body ?? []) {
      expect(new TextDecoder().decode(bytes)).toBe('a')
      break
    }
    expect(await closes(server, 1_000)).toBe(true)
  })

  it('leaves no listener on the caller’s signal and no clock running', async () => {
    const listening = new Set<unknown>()
    const { signal } = new AbortController()
    const addEventListener = signal.addEventListener.bind(signal)
    const removeEventListener = signal.removeEventListener.bind(signal)
    signal.addEventListener = (type: string, listener: EventListener) => {
      listening.add(listener)
      addEventListener(type, listener)
    }
    signal.removeEventListener = (type: string, listener: EventListener) => {
      listening.delete(listener)
      removeEventListener(type, listener)
    }
    const timed = createTimedFetch(fetch)
    const before = clocks()
    server.play(
      (visit) => visit.answer(200, {}),
      slow(1),
      (visit) => visit.reset(),
      silent,
    )
    await (await timed(server.url, { signal })).text()
    await (await timed(server.url, { signal })).text()
    await caught(timed(server.url, { signal }))
    await caught(createTimedFetch(fetch, { firstByte: 20 })(server.url, { signal }))
    expect(listening).toEqual(new Set())
    expect(clocks()).toBeLessThanOrEqual(before + 1) // undici's own
  })

  it('works with a fetch that knows no dispatcher', async () => {
    const encoder = new TextEncoder()
    const simple = async (): Promise<Response> =>
      new Response(new ReadableStream({ start: (controller) => controller.enqueue(encoder.encode('a')) }), {
        headers: events,
      })
    const response = await createTimedFetch(simple, { idle: 50, connect: 10 })('http://nowhere.test/')
    expect(await caught(response.text())).toMatchObject({ limit: 'idle' })
    expect(await caught(createTimedFetch(never, { firstByte: 30 })('http://nowhere.test/'))).toMatchObject({
      limit: 'firstByte',
    })
  })
})
