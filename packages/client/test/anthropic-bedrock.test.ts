import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { format, inspect } from 'node:util'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import DefaultClient, * as door from '@outcrop/client'
import {
  AnthropicBedrock,
  AnthropicBedrockMantle,
  AnthropicError,
  APIConnectionError,
  APIError,
  APIUserAbortError,
  BadRequestError,
  BaseAnthropic,
  BedrockCredentialError,
  NotFoundError,
  PermissionDeniedError,
  RateLimitError,
} from '@outcrop/client'
import { APIError as CoreAPIError } from '@anthropic-ai/sdk'
import { jsonSchemaOutputFormat } from '@anthropic-ai/sdk/helpers/json-schema'
import { betaTool } from '@anthropic-ai/sdk/helpers/beta/json-schema'
import { type Outcrop, startOutcrop } from '@outcrop/testkit'
import { clientOf, closedUrl, message, startScripted, startStrict } from './support.ts'

const opus = 'us.anthropic.claude-opus-4-6-v1'
const hello = { model: opus, max_tokens: 100, messages: [{ role: 'user' as const, content: 'Hello' }] }

let outcrop: Outcrop
beforeAll(async () => {
  outcrop = await startStrict({ faults: { onRequest: true } })
})
afterAll(() => outcrop.close())
beforeEach(() => {
  outcrop.reset()
  for (const name of Object.keys(process.env)) if (/^(AWS|ANTHROPIC)_/.test(name)) vi.stubEnv(name, undefined)
})
afterEach(() => vi.unstubAllEnvs())

const read = (target: object, name: string): unknown => Reflect.get(target, name)
const resolver = async () => async () => ({ accessKeyId: 'A', secretAccessKey: 'S' })

describe('the door', () => {
  it('has the class by its name and as the default, as the official package', () => {
    expect(DefaultClient).toBe(AnthropicBedrock)
    expect(door).toMatchObject({ AnthropicBedrock, AnthropicBedrockMantle, BaseAnthropic })
    expect(new AnthropicBedrock({ apiKey: 'key' })).toBeInstanceOf(BaseAnthropic)
    expect(AnthropicBedrock.APIError).toBe(CoreAPIError)
    expect(APIError).toBe(CoreAPIError)
  })
})

describe('messages', () => {
  it('answers, signed, with the request id and what was chosen', async () => {
    const { data, response, request_id } = await clientOf(outcrop).messages.create(hello).withResponse()
    expect(data.content[0]).toMatchObject({ type: 'text' })
    expect(request_id).toMatch(/^[0-9a-f-]{36}$/)
    expect(data).toHaveProperty('_request_id', request_id)
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'x-outcrop-wire': 'invoke',
      'x-outcrop-region': 'us-east-1',
      'x-outcrop-model-id': opus,
    })
    expect(outcrop.calls).toMatchObject([{ operation: 'InvokeModel', modelId: opus, status: 200 }])
  })

  it('streams', async () => {
    const stream = await clientOf(outcrop).messages.create({ ...hello, stream: true })
    const types: string[] = []
    for await (const event of stream) types.push(event.type)
    expect(types[0]).toBe('message_start')
    expect(types.at(-1)).toBe('message_stop')
    expect(outcrop.calls).toMatchObject([{ operation: 'InvokeModelWithResponseStream' }])
  })

  it('streams with helpers, and types what Bedrock measured', async () => {
    let metrics: unknown
    const stream = clientOf(outcrop).messages.stream(hello)
    stream.on('streamEvent', (event) => {
      if (event.type === 'message_stop') metrics = event['amazon-bedrock-invocationMetrics']
    })
    const final = await stream.finalMessage()
    expect(final.stop_reason).toBe('end_turn')
    expect(metrics).toMatchObject({ inputTokenCount: final.usage.input_tokens })
    expect(stream.request_id).toMatch(/^[0-9a-f-]{36}$/)
  })

  it('parses structured output', async () => {
    const schema = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] } as const
    const parsed = await clientOf(outcrop).messages.parse({
      ...hello,
      output_config: { format: jsonSchemaOutputFormat(schema) },
    })
    expect(typeof parsed.parsed_output?.city).toBe('string')
  })

  it('runs tools until there is an answer', async () => {
    const asked: unknown[] = []
    outcrop.script(
      {
        match: { turn: 1, tools: ['weather'] },
        times: 1,
        reply: { toolCalls: [{ name: 'weather', input: { city: 'Oslo' } }] },
      },
      { match: { toolResult: 'rain' }, reply: { text: 'It rains.' } },
    )
    const last = await clientOf(outcrop).beta.messages.toolRunner({
      ...hello,
      messages: [{ role: 'user', content: 'What is the weather in Oslo?' }],
      bedrock: { requestMetadata: { team: 'docs' } },
      tools: [
        betaTool({
          name: 'weather',
          description: 'Says the weather.',
          inputSchema: { type: 'object', properties: { city: { type: 'string' } } },
          run(input) {
            asked.push(input)
            return 'rain'
          },
        }),
      ],
    })
    expect(asked).toEqual([{ city: 'Oslo' }])
    expect(last.content).toMatchObject([{ type: 'text', text: 'It rains.' }])
  })

  it('counts tokens, where the official client sends a path that Bedrock does not have', async () => {
    const client = clientOf(outcrop)
    const { model, messages } = hello
    const { input_tokens } = await client.messages.countTokens({ model, messages })
    expect(input_tokens).toBeGreaterThan(0)
    expect(await client.beta.messages.countTokens({ model, messages })).toEqual({ input_tokens })
    const { usage } = await client.messages.create(hello)
    expect(usage.input_tokens).toBe(input_tokens)
  })

  it('lists models, one page after the other, and retrieves one', async () => {
    const client = clientOf(outcrop)
    const ids: string[] = []
    for await (const model of client.models.list({ limit: 5 })) ids.push(model.id)
    expect(ids.length).toBeGreaterThan(5)
    expect(new Set(ids).size).toBe(ids.length)
    expect(await client.models.retrieve(ids[0] ?? '')).toMatchObject({ type: 'model', id: ids[0] })
  })

  it("asks for Bedrock's own in a member of the parameters", async () => {
    await clientOf(outcrop).messages.create({ ...hello, bedrock: { serviceTier: 'flex', trace: 'enabled' } })
    expect(outcrop.calls[0]?.headers).toMatchObject({ 'x-amzn-bedrock-service-tier': 'flex' })
    expect(outcrop.calls[0]?.request).not.toHaveProperty('bedrock')
  })

  it.each(['invoke', 'runtime-messages', 'mantle', 'converse'] as const)('goes by the wire %s', async (wire) => {
    const client = clientOf(outcrop, { wire })
    const params = { ...hello, model: 'claude-opus-4-8' }
    const { data, response } = await client.messages.create(params).withResponse()
    expect(response.headers.get('x-outcrop-wire')).toBe(wire)
    expect(data.stop_reason).toBe('end_turn')
    const final = await client.messages.stream(params).finalMessage()
    expect(final.stop_reason).toBe('end_turn')
  })

  it('is AnthropicBedrockMantle by another name', async () => {
    const { AWS_ACCESS_KEY_ID: awsAccessKey, AWS_SECRET_ACCESS_KEY: awsSecretAccessKey } = outcrop.env
    const client = new AnthropicBedrockMantle({
      baseURL: `${outcrop.url}/mantle/anthropic`,
      awsRegion: 'us-east-1',
      awsAccessKey,
      awsSecretAccessKey,
    })
    const { response } = await client.messages.create({ ...hello, model: 'anthropic.claude-opus-4-8' }).withResponse()
    expect(response.headers.get('x-outcrop-wire')).toBe('mantle')
    expect(outcrop.calls[0]?.path).toBe('/mantle/anthropic/v1/messages')
    expect(() => new AnthropicBedrockMantle()).toThrow(/No AWS Region and no URL/)
  })
})

describe('what Bedrock does not have', () => {
  it('says so, instead of sending what nobody answers', () => {
    const client = new AnthropicBedrock({ apiKey: 'key' })
    expect(() => read(client, 'files')).toThrow(/Amazon Bedrock has no `client.files`/)
    expect(() => read(client.beta, 'sessions')).toThrow(/Amazon Bedrock has no `client.beta.sessions`/)
    expect(Object.keys(client.beta)).toEqual(expect.arrayContaining(['messages', 'models']))
  })
})

describe('the options', () => {
  it('are fields, as in the official class', () => {
    const client = new AnthropicBedrock({
      awsRegion: 'eu-west-1',
      awsAccessKey: 'AKIA',
      awsSecretKey: 'secret',
      awsSessionToken: 'token',
      providerChainResolver: resolver,
      maxRetries: 5,
      timeout: 1234,
    })
    expect(client).toMatchObject({
      awsRegion: 'eu-west-1',
      awsAccessKey: 'AKIA',
      awsSecretKey: 'secret',
      awsSecretAccessKey: 'secret',
      awsSessionToken: 'token',
      providerChainResolver: resolver,
      skipAuth: false,
      maxRetries: 5,
      timeout: 1234,
      baseURL: 'https://bedrock-runtime.eu-west-1.amazonaws.com',
      apiKey: null,
    })
  })

  it.each([
    ['cn-north-1', 'https://bedrock-runtime.cn-north-1.amazonaws.com.cn'],
    ['us-gov-west-1', 'https://bedrock-runtime.us-gov-west-1.amazonaws.com'],
  ])('know where %s is, where the official client is wrong for China', (awsRegion, url) => {
    expect(new AnthropicBedrock({ apiKey: 'key', awsRegion }).baseURL).toBe(url)
  })

  it.each(['authToken', 'credentials', 'config', 'profile'])('refuse %s, which is not of Bedrock', (name) => {
    const options = { apiKey: 'key', [name]: 'given' }
    expect(() => new AnthropicBedrock(options)).toThrow(AnthropicError)
    expect(() => new AnthropicBedrock(options)).toThrow(`\`${name}\``)
  })

  it('take the bearer of the environment unless AWS credentials are given, which the official client ignores then', () => {
    vi.stubEnv('AWS_BEARER_TOKEN_BEDROCK', 'env-key')
    expect(new AnthropicBedrock().apiKey).toBe('env-key')
    expect(new AnthropicBedrock({ apiKey: null }).apiKey).toBeNull()
    expect(new AnthropicBedrock({ awsAccessKey: 'AKIA', awsSecretKey: 'secret' }).apiKey).toBeNull()
  })

  it('move the URL with the Region in a copy, where the official client signs for one and calls the other', () => {
    const client = new AnthropicBedrock({ apiKey: 'key', awsRegion: 'us-east-1' })
    const copy = client.withOptions({ awsRegion: 'eu-central-1' })
    expect(copy).toMatchObject({ awsRegion: 'eu-central-1', apiKey: 'key' })
    expect(copy.baseURL).toBe('https://bedrock-runtime.eu-central-1.amazonaws.com')
    expect(copy).toBeInstanceOf(AnthropicBedrock)
    const fixed = client.withOptions({ baseURL: 'http://127.0.0.1:1' }).withOptions({ awsRegion: 'eu-west-3' })
    expect(fixed.baseURL).toBe('http://127.0.0.1:1')
  })

  it('replace credentials as a whole in a copy, and keep everything else', () => {
    const client = new AnthropicBedrock({
      awsAccessKey: 'AKIA1',
      awsSecretKey: 'one',
      awsSessionToken: 'token',
      wire: 'converse',
      defaultHeaders: { 'x-team': 'docs' },
    })
    client.maxRetries = 7
    const copy = client.withOptions({ awsAccessKey: 'AKIA2', awsSecretKey: 'two' })
    expect(copy).toMatchObject({ awsAccessKey: 'AKIA2', awsSecretKey: 'two', awsSessionToken: null, maxRetries: 7 })
    const keyed = client.withOptions({ apiKey: 'key' })
    expect(keyed).toMatchObject({ apiKey: 'key', awsAccessKey: null, awsSecretKey: null, awsSessionToken: null })
    expect(keyed.withOptions({ timeout: 5 })).toMatchObject({ apiKey: 'key', timeout: 5, maxRetries: 7 })
  })

  it('say at once what cannot be meant', () => {
    expect(() => new AnthropicBedrock({ apiKey: 'key', awsRegion: 'us_east_1' })).toThrow(/Did you mean us-east-1/)
    expect(() => new AnthropicBedrock({ awsAccessKey: 'AKIA' })).toThrow(AnthropicError)
  })

  it.each([
    ['awsRegion', 5, 'awsRegion is no text: a Region is written like us-east-1.'],
    ['apiKey', 5, 'apiKey: it has to be a text or a function.'],
    ['providerChainResolver', 'default', 'providerChainResolver: it has to be a function.'],
    ['models', 'alive', 'models: it has to be "catalogue" or "live".'],
    ['capabilities', 'strict', 'capabilities: it has to be "adapt" or "error" or "send".'],
    ['skipAuth', 'yes', 'skipAuth: it has to be true or false.'],
    ['failover', 'us-west-2', 'failover: it has to be a list of Regions and scopes.'],
    ['timeouts', { total: -1 }, 'timeouts: it has to be limits in milliseconds, of which 0 is none.'],
    ['timeouts', 1_000, 'timeouts: it has to be limits in milliseconds, of which 0 is none.'],
  ])('say so of %s, where no compiler did: %j', (name, value, message) => {
    expect(() => Reflect.construct(AnthropicBedrock, [{ [name]: value }])).toThrow(message)
  })

  it('take null for what is not said', () => {
    const client: AnthropicBedrock = Reflect.construct(AnthropicBedrock, [{ awsRegion: null, awsProfile: null }])
    expect(client.awsRegion).toBe('us-east-1')
  })

  it.each([
    { awsAccessKey: 'AKID', awsSecretKey: 'a-secret', awsSessionToken: 'a-secret-too' },
    { apiKey: 'a-secret' },
  ])('are shown by no log with the secrets among them, which the official client shows: %#', (options) => {
    const client = new AnthropicBedrock({ ...options, awsRegion: 'eu-west-1' })
    const shown = [inspect(client, { depth: 9, showHidden: true }), inspect({ client: client.messages }, { depth: 9 })]
    shown.push(format('%o', client), JSON.stringify(client))
    for (const text of shown) expect(text).toContain('https://bedrock-runtime.eu-west-1.amazonaws.com')
    expect(shown.join()).not.toContain('a-secret')
  })

  it('guard whole answers that may take longer than ten minutes, by every id of a slow model', () => {
    const client = new AnthropicBedrock({ apiKey: 'key' })
    for (const model of ['us.anthropic.claude-opus-4-1-20250805-v1:0', 'anthropic.claude-opus-4-20250514-v1:0']) {
      expect(() => client.messages.create({ ...hello, model, max_tokens: 10_000 })).toThrow(/Streaming is required/)
      expect(() => client.beta.messages.create({ ...hello, model, max_tokens: 10_000 })).toThrow(
        /Streaming is required/,
      )
    }
    expect(() => client.messages.create({ ...hello, max_tokens: 30_000 })).toThrow(/Streaming is required/)
  })
})

describe('credentials', () => {
  it('are found once for all requests, where the official client looks for them at each', async () => {
    let found = 0
    const client = clientOf(outcrop, {
      awsAccessKey: undefined,
      awsSecretKey: undefined,
      providerChainResolver: async () => async () => {
        found += 1
        return {
          accessKeyId: outcrop.env['AWS_ACCESS_KEY_ID'] ?? '',
          secretAccessKey: outcrop.env['AWS_SECRET_ACCESS_KEY'] ?? '',
        }
      },
    })
    await Promise.all(Array.from({ length: 20 }, () => client.messages.create(hello)))
    expect(found).toBe(1)
  })

  it('are found once for a client, another like it and their copies', async () => {
    const home = await mkdtemp(join(tmpdir(), 'outcrop-shared-'))
    const file = join(home, 'config')
    const keys = JSON.stringify({ Version: 1, AccessKeyId: 'AKIDOUTCROP', SecretAccessKey: 'a-secret-of-this-test' })
    await writeFile(join(home, 'keys.sh'), `echo run >> ${join(home, 'runs')}\necho '${keys}'\n`)
    await writeFile(file, `[profile shared]\ncredential_process = sh ${join(home, 'keys.sh')}\n`)
    vi.stubEnv('AWS_CONFIG_FILE', file)
    const open = await startOutcrop()
    const options = { baseURL: open.url, awsRegion: 'us-east-1', awsProfile: 'shared' }
    const client = new AnthropicBedrock(options)
    const clients = [client, new AnthropicBedrock(options), client.withOptions({ maxRetries: 0 })]
    await Promise.all(clients.map(async ({ messages }) => messages.create(hello)))
    expect(await readFile(join(home, 'runs'), 'utf8')).toBe('run\n')
    await open.close()
    await rm(home, { recursive: true })
  })

  it('that cannot be found are told of at once, with the cause, and nothing is sent or repeated', async () => {
    let tries = 0
    const cause = new Error('connect ETIMEDOUT 169.254.169.254:80')
    const client = clientOf(outcrop, {
      awsAccessKey: undefined,
      awsSecretKey: undefined,
      providerChainResolver: async () => async () => {
        tries += 1
        throw cause
      },
    })
    const error: unknown = await client.messages.create(hello).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(BedrockCredentialError)
    expect(error).toBeInstanceOf(APIError)
    expect(error).not.toBeInstanceOf(APIConnectionError)
    expect(String(error)).toContain('ETIMEDOUT')
    expect(error).toMatchObject({ status: undefined, type: 'authentication_error', cause: { cause } })
    expect(tries).toBe(1)
    expect(outcrop.calls).toEqual([])
  })

  it('may be a key that a function gives anew, where the official client signs over it', async () => {
    let made = 0
    await using server = await startScripted(() => ({ body: JSON.stringify(message) }))
    const client = new AnthropicBedrock({ baseURL: server.url, apiKey: async () => `key-${(made += 1)}` })
    await client.messages.create(hello)
    await client.messages.create(hello)
    expect(server.asked.map(({ headers }) => headers['authorization'])).toEqual(['Bearer key-1', 'Bearer key-2'])
  })

  it('are never those of Anthropic in the environment', async () => {
    vi.stubEnv('ANTHROPIC_API_KEY', 'sk-ant-secret')
    vi.stubEnv('ANTHROPIC_AUTH_TOKEN', 'ambient-token')
    await using server = await startScripted(() => ({ body: JSON.stringify(message) }))
    for (const options of [{ apiKey: 'key' }, { skipAuth: true }, { awsAccessKey: 'AKIA', awsSecretKey: 'secret' }]) {
      await new AnthropicBedrock({ baseURL: server.url, ...options }).messages.create(hello)
    }
    expect(server.asked).toHaveLength(3)
    expect(JSON.stringify(server.asked)).not.toMatch(/sk-ant-secret|ambient-token/)
  })

  it('of a proxy go through with skipAuth, and so does every other header that the caller sets', async () => {
    await using server = await startScripted(() => ({ body: JSON.stringify(message) }))
    const client = new AnthropicBedrock({
      baseURL: `${server.url}/gateway`,
      skipAuth: true,
      defaultHeaders: { Authorization: 'Bearer of-the-proxy', 'X-Team': 'docs' },
    })
    await client.messages.create(hello, { headers: { 'X-Amzn-Bedrock-GuardrailIdentifier': 'g1' } })
    expect(server.asked[0]?.path).toBe(`/gateway/model/${opus}/invoke`)
    expect(server.asked[0]?.headers).toMatchObject({
      authorization: 'Bearer of-the-proxy',
      'x-team': 'docs',
      'x-amzn-bedrock-guardrailidentifier': 'g1',
    })
    expect(server.asked[0]?.headers).not.toHaveProperty('x-stainless-lang')
    expect(server.asked[0]?.headers).not.toHaveProperty('anthropic-version')
  })

  it('sign what the caller puts behind the path', async () => {
    const client = clientOf(outcrop, { defaultQuery: { team: 'docs & more' } })
    await client.beta.messages.create(hello, { query: { trace: 'a+b' } })
    expect(outcrop.calls[0]).toMatchObject({
      status: 200,
      path: `/model/${opus}/invoke?team=docs%20%26%20more&trace=a%2Bb`,
    })
  })

  it('may be another key for a request, and a key that was put in place of the first', async () => {
    await using server = await startScripted(() => ({ body: JSON.stringify(message) }))
    const client = new AnthropicBedrock({ baseURL: server.url, apiKey: 'first' })
    await client.messages.create(hello)
    await client.messages.create(hello, { headers: { Authorization: 'Bearer of-a-tenant' } })
    client.apiKey = 'second'
    await client.messages.create(hello)
    expect(server.asked.map(({ headers }) => headers['authorization'])).toEqual([
      'Bearer first',
      'Bearer of-a-tenant',
      'Bearer second',
    ])
  })
})

describe('errors', () => {
  it.each([
    ['throttled', 429, RateLimitError, 'rate_limit_error', 'ThrottlingException'],
    ['accessDenied', 403, PermissionDeniedError, 'permission_error', 'AccessDeniedException'],
    ['validation', 400, BadRequestError, 'invalid_request_error', 'ValidationException'],
    ['notFound', 404, NotFoundError, 'not_found_error', 'ResourceNotFoundException'],
    ['modelError', 424, APIError, 'api_error', 'ModelErrorException'],
  ] as const)('of the fault %s say all there is to say', async (fault, status, errorClass, type, awsCode) => {
    const client = clientOf(outcrop, { maxRetries: 0 })
    outcrop.script({ fault })
    const error: unknown = await client.messages.create(hello).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(errorClass)
    expect(error).toMatchObject({ status, type, awsCode, region: 'us-east-1' })
    expect((error as APIError).requestID).toMatch(/^[0-9a-f-]{36}$/)
    expect((error as Error).message).toMatch(new RegExp(`^${status} \\w`))
  })

  it('that may pass are repeated, 424 among them, which the official client gives up on', async () => {
    const client = clientOf(outcrop, { random: () => 0 })
    outcrop.script({ replies: [{ fault: 'modelError' }, { fault: 'throttled' }, { text: 'At last.' }] })
    const answer = await client.messages.create(hello)
    expect(answer.content).toMatchObject([{ text: 'At last.' }])
    expect(outcrop.calls.map(({ status }) => status)).toEqual([424, 429, 200])
  })

  it('that ask to wait for days are told of, where the official client waits', async () => {
    outcrop.script({ fault: { kind: 'throttled', retryAfter: 1_000_000 } })
    const error: unknown = await clientOf(outcrop)
      .messages.create(hello)
      .catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(RateLimitError)
    expect(String(error)).toContain('asks to wait')
    expect(outcrop.calls).toHaveLength(1)
  })

  it('of a connection say what to do and are repeated', async () => {
    const url = await closedUrl()
    const client = new AnthropicBedrock({ baseURL: url, apiKey: 'key', maxRetries: 1 })
    const error: unknown = await client.messages.create(hello).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(APIConnectionError)
    expect(String(error)).toContain('Nothing listens there: check baseURL.')
  })

  it('of a caller that gives up are his own', async () => {
    outcrop.script({ fault: { kind: 'slow', ms: 5000 } })
    const controller = new AbortController()
    const call = clientOf(outcrop).messages.create(hello, { signal: controller.signal })
    setTimeout(() => controller.abort(), 50)
    await expect(call).rejects.toBeInstanceOf(APIUserAbortError)
  })
})
