import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import http from 'node:http'
import net from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createAuthorizer } from '../credentials/create-authorizer.ts'
import { CredentialError } from '../credentials/credential-error.ts'
import { platform } from '../platform/node.ts'
import type { HttpRequest } from '../transport/http-request.ts'
import { nodeCredentialChain } from './credential-chain.ts'
import { type Reply, type SeenRequest, startStandIn, stsAnswer } from './stand-in.fixture.ts'

let home: string
const closing: Array<() => Promise<unknown>> = []

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'outcrop-chain-'))
  await mkdir(join(home, '.aws', 'sso', 'cache'), { recursive: true })
  for (const name of Object.keys(process.env))
    if (/^(aws|https?_proxy|no_proxy)/i.test(name)) vi.stubEnv(name, undefined)
  vi.stubEnv('HOME', home)
  vi.stubEnv('USERPROFILE', home)
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true')
})

afterEach(async () => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
  for (const close of closing.splice(0)) await close()
  await rm(home, { recursive: true })
})

async function standIn(answer: (request: SeenRequest) => Reply | undefined) {
  const server = await startStandIn(answer)
  closing.push(server.close)
  return server
}

const config = (text: string) => writeFile(join(home, '.aws', 'config'), text)
const credentials = (text: string) => writeFile(join(home, '.aws', 'credentials'), text)
const countOf = async () => (await readFile(join(home, 'runs'), 'utf8')).length
const cache = (name: string, token: object) =>
  writeFile(
    join(home, '.aws', 'sso', 'cache', `${createHash('sha1').update(name).digest('hex')}.json`),
    JSON.stringify(token),
  )
const inAnHour = () => new Date(Math.ceil(Date.now() / 1000) * 1000 + 3_600_000)

const containerKeys = () => ({
  json: {
    AccessKeyId: 'AKIDCONTAINER',
    SecretAccessKey: 'secret',
    Token: 'token',
    Expiration: inAnHour().toISOString(),
  },
})

describe('a profile of ~/.aws', () => {
  beforeEach(() =>
    credentials(
      '[default]\naws_access_key_id = AKIDDEFAULT\naws_secret_access_key = secret\n\n' +
        '[dev]\naws_access_key_id = AKIDDEV\naws_secret_access_key = secret\naws_session_token = token\n',
    ),
  )

  it.each([
    [{}, undefined, { accessKeyId: 'AKIDDEFAULT', secretAccessKey: 'secret' }],
    [{}, 'dev', { accessKeyId: 'AKIDDEV', secretAccessKey: 'secret', sessionToken: 'token' }],
    [{ profile: 'dev' }, undefined, { accessKeyId: 'AKIDDEV', secretAccessKey: 'secret', sessionToken: 'token' }],
    [{ profile: 'default' }, 'dev', { accessKeyId: 'AKIDDEFAULT', secretAccessKey: 'secret' }],
  ])('gives its keys: asked with %j and AWS_PROFILE %j', async (options, fromEnv, keys) => {
    vi.stubEnv('AWS_PROFILE', fromEnv)
    expect(await nodeCredentialChain(options)()).toMatchObject(keys)
  })

  it('is read anew when its keys were refused, after somebody logged in', async () => {
    const provider = nodeCredentialChain()
    expect((await provider()).accessKeyId).toBe('AKIDDEFAULT')
    await credentials('[default]\naws_access_key_id = AKIDROTATED\naws_secret_access_key = secret\n')
    expect((await provider({ forceRefresh: true })).accessKeyId).toBe('AKIDROTATED')
  })

  it('is the only one asked when it was named in code: another identity never takes its place', async () => {
    vi.stubEnv('AWS_EC2_METADATA_DISABLED', undefined)
    const instance = await standIn(() => undefined)
    vi.stubEnv('AWS_EC2_METADATA_SERVICE_ENDPOINT', instance.url)
    await expect(nodeCredentialChain({ profile: 'prod' })()).rejects.toThrow(
      'asked the profile prod of ~/.aws (Could not resolve credentials using profile: [prod]',
    )
    expect(instance.requests).toEqual([])
  })
})

describe('a credential process', () => {
  beforeEach(async () => {
    const expiration = inAnHour().toISOString()
    const script = `const fs = require('node:fs')
fs.appendFileSync(${JSON.stringify(join(home, 'runs'))}, '.')
const n = fs.readFileSync(${JSON.stringify(join(home, 'runs'))}, 'utf8').length
console.log(JSON.stringify({ Version: 1, AccessKeyId: 'AKID' + n, SecretAccessKey: 's', SessionToken: 't', Expiration: '${expiration}' }))`
    await writeFile(join(home, 'process.cjs'), script)
    await config(`[profile tool]\ncredential_process = "${process.execPath}" "${join(home, 'process.cjs')}"\n`)
  })

  const request: HttpRequest = { method: 'GET', url: 'https://x.example/', headers: {} }
  const audience = { service: 'bedrock', region: 'us-east-1' } as const

  it('runs once for 200 calls', async () => {
    const authorizer = createAuthorizer({ awsProfile: 'tool' }, platform)
    const signed = await Promise.all(Array.from({ length: 100 }, () => authorizer.authorize(request, audience)))
    for (let call = 0; call < 100; call++) signed.push(await authorizer.authorize(request, audience))
    expect(signed.every(({ headers }) => headers['authorization']?.includes('Credential=AKID1/'))).toBe(true)
    expect(await countOf()).toBe(1)
  })

  it('runs once more when many calls hear that their token has expired', async () => {
    const authorizer = createAuthorizer({ awsProfile: 'tool' }, platform)
    const refused = await authorizer.authorize(request, audience)
    const answers = await Promise.all(Array.from({ length: 50 }, () => authorizer.refresh(refused)))
    expect(new Set(answers)).toEqual(new Set([true]))
    expect((await authorizer.authorize(request, audience)).headers['authorization']).toContain('Credential=AKID2/')
    expect(await countOf()).toBe(2)
  })

  it('runs again ahead of the expiry that it told, while calls go on', async () => {
    let now = Date.now()
    const authorizer = createAuthorizer({ awsProfile: 'tool', now: () => now }, platform)
    await authorizer.authorize(request, audience)
    now += 56 * 60_000
    const during = await authorizer.authorize(request, audience)
    expect(during.headers['authorization']).toContain('Credential=AKID1/')
    await vi.waitFor(async () => {
      const { headers } = await authorizer.authorize(request, audience)
      expect(headers['authorization']).toContain('Credential=AKID2/')
    })
  })

  it('that fails is told of', async () => {
    await config(`[default]\ncredential_process = "${process.execPath}" -e "process.exit(3)"\n`)
    await expect(createAuthorizer({}, platform).authorize(request, audience)).rejects.toThrow(
      /^No AWS credentials in the options, in AWS_BEARER_TOKEN_BEDROCK, in AWS_ACCESS_KEY_ID\. The AWS credential chain found none: asked the profile default of ~\/\.aws \(.*Command failed.*\)/s,
    )
  })
})

describe('a role', () => {
  it('is assumed at STS with the keys of its source profile, in the Region of its profile', async () => {
    const expiration = inAnHour()
    const sts = await standIn(() => stsAnswer('AssumeRole', 'AKIDROLE', expiration))
    vi.stubEnv('AWS_ENDPOINT_URL_STS', sts.url)
    await credentials('[base]\naws_access_key_id = AKIDBASE\naws_secret_access_key = secret\n')
    await config(
      '[profile role]\nrole_arn = arn:aws:iam::111122223333:role/dev\nsource_profile = base\nregion = eu-west-1\nexternal_id = x1\n',
    )
    expect(await nodeCredentialChain({ profile: 'role' })()).toMatchObject({
      accessKeyId: 'AKIDROLE',
      sessionToken: 'token-AKIDROLE',
      expiration,
    })
    const [request] = sts.requests
    const form = new URLSearchParams(request?.body)
    expect(form.get('Action')).toBe('AssumeRole')
    expect(form.get('RoleArn')).toBe('arn:aws:iam::111122223333:role/dev')
    expect(form.get('ExternalId')).toBe('x1')
    expect(request?.headers['authorization']).toMatch(/Credential=AKIDBASE\/\d{8}\/eu-west-1\/sts\/aws4_request/)
  })

  it('is assumed in the Region of the client when its profile names none', async () => {
    const sts = await standIn(() => stsAnswer('AssumeRole', 'AKIDROLE', inAnHour()))
    vi.stubEnv('AWS_ENDPOINT_URL_STS', sts.url)
    await credentials('[base]\naws_access_key_id = AKIDBASE\naws_secret_access_key = secret\n')
    await config('[profile role]\nrole_arn = arn:aws:iam::111122223333:role/dev\nsource_profile = base\n')
    await nodeCredentialChain({ profile: 'role', region: 'ap-south-1' })()
    expect(sts.requests[0]?.headers['authorization']).toContain('/ap-south-1/sts/')
  })

  it('with a device asks for its code', async () => {
    const sts = await standIn(() => stsAnswer('AssumeRole', 'AKIDMFA', inAnHour()))
    vi.stubEnv('AWS_ENDPOINT_URL_STS', sts.url)
    await credentials('[base]\naws_access_key_id = AKIDBASE\naws_secret_access_key = secret\n')
    await config(
      '[profile role]\nrole_arn = arn:aws:iam::111122223333:role/dev\nsource_profile = base\nmfa_serial = arn:aws:iam::111122223333:mfa/me\n',
    )
    const mfaCodeProvider = vi.fn<(serial: string) => Promise<string>>(async () => '123456')
    await nodeCredentialChain({ profile: 'role', mfaCodeProvider })()
    expect(mfaCodeProvider.mock.calls).toEqual([['arn:aws:iam::111122223333:mfa/me']])
    expect(new URLSearchParams(sts.requests[0]?.body).get('TokenCode')).toBe('123456')
  })

  it('of a web identity is assumed with the token of the file, unsigned', async () => {
    const sts = await standIn(() => stsAnswer('AssumeRoleWithWebIdentity', 'AKIDWEB', inAnHour()))
    vi.stubEnv('AWS_ENDPOINT_URL_STS', sts.url)
    await writeFile(join(home, 'jwt'), 'the-token')
    vi.stubEnv('AWS_WEB_IDENTITY_TOKEN_FILE', join(home, 'jwt'))
    vi.stubEnv('AWS_ROLE_ARN', 'arn:aws:iam::111122223333:role/pod')
    vi.stubEnv('AWS_REGION', 'us-west-2')
    expect((await nodeCredentialChain()()).accessKeyId).toBe('AKIDWEB')
    const [request] = sts.requests
    const form = new URLSearchParams(request?.body)
    expect([form.get('Action'), form.get('RoleArn'), form.get('WebIdentityToken')]).toEqual([
      'AssumeRoleWithWebIdentity',
      'arn:aws:iam::111122223333:role/pod',
      'the-token',
    ])
    expect(request?.headers['authorization']).toBe(undefined)
  })

  it('that STS refuses is told of with the words of STS, and nobody else is asked', async () => {
    const sts = await standIn(() => ({
      status: 403,
      text: '<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>not authorized to perform: sts:AssumeRole</Message></Error><RequestId>r</RequestId></ErrorResponse>',
    }))
    vi.stubEnv('AWS_ENDPOINT_URL_STS', sts.url)
    await credentials('[base]\naws_access_key_id = AKIDBASE\naws_secret_access_key = secret\n')
    await config('[profile role]\nrole_arn = arn:aws:iam::111122223333:role/dev\nsource_profile = base\n')
    vi.stubEnv('AWS_PROFILE', 'role')
    const failure = await nodeCredentialChain()().catch((error: unknown) => error)
    expect((failure as CredentialError).message).toBe(
      'The AWS credential chain found none: asked the profile role of ~/.aws (not authorized to perform: sts:AssumeRole). ' +
        'Log in (aws sso login, aws configure), set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY or AWS_BEARER_TOKEN_BEDROCK, or give apiKey.',
    )
  })
})

describe('SSO', () => {
  const session =
    '[profile sso]\nsso_session = corp\nsso_account_id = 111122223333\nsso_role_name = Developer\n\n' +
    '[sso-session corp]\nsso_start_url = https://corp.awsapps.com/start\nsso_region = eu-central-1\n'
  const legacy =
    '[profile sso]\nsso_start_url = https://corp.awsapps.com/start\nsso_region = eu-central-1\n' +
    'sso_account_id = 111122223333\nsso_role_name = Developer\n'

  it.each([
    ['a session', session, 'corp'],
    ['a start URL', legacy, 'https://corp.awsapps.com/start'],
  ])('gives the keys of a role for the token that a login of %s left', async (_, text, name) => {
    const expiration = inAnHour()
    const sso = await standIn(() => ({
      json: {
        roleCredentials: {
          accessKeyId: 'AKIDSSO',
          secretAccessKey: 'secret',
          sessionToken: 'token',
          expiration: expiration.getTime(),
        },
      },
    }))
    vi.stubEnv('AWS_ENDPOINT_URL_SSO', sso.url)
    await config(text)
    await cache(name, { accessToken: 'sso-token', expiresAt: inAnHour().toISOString() })
    expect(await nodeCredentialChain({ profile: 'sso' })()).toMatchObject({ accessKeyId: 'AKIDSSO', expiration })
    expect(sso.requests.map(({ method, url, headers }) => [method, url, headers['x-amz-sso_bearer_token']])).toEqual([
      ['GET', '/federation/credentials?role_name=Developer&account_id=111122223333', 'sso-token'],
    ])
  })

  it('says to log in when the login is over, and asks nobody else', async () => {
    await config(session)
    await cache('corp', { accessToken: 'sso-token', expiresAt: new Date(Date.now() - 1000).toISOString() })
    vi.stubEnv('AWS_PROFILE', 'sso')
    const failure = await nodeCredentialChain()().catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(CredentialError)
    expect((failure as CredentialError).message).toMatch(/aws sso login/)
    expect((failure as CredentialError).message).not.toMatch(/the web identity|the container/)
  })
})

describe('the container', () => {
  it('is asked at its full URI with the token of the environment', async () => {
    const container = await standIn(containerKeys)
    vi.stubEnv('AWS_CONTAINER_CREDENTIALS_FULL_URI', `${container.url}/creds`)
    vi.stubEnv('AWS_CONTAINER_AUTHORIZATION_TOKEN', 'Basic abc')
    expect((await nodeCredentialChain()()).accessKeyId).toBe('AKIDCONTAINER')
    expect(container.requests.map(({ url, headers }) => [url, headers.authorization])).toEqual([
      ['/creds', 'Basic abc'],
    ])
  })

  it('is asked with the token of a file, as it is now', async () => {
    const container = await standIn(containerKeys)
    vi.stubEnv('AWS_CONTAINER_CREDENTIALS_FULL_URI', `${container.url}/creds`)
    vi.stubEnv('AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE', join(home, 'token'))
    const provider = nodeCredentialChain()
    for (const token of ['first', 'second']) {
      await writeFile(join(home, 'token'), token)
      await provider()
    }
    expect(container.requests.map(({ headers }) => headers.authorization)).toEqual(['first', 'second'])
  })

  it('is asked at its relative URI on the link-local address', async () => {
    const container = await standIn(containerKeys)
    const asked: unknown[] = []
    // The address is not ours to bind: its connections are led to the stand-in.
    const createConnection: unknown = Reflect.get(http.Agent.prototype, 'createConnection')
    closing.push(async () => Reflect.set(http.Agent.prototype, 'createConnection', createConnection))
    Reflect.set(http.Agent.prototype, 'createConnection', ({ host, port }: net.TcpNetConnectOpts) => {
      asked.push([host, port])
      return net.createConnection({ host: '127.0.0.1', port: container.port })
    })
    vi.stubEnv('AWS_CONTAINER_CREDENTIALS_RELATIVE_URI', '/v2/credentials/1')
    expect((await nodeCredentialChain()()).accessKeyId).toBe('AKIDCONTAINER')
    expect(asked).toEqual([['169.254.170.2', 80]])
    expect(container.requests.map(({ url }) => url)).toEqual(['/v2/credentials/1'])
  })

  it('is not asked through a proxy', async () => {
    const container = await standIn(containerKeys)
    const proxy = await standIn(() => undefined)
    vi.stubEnv('HTTP_PROXY', proxy.url)
    vi.stubEnv('AWS_CONTAINER_CREDENTIALS_FULL_URI', `${container.url}/creds`)
    await nodeCredentialChain()()
    expect(proxy.requests).toEqual([])
  })
})

describe('the instance', () => {
  it('is asked by IMDSv2: a token first, then the role, then its keys', async () => {
    const expiration = inAnHour()
    const instance = await standIn(({ method, url, headers }) => {
      if (method === 'PUT' && url === '/latest/api/token') return { text: 'imds-token' }
      if (headers['x-aws-ec2-metadata-token'] !== 'imds-token') return { status: 401 }
      if (url.endsWith('/security-credentials/')) return { text: 'my-role' }
      return {
        json: {
          Code: 'Success',
          AccessKeyId: 'AKIDINSTANCE',
          SecretAccessKey: 'secret',
          Token: 'token',
          Expiration: expiration.toISOString(),
        },
      }
    })
    vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'false')
    vi.stubEnv('AWS_EC2_METADATA_SERVICE_ENDPOINT', instance.url)
    expect(await nodeCredentialChain()()).toMatchObject({ accessKeyId: 'AKIDINSTANCE', expiration })
    expect(instance.requests.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'PUT /latest/api/token',
      'GET /latest/meta-data/iam/security-credentials/',
      'GET /latest/meta-data/iam/security-credentials/my-role',
    ])
  })
})

it('says of every place why it had none, and what to do', async () => {
  const failure = await nodeCredentialChain()().catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(CredentialError)
  expect((failure as CredentialError).message).toBe(
    'The AWS credential chain found none: asked the profile default of ~/.aws (Could not resolve credentials using profile: ' +
      '[default] in configuration/credentials file(s).), then the web identity (AWS_WEB_IDENTITY_TOKEN_FILE is not set), ' +
      'then the container (AWS_CONTAINER_CREDENTIALS_RELATIVE_URI is not set), then the instance (AWS_EC2_METADATA_DISABLED is set). ' +
      'Log in (aws sso login, aws configure), set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY or AWS_BEARER_TOKEN_BEDROCK, or give apiKey.',
  )
  expect((failure as CredentialError).cause).toBeInstanceOf(Error)
})

it('goes to STS by the fetch that it was given', async () => {
  const sts = await standIn(() => stsAnswer('AssumeRole', 'AKIDROLE', inAnHour()))
  vi.stubEnv('AWS_ENDPOINT_URL_STS', 'https://sts.nowhere.example')
  await credentials('[base]\naws_access_key_id = AKIDBASE\naws_secret_access_key = secret\n')
  await config('[profile role]\nrole_arn = arn:aws:iam::111122223333:role/dev\nsource_profile = base\n')
  const asked: string[] = []
  const fetch: typeof globalThis.fetch = (input, init) => {
    asked.push(input instanceof Request ? input.url : input.toString())
    return globalThis.fetch(sts.url, init)
  }
  expect((await nodeCredentialChain({ profile: 'role', fetch })()).accessKeyId).toBe('AKIDROLE')
  expect(asked).toEqual(['https://sts.nowhere.example/'])
})

it('says what to install where the providers are not', async () => {
  vi.resetModules()
  vi.doMock('@aws-sdk/credential-providers', () => {
    throw new Error('Cannot find package')
  })
  closing.push(async () => vi.doUnmock('@aws-sdk/credential-providers'))
  const { nodeCredentialChain } = await import('./credential-chain.ts')
  await expect(nodeCredentialChain()()).rejects.toThrow(
    'The AWS credential chain needs @aws-sdk/credential-providers: npm install @aws-sdk/credential-providers. ' +
      'Or give awsAccessKey and awsSecretKey, apiKey or providerChainResolver.',
  )
})
