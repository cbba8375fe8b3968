import { GatewayError, type MessageStreamEvent } from '@outcrop/protocol'
import { describe, expect, it } from 'vitest'
import { ConnectionDropped, type ModelEvents, type StreamBreak } from '../../faults.ts'
import { sseReply, type SseReplyOptions } from './sse-reply.ts'

const start: MessageStreamEvent = {
  type: 'message_start',
  message: {
    model: 'claude-opus-4-6',
    id: 'msg_bdrk_01',
    type: 'message',
    role: 'assistant',
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: { input_tokens: 1, cache_creation_input_tokens: 0, cache_read_input_tokens: 0, output_tokens: 1 },
  },
}
const open: MessageStreamEvent = { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }
const text: MessageStreamEvent = { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Hi\n' } }
const close: MessageStreamEvent = { type: 'content_block_stop', index: 0 }
const stop: MessageStreamEvent = { type: 'message_stop' }

type Step = MessageStreamEvent | Error | number

/** Plays events; a number is a silence of so many milliseconds. */
async function* play(steps: readonly Step[], closed: () => void = () => {}): AsyncGenerator<MessageStreamEvent> {
  try {
    for (const step of steps) {
      if (typeof step === 'number') await new Promise((resolve) => setTimeout(resolve, step))
      else if (step instanceof Error) throw step
      else yield step
    }
  } finally {
    closed()
  }
}

function reply(events: ModelEvents, changes: Partial<SseReplyOptions> = {}) {
  return sseReply({
    events,
    headers: [['Content-Type', 'text/event-stream']],
    toErrorData: ({ code, message }) => JSON.stringify({ type: 'error', code, message }),
    pingMs: 5_000,
    onFailure: () => {},
    ...changes,
  })
}

async function read({ body }: { readonly body: Uint8Array | AsyncIterable<Uint8Array> }): Promise<string[]> {
  const chunks: Uint8Array[] = []
  if (body instanceof Uint8Array) chunks.push(body)
  else for await (const chunk of body) chunks.push(chunk)
  return Buffer.concat(chunks).toString().split('\n\n').slice(0, -1)
}

const names = (events: readonly string[]): string[] => events.map((event) => event.split('\n')[0]?.slice(7) ?? '')

describe('a stream of server-sent events', () => {
  it('names every event by its type, in the order of the model', async () => {
    expect(await read(await reply(play([start, open, text, close, stop])))).toEqual([
      `event: message_start\ndata: ${JSON.stringify(start)}`,
      'event: content_block_start\ndata: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}',
      'event: content_block_delta\ndata: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hi\\n"}}',
      'event: content_block_stop\ndata: {"type":"content_block_stop","index":0}',
      'event: message_stop\ndata: {"type":"message_stop"}',
    ])
  })

  it.each([
    ['at once', [new GatewayError('throttled', 'Slow down')]],
    ['after message_start', [start, new GatewayError('throttled', 'Slow down')]],
    ['after a ping', [start, { type: 'ping' as const }, new GatewayError('throttled', 'Slow down')]],
  ])('has no status yet when it fails %s', async (_, steps) => {
    await expect(reply(play(steps))).rejects.toThrow('Slow down')
  })

  it('has no status yet when it ends before any content', async () => {
    await expect(reply(play([start]))).rejects.toThrow('The model stream ended before its answer was complete.')
  })

  it('pings while the model is silent before its first content, and says nothing else until then', async () => {
    const events = await read(await reply(play([start, 70, open, close, stop]), { pingMs: 20 }))
    const first = names(events).indexOf('message_start')
    expect(first).toBeGreaterThanOrEqual(2)
    expect(events.slice(0, first)).toEqual(Array.from({ length: first }, () => 'event: ping\ndata: {"type":"ping"}'))
    expect(names(events).slice(first)).toEqual([
      'message_start',
      'content_block_start',
      'content_block_stop',
      'message_stop',
    ])
  })

  it('pings while the model is silent in the middle', async () => {
    const events = names(await read(await reply(play([start, open, 400, text, close, stop]), { pingMs: 20 })))
    expect(events.slice(0, 3)).toEqual(['message_start', 'content_block_start', 'ping'])
    expect(events.filter((name) => name !== 'ping')).toEqual([
      'message_start',
      'content_block_start',
      'content_block_delta',
      'content_block_stop',
      'message_stop',
    ])
  })

  it('tells of a failure after a ping, or after content, by an event', async () => {
    const failures: string[] = []
    const onFailure = (error: GatewayError): void => void failures.push(error.message)
    const error = new GatewayError('modelError', 'Oh')
    const told = 'event: error\ndata: {"type":"error","code":"modelError","message":"Oh"}'
    const silent = await read(await reply(play([start, 400, error]), { pingMs: 20, onFailure }))
    expect([silent[0], silent.at(-1)]).toEqual(['event: ping\ndata: {"type":"ping"}', told])
    const late = await read(await reply(play([start, open, error]), { onFailure }))
    expect([names(late), late.at(-1)]).toEqual([['message_start', 'content_block_start', 'error'], told])
    expect(failures).toEqual(['Oh', 'Oh'])
  })

  it('never ends as if it were whole when the model’s stream is cut', async () => {
    expect((await read(await reply(play([start, open, text])))).at(-1)).toContain('modelStreamError')
  })

  it('tells an upstream’s own error once, in the route’s envelope', async () => {
    const error: MessageStreamEvent = { type: 'error', error: { type: 'overloaded_error', message: 'Busy' } }
    expect((await read(await reply(play([start, open, error])))).at(-1)).toBe(
      'event: error\ndata: {"type":"error","code":"modelStreamError","message":"Busy"}',
    )
  })

  it('lets the backend clean up when the caller goes away', async () => {
    let closed = false
    const { body } = await reply(play([start, open, text, close, stop], () => (closed = true)))
    if (body instanceof Uint8Array) throw new Error('expected a stream')
    for await (const _ of body) break
    expect(closed).toBe(true)
  })
})

const broken = (breaks: StreamBreak, after: number): ModelEvents =>
  Object.assign(play([start, open, text, close, stop]), { fault: { after, breaks } })

describe('a broken stream of server-sent events', () => {
  it('has an event that nobody knows, or one without its block', async () => {
    expect(names(await read(await reply(broken({ kind: 'unknown-event' }, 1))))).toEqual([
      'message_start',
      'outcrop_unknown_event',
      'content_block_start',
      'content_block_delta',
      'content_block_stop',
      'message_stop',
    ])
    expect((await read(await reply(broken({ kind: 'empty-block-start' }, 1))))[1]).toBe(
      'event: content_block_start\ndata: {"type":"content_block_start","index":0}',
    )
  })

  it('has JSON that nobody can read, an event cut in half, or the error that was asked for', async () => {
    expect((await read(await reply(broken({ kind: 'bad-crc' }, 3))))[3]).toBe(
      'event: content_block_stop\ndata: {"type":"content_block_stop","index":0]',
    )
    expect(names(await read(await reply(broken({ kind: 'half-frame' }, 2))))).toEqual([
      'message_start',
      'content_block_start',
    ])
    const error = new GatewayError('throttled', 'Slow down')
    expect((await read(await reply(broken({ kind: 'exception', error }, 2)))).at(-1)).toBe(
      'event: error\ndata: {"type":"error","code":"throttled","message":"Slow down"}',
    )
  })

  it('stalls, or is dropped', async () => {
    let waited = 0
    const wait = (): Promise<void> => Promise.resolve(void waited++)
    expect(await read(await reply(broken({ kind: 'stall', wait }, 2)))).toHaveLength(5)
    expect(waited).toBe(1)
    await expect(reply(broken({ kind: 'drop' }, 2)).then(read)).rejects.toBeInstanceOf(ConnectionDropped)
  })
})
