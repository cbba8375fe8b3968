import { request as httpRequest } from 'node:http'
import { connect } from 'node:http2'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { createFrameDecoder, type Frame, FrameError, stringHeader } from '@outcrop/protocol'
import { type Outcrop, type OutcropOptions, startOutcrop } from './start-outcrop.ts'

const running: Outcrop[] = []
afterEach(async () => {
  await Promise.all(running.splice(0).map((outcrop) => outcrop.close()))
})

async function start(options: OutcropOptions = {}): Promise<Outcrop> {
  const outcrop = await startOutcrop(options)
  running.push(outcrop)
  return outcrop
}

const opus = 'us.anthropic.claude-opus-4-6-v1'

function converse(
  { url }: Outcrop,
  text: string,
  headers: Readonly<Record<string, string>> = {},
  operation = 'converse',
): Promise<Response> {
  const body = JSON.stringify({ messages: [{ role: 'user', content: [{ text }] }] })
  return fetch(`${url}/model/${opus}/${operation}`, { method: 'POST', headers, body })
}

async function said(answer: Response): Promise<string> {
  const text = await answer.text()
  return /"text":"((?:[^"\\]|\\.)*)"/.exec(text)?.[1] ?? text
}

interface Stream {
  readonly status: number
  readonly bytes: Uint8Array
  /** Whether the end looked like one. */
  readonly complete: boolean
}

/** Reads a stream as far as it comes, over HTTP/1.1. */
function streamOverHttp1({ url }: Outcrop, fault: string, path: string, body: string): Promise<Stream> {
  return new Promise((resolve, reject) => {
    const options = { method: 'POST', headers: { 'x-outcrop-fault': fault }, agent: false }
    const req = httpRequest(`${url}${path}`, options, (res) => {
      const chunks: Uint8Array[] = []
      const end = (complete: boolean): void =>
        resolve({ status: res.statusCode ?? 0, bytes: Buffer.concat(chunks), complete })
      res.on('data', (chunk: Uint8Array) => chunks.push(chunk))
      res.on('end', () => end(true)).on('error', () => end(false))
    })
    req.on('error', reject)
    req.end(body)
  })
}

/** The same over HTTP/2. */
function streamOverHttp2({ url }: Outcrop, fault: string, path: string, body: string): Promise<Stream> {
  return new Promise((resolve, reject) => {
    const session = connect(url)
    session.on('error', reject)
    const stream = session.request({ ':method': 'POST', ':path': path, 'x-outcrop-fault': fault })
    const chunks: Uint8Array[] = []
    let status = 0
    let failed = false
    stream.on('response', (head) => {
      status = Number(head[':status'])
    })
    stream.on('data', (chunk: Uint8Array) => chunks.push(chunk))
    stream.on('error', () => {
      failed = true
    })
    stream.on('close', () => {
      session.close()
      resolve({ status, bytes: Buffer.concat(chunks), complete: !failed })
    })
    stream.end(body)
  })
}

const nameOf = (frame: Frame): string =>
  stringHeader(frame, ':event-type') ?? stringHeader(frame, ':exception-type') ?? '?'

/** The types of the frames up to the first that cannot be read, and why it cannot. */
function framesOf(bytes: Uint8Array): readonly string[] {
  const decoder = createFrameDecoder()
  const types: string[] = []
  try {
    for (const frame of decoder.push(bytes)) types.push(nameOf(frame))
    decoder.end()
  } catch (error) {
    types.push(error instanceof FrameError ? `! ${error.reason}` : '!')
  }
  return types
}

describe('startOutcrop', () => {
  it('starts in this process, on a port of its own, in under 100 ms, and answers', async () => {
    await start() // what is loaded once is loaded once
    const before = performance.now()
    const outcrop = await start()
    expect(performance.now() - before).toBeLessThan(100)
    expect(outcrop.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    expect(outcrop.url).not.toBe(running[0]?.url)
    const answer = await converse(outcrop, 'Hello')
    expect(answer.headers.get('x-outcrop-simulated')).toBe('true')
    expect(await said(answer)).toContain('Outcrop')
  })

  it('says which variables point clients at it', async () => {
    const { url, env } = await start({ region: 'eu-west-1' })
    expect(env).toEqual({
      AWS_ENDPOINT_URL_BEDROCK_RUNTIME: url,
      AWS_ENDPOINT_URL_BEDROCK: url,
      AWS_ENDPOINT_URL_STS: url,
      AWS_ENDPOINT_URL_SERVICE_QUOTAS: url,
      ANTHROPIC_BEDROCK_BASE_URL: url,
      ANTHROPIC_BEDROCK_MANTLE_BASE_URL: `${url}/mantle/anthropic`,
      AWS_REGION: 'eu-west-1',
      AWS_DEFAULT_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'outcrop',
      AWS_SECRET_ACCESS_KEY: 'outcrop',
    })
  })

  it('gives a strict endpoint keys, and refuses all others', async () => {
    const outcrop = await start({ auth: 'strict' })
    expect(outcrop.env['AWS_ACCESS_KEY_ID']).toBe('AKIAOUTCROPTESTONLY0')
    expect((await converse(outcrop, 'Hello')).status).toBe(403)
    expect(outcrop.calls[0]).toMatchObject({ status: 403, error: 'MissingAuthenticationTokenException' })
    const bearer = `ABSK${Buffer.from('BedrockAPIKey-ci-at-123456789012:hush').toString('base64')}`
    const keyed = await start({ auth: { mode: 'strict', credentials: [{ user: 'ci', bearer }] } })
    expect(keyed.env['AWS_BEARER_TOKEN_BEDROCK']).toBe(bearer)
    expect((await converse(keyed, 'Hello', { authorization: `Bearer ${bearer}` })).status).toBe(200)
    expect(JSON.stringify(keyed.calls)).not.toContain(bearer)
    expect(keyed.calls[0]?.identity?.user).toBe('ci')
  })

  it('keeps what it received: operation, model, request, headers without secrets, caller and status', async () => {
    const outcrop = await start()
    await converse(outcrop, 'Hello', { 'x-api-key': 'hush', 'x-mine': 'yes' })
    await converse(outcrop, 'outcrop:fault=throttled')
    await fetch(`${outcrop.url}/foundation-models?byProvider=anthropic`)
    expect(outcrop.calls).toHaveLength(3)
    const [first, second, third] = outcrop.calls
    expect(first).toMatchObject({
      operation: 'Converse',
      modelId: opus,
      method: 'POST',
      path: `/model/${opus}/converse`,
      request: { messages: [{ role: 'user', content: [{ text: 'Hello' }] }] },
      headers: { 'x-mine': 'yes' },
      identity: { how: 'anonymous', account: '123456789012' },
      status: 200,
    })
    expect(first?.headers).not.toHaveProperty('x-api-key')
    expect(second).toMatchObject({ status: 429, error: 'ThrottlingException' })
    expect(third).toMatchObject({
      operation: 'ListFoundationModels',
      path: '/foundation-models?byProvider=anthropic',
      status: 200,
    })
    outcrop.reset()
    expect(outcrop.calls).toEqual([])
  })

  it('answers and keeps calls of the Messages API as well', async () => {
    const outcrop = await start({ script: { match: { wire: 'messages' }, reply: { text: 'Good day.' } } })
    const ask = (text: string): Promise<Response> =>
      fetch(`${outcrop.url}/anthropic/v1/messages`, {
        method: 'POST',
        headers: { 'anthropic-version': '2023-06-01', 'content-type': 'application/json' },
        body: JSON.stringify({ model: opus, max_tokens: 20, messages: [{ role: 'user', content: text }] }),
      })
    expect(await said(await ask('Hello'))).toBe('Good day.')
    expect((await ask('outcrop:fault=throttled')).status).toBe(429)
    expect(outcrop.calls).toMatchObject([
      { operation: 'CreateMessage', modelId: opus, status: 200 },
      { operation: 'CreateMessage', modelId: opus, status: 429 },
    ])
  })

  it('keeps what each call of a model used and cost, once it is over', async () => {
    const usage = { inputTokens: 1000, outputTokens: 100 }
    const outcrop = await start({ script: { reply: { text: 'One two.', usage } } })
    await converse(outcrop, 'Hello')
    await (await converse(outcrop, 'Hello', {}, 'converse-stream')).arrayBuffer()
    await converse(outcrop, 'outcrop:fault=throttled')
    const about = {
      modelId: opus,
      model: 'anthropic.claude-opus-4-6-v1',
      scope: 'us',
      wire: 'converse',
      isBatch: false,
    }
    expect(outcrop.settlements).toEqual([
      {
        ...about,
        requestId: expect.any(String) as string,
        user: 'anonymous',
        outcome: 'answered',
        usage: expect.objectContaining({ input_tokens: 1000, output_tokens: 100 }) as object,
        cost: '0.00825',
      },
      {
        ...about,
        requestId: expect.any(String) as string,
        user: 'anonymous',
        outcome: 'answered',
        usage: expect.objectContaining({ input_tokens: 1000, output_tokens: 100 }) as object,
        cost: '0.00825',
      },
      { ...about, requestId: expect.any(String) as string, user: 'anonymous', outcome: 'failed' },
    ])
    await outcrop.reset()
    expect(outcrop.settlements).toEqual([])
  })

  it('answers by scripts from the start, from a folder and added later, and forgets the last', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'outcrop-testkit-'))
    try {
      await writeFile(join(folder, 'a.yaml'), '- {match: {text: folder}, reply: From the folder.}')
      const outcrop = await start({
        script: { match: { text: 'start' }, reply: { text: 'From the start.' } },
        scriptFolder: folder,
        strict: true,
      })
      expect(await said(await converse(outcrop, 'folder'))).toBe('From the folder.')
      expect(await said(await converse(outcrop, 'start'))).toBe('From the start.')
      outcrop.script({ reply: { text: 'Added.' } })
      expect(await said(await converse(outcrop, 'start'))).toBe('Added.')
      outcrop.reset()
      expect(await said(await converse(outcrop, 'start'))).toBe('From the start.')
      expect(await (await converse(outcrop, 'else')).text()).toContain('No script matches this request')
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  it('sets quotas, which a minute on its clock or a reset fills up again', async () => {
    const outcrop = await start({ quotas: [{ model: 'claude-opus-4-6', requestsPerMinute: 1 }] })
    const ask = async (): Promise<number> => (await converse(outcrop, 'Hello')).status
    expect([await ask(), await ask()]).toEqual([200, 429])
    outcrop.advance(60_000)
    expect([await ask(), await ask()]).toEqual([200, 429])
    await outcrop.reset()
    expect(await ask()).toBe(200)
    await expect(startOutcrop({ quotas: [{ model: 'claude-9', requestsPerMinute: 1 }] })).rejects.toThrow(
      'there is no model called "claude-9" to set a quota of',
    )
  })

  it('has a clock that a test moves: models retire on it', async () => {
    const outcrop = await start({ fidelity: 'aws', now: Date.UTC(2027, 0, 8, 7, 59) })
    const ask = async (): Promise<number> => {
      const body = '{"messages":[{"role":"user","content":[{"text":"Hello"}]}]}'
      return (
        await fetch(`${outcrop.url}/model/us.anthropic.claude-opus-4-1-20250805-v1%3A0/converse`, {
          method: 'POST',
          body,
        })
      ).status
    }
    expect(await ask()).toBe(200)
    outcrop.advance(120_000)
    expect(await ask()).toBe(404)
  })

  it('has a clock that is set to a day, which a reset sets back', async () => {
    const outcrop = await start({ fidelity: 'aws', now: Date.UTC(2026, 10, 25) })
    outcrop.setTime(new Date('2027-01-08T08:00:01Z'))
    const models = async (): Promise<string> => (await fetch(`${outcrop.url}/foundation-models`)).text()
    expect(await models()).not.toContain('claude-opus-4-1-20250805')
    await outcrop.reset()
    expect(await models()).toContain('claude-opus-4-1-20250805')
  })

  it('is saved and brought back', async () => {
    const outcrop = await start({ now: Date.UTC(2026, 10, 25) })
    outcrop.advance(1_000)
    const saved = await outcrop.snapshot()
    outcrop.advance(1_000_000)
    await outcrop.restore(JSON.parse(JSON.stringify(saved)))
    expect(await outcrop.snapshot()).toEqual(saved)
  })

  it('closes twice, and by the end of its scope', async () => {
    const outcrop = await start()
    await outcrop.close()
    await outcrop[Symbol.asyncDispose]()
    await expect(fetch(outcrop.url)).rejects.toThrow('fetch failed')
  })
})

const bodies = {
  'converse-stream': JSON.stringify({ messages: [{ role: 'user', content: [{ text: 'Hi' }] }] }),
  'invoke-with-response-stream': JSON.stringify({
    anthropic_version: 'bedrock-2023-05-31',
    max_tokens: 50,
    messages: [{ role: 'user', content: 'Hi' }],
  }),
} as const

describe.each([
  ['HTTP/1.1', streamOverHttp1, false],
  // Node's client, and with it the AWS SDK for JavaScript, takes a lost session for a clean end (LOCAL.md §0.4).
  ['HTTP/2', streamOverHttp2, true],
] as const)('a stream over %s', (_, read, takesDropForEnd) => {
  const script = { reply: { text: 'One.' } }
  const run = async (fault: string, operation: keyof typeof bodies = 'converse-stream'): Promise<Stream> =>
    read(await start({ script }), fault, `/model/${opus}/${operation}`, bodies[operation])

  it.each([
    [
      'unknown-event',
      [
        'messageStart',
        'contentBlockDelta',
        'outcropUnknownEvent',
        'contentBlockDelta',
        'contentBlockStop',
        'messageStop',
        'metadata',
      ],
    ],
    [
      'empty-block-start,after=1',
      [
        'messageStart',
        'contentBlockStart',
        'contentBlockDelta',
        'contentBlockDelta',
        'contentBlockStop',
        'messageStop',
        'metadata',
      ],
    ],
    ['throttled,after=2', ['messageStart', 'contentBlockDelta', 'throttlingException']],
    ['ModelStreamErrorException,after=1', ['messageStart', 'modelStreamErrorException']],
    ['InternalServerException,after=1', ['messageStart', 'internalServerException']],
    ['ValidationException,after=1', ['messageStart', 'validationException']],
    ['ServiceUnavailableException,after=1', ['messageStart', 'serviceUnavailableException']],
    ['bad-crc', ['messageStart', 'contentBlockDelta', '! messageChecksum']],
    ['half-frame', ['messageStart', 'contentBlockDelta', '! truncated']],
    [
      'stall,ms=20',
      ['messageStart', 'contentBlockDelta', 'contentBlockDelta', 'contentBlockStop', 'messageStop', 'metadata'],
    ],
  ])('ends as %s asks, and its transport ends well', async (fault, types) => {
    const { status, bytes, complete } = await run(fault)
    expect([status, complete]).toEqual([200, true])
    expect(framesOf(bytes)).toEqual(types)
  })

  it('times out by its own name on InvokeModel', async () => {
    const { bytes } = await run('modelTimeout,after=1', 'invoke-with-response-stream')
    expect(framesOf(bytes)).toEqual(['chunk', 'modelTimeoutException'])
  })

  it('is dropped in the middle', async () => {
    const { status, bytes, complete } = await run('drop,after=2')
    expect([status, complete]).toEqual([200, takesDropForEnd])
    expect(framesOf(bytes)).toEqual(['messageStart', 'contentBlockDelta'])
  })

  it('is dropped before its answer', async () => {
    // HTTP/1.1 ends without a status, HTTP/2 resets the stream.
    const { status, complete } = await run('drop').catch(() => ({ status: 0, complete: false }))
    expect([status, complete]).toEqual([0, false])
    const [outcrop] = running
    expect(outcrop?.calls[0]).toMatchObject({ operation: 'ConverseStream', status: 0 })
  })
})
