import { type Outcrop, startOutcrop } from '@outcrop/testkit'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type BedrockOptions, type CallReport, createBedrockFetch, prepare } from '../src/transport.ts'

const keys = { awsAccessKey: 'AKIDEXAMPLE', awsSecretKey: 'a-secret-of-this-test-alone' }
const bearer = 'ABSKQmVkcm9ja0FQSUtleS1hLWF0LTEyMzQ1Njc4OTAxMjpzZWNyZXQ='
let outcrop: Outcrop
beforeAll(async () => {
  const credentials = [
    { user: 'dev', accessKeyId: keys.awsAccessKey, secretAccessKey: keys.awsSecretKey },
    { user: 'ci', bearer },
  ]
  outcrop = await startOutcrop({ fidelity: 'aws', region: 'us-east-1', auth: { mode: 'strict', credentials } })
})
afterEach(() => outcrop.reset())
afterAll(() => outcrop.close())

const question = { model: 'claude-sonnet-5', max_tokens: 64, messages: [{ role: 'user', content: 'Say hello' }] }

function ask(
  options: BedrockOptions,
  body: object = question,
  headers: Record<string, string> = {},
): Promise<Response> {
  const fetch = createBedrockFetch({ baseURL: outcrop.url, awsRegion: 'us-east-1', ...options })
  return fetch('https://api.anthropic.com/v1/messages', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': 'a key of somebody else', ...headers },
    body: JSON.stringify(body),
  })
}

const wires = [
  ['invoke', 'global.anthropic.claude-sonnet-5', 403],
  ['runtime-messages', 'global.anthropic.claude-sonnet-5', 403],
  ['mantle', 'anthropic.claude-sonnet-5', 401],
  ['converse', 'global.anthropic.claude-sonnet-5', 403],
] as const

describe.each(wires)('the wire %s', (wire, modelId, refusal) => {
  it.each([
    ['a signature', keys],
    ['a Bedrock API key', { apiKey: bearer }],
    ['a key from a function', { apiKey: async () => bearer }],
  ])('answers a caller who proves himself by %s, as Anthropic would', async (_, credentials) => {
    const response = await ask({ wire, ...credentials })
    expect(response.status).toBe(200)
    expect(await response.json()).toMatchObject({
      type: 'message',
      role: 'assistant',
      model: 'claude-sonnet-5',
      content: [{ type: 'text' }],
      stop_reason: 'end_turn',
    })
    expect(response.headers.get('request-id')).toBe(response.headers.get('x-amzn-requestid'))
    expect(response.headers.get('x-outcrop-wire')).toBe(wire)
    expect(response.headers.get('x-outcrop-region')).toBe('us-east-1')
    expect(response.headers.get('x-outcrop-model-id')).toBe(modelId)
  })

  it('streams events as Anthropic would', async () => {
    const response = await ask({ wire, ...keys }, { ...question, stream: true })
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
    const names = (await response.text()).split('\n').filter((line) => line.startsWith('event: '))
    expect([...new Set(names)]).toEqual([
      'event: message_start',
      'event: content_block_start',
      'event: content_block_delta',
      'event: content_block_stop',
      'event: message_delta',
      'event: message_stop',
    ])
  })

  it('tells of a wrong secret in Anthropic’s envelope, with AWS’s code and the request', async () => {
    const response = await ask({ wire, ...keys, awsSecretKey: 'another' })
    expect(response.status).toBe(refusal)
    const { type, error, request_id } = (await response.json()) as Record<string, unknown>
    expect({ type, error }).toMatchObject({
      type: 'error',
      error: { type: 'authentication_error', message: expect.stringContaining('signature') as string },
    })
    expect(request_id).toBe(response.headers.get('request-id'))
    expect(response.headers.get('x-should-retry')).toBe('false')
  })
})

it('takes the first wire of the order when all are as good, and says that it chose', async () => {
  const reports: CallReport[] = []
  const response = await ask({ wire: 'auto', ...keys, onCall: (report) => reports.push(report) })
  expect(response.headers.get('x-outcrop-wire')).toBe('invoke')
  expect(reports).toMatchObject([
    {
      wire: 'invoke',
      because: 'the first choice, and nothing counts against it more than against others',
      region: 'us-east-1',
      modelId: 'global.anthropic.claude-sonnet-5',
      attempt: 0,
      status: 200,
      requestId: response.headers.get('request-id'),
    },
  ])
})

it('fails over to the next Region when one is busy, before the first content', async () => {
  outcrop.script({ replies: [{ fault: 'throttled' }, { text: 'Elsewhere.' }] })
  const regions: string[] = []
  const response = await ask(
    { ...keys, failover: ['us-west-2'], onCall: ({ region, status }) => regions.push(`${region} ${status}`) },
    { ...question, stream: true },
  )
  expect(response.status).toBe(200)
  expect(regions).toEqual(['us-east-1 429', 'us-west-2 200'])
})

describe('what is never sent', () => {
  it.each([
    ['no model', { max_tokens: 1 }, 400, 'model: Field required'],
    ['a typo', { ...question, model: 'claude-sonet-5' }, 404, /[Dd]id you mean/],
  ])('%s', async (_, body, status, message) => {
    const response = await ask(keys, body)
    expect(response.status).toBe(status)
    const { error } = (await response.json()) as { error: { message: string } }
    expect(error.message).toMatch(message)
    expect(outcrop.calls).toEqual([])
  })
})

it.each([
  [{ wire: 'http' }, 'wire: it has to be "invoke" or "runtime-messages" or "mantle" or "converse" or "auto".'],
  [{ scope: ['eu'] }, 'scope: it has to be a list of "global", "geo" and "in-region".'],
  [
    { failover: ['us-west-2', 'us_west-2'] },
    'An entry of failover is no AWS Region: "us_west-2". Did you mean us-west-2?',
  ],
  [{ residency: 'europe' }, 'residency: it has to be "us" or "eu" or "apac" or "jp" or "in" or "au" or "us-gov".'],
  [{ timeouts: { first: 5 } }, 'timeouts: it has to be of connect, firstByte, idle, total, and not first.'],
  [{ residency: ['eu_west-1'] }, 'An entry of residency is no AWS Region: "eu_west-1". Did you mean eu-west-1?'],
  [{ capabilities: 'strict' }, 'capabilities: it has to be "adapt" or "error" or "send"'],
  [{ models: 'Live' }, 'models: it has to be "catalogue" or "live"'],
])('refuses the options %j when the client is made', (options, message) => {
  expect(() => createBedrockFetch(options as BedrockOptions)).toThrow(message)
})

it('prepares a request without sending anything', async () => {
  const exchange = { method: 'POST', url: '/v1/messages', body: { ...question, stream: true } }
  expect(await prepare(exchange, { awsRegion: 'eu-west-1', residency: 'eu', now: Date.UTC(2026, 10, 25) })).toEqual({
    kind: 'prepared',
    request: {
      method: 'POST',
      url: 'https://bedrock-runtime.eu-west-1.amazonaws.com/model/eu.anthropic.claude-sonnet-5/invoke-with-response-stream',
      headers: { 'content-type': 'application/json', accept: 'application/vnd.amazon.eventstream' },
      body: '{"anthropic_version":"bedrock-2023-05-31","max_tokens":64,"messages":[{"role":"user","content":"Say hello"}]}',
    },
    audience: { service: 'bedrock', region: 'eu-west-1' },
    wire: 'invoke',
    because: 'asked',
    region: 'eu-west-1',
    modelId: 'eu.anthropic.claude-sonnet-5',
    warnings: [],
  })
})

function count(options: BedrockOptions, body: object): Promise<Response> {
  const fetch = createBedrockFetch({ baseURL: outcrop.url, awsRegion: 'us-east-1', ...keys, ...options })
  return fetch('/v1/messages/count_tokens', { method: 'POST', body: JSON.stringify(body) })
}

describe('counting tokens', () => {
  const { max_tokens: _, ...counted } = question

  it.each([
    ['by Bedrock, for a model that it counts for', 'claude-sonnet-4-5', 'invoke'],
    ['by mantle, for one that Bedrock does not count for', 'claude-sonnet-5', 'mantle'],
  ])('is done %s', async (__, model, wire) => {
    const response = await count({}, { ...counted, model })
    expect(await response.json()).toEqual({ input_tokens: expect.any(Number) as number })
    expect(response.headers.get('x-outcrop-wire')).toBe(wire)
  })

  it('is an estimate that says so where nobody counts', async () => {
    const response = await count({ awsRegion: 'us-west-2', wire: 'invoke' }, { ...counted, model: 'claude-opus-5' })
    expect(response.status).toBe(200)
    expect(response.headers.get('x-outcrop-token-estimate')).toBe('v5; error=20%')
  })
})

it('asks the account for its profiles once, where models are to be live', async () => {
  const fetch = createBedrockFetch({ baseURL: outcrop.url, awsRegion: 'us-east-1', ...keys, models: 'live' })
  const call = () => fetch('/v1/messages', { method: 'POST', body: JSON.stringify(question) })
  const responses = await Promise.all([call(), call(), call()])
  expect(responses.map(({ headers }) => headers.get('x-outcrop-model-id'))).toEqual(
    Array.from({ length: 3 }, () => 'global.anthropic.claude-sonnet-5'),
  )
})
