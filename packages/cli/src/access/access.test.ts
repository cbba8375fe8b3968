import { defaultConfig, type RunningServer, startServer } from '@outcrop/server'
import { afterEach, expect, it } from 'vitest'
import { createTestIo } from '../../test/support/test-io.ts'
import { main } from '../main.ts'

const haiku = 'anthropic.claude-haiku-4-5-20251001-v1:0'
const running: RunningServer[] = []
afterEach(async () => {
  for (const server of running.splice(0)) await server.close(0)
})

async function start(config: Partial<typeof defaultConfig> = {}): Promise<RunningServer> {
  const quiet = { info: () => {}, warn: () => {}, error: () => {} }
  const listen = { host: '127.0.0.1', port: 0 }
  const server = await startServer({ ...defaultConfig, listen, access: { policy: 'admin' }, ...config }, { log: quiet })
  running.push(server)
  return server
}

async function run({ url }: RunningServer, argv: readonly string[], env = {}) {
  const test = createTestIo({ env, now: Date.now })
  const code = await main(['access', ...argv, '--url', url], test.io)
  return { code, out: test.out(), err: test.err() }
}

const form = ['--company', 'Ada & Co', '--website', 'https://ada.example', '--use-case', 'Tests']

it('asks for access, which an operator grants and takes', async () => {
  const server = await start()
  const unfilled = await run(server, ['request', 'claude-haiku-4-5'])
  expect([unfilled.code, unfilled.out]).toEqual([2, ''])
  expect(unfilled.err).toContain('companyName, companyWebsite, useCases is missing: fill it in with --form FILE')
  expect(await run(server, ['request', 'claude-haiku-4-5', ...form])).toEqual({
    code: 0,
    out: `${haiku} in us-east-1: PENDING\n`,
    err: '',
  })
  expect((await run(server, ['grant', 'claude-haiku-4-5'])).out).toBe(`${haiku} granted: all accounts, all Regions\n`)
  const list = await run(server, ['list', '--model', 'claude-haiku-4-5'])
  expect(list.out.split('\n').map((line) => line.split(/ {2,}/))).toEqual([
    ['Model', 'Region', 'Status', 'Form'],
    [haiku, 'us-east-1', 'AVAILABLE', 'yes'],
    [''],
  ])
  await run(server, ['revoke', 'claude-haiku-4-5', '--region', 'us-east-1'])
  expect(JSON.parse((await run(server, ['list', '--model', haiku, '--json'])).out)).toEqual([
    { model: haiku, region: 'us-east-1', status: 'NOT_AUTHORIZED', form: true },
  ])
})

it('signs as the operator of a strict endpoint', async () => {
  const credentials = [{ user: 'root', accessKeyId: 'AKIDROOT', secretAccessKey: 'hush', admin: true }]
  const server = await start({ auth: { mode: 'strict', credentials } })
  const env = { AWS_ACCESS_KEY_ID: 'AKIDROOT', AWS_SECRET_ACCESS_KEY: 'hush' }
  expect(await run(server, ['grant', 'claude-haiku-4-5'], env)).toMatchObject({ code: 0, err: '' })
  expect((await run(server, ['grant', 'claude-haiku-4-5'])).code).toBe(1)
})
