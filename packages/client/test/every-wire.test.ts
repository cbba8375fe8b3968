import { createServer, request as forward } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Outcrop } from '@outcrop/testkit'
import type { CallReport, ClientWire } from '../src/options.ts'
import { clientOf, message, startScripted, startStrict } from './support.ts'

// A model that every wire has.
const model = 'claude-haiku-4-5'
const question = { role: 'user' as const, content: 'What is a mill?' }
const wires: readonly ClientWire[] = ['invoke', 'runtime-messages', 'mantle', 'converse']

let outcrop: Outcrop
beforeAll(async () => {
  outcrop = await startStrict()
})
afterEach(() => outcrop.reset())
afterAll(() => outcrop.close())

describe.each(wires)('on the wire %s', (wire) => {
  // CLIENTS §3, no. 14.
  it('a prefix is cached for an hour, and read again', async () => {
    const client = clientOf(outcrop, { wire })
    const text = `Of the wire ${wire}. ${'A mill grinds grain. '.repeat(1500)}`
    const system = [{ type: 'text' as const, text, cache_control: { type: 'ephemeral' as const, ttl: '1h' as const } }]
    const ask = () => client.messages.create({ model, max_tokens: 50, system, messages: [question] })
    const first = await ask()
    const written = first.usage.cache_creation_input_tokens ?? 0
    expect(written).toBeGreaterThan(4096)
    expect(first.usage.cache_creation).toMatchObject({ ephemeral_1h_input_tokens: written })
    expect((await ask()).usage).toMatchObject({ cache_creation_input_tokens: 0, cache_read_input_tokens: written })
  })

  // CLIENTS §3, no. 16: the endpoint refuses a thought of which a byte is changed.
  it.each(['whole', 'streamed'])('thoughts of an answer that came %s are taken back as they were', async (way) => {
    const client = clientOf(outcrop, { wire })
    const params = { model, max_tokens: 3000, thinking: { type: 'enabled' as const, budget_tokens: 1024 } }
    const asked = { ...params, messages: [question] }
    const { content } = await (way === 'whole'
      ? client.messages.create(asked)
      : client.messages.stream(asked).finalMessage())
    expect(content[0]).toMatchObject({ type: 'thinking', signature: expect.stringMatching(/.{20}/) as string })
    const history = [question, { role: 'assistant' as const, content }, question]
    await expect(client.messages.create({ ...params, messages: history })).resolves.toMatchObject({ role: 'assistant' })
    const [thought] = content
    const changed = thought?.type === 'thinking' ? [{ ...thought, thinking: 'Changed.' }, ...content.slice(1)] : content
    const wrong = [question, { role: 'assistant' as const, content: changed }, question]
    await expect(client.messages.create({ ...params, messages: wrong })).rejects.toMatchObject({ status: 400 })
  })

  // CLIENTS §3, no. 21.
  it('a signature holds behind a proxy that edits headers', async () => {
    await using proxy = await startEditingProxy(outcrop.url)
    const answer = await clientOf(outcrop, {
      wire,
      baseURL: proxy.url,
      defaultHeaders: { 'x-team': 'docs' },
    }).messages.create({ model, max_tokens: 50, messages: [question] })
    expect(answer.role).toBe('assistant')
    expect(proxy.edited).toBe(1)
  })

  // CLIENTS §3, no. 27.
  it('every attempt is told of, with its times and ids and nothing of what was said', async () => {
    const reports: CallReport[] = []
    outcrop.script({ replies: [{ fault: 'throttled' }, { text: 'A mill grinds.' }] })
    const options = { wire, maxRetries: 1, random: () => 0, onCall: (report: CallReport) => reports.push(report) }
    await clientOf(outcrop, options).messages.create({ model, max_tokens: 50, messages: [question] })
    const told = {
      wire,
      because: 'asked',
      region: 'us-east-1',
      modelId: expect.stringContaining('haiku-4-5') as string,
    }
    expect(reports).toMatchObject([
      { ...told, status: 429 },
      { ...told, status: 200 },
    ])
    for (const { requestId, headersMs } of reports) {
      expect(requestId).toMatch(/./)
      expect(headersMs).toBeGreaterThanOrEqual(0)
    }
    expect(JSON.stringify(reports)).not.toMatch(/mill|AKIA|Signature/)
  })
})

it('puts the profile of a user into the body, where Bedrock looks for it, as the official client does', async () => {
  await using server = await startScripted(() => ({ body: JSON.stringify(message) }))
  await clientOf(outcrop, { baseURL: server.url, capabilities: 'send' }).messages.create(
    { model, max_tokens: 50, messages: [question] },
    { headers: { 'anthropic-user-profile-id': 'uprof_1' } },
  )
  expect(JSON.parse(server.asked[0]?.body ?? '')).toMatchObject({ user_profile_id: 'uprof_1' })
  expect(server.asked[0]?.headers).not.toHaveProperty('anthropic-user-profile-id')
})

/** A proxy such as companies have: it adds, replaces and drops headers on the way. */
async function startEditingProxy(target: string) {
  const { hostname, port } = new URL(target)
  let edited = 0
  const server = createServer((request, response) => {
    edited += 1
    const { accept: _, 'x-team': __, connection: ___, ...rest } = request.headers
    const headers = { ...rest, 'user-agent': 'proxy/1', via: '1.1 proxy', 'x-forwarded-for': '10.0.0.1' }
    const onward = forward({ hostname, port, method: request.method, path: request.url, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    request.pipe(onward)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get edited() {
      return edited
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
