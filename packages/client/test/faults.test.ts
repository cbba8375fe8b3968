import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readSse } from '@outcrop/protocol'
import type { BedrockOptions, CallReport } from '../src/options.ts'
import { createBedrockFetch } from '../src/transport.ts'
import { drip, type Script, type ScriptedServer, startScriptedServer } from './scripted-server.fixture.ts'
import { errorFrame, speech, unknownFrame, type WireSpeech } from './wire-speech.fixture.ts'

let server: ScriptedServer
beforeAll(async () => {
  server = await startScriptedServer()
})
afterAll(() => server.close())

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** What the caller sees of a call: where it ended, and after how many attempts. */
type Seen = { readonly attempts: number } & (
  | { readonly got: string }
  /** A streamed answer that failed after its first content. */
  | { readonly got: string; readonly failed: object }
  | { readonly refused: number; readonly error: object; readonly headers: Readonly<Record<string, string>> }
  | { readonly threw: string; readonly error: unknown }
)

type Wire = keyof typeof speech
interface Ask extends BedrockOptions {
  readonly wire: Wire
  readonly stream: boolean
  readonly headers?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
}

/** Calls the scripted server once, with two repeats allowed and waits of a millisecond. */
async function ask({ stream, headers = {}, signal, ...options }: Ask): Promise<Seen> {
  const reports: CallReport[] = []
  const bedrock = createBedrockFetch({
    baseURL: server.url,
    awsRegion: 'us-east-1',
    apiKey: 'key',
    random: () => 0,
    onCall: (report) => reports.push(report),
    ...options,
  })
  const body = {
    model: 'us.anthropic.claude-opus-4-6-v1',
    max_tokens: 50,
    stream,
    messages: [{ role: 'user', content: 'Hi' }],
  }
  const init = { method: 'POST', headers, body: JSON.stringify(body), ...(signal && { signal }) }
  try {
    const response = await bedrock('https://api.anthropic.com/v1/messages', init)
    return { ...(await read(response, stream)), attempts: reports.length }
  } catch (error) {
    return { threw: error instanceof Error ? error.name : typeof error, error, attempts: reports.length }
  }
}

const askOn =
  (wire: Wire, stream: boolean) =>
  (options: Partial<Ask> = {}): Promise<Seen> =>
    ask({ wire, stream, ...options })

async function read(response: Response, stream: boolean) {
  if (!response.ok) {
    const { error } = (await response.json()) as { error: object }
    return { refused: response.status, error, headers: Object.fromEntries(response.headers) }
  }
  if (!stream) {
    const { content } = (await response.json()) as { content: ReadonlyArray<{ text: string }> }
    return { got: content.map(({ text }) => text).join('') }
  }
  let got = ''
  for await (const { event, data } of readSse(response.body ?? new ReadableStream())) {
    const { delta, error } = JSON.parse(data) as { delta?: { text?: string }; error?: object }
    if (event === 'error') return { got, failed: error ?? {} }
    got += delta?.text ?? ''
  }
  return { got }
}

const say =
  (wire: Wire, ...pieces: ReadonlyArray<keyof WireSpeech | Uint8Array>): Script =>
  async (visit) => {
    const words = speech[wire]
    visit.head(200, { 'content-type': words.contentType, 'transfer-encoding': 'chunked', 'x-amzn-requestid': 'r-1' })
    for (const piece of pieces) {
      if (piece instanceof Uint8Array) visit.chunk(piece)
      else visit.chunk(words[piece] as Uint8Array)
      await sleep(5)
    }
  }
const after =
  (script: Script, then: Script): Script =>
  async (visit) => {
    await script(visit)
    await sleep(20)
    await then(visit)
  }
const reset: Script = (visit) => visit.reset()
const finish: Script = (visit) => visit.finish()
const close: Script = (visit) => void visit.socket.end()
const fail =
  (status: number, shape: string, message: string, headers = {}): Script =>
  (visit) =>
    visit.answer(
      status,
      { message },
      {
        'x-amzn-errortype': `${shape}:http://internal.amazon.com/coral/com.amazon.bedrock/`,
        'x-amzn-requestid': 'r-1',
        ...headers,
      },
    )
const unknownOperation = '{"Output":{"__type":"com.amazon.coral.service#UnknownOperationException"},"Version":"1.0"}'

describe.each(['invoke', 'runtime-messages', 'converse'] as const)('on %s', (wire) => {
  const wholeStream = after(say(wire, 'start', 'first', 'second', 'end'), finish)
  const whole: Script = (visit) => visit.answer(200, speech[wire].whole, { 'x-amzn-requestid': 'r-1' })

  describe.each([
    ['a streamed answer', true, wholeStream],
    ['a whole answer', false, whole],
  ] as const)('%s', (_, stream, good) => {
    const call = askOn(wire, stream)

    it('comes', async () => {
      server.play(good)
      expect(await call()).toEqual({ got: 'Hello', attempts: 1 })
    })

    it('is asked for again when the connection is reset or closed before it', async () => {
      server.play(reset, close, good)
      expect(await call()).toEqual({ got: 'Hello', attempts: 3 })
    })

    it('is given up when the connection always fails, with the cause and without a status', async () => {
      server.play(reset)
      expect(await call()).toMatchObject({
        threw: 'BedrockConnectionError',
        error: { region: 'us-east-1', code: 'ECONNRESET' },
        attempts: 3,
      })
    })

    it('is not to be had where nobody listens', async () => {
      const gone = await startScriptedServer()
      await gone.close()
      const seen = await call({ baseURL: gone.url })
      expect(seen).toMatchObject({ threw: 'BedrockConnectionError', error: { code: 'ECONNREFUSED' }, attempts: 3 })
      expect(String('error' in seen && seen.error)).toContain('Nothing listens there: check baseURL.')
    })

    it.each([
      [408, 'ModelTimeoutException'],
      [424, 'ModelErrorException'],
      [429, 'ThrottlingException'],
      [429, 'ModelNotReadyException'],
      [500, 'InternalServerException'],
      [503, 'ServiceUnavailableException'],
    ])('is asked for again after %i %s', async (status, shape) => {
      server.play(fail(status, shape, 'm'), good)
      expect(await call()).toEqual({ got: 'Hello', attempts: 2 })
    })

    it.each([
      [400, 'ValidationException', 'invalid_request_error'],
      [403, 'AccessDeniedException', 'permission_error'],
      [404, 'ResourceNotFoundException', 'not_found_error'],
    ])('is refused at once by %i %s', async (status, shape, type) => {
      server.play(fail(status, shape, 'm'))
      expect(await call()).toMatchObject({
        refused: status,
        error: { type, message: 'm', aws_code: shape },
        headers: { 'request-id': 'r-1', 'x-amzn-errortype': shape, 'x-should-retry': 'false' },
        attempts: 1,
      })
    })

    it('is refused in the end, with Bedrock’s own words and what to do', async () => {
      server.play(fail(429, 'ThrottlingException', 'Too many tokens, please wait before trying again.'))
      expect(await call()).toMatchObject({
        refused: 429,
        error: {
          type: 'rate_limit_error',
          message: expect.stringMatching(
            /^Too many tokens, please wait before trying again\. Bedrock reserves/,
          ) as string,
          aws_code: 'ThrottlingException',
        },
        headers: { 'request-id': 'r-1', 'x-outcrop-region': 'us-east-1', 'x-should-retry': 'false' },
        attempts: 3,
      })
    })

    it('is refused at once when the server asks to wait for a day', async () => {
      server.play(fail(429, 'ThrottlingException', 'm', { 'retry-after': '86400' }))
      expect(await call()).toMatchObject({
        refused: 429,
        error: { message: expect.stringContaining('The server asks to wait 86400 s') as string },
        attempts: 1,
      })
    })

    it('is asked for again when the server says', async () => {
      server.play(fail(429, 'ThrottlingException', 'm', { 'retry-after-ms': '200' }), good)
      const started = performance.now()
      expect(await call()).toEqual({ got: 'Hello', attempts: 2 })
      expect(performance.now() - started).toBeGreaterThanOrEqual(195)
    })

    it('is not asked for again when the caller repeats by itself, who is told how', async () => {
      server.play(fail(503, 'ServiceUnavailableException', 'm'))
      const headers = { 'x-stainless-retry-count': '1' }
      expect(await call({ headers, random: () => 0.5 })).toMatchObject({
        refused: 503,
        headers: { 'x-should-retry': 'true', 'retry-after-ms': '500' },
        attempts: 1,
      })
    })

    it('is not served where Bedrock does not know the operation and says 200', async () => {
      server.play((visit) => visit.answer(200, unknownOperation))
      expect(await call()).toMatchObject({
        refused: 404,
        error: {
          type: 'not_found_error',
          aws_code: 'UnknownOperationException',
          message: expect.stringContaining(`on the wire "${wire}"`) as string,
        },
        attempts: 1,
      })
    })

    it('is none when a page comes instead', async () => {
      server.play((visit) => visit.answer(200, '<html><title>Sign in</title></html>', { 'content-type': 'text/html' }))
      expect(await call()).toMatchObject({
        refused: 502,
        error: { type: 'api_error', message: expect.stringContaining('A page of HTML: Sign in') as string },
        attempts: 1,
      })
    })

    it('may drip byte by byte', async () => {
      server.play(drip(good))
      expect(await call({ timeouts: { idle: 2_000, firstByte: 2_000 } })).toEqual({ got: 'Hello', attempts: 1 })
    })

    it('ends with the caller’s abort, and the socket with it', async () => {
      server.play(() => {})
      const aborting = new AbortController()
      const pending = call({ signal: aborting.signal })
      while (server.visits.length === 0) await sleep(2)
      aborting.abort()
      expect(await pending).toMatchObject({ threw: 'AbortError', attempts: 1 })
      expect(await Promise.race([server.visits[0]?.closed.then(() => 'closed'), sleep(1_000)])).toBe('closed')
    })
  })

  describe('a whole answer', () => {
    const call = askOn(wire, false)
    const half: Script = (visit) => {
      visit.head(200, { 'content-type': 'application/json', 'content-length': '500' })
      visit.socket.write(JSON.stringify(speech[wire].whole).slice(0, 30))
    }

    it('is asked for again when it breaks off', async () => {
      server.play(after(half, reset), after(half, close), whole)
      expect(await call()).toEqual({ got: 'Hello', attempts: 3 })
    })

    it('is cut by the limit on all of it, and not asked for again', async () => {
      server.play(() => {})
      const seen = await call({ timeouts: { total: 80 } })
      expect(seen).toMatchObject({ threw: 'TimeLimitError', error: { limit: 'total', ms: 80 }, attempts: 1 })
    })

    it('shares the limit on all of it among its attempts', async () => {
      const late = after(async () => sleep(60), fail(503, 'ServiceUnavailableException', 'm'))
      server.play(late)
      const seen = await call({ timeouts: { total: 150 }, maxRetries: 50 })
      expect(seen).toMatchObject({ threw: 'TimeLimitError', error: { limit: 'total', ms: 150 } })
      expect(seen.attempts).toBeLessThan(5)
    })

    it('is refused at once where the next wait would go beyond the limit on all of it', async () => {
      server.play(fail(429, 'ThrottlingException', 'm', { 'retry-after': '30' }))
      const begunAt = Date.now()
      expect(await call({ timeouts: { total: 5_000 } })).toMatchObject({ refused: 429, attempts: 1 })
      expect(Date.now() - begunAt).toBeLessThan(4_000)
    })
  })

  describe('a streamed answer before its first content', () => {
    const call = askOn(wire, true)
    const words = speech[wire]

    it.each([
      ['a reset', after(say(wire, 'start'), reset)],
      ['an end', after(say(wire, 'start'), finish)],
      ['an end before anything', after(say(wire), finish)],
      ['a cut inside of a frame', after(say(wire, 'start', words.first.subarray(0, 20)), close)],
      ['an exception frame', say(wire, words.exception('throttlingException', { message: 'm' }))],
      [
        'an exception frame after the start',
        say(wire, 'start', words.exception('modelStreamErrorException', { message: 'm' })),
      ],
      ['a broken frame', say(wire, 'start', 'corrupt')],
    ] as ReadonlyArray<readonly [string, Script]>)('is asked for again after %s', async (_, script) => {
      server.play(script, script, wholeStream)
      expect(await call()).toEqual({ got: 'Hello', attempts: 3 })
    })

    it('is refused by an exception as by a status', async () => {
      server.play(
        say(wire, words.exception('validationException', { message: 'Input is too long for requested model.' })),
      )
      expect(await call()).toMatchObject({
        refused: 400,
        error: {
          type: 'invalid_request_error',
          message: expect.stringMatching(/^Input is too long for requested model\. Send less/) as string,
          ...(wire !== 'runtime-messages' && { aws_code: 'ValidationException' }),
        },
        headers: { 'request-id': 'r-1', 'x-should-retry': 'false' },
        attempts: 1,
      })
    })

    it('is asked for again when nothing comes in time', async () => {
      server.play(() => {}, say(wire), wholeStream)
      expect(await call({ timeouts: { firstByte: 100 } })).toEqual({ got: 'Hello', attempts: 3 })
    })

    it('is asked for again when it falls silent after its start', async () => {
      server.play(say(wire, 'start'), wholeStream)
      expect(await call({ timeouts: { idle: 100 } })).toEqual({ got: 'Hello', attempts: 2 })
    })

    it('is given up when it always falls silent', async () => {
      server.play(say(wire, 'start'))
      expect(await call({ timeouts: { idle: 60 } })).toMatchObject({
        threw: 'TimeLimitError',
        error: { limit: 'idle', ms: 60 },
        attempts: 3,
      })
    })
  })

  describe('a streamed answer after its first content', () => {
    const call = askOn(wire, true)
    const words = speech[wire]
    const cut = {
      type: 'api_error',
      message: expect.stringMatching(/^The streamed answer is not complete: /) as string,
      status: 502,
      region: 'us-east-1',
      incomplete: true,
    }

    it.each([
      ['a reset', after(say(wire, 'start', 'first'), reset)],
      ['a close', after(say(wire, 'start', 'first'), close)],
      ['an end without its last event', after(say(wire, 'start', 'first'), finish)],
      ['a cut inside of a frame', after(say(wire, 'start', 'first', words.second.subarray(0, 20)), finish)],
      ['a broken frame', say(wire, 'start', 'first', 'corrupt')],
    ] as ReadonlyArray<readonly [string, Script]>)(
      'is told to be cut by %s, and never asked for again',
      async (_, script) => {
        server.play(script, wholeStream)
        expect(await call()).toEqual({ got: 'Hel', failed: cut, attempts: 1 })
      },
    )

    it('tells of an exception in the words of a status, and is never asked for again', async () => {
      server.play(
        say(wire, 'start', 'first', words.exception('throttlingException', { message: 'Too many tokens' })),
        wholeStream,
      )
      expect(await call()).toMatchObject({
        got: 'Hel',
        failed: {
          type: 'rate_limit_error',
          status: 429,
          region: 'us-east-1',
          message: expect.stringMatching(/^Too many tokens\. Bedrock reserves/) as string,
          ...(wire !== 'runtime-messages' && { aws_code: 'ThrottlingException' }),
        },
        attempts: 1,
      })
    })

    it('tells of a silence that is too long', async () => {
      server.play(say(wire, 'start', 'first'), wholeStream)
      expect(await call({ timeouts: { idle: 80 } })).toMatchObject({
        got: 'Hel',
        failed: { type: 'timeout_error', message: expect.stringContaining('timeouts.idle sets this limit') as string },
        attempts: 1,
      })
      expect(await Promise.race([server.visits[0]?.closed.then(() => 'closed'), sleep(1_000)])).toBe('closed')
    })

    it('is whole though the connection breaks behind its end', async () => {
      server.play(after(say(wire, 'start', 'first', 'second', 'end'), reset))
      expect(await call()).toEqual({ got: 'Hello', attempts: 1 })
    })
  })
})

describe.each(['invoke', 'converse'] as const)('a frame on %s', (wire) => {
  it('of an error is told as an exception is', async () => {
    server.play(say(wire, 'start', 'first', errorFrame('internalFailure', 'The server went away')))
    expect(await ask({ wire, stream: true })).toMatchObject({
      got: 'Hel',
      failed: { type: 'api_error', message: 'The server went away', status: 500, aws_code: 'InternalFailure' },
    })
  })

  it('that nobody knows is passed over, with a warning', async () => {
    const warnings: string[] = []
    const script = after(say(wire, 'start', 'first', unknownFrame(), 'second', 'end'), finish)
    server.play(script)
    const onWarning = (warning: string): void => void warnings.push(warning)
    expect(await ask({ wire, stream: true, onWarning })).toEqual({ got: 'Hello', attempts: 1 })
    expect(warnings).toEqual([expect.stringMatching(/^brandNew: .* it was left out\.$/)])
  })
})
