import { afterEach, describe, expect, it, vi } from 'vitest'
import type { ApiKeyProvider, AwsCredentials, BedrockOptions, CredentialProvider } from '../options.ts'
import type { Platform } from '../platform.ts'
import { hasher } from '../signing/hasher.ts'
import type { HttpRequest } from '../transport/http-request.ts'
import { createAuthorizer } from './create-authorizer.ts'
import { CredentialError } from './credential-error.ts'

afterEach(() => void vi.restoreAllMocks())

const request: HttpRequest = {
  method: 'POST',
  url: 'https://bedrock-runtime.us-east-1.amazonaws.com/model/x/invoke',
  headers: { 'content-type': 'application/json', 'x-api-key': 'of a library', authorization: 'Bearer of a library' },
  body: '{}',
}
const audience = { service: 'bedrock', region: 'us-east-1' } as const
const keys = { awsAccessKey: 'AKIDOPTION', awsSecretKey: 'secret' }
const envKeys = { AWS_ACCESS_KEY_ID: 'AKIDENV', AWS_SECRET_ACCESS_KEY: 'secret' }
const envBearer = { AWS_BEARER_TOKEN_BEDROCK: ' env-key\n' }

function platformOf(env: Record<string, string> = {}, chain = 'AKIDCHAIN'): Platform {
  return {
    env: (name) => env[name],
    loadCredentialChain:
      async ({ profile }) =>
      async () => ({
        accessKeyId: profile === undefined ? chain : `AKID-${profile}`,
        secretAccessKey: 's',
      }),
  }
}

async function callerOf(options: BedrockOptions, platform: Platform): Promise<string | undefined> {
  const { headers } = await createAuthorizer(options, platform).authorize(request, audience)
  expect(headers['x-api-key']).toBe(undefined)
  const authorization = headers['authorization'] ?? ''
  return /Credential=([^/]+)/.exec(authorization)?.[1] ?? authorization
}

const resolver = async () => async () => ({ accessKeyId: 'AKIDRESOLVER', secretAccessKey: 's' })

describe('who calls', () => {
  it.each<[string, BedrockOptions, Record<string, string>, string]>([
    ['keys over a bearer of the environment', keys, { ...envBearer, ...envKeys }, 'AKIDOPTION'],
    [
      'keys in the other spelling',
      { awsAccessKey: 'AKIDOPTION', awsSecretAccessKey: 'secret' },
      envBearer,
      'AKIDOPTION',
    ],
    ['keys over a resolver', { ...keys, providerChainResolver: resolver }, {}, 'AKIDOPTION'],
    ['apiKey over everything of the environment', { apiKey: ' key ' }, { ...envBearer, ...envKeys }, 'Bearer key'],
    [
      'a resolver over the environment',
      { providerChainResolver: resolver },
      { ...envBearer, ...envKeys },
      'AKIDRESOLVER',
    ],
    ['a profile over the environment', { awsProfile: 'dev' }, { ...envBearer, ...envKeys }, 'AKID-dev'],
    ['a bearer of the environment over its keys', {}, { ...envBearer, ...envKeys }, 'Bearer env-key'],
    ['keys of the environment over its profile', {}, { ...envKeys, AWS_PROFILE: 'dev' }, 'AKIDENV'],
    ['keys where apiKey is null', { apiKey: null }, { ...envBearer, ...envKeys }, 'AKIDENV'],
    ['keys where the bearer is blank', {}, { AWS_BEARER_TOKEN_BEDROCK: ' ', ...envKeys }, 'AKIDENV'],
    ['the chain where half a pair of keys is set', {}, { AWS_ACCESS_KEY_ID: 'AKIDENV' }, 'AKIDCHAIN'],
    ['the chain where nothing is set', { awsAccessKey: null, providerChainResolver: null }, {}, 'AKIDCHAIN'],
  ])('is %s', async (_, options, env, caller) => {
    expect(await callerOf(options, platformOf(env))).toBe(caller)
  })

  it('is nobody with skipAuth, whatever else is set, and the request goes as it came', async () => {
    const authorizer = createAuthorizer({ skipAuth: true }, platformOf({ ...envBearer, ...envKeys }))
    expect(authorizer.kind).toBe('none')
    expect(await authorizer.authorize(request, audience)).toBe(request)
    expect(await authorizer.refresh()).toBe(false)
  })

  it('is told with a session token, from options and from the environment', async () => {
    for (const authorizer of [
      createAuthorizer({ ...keys, awsSessionToken: 'token' }, platformOf()),
      createAuthorizer({}, platformOf({ ...envKeys, AWS_SESSION_TOKEN: 'token' })),
    ]) {
      const { headers } = await authorizer.authorize(request, audience)
      expect(headers['x-amz-security-token']).toBe('token')
    }
  })
})

describe('options that contradict each other', () => {
  const both = 'give both, or neither to use the AWS credential chain'
  it.each<[BedrockOptions, string]>([
    [{ awsAccessKey: 'AKID' }, `awsAccessKey was given without awsSecretKey: ${both}`],
    [{ awsSecretKey: 's' }, `awsSecretKey was given without awsAccessKey: ${both}`],
    [{ awsSecretAccessKey: 's' }, `awsSecretKey was given without awsAccessKey: ${both}`],
    [{ awsSessionToken: 't' }, 'awsSessionToken was given without awsAccessKey and awsSecretKey, which it belongs to'],
    [
      { ...keys, awsSecretAccessKey: 'other' },
      'awsSecretKey and awsSecretAccessKey are one option in two spellings: give one of them',
    ],
    [{ ...keys, apiKey: 'key' }, 'apiKey and AWS keys were both given, and only one of them can call: leave one out'],
    [{ awsProfile: ' ' }, 'awsProfile is empty: name a profile, or leave the option out'],
    [{ ...keys, awsAccessKey: '' }, 'awsAccessKey is empty: give the key, or leave the option out'],
    [{ ...keys, awsAccessKey: 'a b' }, 'awsAccessKey is not one word: give the key, or leave the option out'],
    [
      { apiKey: ' ' },
      'The apiKey option gave no API key: give a Bedrock API key as one word, or null for AWS credentials',
    ],
    [
      { apiKey: 'a\r\nx-evil: 1' },
      'The apiKey option holds characters that no API key has: give a Bedrock API key as one word, or null for AWS credentials',
    ],
  ])('%j are refused', (options, message) => {
    expect(() => createAuthorizer(options, platformOf())).toThrow(new CredentialError(message))
  })
})

describe('a caller with an API key', () => {
  it('sends no header of SigV4 and hashes no body', async () => {
    const digest = vi.spyOn(globalThis.crypto.subtle, 'digest')
    const hash = vi.spyOn(hasher, 'sha256Hex')
    const large = { ...request, body: 'x'.repeat(1_000_000) }
    const authorizer = createAuthorizer({ apiKey: 'key' }, platformOf())
    expect(await authorizer.authorize(large, audience)).toEqual({
      ...large,
      headers: { 'content-type': 'application/json', authorization: 'Bearer key' },
    })
    expect([digest.mock.calls.length, hash.mock.calls.length]).toEqual([0, 0])
    await createAuthorizer(keys, platformOf()).authorize(large, audience)
    expect(digest).toHaveBeenCalledTimes(1)
  })

  it('asks its function for the Region of each call, and once for all who ask at the same time', async () => {
    const apiKey = vi.fn<ApiKeyProvider>(async () => 'key')
    const authorizer = createAuthorizer({ apiKey }, platformOf())
    await Promise.all(Array.from({ length: 1000 }, () => authorizer.authorize(request, audience)))
    await authorizer.authorize(request, { ...audience, region: 'eu-west-1' })
    expect(apiKey.mock.calls).toEqual([[{ region: 'us-east-1' }], [{ region: 'eu-west-1' }]])
  })

  it('takes the key of a function that answers at once', async () => {
    expect(await callerOf({ apiKey: () => 'key' }, platformOf())).toBe('Bearer key')
  })

  it('tells of a function that fails, and asks it again', async () => {
    const cause = new Error('the vault is sealed')
    const apiKey = vi.fn<ApiKeyProvider>(async () => 'key').mockRejectedValueOnce(cause)
    const authorizer = createAuthorizer({ apiKey }, platformOf())
    const failure = await authorizer.authorize(request, audience).catch((error: unknown) => error)
    expect(failure).toEqual(new CredentialError('The apiKey function failed: the vault is sealed', { cause }))
    expect((failure as Error).cause).toBe(cause)
    expect((await authorizer.authorize(request, audience)).headers['authorization']).toBe('Bearer key')
  })

  it.each([undefined, '', 17])('refuses %j from a function', async (key) => {
    const apiKey = (async () => key) as () => Promise<string>
    await expect(createAuthorizer({ apiKey }, platformOf()).authorize(request, audience)).rejects.toThrow(
      'The apiKey function gave no API key',
    )
  })

  it('asks its function once for another when a key has expired, and not when another is already there', async () => {
    let current = 'old'
    const apiKey = vi.fn<ApiKeyProvider>(async (options) =>
      options?.forceRefresh === true ? (current = 'new') : current,
    )
    const authorizer = createAuthorizer({ apiKey }, platformOf())
    const refused = await authorizer.authorize(request, audience)
    expect(await authorizer.refresh(refused)).toBe(true)
    expect(await authorizer.refresh(refused)).toBe(true)
    expect(apiKey.mock.calls.filter(([options]) => options?.forceRefresh)).toHaveLength(1)
    expect((await authorizer.authorize(request, audience)).headers['authorization']).toBe('Bearer new')
  })

  it('asks its function for another of the Region whose key was refused, whatever was called since', async () => {
    const apiKey = vi.fn<ApiKeyProvider>(async (options) =>
      `${options?.region} ${options?.forceRefresh}`.replace(' ', '-'),
    )
    const authorizer = createAuthorizer({ apiKey }, platformOf())
    const refused = await authorizer.authorize(request, { ...audience, region: 'eu-west-1' })
    await authorizer.authorize(request, audience)
    expect(await authorizer.refresh(refused)).toBe(true)
    expect(apiKey.mock.lastCall).toEqual([{ region: 'eu-west-1', forceRefresh: true }])
  })

  it('has no other when its key is fixed, and the new one when that of the environment was replaced', async () => {
    const fixed = createAuthorizer({ apiKey: 'key' }, platformOf())
    expect(await fixed.refresh(await fixed.authorize(request, audience))).toBe(false)
    const env: Record<string, string> = { ...envBearer }
    const authorizer = createAuthorizer({}, platformOf(env))
    const refused = await authorizer.authorize(request, audience)
    expect(await authorizer.refresh(refused)).toBe(false)
    env['AWS_BEARER_TOKEN_BEDROCK'] = 'rotated'
    expect(await authorizer.refresh(refused)).toBe(true)
  })
})

describe('a caller who signs', () => {
  it('resolves once for 1,000 first requests', async () => {
    const load = vi.fn<CredentialProvider>(async () => ({ accessKeyId: 'AKID', secretAccessKey: 's' }))
    const resolver = vi.fn<() => Promise<CredentialProvider>>(async () => load)
    const authorizer = createAuthorizer({ providerChainResolver: resolver }, platformOf())
    await Promise.all(Array.from({ length: 1000 }, () => authorizer.authorize(request, audience)))
    expect([resolver.mock.calls.length, load.mock.calls.length]).toEqual([1, 1])
  })

  it('finds others once when the keys of many requests have expired', async () => {
    let run = 0
    const load = async (): Promise<AwsCredentials> => ({ accessKeyId: `AKID${(run += 1)}`, secretAccessKey: 's' })
    const authorizer = createAuthorizer({ providerChainResolver: async () => load }, platformOf())
    const refused = await Promise.all(Array.from({ length: 100 }, () => authorizer.authorize(request, audience)))
    const answers = await Promise.all(refused.map((signed) => authorizer.refresh(signed)))
    expect([new Set(answers), run]).toEqual([new Set([true]), 2])
    expect(await authorizer.refresh(refused[0])).toBe(true)
    expect(run).toBe(2)
  })

  it('takes up new keys of the environment after the old ones were refused', async () => {
    const env: Record<string, string> = { ...envKeys }
    const authorizer = createAuthorizer({}, platformOf(env))
    const refused = await authorizer.authorize(request, audience)
    expect(await authorizer.refresh(refused)).toBe(false)
    env['AWS_ACCESS_KEY_ID'] = 'AKIDROTATED'
    expect(await authorizer.refresh(refused)).toBe(true)
  })

  it('has no others when its keys are fixed', async () => {
    const authorizer = createAuthorizer(keys, platformOf())
    expect(await authorizer.refresh(await authorizer.authorize(request, audience))).toBe(false)
  })
})

function failing(env: Record<string, string>, chain: Error): Platform {
  return { env: (name) => env[name], loadCredentialChain: () => Promise.reject(chain) }
}

describe('a failure to find out who calls', () => {
  it.each<[BedrockOptions, Platform, string]>([
    [
      {},
      failing({}, new Error('Could not load credentials from any providers')),
      'No AWS credentials in the options, in AWS_BEARER_TOKEN_BEDROCK, in AWS_ACCESS_KEY_ID. Could not load credentials from any providers',
    ],
    [
      { apiKey: null },
      failing({ AWS_SECRET_ACCESS_KEY: 's' }, new Error('none')),
      'No AWS credentials in the options, in AWS_ACCESS_KEY_ID with AWS_SECRET_ACCESS_KEY (only AWS_SECRET_ACCESS_KEY is set). none',
    ],
    [
      {},
      { env: () => undefined },
      'No AWS credentials in the options, in AWS_BEARER_TOKEN_BEDROCK, in AWS_ACCESS_KEY_ID. This platform has no AWS credential chain: give awsAccessKey and awsSecretKey, apiKey or providerChainResolver.',
    ],
    [
      { awsProfile: 'dev' },
      failing({}, new Error('no such profile')),
      'No AWS credentials of the profile dev. no such profile',
    ],
    [
      { providerChainResolver: () => Promise.reject(new Error('none')) },
      platformOf(),
      'The provider of providerChainResolver found no AWS credentials: none',
    ],
  ])('with %j says what was looked for', async (options, platform, message) => {
    const failure = await createAuthorizer(options, platform)
      .authorize(request, audience)
      .catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(CredentialError)
    expect((failure as CredentialError).message).toBe(message)
    expect((failure as CredentialError).cause).toBeInstanceOf(Error)
  })
})
