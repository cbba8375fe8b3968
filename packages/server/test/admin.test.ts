import { afterEach, describe, expect, it } from 'vitest'
import { defaultConfig } from '../src/config/config.ts'
import { type RunningServer, startServer, type StartOptions } from '../src/start-server.ts'
import type { Config } from '../src/config/config.ts'

const running: RunningServer[] = []
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.close(0)))
})

async function start(config: Partial<Config> = {}, options: StartOptions = {}): Promise<RunningServer> {
  const log = { info() {}, warn() {}, error() {} }
  const server = await startServer(
    { ...defaultConfig, listen: { host: '127.0.0.1', port: 0 }, ...config },
    { log, ...options },
  )
  running.push(server)
  return server
}

interface Answer {
  readonly status: number
  readonly type: string | null
  readonly body: unknown
}

async function ask(
  { url }: RunningServer,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(url + path, {
    method,
    headers,
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  return {
    status: response.status,
    type: response.headers.get('x-amzn-errortype')?.split(':')[0] ?? null,
    body: await response.json(),
  }
}

const converse = (server: RunningServer, modelId: string): Promise<Answer> =>
  ask(server, 'POST', `/model/${encodeURIComponent(modelId)}/converse`, {
    messages: [{ role: 'user', content: [{ text: 'Hello' }] }],
  })

describe('the clock of an endpoint', () => {
  it('is read, set and moved, and models retire on it', async () => {
    const server = await start({ fidelity: 'aws' })
    const opus41 = 'us.anthropic.claude-opus-4-1-20250805-v1:0'
    const { body } = await ask(server, 'POST', '/admin/clock', { now: '2027-01-08T07:59:00Z' })
    expect(body).toMatchObject({ now: expect.stringMatching(/^2027-01-08T07:59:00/) })
    expect((await converse(server, opus41)).status).toBe(200)
    await ask(server, 'POST', '/admin/clock', { advanceMs: 120_000 })
    expect((await ask(server, 'GET', '/admin/clock')).body).toMatchObject({
      now: expect.stringMatching(/^2027-01-08T08:01:00/),
    })
    expect(await converse(server, opus41)).toEqual({
      status: 404,
      type: 'ResourceNotFoundException',
      body: {
        message:
          'This model version has reached the end of its life. Please refer to the AWS documentation for more details.',
      },
    })
  })

  it.each([
    [undefined],
    ['{'],
    [{}],
    [{ now: 'soon' }],
    [{ now: '2027-01-08T07:59:00Z', advanceMs: 1 }],
    [{ advanceMs: 1.5 }],
    [{ advanceMs: '60000' }],
    [{ now: '+275760-09-13T00:00:00Z' }],
    [[]],
    [null],
  ])('does not move for %j', async (body) => {
    const server = await start()
    const before = server.clock.ahead()
    const answer = await ask(server, 'POST', '/admin/clock', body)
    expect([answer.status, answer.type, server.clock.ahead()]).toEqual([400, 'ValidationException', before])
  })
})

describe('the state of an endpoint', () => {
  it('is forgotten by a reset, the clock set back with it', async () => {
    const server = await start({}, { ahead: 5_000 })
    server.script({ reply: { text: 'Scripted.' } })
    server.clock.advance(1_000_000)
    expect(await ask(server, 'POST', '/admin/reset')).toEqual({ status: 200, type: null, body: {} })
    expect(server.clock.ahead()).toBe(5_000)
    const { body } = await converse(server, 'us.anthropic.claude-opus-4-6-v1')
    expect(JSON.stringify(body)).not.toContain('Scripted.')
  })

  it('is saved as a snapshot and brought back from it', async () => {
    const server = await start()
    server.clock.advance(3_600_000)
    const { body: snapshot } = await ask(server, 'GET', '/admin/snapshot')
    expect(snapshot).toMatchObject({ outcrop: 'snapshot/1', parts: { clock: { aheadMs: 3_600_000 } } })
    server.clock.advance(3_600_000)
    expect((await ask(server, 'POST', '/admin/restore', snapshot)).status).toBe(200)
    expect(server.clock.ahead()).toBe(3_600_000)
  })

  it.each([[{}], [[]], ['"snapshot/1"'], [{ outcrop: 'snapshot/2' }]])('is not restored from %j', async (body) => {
    const server = await start()
    const answer = await ask(server, 'POST', '/admin/restore', body)
    expect(answer).toMatchObject({ status: 400, type: 'ValidationException' })
  })
})

const bearer = (name: string): string =>
  `ABSK${Buffer.from(`BedrockAPIKey-${name}-at-123456789012:hush`).toString('base64')}`

describe('the door of the admin API', () => {
  it('names what there is to whoever asks for something else', async () => {
    const server = await start()
    const unknown = await ask(server, 'GET', '/admin/users')
    expect(unknown.status).toBe(404)
    expect(unknown.body).toMatchObject({ message: expect.stringContaining('its paths are') })
    const { body } = await ask(server, 'DELETE', '/admin/clock')
    expect(body).toEqual({ message: 'The admin API has no /admin/clock: not with DELETE.' })
  })

  it('lets no web page in', async () => {
    const server = await start()
    for (const headers of [{ origin: 'https://evil.example' }, { 'sec-fetch-site': 'cross-site' }]) {
      const answer = await ask(server, 'POST', '/admin/reset', undefined, headers as Record<string, string>)
      expect([answer.status, answer.type]).toEqual([403, 'AccessDeniedException'])
    }
  })

  it('asks a strict endpoint’s callers for a credential of an operator', async () => {
    const credentials = [
      { user: 'dev', bearer: bearer('dev') },
      { user: 'ops', bearer: bearer('ops'), admin: true },
    ]
    const server = await start({ auth: { mode: 'strict', credentials } })
    expect((await ask(server, 'GET', '/admin/clock')).status).toBe(403)
    const asked = (name: string): Promise<Answer> =>
      ask(server, 'GET', '/admin/clock', undefined, { authorization: `Bearer ${bearer(name)}` })
    expect(await asked('dev')).toEqual({
      status: 403,
      type: 'AccessDeniedException',
      body: {
        message:
          'arn:aws:iam::123456789012:user/dev is not authorized to use the admin API: give its credential "admin: true" in auth.credentials.',
      },
    })
    expect((await asked('ops')).status).toBe(200)
  })

  it('takes orders of an open endpoint’s own machine by its own names alone', async () => {
    const server = await start()
    const { request } = await import('node:http')
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const options = { port: server.port, path: '/admin/clock', headers: { host: 'rebound.example' } }
      request(options, (response) => resolve(response.resume().statusCode))
        .on('error', reject)
        .end()
    })
    expect(status).toBe(403)
  })
})
