import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { defaultConfig, type RunningServer, startServer } from '@outcrop/server'
import { afterEach, describe, expect, it } from 'vitest'
import { createTestIo } from '../../test/support/test-io.ts'
import { main } from '../main.ts'

const running: RunningServer[] = []
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.close(0)))
})

const keys = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' }
const signed = { AWS_ACCESS_KEY_ID: keys.accessKeyId, AWS_SECRET_ACCESS_KEY: keys.secretAccessKey }

async function start(admin: boolean): Promise<RunningServer> {
  const usage = { inputTokens: 1000, outputTokens: 100 }
  const server = await startServer(
    {
      ...defaultConfig,
      listen: { host: '127.0.0.1', port: 0 },
      auth: {
        mode: 'strict',
        credentials: [
          { user: 'ada', ...keys, admin },
          { user: 'ci', bearer: 'outcrop-test-key-of-no-use', admin },
        ],
      },
    },
    { log: { info() {}, warn() {}, error() {} }, scripts: [{ reply: { text: 'One.', usage } }] },
  )
  running.push(server)
  server.clock.set(Date.parse('2026-11-25T12:00:00Z'))
  for (const [model, tier] of [
    ['us.anthropic.claude-opus-4-6-v1', 'default'],
    ['global.anthropic.claude-sonnet-4-6', 'default'],
    ['us.anthropic.claude-opus-4-6-v1', 'flex'],
  ]) {
    const body = JSON.stringify({
      messages: [{ role: 'user', content: [{ text: 'Hello' }] }],
      serviceTier: { type: tier },
    })
    const headers = { authorization: 'Bearer outcrop-test-key-of-no-use' }
    await (await fetch(`${server.url}/model/${model}/converse`, { method: 'POST', body, headers })).arrayBuffer()
  }
  return server
}

async function run(argv: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const test = createTestIo({ env, now: Date.now })
  return { code: await main(['usage', ...argv], test.io), out: test.out(), err: test.err() }
}

describe('outcrop usage', () => {
  it.each([
    ['keys', signed],
    ['a bearer key', { AWS_BEARER_TOKEN_BEDROCK: 'outcrop-test-key-of-no-use' }],
  ])('prints what calls used and cost to an operator with %s', async (_, env) => {
    const { url } = await start(true)
    const { code, out, err } = await run(['--url', url], env)
    expect([code, err]).toEqual([0, ''])
    // By hand: 1,000 × 3 + 100 × 15 millionths; 1,000 × 5.5 + 100 × 27.5, and no price of the flex tier is known.
    expect(out.split('\n').map((line) => line.split(/ {2,}/))).toEqual([
      ['model', 'calls', 'left', 'failed', 'input', 'cache read', 'cache write', 'output', 'US dollars'],
      ['anthropic.claude-opus-4-6-v1', '2', '0', '0', '2000', '0', '0', '200', '0.00825 + ?'],
      ['anthropic.claude-sonnet-4-6', '1', '0', '0', '1000', '0', '0', '100', '0.0045'],
      ['total', '3', '0', '0', '3000', '0', '0', '300', '0.01275 + ?'],
      ['+ ?: besides 1 of which no source gives every price'],
      [''],
    ])
  })

  it('tells of other days and groups, and in JSON', async () => {
    const { url } = await start(true)
    const empty = await run(['--url', url, '--from', '2026-01-01', '--to', '2026-01-31'], signed)
    expect(empty.out).toBe('No model was called from 2026-01-01 to 2026-01-31 (UTC).\n')
    const { out } = await run(['--url', url, '--by', 'user,tag:team', '--json'], signed)
    expect(JSON.parse(out)).toMatchObject({
      to: '2026-11-25',
      rows: [{ by: { user: 'ci', 'tag:team': null }, answered: 3, usd: '0.01275' }],
    })
  })

  it('says what to do when it gets no answer', async () => {
    const { url } = await start(false)
    const denied = await run(['--url', url], signed)
    expect([denied.code, denied.out]).toEqual([1, ''])
    expect(denied.err).toContain('AccessDeniedException')
    expect(denied.err).toContain('give its credential "admin: true" in auth.credentials.')
    const other = createServer((_, response) => response.end('<p>'))
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    const elsewhere = `http://127.0.0.1:${(other.address() as AddressInfo).port}`
    expect((await run(['--url', elsewhere])).err).toContain('did not answer with JSON: is it an Outcrop endpoint?')
    await new Promise((resolve) => other.close(resolve))
    expect((await run(['--url', elsewhere])).err).toContain('nothing answers at')
    const operator = await start(true)
    expect((await run(['--url', operator.url, '--by', 'modle'], signed)).err).toContain('did you mean model?')
  })
})
