import { once } from 'node:events'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { connect } from 'node:http2'
import { afterEach, describe, expect, it } from 'vitest'
import { printUsd } from '@outcrop/protocol'
import { defaultConfig } from '../src/config/config.ts'
import type { Script } from '../src/script.ts'
import type { Settlement } from '../src/settlement.ts'
import { type RunningServer, startServer } from '../src/start-server.ts'

const ignore = (): void => {}
const running: RunningServer[] = []
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.close(0)))
})

interface Endpoint {
  readonly url: string
  /** Resolves once so many calls are settled. */
  readonly settled: (count: number) => Promise<readonly Settlement[]>
}

async function start(script: Script, tokensPerSecond = 0): Promise<Endpoint> {
  const settlements: Settlement[] = []
  let heard = ignore
  const server = await startServer(
    {
      ...defaultConfig,
      listen: { host: '127.0.0.1', port: 0 },
      simulator: { ...defaultConfig.simulator, tokensPerSecond },
    },
    {
      scripts: [script],
      log: { info() {}, warn() {}, error() {} },
      onSettled: (settlement) => {
        settlements.push(settlement)
        heard()
      },
    },
  )
  running.push(server)
  const settled = async (count: number): Promise<readonly Settlement[]> => {
    while (settlements.length < count) {
      await new Promise<void>((resolve) => {
        heard = resolve
      })
    }
    return settlements
  }
  return { url: server.url, settled }
}

const sonnet = 'anthropic.claude-sonnet-4-5-20250929-v1:0'
const counted: Script = {
  reply: {
    text: 'One two three.',
    usage: { inputTokens: 1234, outputTokens: 567, cacheReadInputTokens: 100_003, cacheWriteInputTokens: 1001 },
  },
}
const messagesBody = {
  anthropic_version: 'bedrock-2023-05-31',
  max_tokens: 64,
  messages: [{ role: 'user', content: 'Hello' }],
}
const converseBody = { messages: [{ role: 'user', content: [{ text: 'Hello' }] }] }
const anthropic = (fields: object): object => ({ max_tokens: 64, messages: messagesBody.messages, ...fields })

type Wire = readonly [name: string, path: string, body: object, headers: Readonly<Record<string, string>>]

const wholes: readonly Wire[] = [
  ['InvokeModel', `/model/us.${sonnet}/invoke`, messagesBody, {}],
  ['Converse', `/model/us.${sonnet}/converse`, converseBody, {}],
  ['Messages on the runtime', '/anthropic/v1/messages', anthropic({ model: `us.${sonnet}` }), {}],
  ['Messages on mantle', '/mantle/anthropic/v1/messages', anthropic({ model: 'anthropic.claude-sonnet-4-5' }), {}],
  ['Messages of Anthropic', '/v1/messages', anthropic({ model: 'claude-sonnet-4-5' }), { 'x-api-key': 'x' }],
]
const streams: readonly Wire[] = [
  ['InvokeModel', `/model/us.${sonnet}/invoke-with-response-stream`, messagesBody, {}],
  ['Converse', `/model/us.${sonnet}/converse-stream`, converseBody, {}],
  ['Messages on the runtime', '/anthropic/v1/messages', anthropic({ model: `us.${sonnet}`, stream: true }), {}],
  [
    'Messages on mantle',
    '/mantle/anthropic/v1/messages',
    anthropic({ model: 'anthropic.claude-sonnet-4-5', stream: true }),
    {},
  ],
  [
    'Messages of Anthropic',
    '/v1/messages',
    anthropic({ model: 'claude-sonnet-4-5', stream: true }),
    { 'x-api-key': 'x' },
  ],
]

function post({ url }: Endpoint, [, path, body, headers]: Wire): Promise<Response> {
  const all = { 'content-type': 'application/json', 'anthropic-version': '2023-06-01', ...headers }
  return fetch(url + path, { method: 'POST', headers: all, body: JSON.stringify(body) })
}

const costOf = ({ cost }: Settlement): string | undefined =>
  cost?.total.kind === 'known' ? printUsd(cost.total.usd) : undefined

describe('what a call costs', () => {
  // By hand: (1,234 × 3.3 + 567 × 16.5 + 100,003 × 0.33 + 1,001 × 4.125) / 1,000,000; a tenth less in the global scope.
  const regional = '0.050557815'

  it.each(wholes)('stands in the headers of %s', async (...wire) => {
    const endpoint = await start(counted)
    const answer = await post(endpoint, wire)
    await answer.arrayBuffer()
    expect(answer.status).toBe(200)
    const [settled] = await endpoint.settled(1)
    const cost = settled?.scope === 'global' ? '0.04596165' : regional
    expect([answer.headers.get('x-outcrop-cost'), settled && costOf(settled)]).toEqual([cost, cost])
    expect(settled).toMatchObject({ outcome: 'answered', usage: { input_tokens: 1234, output_tokens: 567 } })
    expect(settled?.requestId).toBe(answer.headers.get('x-amzn-requestid'))
  })

  it.each(streams)('is known at the end of a stream of %s, whose headers tell the prices', async (...wire) => {
    const endpoint = await start(counted)
    const answer = await post(endpoint, wire)
    await answer.arrayBuffer()
    const [settled] = await endpoint.settled(1)
    const isGlobal = settled?.scope === 'global'
    expect(answer.headers.get('x-outcrop-prices')).toBe(
      isGlobal
        ? 'input=3, output=15, cacheWrite5m=3.75, cacheWrite1h=6, cacheRead=0.3'
        : 'input=3.3, output=16.5, cacheWrite5m=4.125, cacheWrite1h=6.6, cacheRead=0.33',
    )
    expect(settled).toMatchObject({ outcome: 'answered', usage: { input_tokens: 1234, output_tokens: 567 } })
    expect(settled && costOf(settled)).toBe(isGlobal ? '0.04596165' : regional)
  })

  it('is unknown where the caller asks for what no source gives a price of', async () => {
    const endpoint = await start(counted)
    const [, path, body] = wholes[1] ?? ['', '', {}]
    const tier = await post(endpoint, ['', path, { ...body, serviceTier: { type: 'flex' } }, {}])
    expect(tier.headers.get('x-outcrop-cost')).toBe(
      'unknown (input, cacheWrite5m, cacheRead, output: no source gives the prices of this service tier)',
    )
    const latency = await post(endpoint, ['', path, { ...body, performanceConfig: { latency: 'optimized' } }, {}])
    expect(latency.headers.get('x-outcrop-cost')).toContain('no source gives the prices of this latency')
  })

  it('is nothing for counting, and for what is refused', async () => {
    const endpoint = await start(counted)
    const count = { input: { converse: converseBody } }
    const answer = await post(endpoint, ['', `/model/${sonnet}/count-tokens`, count, {}])
    expect([answer.status, answer.headers.get('x-outcrop-cost')]).toEqual([200, null])
    const refused = await post(endpoint, ['', `/model/us.${sonnet}/converse`, { messages: [] }, {}])
    expect([refused.status, refused.headers.get('x-outcrop-cost')]).toEqual([400, null])
  })
})

const paced: Script = { reply: { text: 'stone '.repeat(2000) } }

/** Opens a stream, reads its first bytes and ends the socket under it. */
async function leaveHttp1({ url }: Endpoint, [, path, body]: Wire): Promise<void> {
  const req = httpRequest(url + path, { method: 'POST', agent: false, headers: { 'anthropic-version': '2023-06-01' } })
  req.on('error', () => {})
  req.end(JSON.stringify(body))
  const [res] = (await once(req, 'response')) as [IncomingMessage]
  res.on('error', () => {})
  await once(res, 'data')
  req.destroy()
}

async function leaveHttp2({ url }: Endpoint, [, path, body]: Wire): Promise<void> {
  const session = connect(url)
  session.on('error', () => {})
  const stream = session.request({ ':method': 'POST', ':path': path, 'anthropic-version': '2023-06-01' })
  stream.on('error', () => {})
  stream.end(JSON.stringify(body))
  await once(stream, 'data')
  session.destroy()
}

describe.each([
  ['HTTP/1.1', leaveHttp1],
  ['HTTP/2', leaveHttp2],
] as const)('a stream over %s', (_, leave) => {
  it.each(streams.slice(0, 3))(
    'of %s that its caller leaves is settled with what was written until then',
    async (...wire) => {
      const endpoint = await start(paced, 200)
      await leave(endpoint, wire)
      const [settled] = await endpoint.settled(1)
      expect(settled?.outcome).toBe('abandoned')
      const { output_tokens: written = 0, input_tokens: read = 0 } = settled?.usage ?? {}
      expect(written).toBeGreaterThanOrEqual(1)
      expect(written).toBeLessThan(1000)
      expect(settled?.cost).toMatchObject({
        items: [
          { item: 'input', tokens: read },
          { item: 'output', tokens: written },
        ],
        total: { kind: 'known', usd: BigInt(read) * 3_300_000n + BigInt(written) * 16_500_000n },
      })
    },
  )
})

describe('a call that goes wrong', () => {
  it.each(['cut', 'drop', 'reset', 'half-frame', 'throttled', 'modelStreamError'] as const)(
    'by %s in the middle of a stream has failed',
    async (kind) => {
      const endpoint = await start({ reply: { text: 'One two three four.', fault: { kind, after: 3 } } })
      for (const wire of streams.slice(0, 3))
        await post(endpoint, wire).then((answer) => answer.arrayBuffer().catch(() => {}))
      const settlements = await endpoint.settled(3)
      expect(settlements.map(({ outcome }) => outcome)).toEqual(['failed', 'failed', 'failed'])
      expect(settlements[0]?.usage?.input_tokens).toBeGreaterThan(0)
    },
  )

  it('before its answer has used nothing', async () => {
    const endpoint = await start({ reply: { fault: 'throttled' } })
    for (const wire of [...wholes.slice(0, 3), ...streams.slice(0, 3)])
      expect((await post(endpoint, wire)).status).toBe(429)
    const settlements = await endpoint.settled(6)
    expect(settlements.map(({ outcome, usage, cost }) => [outcome, usage, cost])).toEqual(
      Array.from({ length: 6 }, () => ['failed', undefined, undefined]),
    )
  })
})
