import { FrameError } from '@outcrop/protocol'
import { describe, expect, it } from 'vitest'
import type { WireEvent } from '../wires/wire-adapter.ts'
import { BedrockFailureError } from './bedrock-failure.ts'
import { checkStream } from './check-stream.ts'
import { holdUntilContent, isContent } from './hold-until-content.ts'
import { failureOfException } from './read-failure.ts'
import { BedrockStreamError, StreamTruncatedError, toErrorEvent } from './stream-errors.ts'
import { TimeLimitError } from './time-limit-error.ts'

const source = { region: 'us-east-1', requestId: 'r-1' }
const event = (data: { type: string; [key: string]: unknown }): WireEvent => ({
  name: data.type,
  data: JSON.stringify(data),
})
const start = event({
  type: 'message_start',
  message: { id: 'msg_1', role: 'assistant', content: [], usage: { input_tokens: 3 } },
})
const textStart = event({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } })
const text = (text: string) => event({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } })
const ping = event({ type: 'ping' })
const end = [
  event({ type: 'content_block_stop', index: 0 }),
  event({ type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 2 } }),
  event({ type: 'message_stop' }),
]
const throttle = () =>
  new BedrockFailureError(failureOfException('throttlingException', '{"message":"Too many requests"}', source))

/** A stream that gives some events, throws, and tells whether it was closed. */
function script(events: readonly WireEvent[], error?: unknown) {
  const seen = { given: 0, closed: false }
  async function* stream(): AsyncGenerator<WireEvent> {
    try {
      for (const next of events) {
        seen.given += 1
        yield next
      }
      if (error !== undefined) throw error
    } finally {
      seen.closed = true
    }
  }
  return { stream: stream(), seen }
}

async function collect(events: AsyncIterable<WireEvent>): Promise<{ events: WireEvent[]; error: unknown }> {
  const collected: WireEvent[] = []
  try {
    for await (const next of events) collected.push(next)
  } catch (error) {
    return { events: collected, error }
  }
  return { events: collected, error: undefined }
}

const thrown = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  )

describe('holdUntilContent', () => {
  it('resolves with the first content and gives all from the beginning, pings left out', async () => {
    const { stream, seen } = script([start, ping, textStart, ping, text('a'), text('b'), ...end])
    const held = await holdUntilContent(stream, source)
    expect(seen.given).toBe(5)
    expect((await collect(held)).events).toEqual([start, textStart, text('a'), text('b'), ...end])
    expect(seen.closed).toBe(true)
  })

  it.each([
    ['message_start', start, false],
    ['a ping', ping, false],
    ['the start of an empty text', textStart, false],
    [
      'the start of a text with words',
      event({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: 'a' } }),
      true,
    ],
    [
      'the start of a tool',
      event({ type: 'content_block_start', index: 0, content_block: { type: 'tool_use', name: 'text', input: {} } }),
      true,
    ],
    [
      'the start of thinking',
      event({ type: 'content_block_start', index: 0, content_block: { type: 'thinking', thinking: '' } }),
      true,
    ],
    ['a delta', text(''), true],
    ['the end of an answer without words', end[1], true],
    ['an event that nobody knows', event({ type: 'new_thing' }), true],
  ])('takes %s for content: %#', (_, of, expected) => {
    expect(isContent(of ?? start)).toBe(expected)
  })

  it('throws the failure that came before content, and closes the stream', async () => {
    const { stream, seen } = script([start, textStart], throttle())
    const error = await thrown(holdUntilContent(stream, source))
    expect(error).toMatchObject({ name: 'BedrockFailureError', failure: { status: 429, retryable: true } })
    expect(seen.closed).toBe(true)
  })

  it('throws the failure that an event tells of before content', async () => {
    const error = event({ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } })
    expect(await thrown(holdUntilContent(script([start, error]).stream, source))).toMatchObject({
      failure: { status: 529, type: 'overloaded_error', retryable: true },
    })
  })

  it.each([0, 1, 2])('throws a failure that may be repeated when the stream ends after %i events', async (count) => {
    const error = await thrown(holdUntilContent(script([start, textStart].slice(0, count)).stream, source))
    expect(error).toMatchObject({
      failure: {
        status: 502,
        type: 'api_error',
        message: 'The stream ended before its first content.',
        retryable: true,
      },
    })
  })

  it('throws after content what the stream throws then', async () => {
    const held = await holdUntilContent(script([start, text('a')], throttle()).stream, source)
    expect(await collect(held)).toMatchObject({ events: [start, text('a')], error: { failure: { status: 429 } } })
  })

  it('closes the stream when the reader leaves', async () => {
    const { stream, seen } = script([start, text('a'), ...end])
    for await (const _ of await holdUntilContent(stream, source)) break
    expect(seen).toEqual({ given: 2, closed: true })
  })

  it('holds a bounded number of events of a server that never comes to the point', async () => {
    const { stream, seen } = script(Array.from({ length: 1_000 }, () => start))
    await holdUntilContent(stream, source)
    expect(seen.given).toBe(64)
  })
})

describe('checkStream', () => {
  const whole = [start, textStart, text('Hel'), text('lo'), ...end]
  const partial = {
    id: 'msg_1',
    role: 'assistant',
    usage: { input_tokens: 3 },
    content: [{ type: 'text', text: 'Hello' }],
  }

  it('passes a whole answer on', async () => {
    expect(await collect(checkStream(script(whole).stream, source))).toEqual({ events: whole, error: undefined })
  })

  it('misses message_stop, and has what came', async () => {
    const { events, error } = await collect(checkStream(script(whole.slice(0, 4)).stream, source))
    expect(events).toEqual(whole.slice(0, 4))
    expect(error).toBeInstanceOf(StreamTruncatedError)
    expect(error).toMatchObject({
      name: 'StreamTruncatedError',
      message:
        'The streamed answer is not complete: It ended without message_stop. What came of it is in "partial"; to have all of it, ask again.',
      region: 'us-east-1',
      requestId: 'r-1',
      partial,
    })
  })

  it('tells of a failure in the stream in the words of one before it', async () => {
    const { error } = await collect(checkStream(script(whole.slice(0, 4), throttle()).stream, source))
    expect(error).toBeInstanceOf(BedrockStreamError)
    expect(error).not.toBeInstanceOf(StreamTruncatedError)
    expect(error).toMatchObject({
      failure: { status: 429, awsCode: 'ThrottlingException', type: 'rate_limit_error', message: 'Too many requests' },
      partial,
    })
  })

  it('reads an error event', async () => {
    const error = event({ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } })
    expect(await collect(checkStream(script([...whole.slice(0, 4), error]).stream, source))).toMatchObject({
      events: whole.slice(0, 4),
      error: { name: 'BedrockStreamError', failure: { status: 529, type: 'overloaded_error' }, partial },
    })
  })

  it.each([
    [
      'a reset',
      new TypeError('terminated', { cause: Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }) }),
      'api_error',
    ],
    ['a broken frame', new FrameError('messageChecksum', 'The message checksum is wrong'), 'api_error'],
    ['a silence', new TimeLimitError('idle', 50), 'timeout_error'],
  ])('calls an answer truncated by %s, and keeps the cause', async (_, cause, type) => {
    const { error } = await collect(checkStream(script(whole.slice(0, 4), cause).stream, source))
    expect(error).toMatchObject({ name: 'StreamTruncatedError', failure: { type }, cause, partial })
  })

  it('throws what came before the first content as it is, so that the call can be repeated', async () => {
    for (const cause of [throttle(), new TypeError('terminated'), new TimeLimitError('firstByte', 9)]) {
      expect((await collect(checkStream(script([start, textStart], cause).stream, source))).error).toBe(cause)
    }
    expect((await collect(checkStream(script([start]).stream, source))).error).toMatchObject({
      name: 'BedrockFailureError',
      failure: { status: 502, retryable: true },
    })
  })

  it('passes over what breaks after the end', async () => {
    const { error } = await collect(checkStream(script(whole, new TypeError('terminated')).stream, source))
    expect(error).toBeUndefined()
  })

  it('throws an abort and a defect as they are', async () => {
    for (const cause of [new DOMException('aborted', 'AbortError'), new RangeError('a defect')]) {
      expect((await collect(checkStream(script(whole.slice(0, 4), cause).stream, source))).error).toBe(cause)
    }
  })
})

describe('toErrorEvent', () => {
  it('is Anthropic’s error event, with status, region and AWS’s code', () => {
    const { failure } = throttle()
    const { name, data } = toErrorEvent(failure)
    expect(name).toBe('error')
    expect(JSON.parse(data)).toEqual({
      type: 'error',
      error: {
        type: 'rate_limit_error',
        message: `Too many requests. ${failure.hint}`,
        aws_code: 'ThrottlingException',
        status: 429,
        region: 'us-east-1',
      },
      request_id: 'r-1',
    })
  })
})
