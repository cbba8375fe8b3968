import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { findModel } from '@outcrop/protocol'
import { defaultConfig } from '../src/config/config.ts'
import { type RunningServer, startServer } from '../src/start-server.ts'
import type { Settlement } from '../src/settlement.ts'
import { createUsageLedger, mostRowsADay } from '../src/state/usage.ts'
import { createMemoryStore } from '../src/storage/memory-store.ts'

const quiet = { info() {}, warn() {}, error() {} }
const running: RunningServer[] = []
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.close(0)))
})

async function start(data?: string): Promise<RunningServer> {
  const config = {
    ...defaultConfig,
    listen: { host: '127.0.0.1', port: 0 },
    simulator: { ...defaultConfig.simulator, tokensPerSecond: 0 },
    ...(data !== undefined && { data }),
  }
  const usage = { inputTokens: 1000, outputTokens: 100, cacheReadInputTokens: 50, cacheWriteInputTokens: 20 }
  const server = await startServer(config, { log: quiet, scripts: [{ reply: { text: 'One two.', usage } }] })
  running.push(server)
  server.clock.set(Date.parse('2026-11-25T23:59:00Z'))
  return server
}

const sonnet = 'anthropic.claude-sonnet-4-5-20250929-v1:0'
const opus = 'anthropic.claude-opus-4-6-v1'

async function call({ url }: RunningServer, modelId: string, key = 'ADA', operation = 'converse'): Promise<Response> {
  const authorization = `AWS4-HMAC-SHA256 Credential=${key}/20261125/us-east-1/bedrock/aws4_request, SignedHeaders=host, Signature=0`
  const body = JSON.stringify({ messages: [{ role: 'user', content: [{ text: 'Hello' }] }] })
  const answer = await fetch(`${url}/model/${modelId}/${operation}`, {
    method: 'POST',
    headers: { authorization },
    body,
  })
  await answer.arrayBuffer()
  return answer
}

async function usageOf({ url }: RunningServer, query = ''): Promise<Record<string, unknown>> {
  return (await (await fetch(`${url}/admin/usage${query}`)).json()) as Record<string, unknown>
}

const tokens = (times: number): object => ({
  inputTokens: 1000 * times,
  outputTokens: 100 * times,
  cacheReadTokens: 50 * times,
  cacheWrite5mTokens: 20 * times,
  cacheWrite1hTokens: 0,
})

describe('GET /admin/usage', () => {
  it('adds up what calls used and cost, by whatever it is asked', async () => {
    const server = await start()
    await call(server, `global.${sonnet}`)
    await call(server, `us.${sonnet}`, 'GRACE', 'converse-stream')
    server.clock.set(Date.parse('2026-11-26T00:00:30Z'))
    await call(server, `us.${opus}`)
    const none = { abandoned: 0, failed: 0, unknownCosts: 0 }
    // Sonnet, a call: 1,000 × 3 + 100 × 15 + 50 × 0.3 + 20 × 3.75 millionths, a tenth more in a geography; Opus 5, 25, 0.5, 6.25.
    expect(await usageOf(server, '?from=2026-11-25&to=2026-11-26&groupBy=day,model')).toEqual({
      from: '2026-11-25',
      to: '2026-11-26',
      groupBy: ['day', 'model'],
      rows: [
        { by: { day: '2026-11-25', model: sonnet }, answered: 2, ...none, ...tokens(2), usd: '0.009639' },
        { by: { day: '2026-11-26', model: opus }, answered: 1, ...none, ...tokens(1), usd: '0.008415' },
      ],
      total: { answered: 3, ...none, ...tokens(3), usd: '0.018054' },
    })
    expect(await usageOf(server, '?to=2026-11-25&groupBy=user,scope')).toMatchObject({
      from: '2026-10-27',
      rows: [
        { by: { user: 'ADA', scope: 'global' }, usd: '0.00459' },
        { by: { user: 'GRACE', scope: 'us' }, usd: '0.005049' },
      ],
    })
    expect(await usageOf(server, '?from=2026-11-27&to=2026-11-27')).toMatchObject({ rows: [], total: { usd: '0' } })
  })

  it('carries the tags of an application profile', async () => {
    const server = await start()
    const made = await fetch(`${server.url}/inference-profiles`, {
      method: 'POST',
      body: JSON.stringify({
        inferenceProfileName: 'red',
        modelSource: { copyFrom: `arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.${sonnet}` },
        tags: [{ key: 'team', value: 'red' }],
      }),
    })
    const { inferenceProfileArn } = (await made.json()) as { readonly inferenceProfileArn: string }
    expect((await call(server, encodeURIComponent(inferenceProfileArn))).status).toBe(200)
    await call(server, `us.${sonnet}`)
    expect(await usageOf(server, '?groupBy=tag:team,profile')).toMatchObject({
      rows: [
        { by: { 'tag:team': 'red', profile: inferenceProfileArn }, answered: 1, usd: '0.005049' },
        { by: { 'tag:team': null, profile: null }, answered: 1, usd: '0.005049' },
      ],
    })
  })

  it.each([
    ['?from=yesterday', 'from: expected a day such as 2026-11-25, found "yesterday".'],
    ['?to=2026-02-31', 'to: expected a day such as 2026-11-25, found "2026-02-31".'],
    ['?from=2026-11-26&to=2026-11-25', 'from (2026-11-26) is after to (2026-11-25).'],
    [
      '?groupBy=modle',
      'groupBy: "modle" is nothing to group by: did you mean model? There are day, account, region, user, model, scope, wire, batch, profile, and tag:KEY.',
    ],
    ['?by=model', 'usage has no parameter by: it has from, to, groupBy.'],
  ])('refuses %s', async (query, message) => {
    const server = await start()
    const answer = await fetch(`${server.url}/admin/usage${query}`)
    expect([answer.status, await answer.json()]).toEqual([400, { message }])
  })

  it('forgets with a reset, and comes back with a snapshot', async () => {
    const server = await start()
    await call(server, `us.${sonnet}`)
    const snapshot = await server.world.snapshot()
    await call(server, `us.${sonnet}`)
    await server.world.reset()
    expect(await usageOf(server)).toMatchObject({ rows: [] })
    await server.world.restore(snapshot)
    expect(await usageOf(server, '?to=2026-11-25')).toMatchObject({ rows: [{ answered: 1, usd: '0.005049' }] })
  })

  it('outlives the process where state is kept in a folder', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'outcrop-usage-'))
    try {
      const first = await start(folder)
      await call(first, `us.${sonnet}`)
      await first.close(0)
      const second = await start(folder)
      await call(second, `us.${sonnet}`)
      expect(await usageOf(second, '?to=2026-11-25')).toMatchObject({ rows: [{ answered: 2, usd: '0.010098' }] })
      await second.close(0)
    } finally {
      await rm(folder, { recursive: true })
    }
  })
})

function settlement(user: string, at: number): Settlement {
  const model = findModel('claude-sonnet-4-5')
  if (model === undefined) throw new Error('no model')
  const caller = {
    how: 'sigv4',
    user,
    arn: '',
    userId: '',
    account: '1',
    region: 'us-east-1',
    accessKeyId: null,
  } as const
  const about = { requestId: 'r', modelId: 'm', model, scope: 'us', wire: 'invoke', isBatch: false } as const
  return { ...about, at, caller, application: undefined, outcome: 'failed', usage: undefined, cost: undefined }
}

describe('the ledger of usage', () => {
  it('keeps 400 days, and a bounded number of rows of each', async () => {
    const store = createMemoryStore()
    const ledger = createUsageLedger({ store, log: quiet })
    const today = Date.parse('2026-11-25T12:00:00Z')
    const day = 86_400_000
    for (const ago of [500, 400, 399, 1]) ledger.record(settlement('ada', today - ago * day))
    for (let at = 0; at < mostRowsADay + 50; at += 1) ledger.record(settlement(`user-${at}`, today))
    await ledger.flush()
    for (let at = 0; at < mostRowsADay + 50; at += 1) ledger.record(settlement(`other-${at}`, today))
    const rows = await ledger.rows('2020-01-01', '2027-01-01')
    expect(rows.filter(({ day: of }) => of < '2026-11-25').map(({ day: of }) => of)).toEqual([
      '2025-10-22',
      '2026-11-24',
    ])
    expect(rows).toHaveLength(mostRowsADay + 1 + 2)
    expect(rows.find(({ user }) => user === '(others)')).toMatchObject({
      failed: mostRowsADay + 100,
      region: '(others)',
    })
  })

  it('keeps in memory what cannot be written, and writes it with the next', async () => {
    const store = createMemoryStore()
    const problems: string[] = []
    let isFull = true
    const ledger = createUsageLedger({
      store: { ...store, transact: (work) => (isFull ? Promise.reject(new Error('full')) : store.transact(work)) },
      log: { ...quiet, error: (text) => problems.push(text) },
    })
    ledger.record(settlement('ada', 0))
    await ledger.flush()
    isFull = false
    ledger.record(settlement('ada', 0))
    expect(await ledger.rows('1970-01-01', '1970-01-01')).toMatchObject([{ user: 'ada', failed: 2, usd: '0' }])
    expect(problems).toEqual(['usage could not be written, and is kept in memory'])
  })
})
