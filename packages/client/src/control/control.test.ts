import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { BedrockOptions } from '../options.ts'
import { BedrockConnectionError } from '../reliability/connection-error.ts'
import { BedrockFailureError } from '../reliability/bedrock-failure.ts'
import { TimeLimitError } from '../reliability/time-limit-error.ts'
import { createControl } from './control.ts'

interface Seen {
  readonly method: string
  readonly url: string
  readonly headers: http.IncomingHttpHeaders
}

type Reply = (response: http.ServerResponse, seen: Seen) => void

let seen: Seen[] = []
let reply: Reply = () => {}
let url = ''
const server = http.createServer((request, response) => {
  const { method = '', url: target = '', headers } = request
  const got = { method, url: target, headers }
  seen.push(got)
  reply(response, got)
})
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})
beforeEach(() => {
  seen = []
})

const keys = { awsAccessKey: 'AKIDEXAMPLE', awsSecretKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' }

const now = () => Date.UTC(2026, 10, 25, 9)

function control(options: BedrockOptions = {}) {
  return createControl({ baseURL: url, awsRegion: 'eu-west-1', ...keys, now, random: () => 0, ...options })
}

function json(value: unknown, status = 200, headers: http.OutgoingHttpHeaders = {}): Reply {
  return (response) =>
    void response
      .writeHead(status, { 'content-type': 'application/json', 'x-amzn-requestid': 'req-1', ...headers })
      .end(typeof value === 'string' ? value : JSON.stringify(value))
}

async function countPages() {
  let pages = 0
  for await (const _ of control().listInferenceProfiles()) pages += 1
  return pages
}

async function failureOf(call: Promise<unknown>) {
  const error = await call.then(
    () => undefined,
    (cause: unknown) => cause,
  )
  if (!(error instanceof BedrockFailureError)) throw new Error(`No failure of Bedrock: ${String(error)}`)
  return error.failure
}

const haiku = {
  modelArn: 'arn:aws:bedrock:eu-west-1::foundation-model/anthropic.claude-haiku-4-5-20251001-v1:0',
  modelId: 'anthropic.claude-haiku-4-5-20251001-v1:0',
  modelName: 'Claude Haiku 4.5',
  providerName: 'Anthropic',
  inputModalities: ['TEXT', 'IMAGE'],
  outputModalities: ['TEXT'],
  responseStreamingSupported: true,
  customizationsSupported: [],
  inferenceTypesSupported: ['INFERENCE_PROFILE'],
  modelLifecycle: { status: 'ACTIVE', startOfLifeTime: '2025-10-15T00:00:00Z' },
}

const profile = {
  inferenceProfileName: 'EU Anthropic Claude Haiku 4.5',
  description: 'Routes requests to Anthropic Claude Haiku 4.5 in eu-west-1.',
  createdAt: '2025-10-15T00:00:00Z',
  updatedAt: '2025-10-15T00:00:00Z',
  inferenceProfileArn:
    'arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.anthropic.claude-haiku-4-5-20251001-v1:0',
  models: [{ modelArn: haiku.modelArn }],
  inferenceProfileId: 'eu.anthropic.claude-haiku-4-5-20251001-v1:0',
  status: 'ACTIVE',
  type: 'SYSTEM_DEFINED',
}

describe('createControl', () => {
  it('lists models by the filters given, signed for the Region', async () => {
    reply = json({ modelSummaries: [haiku] })
    const listed = await control().listFoundationModels({ byProvider: 'Anthropic', byOutputModality: 'TEXT' })
    expect(listed).toEqual([haiku])
    expect(seen.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'GET /foundation-models?byProvider=Anthropic&byOutputModality=TEXT',
    ])
    expect(seen[0]?.headers['x-amz-date']).toBe('20261125T090000Z')
    expect(seen[0]?.headers.authorization).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/20261125\/eu-west-1\/bedrock\/aws4_request, SignedHeaders=host;x-amz-date, Signature=[\da-f]{64}$/,
    )
  })

  it('sends a Bedrock API key instead, where that is what it has', async () => {
    reply = json({ modelSummaries: [] })
    await createControl({ baseURL: url, awsRegion: 'eu-west-1', apiKey: 'ABSKabc' }).listFoundationModels()
    expect(seen[0]?.url).toBe('/foundation-models')
    expect(seen[0]?.headers.authorization).toBe('Bearer ABSKabc')
  })

  it('gets a model by its id or ARN, encoded as one segment', async () => {
    reply = json({ modelDetails: haiku })
    expect(await control().getFoundationModel(haiku.modelId)).toEqual(haiku)
    await control().getFoundationModel(haiku.modelArn)
    expect(seen.map(({ url }) => url)).toEqual([
      '/foundation-models/anthropic.claude-haiku-4-5-20251001-v1%3A0',
      '/foundation-models/arn%3Aaws%3Abedrock%3Aeu-west-1%3A%3Afoundation-model%2Fanthropic.claude-haiku-4-5-20251001-v1%3A0',
    ])
  })

  it('gets a profile, and leaves away what nobody knows', async () => {
    reply = json({ ...profile, toolboxArn: null })
    expect(await control().getInferenceProfile(profile.inferenceProfileId)).toEqual(profile)
  })

  it('follows pages as they are asked for', async () => {
    const pages: Readonly<Record<string, unknown>> = {
      '/inference-profiles?maxResults=2&type=SYSTEM_DEFINED': {
        inferenceProfileSummaries: [profile],
        nextToken: 'a+b/=',
      },
      '/inference-profiles?maxResults=2&type=SYSTEM_DEFINED&nextToken=a%2Bb%2F%3D': { inferenceProfileSummaries: [] },
    }
    reply = (response, got) => json(pages[got.url])(response, got)
    const all = control().listInferenceProfiles({ typeEquals: 'SYSTEM_DEFINED', maxResults: 2 })
    expect(await all.next()).toEqual({ done: false, value: [profile] })
    expect(seen).toHaveLength(1)
    expect(await all.next()).toEqual({ done: false, value: [] })
    expect(await all.next()).toEqual({ done: true, value: undefined })
  })

  it('follows neither a token that comes again nor more pages than any account has', async () => {
    reply = json({ inferenceProfileSummaries: [], nextToken: 'again' })
    expect((await failureOf(countPages())).message).toContain(
      'answered with pages that do not end: one names itself as the next',
    )
    expect(seen).toHaveLength(2)
    seen = []
    reply = (response, got) => json({ inferenceProfileSummaries: [], nextToken: `t${seen.length}` })(response, got)
    expect(await countPages()).toBe(100)
  })
})

describe('hostile answers', () => {
  it('keeps what makes sense of an entry, and drops entries without an id', async () => {
    reply = json({
      modelSummaries: [
        null,
        7,
        { modelId: '' },
        { modelId: 'x', modelName: 7, inputModalities: 'TEXT', outputModalities: ['TEXT', 7], modelLifecycle: [] },
        JSON.parse('{"modelId":"y","__proto__":{"modelName":"no"},"constructor":1}'),
      ],
    })
    const empty = { inputModalities: [], customizationsSupported: [], inferenceTypesSupported: [] }
    expect(await control().listFoundationModels()).toEqual([
      { ...empty, modelId: 'x', outputModalities: ['TEXT'] },
      { ...empty, modelId: 'y', outputModalities: [] },
    ])
  })

  it.each([
    ['{"modelSummaries":"none"}', 'answered without modelSummaries'],
    ['[]', 'did not answer with JSON'],
    ['<p>Hello', 'did not answer with JSON'],
    ['', 'did not answer with JSON'],
  ])('does not take another server for Bedrock: %s', async (body, why) => {
    reply = json(body)
    expect(await failureOf(control().listFoundationModels())).toEqual({
      status: 502,
      type: 'api_error',
      message: `ListFoundationModels: ${url} ${why}: is it a Bedrock endpoint?`,
      requestId: 'req-1',
      region: 'eu-west-1',
      retryable: false,
    })
  })

  it('gives up on an answer without an end', async () => {
    reply = (response) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      const more = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(1_048_576, 32)));
      }
      response.on('drain', more)
      more()
    }
    await expect(control().listFoundationModels()).rejects.toThrow('The answer is larger than 16 MB')
  })

  it('is not led away by a redirect', async () => {
    reply = json('', 307, { location: 'http://127.0.0.1:9/' })
    expect((await failureOf(control().listFoundationModels())).status).toBe(307)
    expect(seen).toHaveLength(1)
  })

  it.each(['', '.', '..', '../model', 'a b', 'x'.repeat(2050), 'é'])('sends nothing for the id %j', async (id) => {
    await expect(control().getInferenceProfile(id)).rejects.toThrow(
      /^inferenceProfileIdentifier: expected a model id, a profile id or an ARN, found "/,
    )
    expect(seen).toEqual([])
  })
})

describe('failures', () => {
  it("keeps AWS's code, the request id and the Region of a refusal, and says what to do", async () => {
    const denied =
      'User: arn:aws:iam::111122223333:user/dev is not authorized to perform: bedrock:ListFoundationModels on resource: * because no identity-based policy allows the bedrock:ListFoundationModels action'
    reply = json({ Message: denied }, 403, {
      'x-amzn-errortype': 'AccessDeniedException:http://internal.amazon.com/coral/com.amazon.coral.service/',
    })
    expect(await failureOf(control().listFoundationModels())).toMatchObject({
      status: 403,
      awsCode: 'AccessDeniedException',
      type: 'permission_error',
      message: denied,
      hint: 'Allow bedrock:ListFoundationModels on *.',
      requestId: 'req-1',
      region: 'eu-west-1',
      retryable: false,
    })
    expect(seen).toHaveLength(1)
  })

  it('takes the HTTP 200 of an unknown operation for what it is', async () => {
    reply = json('{"Output":{"__type":"com.amazon.coral.service#UnknownOperationException"},"Version":"1.0"}')
    expect((await failureOf(control().listFoundationModels())).awsCode).toBe('UnknownOperationException')
  })

  it('repeats what may succeed the next time, as often as it is told', async () => {
    reply = (response, got) =>
      (seen.length < 3
        ? json({ message: 'slow down' }, 429, { 'x-amzn-errortype': 'ThrottlingException' })
        : json({ modelSummaries: [haiku] }))(response, got)
    expect(await control().listFoundationModels()).toEqual([haiku])
    expect(seen).toHaveLength(3)
    reply = json({ message: 'slow down' }, 429, { 'x-amzn-errortype': 'ThrottlingException' })
    seen = []
    expect((await failureOf(control({ maxRetries: 1 }).listFoundationModels())).awsCode).toBe('ThrottlingException')
    expect(seen).toHaveLength(2)
  })

  it('looks once for other credentials when these have expired', async () => {
    let given = 0
    const providerChainResolver = async () => async () => ({ accessKeyId: `AKID${(given += 1)}`, secretAccessKey: 's' })
    reply = (response, got) =>
      (got.headers.authorization?.includes('AKID2/') === true
        ? json({ modelSummaries: [haiku] })
        : json({ message: 'The security token included in the request is expired' }, 403, {
            'x-amzn-errortype': 'ExpiredTokenException',
          }))(response, got)
    const options = { baseURL: url, awsRegion: 'eu-west-1', providerChainResolver }
    expect(await createControl(options).listFoundationModels()).toEqual([haiku])
    expect(seen).toHaveLength(2)
  })

  it('says who did not answer', async () => {
    const call = control({ baseURL: 'http://127.0.0.1:9', maxRetries: 0 }).listFoundationModels()
    await expect(call).rejects.toBeInstanceOf(BedrockConnectionError)
  })

  it('ends with its time, and with its caller', async () => {
    reply = () => {}
    await expect(control({ timeouts: { total: 50 } }).listFoundationModels()).rejects.toBeInstanceOf(TimeLimitError)
    const caller = new AbortController()
    const call = control().listFoundationModels({}, { signal: caller.signal })
    setTimeout(() => caller.abort(new Error('enough')), 20)
    await expect(call).rejects.toThrow('enough')
  })
})
