import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import net, { type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Outcrop, startOutcrop } from '@outcrop/testkit'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { startStandIn } from '../src/node/stand-in.fixture.ts'
import {
  type AwsCredentials,
  type BedrockOptions,
  createBedrockFetch,
  CredentialError,
  mintBearer,
} from '../src/transport.ts'

const secretAccessKey = 'a-secret-of-this-test-alone'
let outcrop: Outcrop
let home: string
beforeAll(async () => {
  const credentials = [{ user: 'dev', accessKeyId: 'AKIDEXAMPLE', secretAccessKey }]
  outcrop = await startOutcrop({ fidelity: 'aws', region: 'us-east-1', auth: { mode: 'strict', credentials } })
})
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'outcrop-credentials-'))
  await mkdir(join(home, '.aws'))
  for (const name of Object.keys(process.env)) {
    if (/^(aws_|anthropic_|https?_proxy|no_proxy)/i.test(name)) vi.stubEnv(name, undefined)
  }
  vi.stubEnv('HOME', home)
  vi.stubEnv('USERPROFILE', home)
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true')
  vi.stubEnv('AWS_REGION', 'us-east-1')
})
afterEach(async () => {
  vi.unstubAllEnvs()
  outcrop.reset()
  await rm(home, { recursive: true })
})
afterAll(() => outcrop.close())

const question = { model: 'claude-sonnet-5', max_tokens: 64, messages: [{ role: 'user', content: 'Say hello' }] }

function ask(fetch: typeof globalThis.fetch): Promise<Response> {
  return fetch('https://api.anthropic.com/v1/messages', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(question),
  })
}

/** A profile whose process gives numbered keys, or the same again and again, and leaves a dot for each of its runs. */
async function writeProcess(keys: string): Promise<void> {
  const runs = JSON.stringify(join(home, 'runs'))
  await writeFile(
    join(home, 'process.cjs'),
    `const fs = require('node:fs')
fs.appendFileSync(${runs}, '.')
const run = fs.readFileSync(${runs}, 'utf8').length
const Expiration = new Date(Date.now() + 3600000).toISOString()
console.log(JSON.stringify({ Version: 1, Expiration, ...(${keys}) }))`,
  )
  const command = `"${process.execPath}" "${join(home, 'process.cjs')}"`
  await writeFile(join(home, '.aws', 'config'), `[default]\ncredential_process = ${command}\n`)
}
const runsOf = async (): Promise<number> => (await readFile(join(home, 'runs'), 'utf8')).length
const exampleKeys = `{ AccessKeyId: 'AKIDEXAMPLE', SecretAccessKey: '${secretAccessKey}' }`

describe('a client that was given no credential', () => {
  it('finds that of ~/.aws by itself, once for 100 calls at a time', async () => {
    await writeProcess(exampleKeys)
    const fetch = createBedrockFetch({ baseURL: outcrop.url })
    const answers = await Promise.all(Array.from({ length: 100 }, () => ask(fetch)))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    expect(await runsOf()).toBe(1)
  })

  it('says where it looked when there is none, and sends nothing', async () => {
    const failure = await ask(createBedrockFetch({ baseURL: outcrop.url })).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(CredentialError)
    expect((failure as CredentialError).message).toMatch(
      /^No AWS credentials in the options, in AWS_BEARER_TOKEN_BEDROCK, in AWS_ACCESS_KEY_ID\. The AWS credential chain found none: asked the profile default/,
    )
    expect(outcrop.calls).toEqual([])
  })
})

describe('a Region that only ~/.aws/config names', () => {
  const credentials = { awsAccessKey: 'AKIDEXAMPLE', awsSecretKey: secretAccessKey }
  beforeEach(async () => {
    vi.stubEnv('AWS_REGION', undefined)
    await writeFile(join(home, '.aws', 'config'), '[default]\nregion = eu-west-1\n')
  })

  it('is not called, but told of once', async () => {
    const onWarning = vi.fn<(warning: string) => void>()
    const options = { baseURL: outcrop.url, ...credentials, onWarning }
    const fetch = createBedrockFetch(options)
    const answers = [await ask(fetch), await ask(fetch), await ask(createBedrockFetch(options))]
    expect(answers.map(({ headers }) => headers.get('x-outcrop-region'))).toEqual([
      'us-east-1',
      'us-east-1',
      'us-east-1',
    ])
    expect(onWarning.mock.calls).toEqual([
      [
        'Calling Bedrock in us-east-1: ~/.aws/config names eu-west-1, but it is not read for the Region. ' +
          "Set AWS_REGION, or give awsRegion a Region or 'auto'.",
      ],
    ])
  })

  it("is called by awsRegion: 'auto'", async () => {
    const report = vi.fn<NonNullable<BedrockOptions['onCall']>>()
    await ask(createBedrockFetch({ baseURL: outcrop.url, ...credentials, awsRegion: 'auto', onCall: report }))
    expect(report.mock.calls.map(([{ region }]) => region)).toEqual(['eu-west-1'])
  })
})

describe('a key that a client mints', () => {
  it.each<[string, BedrockOptions['awsRegion']]>([
    ['its own Region', 'us-east-1'],
    ['no Region, and so in that of the call', undefined],
  ])('is taken by the endpoint, for %s', async (_, region) => {
    await writeProcess(exampleKeys)
    const fetch = createBedrockFetch({ baseURL: outcrop.url, apiKey: mintBearer({ region }) })
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask(fetch)))
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200))
    expect(await runsOf()).toBe(1)
  })
})

describe('a token that has expired', () => {
  let server: Server
  const signers: string[] = []
  beforeEach(async () => {
    signers.length = 0
    server = createServer((request, response) => {
      request.resume()
      const signer = /Credential=(AKID\d+)/.exec(request.headers.authorization ?? '')?.[1] ?? 'nobody'
      signers.push(signer)
      const isOver = signer === 'AKID1'
      response.writeHead(isOver ? 403 : 200, {
        'content-type': 'application/json',
        ...(isOver && { 'x-amzn-errortype': 'ExpiredTokenException' }),
      })
      const message = { id: 'msg_1', type: 'message', role: 'assistant', model: 'claude-sonnet-5', content: [] }
      response.end(
        JSON.stringify(
          isOver
            ? { message: 'The security token included in the request is expired' }
            : {
                ...message,
                stop_reason: 'end_turn',
                stop_sequence: null,
                usage: { input_tokens: 1, output_tokens: 1 },
              },
        ),
      )
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  })
  afterEach(() => {
    server.closeAllConnections()
    server.close()
  })
  const urlOf = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  it('is replaced once for 50 calls that it was refused to, and each call is repeated once', async () => {
    await writeProcess(`{ AccessKeyId: 'AKID' + run, SecretAccessKey: 's', SessionToken: 't' + run }`)
    const fetch = createBedrockFetch({ baseURL: urlOf(), maxRetries: 0 })
    const answers = await Promise.all(Array.from({ length: 50 }, () => ask(fetch)))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    expect(await runsOf()).toBe(2)
    expect([signers.filter((signer) => signer === 'AKID1').length, signers.length]).toEqual([50, 100])
  })

  it('is told of when there is no other', async () => {
    await writeProcess(`{ AccessKeyId: 'AKID1', SecretAccessKey: 's', SessionToken: 't' }`)
    const response = await ask(createBedrockFetch({ baseURL: urlOf() }))
    expect(response.status).toBe(403)
    expect(await response.text()).toContain('The security token included in the request is expired')
    expect([signers, await runsOf()]).toEqual([['AKID1'], 2])
  })
})

it('shows nobody else what was signed for Bedrock: a redirect is an answer', async () => {
  const other = await startStandIn(() => undefined)
  const server = createServer((request, response) => {
    request.resume()
    response.writeHead(307, { location: `${other.url}/model/x/invoke` }).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const baseURL = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const options = { baseURL, awsAccessKey: 'AKIDEXAMPLE', awsSecretKey: secretAccessKey, awsSessionToken: 'token' }
  const response = await ask(createBedrockFetch({ ...options, maxRetries: 0 }))
  expect([response.ok, other.requests]).toEqual([false, []])
  server.closeAllConnections()
  server.close()
  await other.close()
})

it('is left by a caller who no longer waits for credentials, while others go on', async () => {
  const found = new EventTarget()
  const slow = new Promise<AwsCredentials>((resolve) =>
    found.addEventListener('found', () => resolve({ accessKeyId: 'AKIDEXAMPLE', secretAccessKey })),
  )
  const fetch = createBedrockFetch({ baseURL: outcrop.url, providerChainResolver: async () => () => slow })
  const patient = ask(fetch)
  const reason = new Error('no time')
  const hasty = ask((url, init) => fetch(url, { ...init, signal: AbortSignal.any([AbortSignal.abort(reason)]) }))
  await expect(hasty).rejects.toBe(reason)
  const leaving = new AbortController()
  const leaver = ask((url, init) => fetch(url, { ...init, signal: leaving.signal }))
  setTimeout(() => leaving.abort(reason), 20)
  await expect(leaver).rejects.toBe(reason)
  found.dispatchEvent(new Event('found'))
  expect((await patient).status).toBe(200)
})

it.each([
  { of: 'a key', options: { apiKey: () => new Promise<string>(() => {}) } },
  { of: 'a provider', options: { providerChainResolver: async () => () => new Promise<AwsCredentials>(() => {}) } },
])('waits for $of that never comes no longer than for the whole answer', async ({ options }) => {
  const fetch = createBedrockFetch({ baseURL: outcrop.url, ...options, timeouts: { total: 50 } })
  await expect(ask(fetch)).rejects.toMatchObject({ name: 'TimeLimitError', limit: 'total', ms: 50 })
  expect(outcrop.calls).toEqual([])
})

it('goes to Bedrock through the proxy of the environment', async () => {
  const asked: string[] = []
  const proxy = createServer().on('connect', (request, client: net.Socket) => {
    asked.push(request.url ?? '')
    const upstream = net.connect(Number(new URL(outcrop.url).port), '127.0.0.1')
    for (const socket of [client, upstream]) socket.on('error', () => socket.destroy())
    client.write('HTTP/1.1 200 OK\r\n\r\n')
    client.pipe(upstream).pipe(client)
    client.once('close', () => upstream.destroy())
    upstream.once('close', () => client.destroy())
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  vi.stubEnv('HTTP_PROXY', `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`)
  await writeProcess(exampleKeys)
  // The dispatcher is made once a process: what is loaded now is made anew.
  vi.resetModules()
  const { createBedrockFetch } = await import('../src/transport.ts')
  const response = await ask(createBedrockFetch({ baseURL: 'http://bedrock.example:5151' }))
  expect([response.status, asked]).toEqual([200, ['bedrock.example:5151']])
  const { loadProxyDispatcher } = await import('../src/node.ts')
  await ((await loadProxyDispatcher()) as { destroy: () => Promise<void> }).destroy()
  await new Promise((resolve) => proxy.close(resolve))
})
