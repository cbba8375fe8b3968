import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  APIConnectionError,
  type APIError,
  APIUserAbortError,
  RateLimitError,
  StreamTruncatedError,
} from '@outcrop/client'
import type { Middleware } from '@anthropic-ai/sdk/client'
import { MessageStream } from '@anthropic-ai/sdk/lib/MessageStream'
import type { RawMessageStreamEvent } from '@anthropic-ai/sdk/resources/messages'
import type { Outcrop } from '@outcrop/testkit'
import { clientOf, startScripted, startStrict } from './support.ts'

const opus = 'us.anthropic.claude-opus-4-6-v1'
const story = { model: opus, max_tokens: 200, messages: [{ role: 'user' as const, content: 'Tell a story.' }] }
const told = 'Once upon a time there was a quarry, and nothing else for miles.'

let outcrop: Outcrop
beforeAll(async () => {
  outcrop = await startStrict({ faults: { onRequest: true } })
})
afterAll(() => outcrop.close())
beforeEach(() => {
  outcrop.reset()
  outcrop.script({ reply: { text: told } })
})

/** Replaces the body of every answer by another that says the same. */
const rewriting: Middleware = async (request, next) => {
  const response = await next(request)
  return response.ok ? new Response(response.body, response) : response
}

const ways = [
  ['whose events are taken as they are', []],
  ['whose body middleware has put in place', [rewriting]],
] as const

async function collect(stream: AsyncIterable<RawMessageStreamEvent>): Promise<readonly RawMessageStreamEvent[]> {
  const events: RawMessageStreamEvent[] = []
  for await (const event of stream) events.push(event)
  return events
}

function textOf(events: readonly RawMessageStreamEvent[]): string {
  return events
    .map((event) => (event.type === 'content_block_delta' && event.delta.type === 'text_delta' ? event.delta.text : ''))
    .join('')
}

describe.each(ways)('a stream %s', (_, middleware) => {
  const open = (model = opus) => clientOf(outcrop, { middleware }).messages.create({ ...story, model, stream: true })

  it('gives every event of the model and no ping', async () => {
    const events = await collect(await open())
    expect(textOf(events)).toBe(told)
    expect(events.map(({ type }) => type)).not.toContain('ping')
    expect(events.at(-1)).toMatchObject({
      type: 'message_stop',
      'amazon-bedrock-invocationMetrics': { outputTokenCount: expect.any(Number) as number },
    })
  })

  it('that a throttle ends says what it was, as before the first content', async () => {
    const stream = await open(`${opus}.fault-throttled.after-4`)
    const error: unknown = await collect(stream).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(RateLimitError)
    expect(error).toMatchObject({
      status: 429,
      type: 'rate_limit_error',
      awsCode: 'ThrottlingException',
      region: 'us-east-1',
      partialMessage: { role: 'assistant' },
    })
    expect((error as APIError).requestID).toMatch(/^[0-9a-f-]{36}$/)
    expect(String(error)).toMatch(/429 \w/)
  })

  it.each(['cut', 'half-frame', 'drop', 'reset'])('that a %s ends is an error with what has come', async (fault) => {
    const stream = await open(`${opus}.fault-${fault}.after-5`)
    const seen: RawMessageStreamEvent[] = []
    const error: unknown = await (async () => {
      for await (const event of stream) seen.push(event)
    })().catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(StreamTruncatedError)
    expect(error).toBeInstanceOf(APIConnectionError)
    expect(error).toMatchObject({ region: 'us-east-1' })
    const partial = (error as StreamTruncatedError).partialMessage?.content[0]
    expect(partial?.['text'] ?? '').toBe(textOf(seen))
    expect(textOf(seen).length).toBeGreaterThan(0)
    expect(told.startsWith(textOf(seen))).toBe(true)
  })

  it('fails before its first content as a whole answer would', async () => {
    const call = clientOf(outcrop, { middleware, maxRetries: 0 }).messages.create({
      ...story,
      model: `${opus}.fault-throttled.after-1`,
      stream: true,
    })
    await expect(call).rejects.toBeInstanceOf(RateLimitError)
  })

  it('is tried again when it fails before its first content', async () => {
    outcrop.script({ replies: [{ fault: { kind: 'throttled', after: 1 } }, { text: told }] })
    const client = clientOf(outcrop, { middleware, random: () => 0 })
    const stream = await client.messages.create({ ...story, stream: true })
    expect(textOf(await collect(stream))).toBe(told)
    expect(outcrop.calls).toHaveLength(2)
  })

  it('tells a helper what broke it', async () => {
    const client = clientOf(outcrop, { middleware })
    const helper = client.messages.stream({ ...story, model: `${opus}.fault-cut.after-5` })
    const error: unknown = await helper.finalMessage().catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(StreamTruncatedError)
    expect(helper.errored).toBe(true)
  })

  it('ends quietly when its controller ends it, and frees the socket', async () => {
    const stream = await open(`${opus}.fault-stall.after-5.ms-60000`)
    const seen: RawMessageStreamEvent[] = []
    setTimeout(() => stream.controller.abort(), 100)
    for await (const event of stream) seen.push(event)
    expect(seen.length).toBeGreaterThan(2)
    expect(seen.map(({ type }) => type)).not.toContain('message_stop')
  })

  it('ends the request when its reader leaves', async () => {
    const stream = await open()
    for await (const event of stream) if (event.type === 'content_block_delta') break
    expect(stream.controller.signal.aborted).toBe(true)
  })

  it('is one for each of two readers after tee, and lines of JSON as a readable stream', async () => {
    const [left, right] = (await open()).tee()
    expect(await collect(left)).toEqual(await collect(right))
    const text = await new Response((await open()).toReadableStream() as ReadableStream).text()
    const events = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as RawMessageStreamEvent)
    expect(textOf(events)).toBe(told)
  })

  it('is the same message for who reads what a helper hands on, however late', async () => {
    const helper = clientOf(outcrop, { middleware }).messages.stream(story)
    const handedOn = helper.toReadableStream()
    await helper.done()
    const { content } = await MessageStream.fromReadableStream(handedOn).finalMessage()
    expect(content).toEqual([{ type: 'text', text: told }])
  })

  it('cannot be read twice', async () => {
    const stream = await open()
    await collect(stream)
    await expect(async () => collect(stream)).rejects.toThrow(/consumed stream/)
  })
})

describe('a stream', () => {
  it('is server-sent events for who asks for the response', async () => {
    const response = await clientOf(outcrop)
      .messages.create({ ...story, stream: true })
      .asResponse()
    expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/)
    const text = await response.text()
    expect(text).toMatch(/^event: message_start\ndata: \{"type":"message_start"/)
    expect(text).toContain('event: message_stop')
  })

  it('of a gateway that answers in server-sent events is read as such', async () => {
    const events = [
      ['message_start', { type: 'message_start', message: { id: 'm', role: 'assistant', content: [] } }],
      ['content_block_start', { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }],
      ['content_block_delta', { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Hi' } }],
      ['message_stop', { type: 'message_stop' }],
    ] as const
    const body = events.map(([name, data]) => `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`).join('')
    await using server = await startScripted(() => ({ headers: { 'content-type': 'text/event-stream' }, body }))
    const client = clientOf(outcrop, { baseURL: server.url })
    expect(textOf(await collect(await client.messages.create({ ...story, stream: true })))).toBe('Hi')
  })

  it('lets go of the signal of its caller at its end', async () => {
    const { signal } = new AbortController()
    let listeners = 0
    const add = signal.addEventListener.bind(signal)
    const remove = signal.removeEventListener.bind(signal)
    signal.addEventListener = (...given: Parameters<typeof add>) => {
      listeners += 1
      add(...given)
    }
    signal.removeEventListener = (...given: Parameters<typeof remove>) => {
      listeners -= 1
      remove(...given)
    }
    await collect(await clientOf(outcrop).messages.create({ ...story, stream: true }, { signal }))
    expect(listeners).toBe(0)
  })

  it('is aborted by the signal of its caller in the middle', async () => {
    const controller = new AbortController()
    const helper = clientOf(outcrop).messages.stream(
      { ...story, model: `${opus}.fault-stall.after-5.ms-60000` },
      { signal: controller.signal },
    )
    helper.on('text', () => controller.abort())
    await expect(helper.done()).rejects.toBeInstanceOf(APIUserAbortError)
  })
})
