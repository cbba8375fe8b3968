import { afterEach, describe, expect, it } from 'vitest'
import { defaultConfig } from '../src/config/config.ts'
import type { Config } from '../src/config/config.ts'
import type { QuotaConfig } from '../src/quota.ts'
import { type RunningServer, startServer, type StartOptions } from '../src/start-server.ts'

const running: RunningServer[] = []
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.close(0)))
})

async function start(
  limits: readonly QuotaConfig[],
  config: Partial<Config> = {},
  options: StartOptions = {},
): Promise<RunningServer> {
  const server = await startServer(
    {
      ...defaultConfig,
      listen: { host: '127.0.0.1', port: 0 },
      simulator: { ...defaultConfig.simulator, tokensPerSecond: 0 },
      quotas: { limits, retryAfter: false },
      ...config,
    },
    { log: { info() {}, warn() {}, error() {} }, ...options },
  )
  running.push(server)
  return server
}

const model = 'us.anthropic.claude-opus-4-6-v1'
const messages = [{ role: 'user', content: [{ type: 'text', text: 'Hello' }] }]
const bodies = {
  invoke: {
    anthropic_version: 'bedrock-2023-05-31',
    max_tokens: 100,
    messages,
  },
  converse: {
    messages: [{ role: 'user', content: [{ text: 'Hello' }] }],
    inferenceConfig: { maxTokens: 100 },
  },
  messages: { model, max_tokens: 100, messages },
}

/** Every way to ask for an answer, and which of the bodies it takes. */
const ways = {
  InvokeModel: [`/model/${model}/invoke`, bodies.invoke],
  InvokeModelWithResponseStream: [`/model/${model}/invoke-with-response-stream`, bodies.invoke],
  Converse: [`/model/${model}/converse`, bodies.converse],
  ConverseStream: [`/model/${model}/converse-stream`, bodies.converse],
  'runtime Messages': ['/anthropic/v1/messages', bodies.messages],
  'a stream of runtime Messages': ['/anthropic/v1/messages', { ...bodies.messages, stream: true }],
} as const

async function ask({ url }: RunningServer, way: keyof typeof ways): Promise<Response & { readonly said: string }> {
  const [path, body] = ways[way]
  return post(url + path, body)
}

async function post(
  url: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response & { readonly said: string }> {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'anthropic-version': '2023-06-01',
      ...headers,
    },
    body: JSON.stringify(body),
  })
  return Object.assign(response, { said: await response.text() })
}

interface Quota {
  readonly kind: string
  readonly scope: string
  readonly endpoint: string
  readonly model: string
  readonly limit: number
  readonly used: number
  readonly reserved: number
  readonly freesAt?: string
}

async function inUse({ url }: RunningServer): Promise<readonly Quota[]> {
  const { quotas } = (await (await fetch(`${url}/admin/quotas`)).json()) as {
    readonly quotas: readonly Quota[]
  }
  return quotas
}

describe('a call without quota', () => {
  it.each(Object.keys(ways) as ReadonlyArray<keyof typeof ways>)(
    'is throttled before any byte of an answer by %s, without a word on when to come back',
    async (way) => {
      const server = await start([{ requestsPerMinute: 1 }])
      expect((await ask(server, 'InvokeModel')).status).toBe(200)
      const refused = await ask(server, way)
      expect(refused.status).toBe(429)
      const text = 'Too many requests, please wait before trying again.'
      // The envelope is that of the wire: AWS's has the type in a header.
      const body = JSON.parse(refused.said) as {
        message?: string
        error?: { type: string; message: string }
      }
      const type = refused.headers.get('x-amzn-errortype')?.split(':')[0] ?? body.error?.type
      const isAnthropic = way.endsWith('Messages')
      expect([type, body.message ?? body.error?.message]).toEqual([
        isAnthropic ? 'rate_limit_error' : 'ThrottlingException',
        text,
      ])
      expect([refused.headers.get('retry-after'), refused.headers.get('x-amz-retry-after')]).toEqual([null, null])
    },
  )

  it.each([
    [{ requestsPerMinute: 0 }, 'Too many requests, please wait before trying again.'],
    [{ tokensPerMinute: 100 }, 'Too many tokens, please wait before trying again.'],
    [{ tokensPerDay: 100 }, 'Too many tokens per day, please wait before trying again.'],
  ])('is told which, of %j', async (limits, text) => {
    const refused = await ask(await start([limits]), 'Converse')
    expect([refused.status, refused.said]).toEqual([429, `{"message":"${text}"}`])
  })

  it('is told when to come back where the configuration says so', async () => {
    const server = await start([], {
      quotas: { limits: [{ requestsPerMinute: 1 }], retryAfter: true },
    })
    await ask(server, 'InvokeModel')
    const refused = await ask(server, 'Converse')
    const seconds = Number(refused.headers.get('retry-after'))
    const milliseconds = Number(refused.headers.get('x-amz-retry-after'))
    expect(seconds).toBeGreaterThan(55)
    expect(seconds).toBeLessThanOrEqual(60)
    expect(Math.ceil(milliseconds / 1000)).toBe(seconds)
  })

  it('is admitted a minute later by the clock of the endpoint', async () => {
    const server = await start([{ requestsPerMinute: 1 }])
    await ask(server, 'InvokeModel')
    expect((await ask(server, 'InvokeModel')).status).toBe(429)
    server.clock.advance(60_000)
    expect((await ask(server, 'InvokeModel')).status).toBe(200)
  })
})

describe('what a call takes', () => {
  it.each(['InvokeModel', 'Converse', 'runtime Messages'] as const)(
    'is its input and five times its output by %s, and what it reserved is free again',
    async (way) => {
      const server = await start([{ tokensPerMinute: 100_000 }], {}, { scripts: [{ reply: { text: 'Good day.' } }] })
      const { said } = await ask(server, way)
      const usage = (JSON.parse(said) as { usage: Record<string, number> }).usage
      const input = usage['input_tokens'] ?? usage['inputTokens'] ?? NaN
      const output = usage['output_tokens'] ?? usage['outputTokens'] ?? NaN
      expect(await inUse(server)).toEqual([
        {
          account: '123456789012',
          region: 'us-east-1',
          scope: 'us',
          endpoint: 'runtime',
          model: 'anthropic.claude-opus-4-6-v1',
          burndown: 5,
          kind: 'tokensPerMinute',
          limit: 100_000,
          used: input + 5 * output,
          reserved: 0,
          freesAt: expect.stringMatching(/^20..-..-..T..:..:..\.000Z$/) as unknown,
        },
        expect.objectContaining({
          kind: 'tokensPerDay',
          limit: 144_000_000,
          used: input + 5 * output,
        }),
      ])
    },
  )

  it('comes out of one quota for InvokeModel, Converse, their streams and runtime Messages, and not of mantle', async () => {
    const server = await start([
      {
        requestsPerMinute: 6,
        inputTokensPerMinute: 1_000,
        outputTokensPerMinute: 1_000,
      },
    ])
    for (const way of Object.keys(ways) as Array<keyof typeof ways>) expect((await ask(server, way)).status).toBe(200)
    expect((await ask(server, 'Converse')).status).toBe(429)
    const onMantle = () =>
      post(`${server.url}/mantle/anthropic/v1/messages`, {
        ...bodies.messages,
        model: 'anthropic.claude-opus-4-7',
      })
    expect((await onMantle()).status).toBe(200)
    const pools = (await inUse(server)).map(({ endpoint, kind }) => [endpoint, kind])
    expect(pools).toEqual([
      ['runtime', 'requestsPerMinute'],
      ['mantle', 'inputTokensPerMinute'],
      ['mantle', 'outputTokensPerMinute'],
    ])
  })

  it('is no token when it fails, and is apart for each scope', async () => {
    const server = await start([{ tokensPerMinute: 1_000 }], {}, { scripts: [{ fault: { kind: 'modelError' } }] })
    expect((await ask(server, 'InvokeModel')).status).toBe(424)
    const [quota] = await inUse(server)
    expect(quota).toMatchObject({ scope: 'us', used: 0, reserved: 0 })
    await post(`${server.url}/model/global.anthropic.claude-opus-4-6-v1/invoke`, bodies.invoke)
    expect(new Set((await inUse(server)).map(({ scope }) => scope))).toEqual(new Set(['us', 'global']))
  })

  it('is forgotten by a reset, and comes back with a snapshot', async () => {
    const server = await start([{ requestsPerMinute: 1 }])
    await ask(server, 'InvokeModel')
    const saved = await server.world.snapshot()
    await server.world.reset()
    expect((await ask(server, 'InvokeModel')).status).toBe(200)
    await server.world.reset()
    await server.world.restore(JSON.parse(JSON.stringify(saved)))
    expect((await ask(server, 'InvokeModel')).status).toBe(429)
  })

  it('is not over the limit however many call at once', async () => {
    const server = await start([{ requestsPerMinute: 7, tokensPerMinute: 100_000 }])
    const answers = await Promise.all(Array.from({ length: 40 }, () => ask(server, 'Converse')))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(7)
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(33)
  })
})

/** Asks Service Quotas. */
async function quotas(
  { url }: RunningServer,
  operation: string,
  input: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<{
  readonly status: number
  readonly type: string | null
  readonly body: Record<string, unknown>
}> {
  const response = await post(`${url}/`, input, {
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': `ServiceQuotasV20190624.${operation}`,
    ...headers,
  })
  const body = JSON.parse(response.said) as Record<string, unknown>
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    body,
  }
}

describe('Service Quotas', () => {
  it('lists nothing where nothing is limited', async () => {
    expect(
      await quotas(await start([]), 'ListServiceQuotas', {
        ServiceCode: 'bedrock',
      }),
    ).toEqual({
      status: 200,
      type: 'application/x-amz-json-1.1',
      body: { Quotas: [] },
    })
  })

  const haiku = {
    model: 'claude-haiku-4-5',
    scope: 'us',
    tokensPerMinute: 5_000_000,
  } as const

  it("has AWS's own names and codes", async () => {
    const { body } = await quotas(await start([haiku]), 'ListServiceQuotas', {
      ServiceCode: 'bedrock',
    })
    expect(body['Quotas']).toEqual([
      {
        ServiceCode: 'bedrock',
        ServiceName: 'Amazon Bedrock',
        QuotaArn: 'arn:aws:servicequotas:us-east-1:123456789012:bedrock/L-58BE175A',
        QuotaCode: 'L-58BE175A',
        QuotaName: 'Cross-region model inference tokens per minute for Anthropic Claude Haiku 4.5',
        Value: 5_000_000,
        Unit: 'None',
        Adjustable: true,
        GlobalQuota: false,
        QuotaAppliedAtLevel: 'ACCOUNT',
        Description:
          'The maximum number of cross-region tokens that you can submit for model inference in one minute for Anthropic Claude Haiku 4.5. The quota considers the combined sum of input and output tokens across all requests to Converse, ConverseStream, InvokeModel and InvokeModelWithResponseStream.',
      },
      expect.objectContaining({
        QuotaCode: 'L-6120CF2D',
        QuotaName:
          'Model invocation max tokens per day for Anthropic Claude Haiku 4.5 (doubled for cross-region calls)',
        Value: 7_200_000_000,
        Adjustable: false,
      }),
    ])
  })

  it('finds one by its code, and has what AWS would have as default beside what the account has', async () => {
    const server = await start([haiku, { ...haiku, account: '123456789012', tokensPerMinute: 9 }])
    const input = { ServiceCode: 'bedrock', QuotaCode: 'L-58BE175A' }
    expect((await quotas(server, 'GetServiceQuota', input)).body['Quota']).toMatchObject({ Value: 9 })
    expect((await quotas(server, 'GetAWSDefaultServiceQuota', input)).body['Quota']).toMatchObject({
      Value: 5_000_000,
      QuotaArn: 'arn:aws:servicequotas:us-east-1::bedrock/L-58BE175A',
    })
    const { body } = await quotas(server, 'ListAWSDefaultServiceQuotas', {
      ServiceCode: 'bedrock',
      MaxResults: 1,
    })
    expect([(body['Quotas'] as unknown[]).length, typeof body['NextToken']]).toEqual([1, 'string'])
  })

  it('gives every quota once, page by page', async () => {
    const server = await start([{ tokensPerMinute: 1, requestsPerMinute: 1, inputTokensPerMinute: 1 }])
    const names: string[] = []
    let NextToken: unknown
    do {
      const input = {
        ServiceCode: 'bedrock',
        MaxResults: 10,
        ...(NextToken !== undefined && { NextToken }),
      }
      const { body } = await quotas(server, 'ListServiceQuotas', input)
      names.push(...(body['Quotas'] as Array<{ QuotaName: string }>).map(({ QuotaName }) => QuotaName))
      NextToken = body['NextToken']
    } while (NextToken !== undefined)
    expect(names.length).toBeGreaterThan(60)
    expect(new Set(names).size).toBe(names.length)
    expect(names).toContain('Global cross-region model inference requests per minute for Anthropic Claude Opus 5')
    expect(names).toContain('Bedrock Mantle input tokens per minute for Anthropic Claude Opus 4.7')
  })

  it.each([
    ['ListServiceQuotas', { ServiceCode: 'ec2' }, 'NoSuchResourceException'],
    ['ListServiceQuotas', {}, 'NoSuchResourceException'],
    ['ListServiceQuotas', { ServiceCode: 7 }, 'IllegalArgumentException'],
    ['ListServiceQuotas', { ServiceCode: 'bedrock', MaxResults: 101 }, 'IllegalArgumentException'],
    ['ListServiceQuotas', { ServiceCode: 'bedrock', NextToken: 'abcd' }, 'InvalidPaginationTokenException'],
    ['GetServiceQuota', { ServiceCode: 'bedrock', QuotaCode: 'L-00000000' }, 'NoSuchResourceException'],
    ['GetServiceQuota', { ServiceCode: 'bedrock' }, 'IllegalArgumentException'],
    ['RequestServiceQuotaIncrease', { ServiceCode: 'bedrock' }, 'UnknownOperationException'],
    ['ListServiceQuotas', [], 'SerializationException'],
  ])('refuses %s of %j', async (operation, input, type) => {
    const answer = await quotas(await start([haiku]), operation, input)
    expect([answer.status, answer.body['__type']]).toEqual([400, type])
  })

  it('answers only who is verified, where callers are', async () => {
    const credentials = [
      {
        user: 'ada',
        accessKeyId: 'AKIDEXAMPLE',
        secretAccessKey: 'x'.repeat(40),
      },
    ]
    const server = await start([haiku], {
      auth: { mode: 'strict', credentials },
    })
    const answer = await quotas(server, 'ListServiceQuotas', {
      ServiceCode: 'bedrock',
    })
    expect([answer.status, answer.body['__type']]).toEqual([400, 'MissingAuthenticationTokenException'])
  })
})
