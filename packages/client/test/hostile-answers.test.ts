import { expect, it } from 'vitest'
import { createBedrockFetch } from '../src/transport.ts'

const megabyte = new TextEncoder().encode('x'.repeat(1024 * 1024))

/** A body that never ends, and how much of it was taken. */
function endless(start: string) {
  const seen = { bytes: 0, isCancelled: false }
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(new TextEncoder().encode(start)),
    pull(controller) {
      seen.bytes += megabyte.length
      controller.enqueue(megabyte)
    },
    cancel: () => void (seen.isCancelled = true),
  })
  return { seen, body }
}

function ask(response: Response, stream: boolean): Promise<Response> {
  const fetch = createBedrockFetch({
    awsRegion: 'us-east-1',
    apiKey: 'ABSKQmVkcm9ja0FQSUtleS1hLWF0LTEyMzQ1Njc4OTAxMjpzZWNyZXQ=',
    wire: 'runtime-messages',
    fetch: async () => response,
  })
  const messages = [{ role: 'user', content: 'Hi' }]
  return fetch('/v1/messages', {
    method: 'POST',
    body: JSON.stringify({ model: 'claude-opus-5', max_tokens: 9, messages, stream }),
  })
}

async function told(response: Response): Promise<readonly [status: number, message: string]> {
  const { error } = (await response.json()) as { error: { message: string } }
  return [response.status, error.message]
}

it('gives up on a whole answer that has no end', async () => {
  const { seen, body } = endless('{"type":"message","content":"')
  const [status, message] = await told(await ask(new Response(body), false))
  expect(status).toBe(502)
  expect(message).toMatch(/^The answer is longer than 64 MB, which no model writes: it was given up on\./)
  expect(seen.isCancelled).toBe(true)
  expect(seen.bytes).toBeLessThan(70 * megabyte.length)
})

it('gives up on an event that has no end', async () => {
  const { seen, body } = endless('event: content_block_delta\ndata: {"type":"')
  const headers = { 'content-type': 'text/event-stream' }
  const [status, message] = await told(await ask(new Response(body, { headers }), true))
  expect(status).toBe(502)
  expect(message).toMatch(/^An event of the stream is longer than 64 MB/)
  expect(seen.isCancelled).toBe(true)
})

it.each(['{abc}', '{"type":"message"', '{}x'])('takes %s under a status of success for no answer', async (body) => {
  const headers = { 'content-type': 'application/json' }
  const [status, message] = await told(await ask(new Response(body, { headers }), false))
  expect(status).toBe(502)
  expect(message).toMatch(/^The answer to \/v1\/messages has status 200 and is none \(application\/json\)/)
})

it('names the Region of a call that nobody answered in time', async () => {
  const fetch = createBedrockFetch({
    awsRegion: 'eu-west-1',
    apiKey: 'ABSKQmVkcm9ja0FQSUtleS1hLWF0LTEyMzQ1Njc4OTAxMjpzZWNyZXQ=',
    maxRetries: 0,
    timeouts: { firstByte: 20 },
    fetch: (_, init) =>
      new Promise((_resolve, reject) => init?.signal?.addEventListener('abort', () => reject(new Error('aborted')))),
  })
  const body = { model: 'claude-opus-5', max_tokens: 9, messages: [{ role: 'user', content: 'Hi' }], stream: true }
  const call = fetch('/v1/messages', { method: 'POST', body: JSON.stringify(body) })
  await expect(call).rejects.toMatchObject({ name: 'TimeLimitError', limit: 'firstByte', ms: 20, region: 'eu-west-1' })
})
