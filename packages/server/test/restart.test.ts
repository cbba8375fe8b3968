import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Config, defaultConfig, type RunningServer, startServer, type StartOptions } from '../src/index.ts'

let root = ''
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'outcrop-restart-'))
})
afterAll(() => rm(root, { recursive: true }))

const said: string[] = []
const log = {
  info() {},
  warn: (text: string) => void said.push(text),
  error: (text: string) => void said.push(text),
}

function start(data: string, options: StartOptions = {}, more: Partial<Config> = {}): Promise<RunningServer> {
  const simulator = { ...defaultConfig.simulator, tokensPerSecond: 0 }
  const config = { ...defaultConfig, listen: { host: '127.0.0.1', port: 0 }, simulator, data, ...more }
  said.splice(0)
  return startServer(config, { log, ...options })
}

async function post(server: RunningServer, path: string, body: unknown): Promise<unknown> {
  const answer = await fetch(`${server.url}${path}`, { method: 'POST', body: JSON.stringify(body) })
  return answer.json()
}

/** Input tokens that a call read from the cache, and wrote into it. */
async function ask(server: RunningServer): Promise<readonly [read: number, written: number]> {
  const { usage } = (await post(server, '/model/us.anthropic.claude-opus-4-6-v1/converse', {
    system: [{ text: 'stone '.repeat(6_000) }, { cachePoint: { type: 'default' } }],
    messages: [{ role: 'user', content: [{ text: 'Hi' }] }],
  })) as { usage: { cacheReadInputTokens: number; cacheWriteInputTokens: number } }
  return [usage.cacheReadInputTokens, usage.cacheWriteInputTokens]
}

it('has its clock and its cached prompts again after a restart, and says that the clock was moved', async () => {
  const data = join(root, 'graceful')
  const first = await start(data)
  const [, written] = await ask(first)
  expect(written).toBeGreaterThan(4_096)
  await post(first, '/admin/clock', { advanceMs: 3_600_000 })
  const [, again] = await ask(first)
  expect(again).toBe(written)
  await first.close(0)
  const second = await start(data)
  expect(said).toEqual([
    "the clock is 3600 s ahead of the machine's, as it was when the endpoint stopped: POST /admin/clock sets it",
  ])
  expect(second.clock.ahead()).toBe(3_600_000)
  expect(await ask(second)).toEqual([written, 0])
  await second.close(0)
})

it('is where its start wants it, whatever its clock was', async () => {
  const data = join(root, 'asked')
  const first = await start(data)
  first.clock.advance(3_600_000)
  await first.close(0)
  const second = await start(data, { ahead: 5_000 })
  expect([second.clock.ahead(), said]).toEqual([5_000, []])
  await second.close(0)
})

it('has what a snapshot brought back after a restart, and nothing after a reset', async () => {
  const data = join(root, 'restored')
  const first = await start(data)
  first.clock.advance(60_000)
  const snapshot = { ...(await first.world.snapshot()), documents: { things: [[['a'], { name: 'one' }]] } }
  await first.world.reset()
  expect(first.clock.ahead()).toBe(0)
  await post(first, '/admin/restore', snapshot)
  await first.close(0)
  const second = await start(data)
  expect(await second.world.snapshot()).toEqual(snapshot)
  await second.world.reset()
  await second.close(0)
  const third = await start(data)
  expect(await third.world.snapshot()).toEqual({
    outcrop: 'snapshot/1',
    documents: {},
    parts: { batch: {}, clock: { aheadMs: 0 }, scripts: null, promptCache: [], quotas: [], usage: null },
  })
  await third.close(0)
})

it('gives its folder back when it cannot listen, and holds it while it runs', async () => {
  const data = join(root, 'held')
  const first = await start(data)
  expect(first.data).toBe(data)
  await expect(start(data)).rejects.toThrow(
    `the data folder ${data} is in use by process ${process.pid} (this one) since `,
  )
  await first.close(0)
  const config = { ...defaultConfig, listen: { host: '203.0.113.1', port: 0 }, data }
  await expect(startServer(config, { log })).rejects.toThrow('203.0.113.1')
  await (await start(data)).close(0)
})

it('has used what it had used of its quotas before a restart', async () => {
  const data = join(root, 'quotas')
  const quotas = { limits: [{ requestsPerMinute: 1 }], retryAfter: false }
  const first = await start(data, {}, { quotas })
  expect(await ask(first)).toHaveLength(2)
  await first.close(0)
  const second = await start(data, {}, { quotas })
  const refused = await post(second, '/model/us.anthropic.claude-opus-4-6-v1/converse', {
    messages: [{ role: 'user', content: [{ text: 'Hi' }] }],
  })
  expect(refused).toEqual({ message: 'Too many requests, please wait before trying again.' })
  await second.close(0)
})
