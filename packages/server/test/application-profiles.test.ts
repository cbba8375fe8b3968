import { afterEach, describe, expect, it } from 'vitest'
import { type Config, defaultConfig } from '../src/config/config.ts'
import { type RunningServer, startServer, type StartOptions } from '../src/start-server.ts'

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
  readonly error: string | undefined
  readonly body: Record<string, unknown>
}

async function ask({ url }: RunningServer, method: string, path: string, body?: unknown): Promise<Answer> {
  const response = await fetch(url + path, { method, ...(body !== undefined && { body: JSON.stringify(body) }) })
  const text = await response.text()
  return {
    status: response.status,
    error: response.headers.get('x-amzn-errortype')?.split(':')[0],
    body: text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : { text },
  }
}

const account = '123456789012'
const owned = `arn:aws:bedrock:us-east-1:${account}`
const sonnet = `${owned}:inference-profile/us.anthropic.claude-sonnet-4-5-20250929-v1:0`
const haiku3 = 'arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-3-haiku-20240307-v1:0'

const create = (server: RunningServer, more: object = {}): Promise<Answer> =>
  ask(server, 'POST', '/inference-profiles', {
    inferenceProfileName: 'team a',
    modelSource: { copyFrom: sonnet },
    ...more,
  })

async function make(server: RunningServer, more: object = {}): Promise<string> {
  const { body } = await create(server, more)
  return String(body['inferenceProfileArn'])
}

const idOf = (arn: string): string => arn.slice(arn.lastIndexOf('/') + 1)

describe('an application inference profile', () => {
  it('is made of a system profile, and looked at by its id and by its ARN', async () => {
    const server = await start({}, { now: () => Date.UTC(2026, 10, 25, 12, 0, 0, 5) })
    const made = await create(server, { description: 'What team A calls.' })
    expect(made).toEqual({
      status: 201,
      error: undefined,
      body: {
        inferenceProfileArn: expect.stringMatching(
          /^arn:aws:bedrock:us-east-1:123456789012:application-inference-profile\/[a-z0-9]{12}$/,
        ) as string,
        status: 'ACTIVE',
      },
    })
    const arn = String(made.body['inferenceProfileArn'])
    const byId = await ask(server, 'GET', `/inference-profiles/${idOf(arn)}`)
    expect(byId.body).toEqual({
      inferenceProfileName: 'team a',
      description: 'What team A calls.',
      createdAt: '2026-11-25T12:00:00.005Z',
      updatedAt: '2026-11-25T12:00:00.005Z',
      inferenceProfileArn: arn,
      models: [
        { modelArn: 'arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-sonnet-4-5-20250929-v1:0' },
        { modelArn: 'arn:aws:bedrock:us-east-2::foundation-model/anthropic.claude-sonnet-4-5-20250929-v1:0' },
        { modelArn: 'arn:aws:bedrock:us-west-2::foundation-model/anthropic.claude-sonnet-4-5-20250929-v1:0' },
      ],
      inferenceProfileId: idOf(arn),
      status: 'ACTIVE',
      type: 'APPLICATION',
      toolboxArn: null,
    })
    for (const path of [arn, encodeURIComponent(arn), arn.replace('/', '%2F')]) {
      expect(await ask(server, 'GET', `/inference-profiles/${path}`)).toEqual(byId)
    }
  })

  it('is made of a foundation model, which is the only model that it names', async () => {
    const server = await start({ fidelity: 'aws' }, { now: () => Date.UTC(2026, 0, 1) })
    const arn = await make(server, { modelSource: { copyFrom: haiku3 } })
    const { body } = await ask(server, 'GET', `/inference-profiles/${idOf(arn)}`)
    expect(body['models']).toEqual([{ modelArn: haiku3 }])
    const prompt = { messages: [{ role: 'user', content: [{ text: 'Hello' }] }] }
    expect((await ask(server, 'POST', `/model/${encodeURIComponent(arn)}/converse`, prompt)).status).toBe(200)
  })

  it('answers by its ARN on every operation that calls models, in every spelling, and by its bare id on none', async () => {
    const server = await start()
    const arn = await make(server)
    const converse = { messages: [{ role: 'user', content: [{ text: 'Hello' }] }] }
    const messages = { max_tokens: 16, messages: [{ role: 'user', content: 'Hello' }] }
    const invoke = { anthropic_version: 'bedrock-2023-05-31', ...messages }
    for (const label of [arn, encodeURIComponent(arn), arn.replace('/', '%2F')]) {
      expect((await ask(server, 'POST', `/model/${label}/converse`, converse)).status).toBe(200)
      expect((await ask(server, 'POST', `/model/${label}/converse-stream`, converse)).status).toBe(200)
      expect((await ask(server, 'POST', `/model/${label}/invoke`, invoke)).body).toMatchObject({
        model: 'claude-sonnet-4-5-20250929',
      })
      expect((await ask(server, 'POST', `/model/${label}/invoke-with-response-stream`, invoke)).status).toBe(200)
    }
    expect((await ask(server, 'POST', '/anthropic/v1/messages', { model: arn, ...messages })).status).toBe(200)
    const invalid = {
      status: 400,
      error: 'ValidationException',
      body: { message: 'The provided model identifier is invalid.' },
    }
    expect(await ask(server, 'POST', `/model/${idOf(arn)}/converse`, converse)).toEqual(invalid)
    for (const other of [
      arn.replace('us-east-1', 'us-west-2'),
      arn.replace(account, '111122223333'),
      `${arn.slice(0, -12)}aaaaaaaaaaaa`,
    ]) {
      expect(await ask(server, 'POST', `/model/${encodeURIComponent(other)}/converse`, converse)).toEqual(invalid)
    }
    expect(await ask(server, 'POST', `/model/${arn}/count-tokens`, { input: { converse } })).toEqual({
      status: 400,
      error: 'ValidationException',
      body: { message: "The provided model doesn't support counting tokens." },
    })
  })

  it('carries a fault behind its id', async () => {
    const server = await start({ faults: { ...defaultConfig.faults, onRequest: true } })
    const arn = await make(server)
    const { status, error } = await ask(
      server,
      'POST',
      `/model/${encodeURIComponent(`${arn}.fault-throttled`)}/converse`,
      { messages: [{ role: 'user', content: [{ text: 'Hello' }] }] },
    )
    expect([status, error]).toEqual([429, 'ThrottlingException'])
  })

  it('is deleted with its tags, and answers no call afterwards', async () => {
    const server = await start()
    const arn = await make(server, { tags: [{ key: 'team', value: 'a' }] })
    expect(await ask(server, 'DELETE', `/inference-profiles/${idOf(arn)}`)).toEqual({
      status: 200,
      error: undefined,
      body: {},
    })
    const gone = {
      status: 404,
      error: 'ResourceNotFoundException',
      body: { message: 'Inference profile not found.' },
    }
    expect(await ask(server, 'DELETE', `/inference-profiles/${encodeURIComponent(arn)}`)).toEqual(gone)
    expect(await ask(server, 'GET', `/inference-profiles/${idOf(arn)}`)).toEqual(gone)
    expect((await ask(server, 'POST', '/listTagsForResource', { resourceARN: arn })).status).toBe(404)
    const body = { messages: [{ role: 'user', content: [{ text: 'Hello' }] }] }
    expect((await ask(server, 'POST', `/model/${encodeURIComponent(arn)}/converse`, body)).status).toBe(400)
    expect((await server.world.snapshot()).documents).toEqual({ 'application-profiles': [], tags: [] })
  })

  it('of the system is deleted by nobody', async () => {
    const server = await start()
    expect(await ask(server, 'DELETE', '/inference-profiles/us.anthropic.claude-sonnet-4-5-20250929-v1:0')).toEqual({
      status: 400,
      error: 'ValidationException',
      body: { message: "System-defined inference profiles can't be deleted." },
    })
  })

  it('is made once by the same request, and refused for another with its token', async () => {
    const server = await start()
    const clientRequestToken = 'first'
    const tags = [
      { key: 'a', value: '1' },
      { key: 'b', value: '2' },
    ]
    const arn = await make(server, { clientRequestToken, tags })
    expect(await make(server, { clientRequestToken, tags: tags.toReversed() })).toBe(arn)
    expect(await make(server, { tags })).not.toBe(arn)
    expect(await create(server, { clientRequestToken, tags: [] })).toMatchObject({
      status: 400,
      error: 'ConflictException',
    })
    await ask(server, 'DELETE', `/inference-profiles/${idOf(arn)}`)
    expect(await make(server, { clientRequestToken, tags })).not.toBe(arn)
  })

  it.each([
    [{ inferenceProfileName: 'two  spaces' }, "Value 'two  spaces' at 'inferenceProfileName' failed"],
    [{ inferenceProfileName: 'x'.repeat(65) }, 'Member must have length less than or equal to 64'],
    [{ inferenceProfileName: undefined }, "Value null at 'inferenceProfileName' failed"],
    [{ description: '' }, "at 'description' failed"],
    [{ clientRequestToken: 'ends-' }, "Value 'ends-' at 'clientRequestToken' failed"],
    [{ modelSource: {} }, "at 'modelSource' failed"],
    [{ modelSource: { copyFrom: 'us.anthropic.claude-sonnet-4-5-20250929-v1:0' } }, "at 'modelSource.copyFrom' failed"],
    [{ modelSource: { copyFrom: `${owned}:inference-profile/us.anthropic.none` } }, 'model identifier is invalid'],
    [{ tags: [{ key: 'ä', value: '' }] }, "Value 'ä' at 'tags.1.member.key' failed"],
    [{ tags: [{ key: 'a', value: 'x'.repeat(257) }] }, 'less than or equal to 256'],
    [{ tags: [{ key: 'aws:team', value: '' }] }, 'aws: prefixed tag key names are not allowed'],
    [
      {
        tags: [
          { key: 'a', value: '' },
          { key: 'a', value: '' },
        ],
      },
      'The tag key a is given more than once',
    ],
  ])('is refused for %j', async (more, text) => {
    const server = await start()
    const { status, error, body } = await create(server, more)
    expect([status, error]).toEqual([400, 'ValidationException'])
    expect(body['message']).toContain(text)
  })

  it('is no source of another one', async () => {
    const server = await start()
    const arn = await make(server)
    expect((await create(server, { modelSource: { copyFrom: arn } })).body['message']).toContain(
      "at 'modelSource.copyFrom' failed to satisfy constraint",
    )
  })

  it('belongs to the Region that it was made in', async () => {
    const server = await start()
    const arn = await make(server)
    const elsewhere = await start({ region: 'us-west-2' })
    await elsewhere.world.restore(await server.world.snapshot())
    expect((await ask(elsewhere, 'GET', `/inference-profiles/${idOf(arn)}`)).status).toBe(404)
    expect((await ask(elsewhere, 'GET', '/inference-profiles?type=APPLICATION')).body).toEqual({
      inferenceProfileSummaries: [],
    })
  })

  it('hears of the end of its model', async () => {
    const server = await start({ fidelity: 'aws' })
    const arn = await make(server, {
      modelSource: { copyFrom: `${owned}:inference-profile/us.anthropic.claude-opus-4-1-20250805-v1:0` },
    })
    server.clock.set(Date.UTC(2027, 0, 9))
    const body = { messages: [{ role: 'user', content: [{ text: 'Hello' }] }] }
    expect(await ask(server, 'POST', `/model/${encodeURIComponent(arn)}/converse`, body)).toEqual({
      status: 404,
      error: 'ResourceNotFoundException',
      body: {
        message:
          'This model version has reached the end of its life. Please refer to the AWS documentation for more details.',
      },
    })
  })
})

describe('the list of inference profiles', () => {
  it('has those of the system, those of the account, or both', async () => {
    const server = await start()
    const names = async (query: string): Promise<readonly string[]> => {
      const { body } = await ask(server, 'GET', `/inference-profiles${query}`)
      return (body['inferenceProfileSummaries'] as Array<{ inferenceProfileId: string }>).map(
        ({ inferenceProfileId }) => inferenceProfileId,
      )
    }
    const ofSystem = await names('?type=SYSTEM_DEFINED')
    const own = [idOf(await make(server)), idOf(await make(server))].sort()
    expect((await names('?type=APPLICATION')).toSorted()).toEqual(own)
    expect(await names('?type=SYSTEM_DEFINED')).toEqual(ofSystem)
    const both = await names('')
    expect(both.slice(0, ofSystem.length)).toEqual(ofSystem)
    expect(both.slice(ofSystem.length).toSorted()).toEqual(own)
  })

  it('shows each profile once while others go between its pages', async () => {
    let now = Date.UTC(2026, 10, 25)
    const server = await start({}, { now: () => (now += 1000) })
    const arns: string[] = []
    for (let made = 0; made < 6; made += 1) arns.push(await make(server))
    const seen: string[] = []
    let token: string | undefined
    do {
      const next = token === undefined ? '' : `&nextToken=${encodeURIComponent(token)}`
      const { body } = await ask(server, 'GET', `/inference-profiles?type=APPLICATION&maxResults=2${next}`)
      const page = body['inferenceProfileSummaries'] as Array<{ inferenceProfileArn: string }>
      seen.push(...page.map(({ inferenceProfileArn }) => inferenceProfileArn))
      token = body['nextToken'] as string | undefined
      // The last one seen goes, and so do all that a position counted.
      const last = seen.at(-1)
      if (seen.length <= 2 && last !== undefined) await ask(server, 'DELETE', `/inference-profiles/${idOf(last)}`)
    } while (token !== undefined)
    expect(seen).toEqual(arns)
  })
})
