import { expect, it } from 'vitest'
import { BedrockFailureError } from '../reliability/bedrock-failure.ts'
import type { WireEvent } from '../wires/wire-adapter.ts'
import { takeEvents, toStreamedResponse } from './streamed-answer.ts'

const start = { name: 'message_start', data: '{"type":"message_start"}' }
const stop = { name: 'message_stop', data: '{"type":"message_stop"}' }

it('writes events as Anthropic does', async () => {
  const response = toStreamedResponse(list(start, stop), { status: 200 })
  expect(await response.text()).toBe(
    'event: message_start\ndata: {"type":"message_start"}\n\nevent: message_stop\ndata: {"type":"message_stop"}\n\n',
  )
})

it('tells of a failure after the first content in an event of its own, and ends', async () => {
  const text = await toStreamedResponse(broken(), { status: 200 }).text()
  expect(text.split('\n').slice(3, 4)).toEqual(['event: error'])
  expect(JSON.parse(text.split('\n')[4]?.slice('data: '.length) ?? '')).toEqual({
    type: 'error',
    error: {
      type: 'rate_limit_error',
      message: 'Too many tokens',
      aws_code: 'ThrottlingException',
      status: 429,
      region: 'us-east-1',
    },
    request_id: 'r-1',
  })
})

it('reads no further than its reader', async () => {
  let read = 0
  async function* endless(): AsyncGenerator<WireEvent> {
    for (;;) {
      read += 1
      yield start
    }
  }
  const reader = toStreamedResponse(endless(), { status: 200 }).body?.getReader()
  await reader?.read()
  await reader?.read()
  expect(read).toBe(2)
})

it('ends the call when its body is abandoned', async () => {
  let isEnded = false
  async function* events(): AsyncGenerator<WireEvent> {
    try {
      for (;;) yield start
    } finally {
      isEnded = true
    }
  }
  const reader = toStreamedResponse(events(), { status: 200 }).body?.getReader()
  await reader?.read()
  await reader?.cancel()
  expect(isEnded).toBe(true)
})

it('gives its events away once, as long as nobody reads the body', async () => {
  const response = toStreamedResponse(list(start, stop), { status: 200 })
  expect(await takeEvents(response)?.next()).toEqual({ done: false, value: start })
  expect(takeEvents(response)).toBeUndefined()
  const read = toStreamedResponse(list(start), { status: 200 })
  read.body?.getReader()
  expect(takeEvents(read)).toBeUndefined()
  expect(takeEvents(new Response('x'))).toBeUndefined()
})

async function* broken(): AsyncGenerator<WireEvent> {
  yield start
  throw new BedrockFailureError({
    status: 429,
    awsCode: 'ThrottlingException',
    type: 'rate_limit_error',
    message: 'Too many tokens',
    requestId: 'r-1',
    region: 'us-east-1',
    retryable: true,
  })
}

async function* list(...events: WireEvent[]): AsyncGenerator<WireEvent> {
  yield* events
}
