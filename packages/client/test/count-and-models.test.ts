import { type Outcrop, startOutcrop } from '@outcrop/testkit'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type BedrockOptions, createBedrockFetch } from '../src/transport.ts'

const keys = { awsAccessKey: 'AKIDEXAMPLE', awsSecretKey: 'a-secret-of-this-test-alone' }
let outcrop: Outcrop
beforeAll(async () => {
  const credentials = [{ user: 'dev', accessKeyId: keys.awsAccessKey, secretAccessKey: keys.awsSecretKey }]
  outcrop = await startOutcrop({ fidelity: 'aws', region: 'us-east-1', auth: { mode: 'strict', credentials } })
})
afterEach(() => outcrop.reset())
afterAll(() => outcrop.close())

const bedrock = (options: BedrockOptions = {}): typeof fetch =>
  createBedrockFetch({
    baseURL: outcrop.url,
    awsRegion: 'us-east-1',
    maxRetries: 0,
    onWarning: () => undefined,
    ...keys,
    ...options,
  })
const post = (path: string, body: object, options?: BedrockOptions): Promise<Response> =>
  bedrock(options)(path, { method: 'POST', body: JSON.stringify(body) })

const request = {
  system: 'You know stones.',
  messages: [{ role: 'user', content: 'Which stone is it, and how old? '.repeat(20) }],
  tools: [{ name: 'find', description: 'Finds.', input_schema: { type: 'object' } }],
}

/** Whose network has the runtime alone. */
const withoutMantle: typeof fetch = async (input, init) => {
  const { pathname } = new URL(input instanceof Request ? input.url : input)
  if (!pathname.startsWith('/mantle')) return fetch(input, init)
  throw new TypeError('fetch failed', { cause: Object.assign(new Error('no host'), { code: 'ENOTFOUND' }) })
}

describe('a count of tokens', () => {
  it.each([
    ['claude-sonnet-4-5', '/model/anthropic.claude-sonnet-4-5-20250929-v1%3A0/count-tokens'],
    ['claude-opus-5-5', '/mantle/anthropic/v1/messages/count_tokens'],
  ])('is what the request itself is charged with: %s', async (model, path) => {
    const counted = await post('/v1/messages/count_tokens', { ...request, model })
    expect(counted.status).toBe(200)
    const { input_tokens } = (await counted.json()) as { input_tokens: number }
    expect(outcrop.calls.map((call) => call.path)).toEqual([path])
    const answered = await post('/v1/messages', { ...request, model, max_tokens: 9 })
    expect(await answered.json()).toMatchObject({ usage: { input_tokens } })
  })

  it('is told to be wrong by whoever counts, and is not estimated then', async () => {
    const response = await post('/v1/messages/count_tokens', { model: 'claude-sonnet-4-5', messages: 'hi' })
    expect([response.status, response.headers.has('x-outcrop-token-estimate')]).toEqual([400, false])
    expect(await response.json()).toMatchObject({ type: 'error', error: { type: 'invalid_request_error' } })
  })

  it('is refused as the request itself would be, with the Region', async () => {
    const misspelt = { ...request, model: 'anthropic.claude-sonet-4-5' }
    const outside = { ...request, model: 'us.anthropic.claude-opus-4-6-v1' }
    for (const [body, status] of [
      [misspelt, 404],
      [outside, 400],
    ] as const) {
      const options = { awsRegion: 'eu-west-1' }
      const counted = await post('/v1/messages/count_tokens', body, options)
      const answered = await post('/v1/messages', { ...body, max_tokens: 9 }, options)
      expect([counted.status, counted.headers.get('x-outcrop-region')]).toEqual([status, 'eu-west-1'])
      expect(await counted.json()).toEqual(await answered.json())
    }
  })

  it('is an estimate for who cannot reach mantle, flagged in the body and in a warning', async () => {
    const warnings: string[] = []
    const response = await post(
      '/v1/messages/count_tokens',
      { ...request, model: 'claude-opus-5-5' },
      { fetch: withoutMantle, onWarning: (warning) => warnings.push(warning) },
    )
    expect(await response.json()).toEqual({ input_tokens: expect.any(Number) as number, estimated: true })
    expect(response.headers.get('x-outcrop-token-estimate')).toBe('v5; error=20%')
    expect(warnings).toEqual([
      'Nobody counts the tokens of claude-opus-5-5 for this caller: they were estimated (v5; error=20%).',
    ])
  })
})

interface Page {
  readonly data: ReadonlyArray<{ readonly id: string; readonly created_at: string }>
  readonly has_more: boolean
  readonly last_id: string | null
}

describe('the models of an account', () => {
  it('are the same in pages as at once, the newest first', async () => {
    const whole = (await (await bedrock()('/v1/models?limit=1000')).json()) as Page
    const ids: string[] = []
    let after = ''
    for (let more = true; more;) {
      const page = (await (await bedrock()(`/v1/models?limit=7${after}`)).json()) as Page
      ids.push(...page.data.map(({ id }) => id))
      after = `&after_id=${page.last_id ?? ''}`
      more = page.has_more
    }
    expect(ids).toEqual(whole.data.map(({ id }) => id))
    expect(whole.has_more).toBe(false)
    const dates = whole.data.map(({ created_at }) => created_at)
    expect(dates).toEqual(dates.toSorted().toReversed())
    expect(ids).toContain('global.anthropic.claude-opus-5-5')
  })

  it('can all be called by the very ids that are listed', async () => {
    const { data } = (await (await bedrock()('/v1/models?limit=1000')).json()) as Page
    expect(data.length).toBeGreaterThan(10)
    const statuses = await Promise.all(
      data.map(async ({ id }) => {
        const answer = await post('/v1/messages', { model: id, max_tokens: 5, messages: request.messages })
        return `${id} ${answer.status}`
      }),
    )
    expect(statuses.filter((status) => !status.endsWith(' 200'))).toEqual([])
  })

  it.each([
    ['claude-opus-5-5', 200, { type: 'model', id: 'global.anthropic.claude-opus-5-5', lifecycle: 'active' }],
    [
      'arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-opus-5-5',
      200,
      { id: 'us.anthropic.claude-opus-5-5' },
    ],
    [
      'claude-opsu-5-5',
      404,
      { type: 'error', error: { message: 'model: there is no claude-opsu-5-5. Did you mean claude-opus-5-5?' } },
    ],
  ])('are found one by one: %s', async (asked, status, body) => {
    const response = await bedrock()(`/v1/models/${encodeURIComponent(asked)}`)
    expect(response.status).toBe(status)
    expect(await response.json()).toMatchObject(body)
  })

  it('are refused in Anthropic’s envelope, with AWS’s code', async () => {
    const response = await bedrock({ awsSecretKey: 'another' })('/v1/models')
    expect(response.status).toBe(403)
    expect(await response.json()).toMatchObject({ type: 'error', error: { type: 'authentication_error' } })
  })
})
