import http from 'node:http'
import https from 'node:https'
import net, { type AddressInfo } from 'node:net'
import { mintShortTermKey } from '@outcrop/protocol'
import { type Outcrop, startOutcrop } from '@outcrop/testkit'
import { createHash, createHmac } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { testTls } from '../../../server/src/edge/listener/tls.fixture.ts'
import { createTestIo } from '../../test/support/test-io.ts'
import type { Env } from '../io.ts'
import { main } from '../main.ts'

const hour = 3_600_000
/** A moment of the same clock that endpoints tell the time by. */
const fromNow = (ms: number) => new Date(Date.now() + ms).toISOString()
const secret = 'a-secret-that-nobody-may-print'
const keys = { AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE', AWS_SECRET_ACCESS_KEY: secret }
const longTerm = 'ABSKQmVkcm9ja0FQSUtleS1jaS1hdC0xMjM0NTY3ODkwMTI6c2VjcmV0LW9mLXRoZS1rZXk='

let strict: Outcrop
let open: Outcrop
beforeAll(async () => {
  const credentials = [
    { user: 'dev', accessKeyId: keys.AWS_ACCESS_KEY_ID, secretAccessKey: secret },
    { user: 'ci', bearer: longTerm },
  ]
  strict = await startOutcrop({ auth: { mode: 'strict', credentials }, fidelity: 'aws' })
  open = await startOutcrop()
})
afterAll(async () => {
  await strict.close()
  await open.close()
})

async function examine(argv: readonly string[], env: Env = {}, aheadMs = 0) {
  const test = createTestIo({ env, now: () => Date.now() + aheadMs })
  const code = await main(['doctor', ...argv], test.io)
  const out = test.out() + test.err()
  expect(out).not.toContain(secret)
  expect(out).not.toContain('c2VjcmV0LW9mLXRoZS1rZXk')
  expect(out).not.toContain('secret-of-the-key')
  return { code, out, lines: out.split('\n') }
}

const at = (url: string) => ['--endpoint', url]

/** What is told of one check, its advice included. */
function about(check: string, lines: readonly string[]): string[] {
  const start = lines.findIndex((line) => line.slice(6).startsWith(`${check} `))
  const rest = lines.slice(start + 1)
  const end = rest.findIndex((line) => /^\S/.test(line) && /\S/.test(line.slice(6, 12)))
  return [lines[start] ?? '', ...rest.slice(0, end)].filter((line) => line !== '' && !line.startsWith('A call'))
}

describe('outcrop doctor', () => {
  it('finds nothing wrong where nothing is', async () => {
    const { code, out } = await examine(at(strict.url), { ...keys, AWS_REGION: 'us-east-1' })
    expect(out).toBe(`ok    credentials  AWS_ACCESS_KEY_ID holds AKIA…MPLE
ok    identity     arn:aws:iam::123456789012:user/dev, account 123456789012
ok    region       us-east-1, by AWS_REGION
ok    endpoint     ${strict.url}, by --endpoint
ok                 this is Outcrop
ok                 it speaks HTTP/1.1 and HTTP/2
ok    clock        within a second of the endpoint
ok    proxy        none is set for this endpoint
ok    access       Bedrock lists 15 models by Anthropic and 29 inference profiles
ok                 the account has access to Claude Opus 4.6
ok    quota        no quotas are set
ok    model        claude-opus-4-6 is called as global.anthropic.claude-opus-4-6-v1, which Bedrock lists

A call of claude-opus-4-6 at ${strict.url} in us-east-1 would work.
`)
    expect(code).toBe(0)
  })

  it('says what everything comes to as JSON', async () => {
    const { code, out } = await examine([...at(open.url), '--json', '--model', 'opus-4.6'])
    const report = JSON.parse(out) as { readonly checks: ReadonlyArray<{ readonly check: string }> }
    expect(code).toBe(0)
    expect(report).toMatchObject({ ok: true, endpoint: open.url, region: 'us-east-1', model: 'opus-4.6' })
    expect(report.checks.slice(0, 3)).toEqual([
      {
        check: 'credentials',
        status: 'ok',
        findings: [{ status: 'ok', found: 'nothing is set, so calls are not signed: an open Outcrop takes them' }],
      },
      { check: 'identity', status: 'skipped', findings: [{ status: 'skipped', found: 'calls are not signed' }] },
      {
        check: 'region',
        status: 'ok',
        findings: [{ status: 'ok', found: 'us-east-1, because nothing names another' }],
      },
    ])
  })
})

describe('credentials', () => {
  it('that are wrong are refused by STS and by Bedrock, and both say so', async () => {
    const { code, out, lines } = await examine(at(strict.url), { ...keys, AWS_SECRET_ACCESS_KEY: 'wrong' })
    expect(code).toBe(1)
    expect(about('identity', lines)[0]).toMatch(
      /^FAIL {2}identity {5}SignatureDoesNotMatch: The request signature we calculated does not match the signature you provided\. .* \(request [\da-f-]{36}\)$/,
    )
    expect(about('access', lines)[0]).toMatch(/^FAIL {2}access {7}InvalidSignatureException: /)
    expect(out).toContain(
      `\nA call of claude-opus-4-6 at ${strict.url} in us-east-1 would not work: identity, access.\n`,
    )
  })

  it.each([
    [
      { AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE' },
      'FAIL',
      'AWS_ACCESS_KEY_ID is set, but AWS_SECRET_ACCESS_KEY is not',
    ],
    [{ AWS_SECRET_ACCESS_KEY: secret }, 'FAIL', 'AWS_SECRET_ACCESS_KEY is set, but AWS_ACCESS_KEY_ID is not'],
    [
      { AWS_BEARER_TOKEN_BEDROCK: `${longTerm}\n` },
      'FAIL',
      'AWS_BEARER_TOKEN_BEDROCK holds a blank, a line break or another character that no header takes',
    ],
    [
      { ...keys, AWS_ACCESS_KEY_ID: 'ASIAIOSFODNN7EXAMPLE' },
      'FAIL',
      'AWS_ACCESS_KEY_ID holds ASIA…MPLE, which is temporary and needs its session token',
    ],
    [
      { ...keys, AWS_SESSION_TOKEN: 'token' },
      'FAIL',
      'AWS_ACCESS_KEY_ID holds AKIA…MPLE with a session token, which belongs to other keys: these hold without one',
    ],
    [
      { ...keys, AWS_CREDENTIAL_EXPIRATION: fromNow(-1.5 * hour) },
      'FAIL',
      'AWS_ACCESS_KEY_ID holds AKIA…MPLE, which ended 90 min ago',
    ],
    [
      { ...keys, AWS_CREDENTIAL_EXPIRATION: fromNow(hour / 12) },
      'warn',
      'AWS_ACCESS_KEY_ID holds AKIA…MPLE, which holds for another 5 min',
    ],
    [
      { AWS_BEARER_TOKEN_BEDROCK: longTerm },
      'ok  ',
      'AWS_BEARER_TOKEN_BEDROCK holds a long-term Bedrock API key (BedrockAPIKey-ci-at-123456789012)',
    ],
    [
      { AWS_BEARER_TOKEN_BEDROCK: 'sk-ant-api03-x' },
      'warn',
      'AWS_BEARER_TOKEN_BEDROCK holds what is no Bedrock API key: those begin with ABSK or bedrock-api-key-',
    ],
    [
      { AWS_BEARER_TOKEN_BEDROCK: longTerm.slice(0, 20) },
      'warn',
      'AWS_BEARER_TOKEN_BEDROCK holds a Bedrock API key that is cut off or damaged',
    ],
  ])('%j: %s', async (env, status, found) => {
    const { lines } = await examine(at(strict.url), env)
    expect(about('credentials', lines)[0]).toBe(`${status}  credentials  ${found}`)
  })

  it.each([
    ['eu-west-1', 0, 'us-east-1', 'for eu-west-1, which holds for another 12 h, and calls go to us-east-1', 1],
    ['us-east-1', -13 * hour, 'us-east-1', 'for us-east-1, which ended 60 min ago', 1],
    ['us-east-1', 0, 'us-east-1', 'for us-east-1, which holds for another 12 h', 0],
  ])('a short-term key for %s made %i ms from now, called in %s', async (region, made, called, found, expected) => {
    const token = mintShortTermKey(
      {
        sha256Hex: (data) => createHash('sha256').update(data).digest('hex'),
        hmacSha256: (key, data) => createHmac('sha256', key).update(data).digest(),
        hmacSha256Hex: (key, data) => createHmac('sha256', key).update(data).digest('hex'),
      },
      { keys: { accessKeyId: keys.AWS_ACCESS_KEY_ID, secretAccessKey: secret }, region, now: Date.now() + made },
    )
    const { code, out, lines } = await examine([...at(strict.url), '--region', called], {
      AWS_BEARER_TOKEN_BEDROCK: token,
    })
    expect(code).toBe(expected)
    expect(out).not.toContain(token)
    expect(about('credentials', lines)[0]?.slice(6)).toBe(
      `credentials  AWS_BEARER_TOKEN_BEDROCK holds a short-term Bedrock API key of AKIA…MPLE ${found}`,
    )
    expect(about('identity', lines)).toEqual([
      '-     identity     STS takes no Bedrock API keys; "access" tells whether Bedrock does',
    ])
  })

  it('that contradict each other are told apart', async () => {
    const env = { ...keys, AWS_PROFILE: 'dev', AWS_BEARER_TOKEN_BEDROCK: ' ' }
    expect(about('credentials', (await examine(at(strict.url), env)).lines)).toEqual([
      'ok    credentials  AWS_ACCESS_KEY_ID holds AKIA…MPLE',
      'warn               AWS_BEARER_TOKEN_BEDROCK is set and blank: some clients send it',
      '                   -> unset it, or set a key',
      'warn               AWS_PROFILE is set beside AWS_ACCESS_KEY_ID: clients differ in which goes first',
      '                   -> unset the one that you do not mean',
    ])
    const both = { ...keys, AWS_BEARER_TOKEN_BEDROCK: longTerm }
    expect(about('credentials', (await examine(at(strict.url), both)).lines).slice(1)).toEqual([
      'warn               AWS_ACCESS_KEY_ID is set as well: AWS_BEARER_TOKEN_BEDROCK goes first',
      '                   -> unset the one that you do not mean',
    ])
  })
})

describe("AWS's chain", () => {
  let folder = ''
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'outcrop-doctor-'))
    const count = `require('node:fs').appendFileSync(${JSON.stringify(join(folder, 'runs'))}, 'x')`
    const given = {
      Version: 1,
      AccessKeyId: keys.AWS_ACCESS_KEY_ID,
      SecretAccessKey: secret,
      Expiration: fromNow(2 * hour),
    }
    const program = join(folder, 'keys.cjs')
    await writeFile(program, `${count}; console.log(${JSON.stringify(JSON.stringify(given))})`)
    const config = `[profile dev]\ncredential_process = ${process.execPath} ${program}\n[profile bare]\noutput = json\n`
    await writeFile(join(folder, 'config'), config)
    // The providers of the AWS SDK read the process's own environment.
    vi.stubEnv('AWS_CONFIG_FILE', join(folder, 'config'))
    vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', join(folder, 'none'))
    vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true')
  })
  afterAll(async () => {
    vi.unstubAllEnvs()
    await rm(folder, { recursive: true })
  })
  const env = () => ({ AWS_CONFIG_FILE: join(folder, 'config'), AWS_SHARED_CREDENTIALS_FILE: join(folder, 'none') })

  it('is walked once for all checks, and says which of its links gave', async () => {
    const { code, lines } = await examine([...at(strict.url), '--profile', 'dev'], env())
    expect(code).toBe(0)
    expect(about('credentials', lines)).toEqual([
      'ok    credentials  the profile "dev" of ~/.aws (a process) gave AKIA…MPLE, which holds for another 2 h',
    ])
    expect(about('identity', lines)).toEqual([
      'ok    identity     arn:aws:iam::123456789012:user/dev, account 123456789012',
    ])
    expect(await readFile(join(folder, 'runs'), 'utf8')).toBe('x')
  })

  it('says that there is no such profile', async () => {
    const { code, lines } = await examine([...at(strict.url), '--profile', 'dve'], env())
    expect(code).toBe(1)
    expect(about('credentials', lines)).toEqual([
      'FAIL  credentials  --profile names the profile "dve", which neither file of ~/.aws has',
      '                   -> "aws configure list-profiles" names those that there are',
    ])
    expect(about('access', lines)).toEqual(['-     access       there are no credentials to call with'])
  })

  it('says what a profile lacks', async () => {
    const { code, lines } = await examine([...at(strict.url), '--profile', 'bare'], env())
    expect(code).toBe(1)
    expect(about('credentials', lines)[0]).toMatch(/^FAIL {2}credentials {2}No AWS credentials of the profile bare\. /)
    expect(about('credentials', lines)[1]).toBe(
      '                   -> look at the profile "bare" in ~/.aws; "aws sso login" renews a session',
    )
  })
})

/** A server that answers what it is told to, over HTTP/1.1 alone. */
async function scripted(listener: http.RequestListener) {
  const server = http.createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const close = () => {
    server.closeAllConnections()
    server.close()
  }
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, [Symbol.dispose]: close }
}

describe('an endpoint', () => {
  it('whose clock is far from ours', async () => {
    const { code, lines } = await examine(at(strict.url), keys, 400_000)
    expect(code).toBe(1)
    expect(about('clock', lines).map((line) => line.replace(/(399|400|401) s/, '400 s'))).toEqual([
      'FAIL  clock        this machine is 400 s ahead of the endpoint; signatures may be off by 300 s',
      '                   -> set the clock of this machine by the network (NTP)',
    ])
    const [identity, advice] = about('identity', lines)
    expect(identity).toMatch(/^FAIL {2}identity {5}SignatureDoesNotMatch: Signature not yet current: /)
    expect(advice).toBe(
      "                   -> The clock of this machine is 7 minutes ahead of AWS's: set it by a time server.",
    )
  })

  it.each([
    [90_000, 'warn', 'ahead of'],
    [-45_000, 'ok  ', 'behind'],
  ])('whose clock is %i ms from ours', async (aheadMs, status, found) => {
    const seconds = Math.abs(aheadMs) / 1000
    expect(about('clock', (await examine(at(open.url), {}, aheadMs)).lines)[0]).toMatch(
      new RegExp(
        `^${status}  clock        this machine is (${seconds - 1}|${seconds}|${seconds + 1}) s ${found} the endpoint; signatures may be off by 300 s$`,
      ),
    )
  })

  it('whose clock is far from ours matters little to an API key', async () => {
    const { lines } = await examine(at(strict.url), { AWS_BEARER_TOKEN_BEDROCK: longTerm }, 400_000)
    expect(about('clock', lines)[0]).toMatch(/^warn {2}clock {8}this machine is /)
  })

  it('that is not there', async () => {
    const { code, lines } = await examine(at('http://127.0.0.1:1'), keys)
    expect(code).toBe(1)
    expect(about('endpoint', lines)).toEqual([
      'ok    endpoint     http://127.0.0.1:1, by --endpoint',
      'FAIL               nothing listens at 127.0.0.1:1',
      '                   -> start it ("outcrop serve"), or name another with --endpoint',
    ])
    expect(about('clock', lines)).toEqual([
      '-     clock        the endpoint did not answer, so there is no clock to compare with',
    ])
    expect(about('identity', lines)).toEqual([
      '-     identity     the endpoint is neither Outcrop nor of AWS: set AWS_ENDPOINT_URL_STS to ask one',
    ])
  })

  it('that speaks HTTP/1.1 alone, and is neither Bedrock nor Outcrop', async () => {
    using server = await scripted((_, response) => {
      response.writeHead(404, { server: 'proxy/1' }).end('<p>Not here')
    })
    const { code, lines } = await examine(at(server.url), keys)
    expect(code).toBe(0)
    expect(about('endpoint', lines)).toEqual([
      `ok    endpoint     ${server.url}, by --endpoint`,
      'warn               neither Bedrock nor Outcrop answered (status 404, server "proxy/1")',
      '                   -> check the URL; a proxy that passes only calls of models is all right',
      'warn               it speaks HTTP/1.1 alone',
      "                   -> Outcrop and Anthropic's SDKs need no more; the AWS SDK for JavaScript does: give its client requestHandler: new NodeHttpHandler()",
    ])
    expect(about('access', lines)[0]).toBe('warn  access       this endpoint has no lists of models')
  })

  it('that takes connections and says nothing', async () => {
    const server = net.createServer(() => {})
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const started = Date.now()
    const { code, lines } = await examine(at(url), keys)
    expect(Date.now() - started).toBeLessThan(15_500)
    server.close()
    expect(code).toBe(1)
    expect(about('endpoint', lines).slice(1)).toEqual([
      `FAIL               something listens at ${new URL(url).host}, but it does not answer HTTP: no answer in time`,
      '                   -> check the port, and http against https',
    ])
  })

  it('whose certificate nobody has signed', async () => {
    const server = https.createServer(testTls, (_, response) => response.end())
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`
    const { code, lines } = await examine(at(url), keys)
    const plain = await examine(at(url.replace('https', 'http')), keys)
    server.close()
    expect(code).toBe(1)
    expect(about('endpoint', lines).slice(1)).toEqual([
      `FAIL               TLS with ${new URL(url).host} failed (DEPTH_ZERO_SELF_SIGNED_CERT)`,
      '                   -> the certificate is not signed by anybody that Node trusts: set NODE_EXTRA_CA_CERTS to the certificate of the proxy or endpoint',
    ])
    expect(about('endpoint', plain.lines).slice(1)).toEqual([
      `FAIL               something listens at ${new URL(url).host}, but it does not answer HTTP: ECONNRESET`,
      '                   -> check the port, and http against https',
    ])
  })

  it('whose temporary keys have expired', async () => {
    using server = await scripted((request, response) => {
      const isSts = request.method === 'POST'
      response.writeHead(403, {
        'x-amzn-requestid': 'req-1',
        ...(!isSts && { 'x-amzn-errortype': 'ExpiredTokenException' }),
      })
      response.end(
        isSts
          ? '<ErrorResponse><Error><Code>ExpiredToken</Code><Message>The security token included in the request is expired</Message></Error></ErrorResponse>'
          : '{"message":"The security token included in the request is expired"}',
      )
    })
    const env = { ...keys, AWS_ACCESS_KEY_ID: 'ASIAIOSFODNN7EXAMPLE', AWS_SESSION_TOKEN: 'token' }
    const { code, lines } = await examine(at(server.url), { ...env, AWS_ENDPOINT_URL_STS: server.url })
    expect(code).toBe(1)
    expect(about('identity', lines)[0]).toBe(
      'FAIL  identity     ExpiredToken: The security token included in the request is expired (request req-1)',
    )
    expect(about('access', lines)[0]).toBe(
      'FAIL  access       ExpiredTokenException: The security token included in the request is expired (request req-1)',
    )
    expect(about('access', lines)[1]).toContain('-> Renew the credentials (aws sso login')
  })

  it('that the environment names, and which of its variables does', async () => {
    const env = { ...open.env, OUTCROP_URL: '', AWS_ENDPOINT_URL: 'http://127.0.0.1:1' }
    expect(about('endpoint', (await examine([], env)).lines)[0]).toBe(
      `ok    endpoint     ${open.url}, by ANTHROPIC_BEDROCK_BASE_URL`,
    )
    const { AWS_ENDPOINT_URL_BEDROCK_RUNTIME: url } = open.env
    expect(about('endpoint', (await examine([], { AWS_ENDPOINT_URL_BEDROCK_RUNTIME: url })).lines)[0]).toBe(
      `ok    endpoint     ${open.url}, by AWS_ENDPOINT_URL_BEDROCK_RUNTIME`,
    )
  })
})

describe('settings that cannot be meant', () => {
  it.each([
    [['--endpoint', 'localhost'], {}, '--endpoint: expected a URL such as http://127.0.0.1:5151, found "localhost"'],
    [
      [],
      { AWS_ENDPOINT_URL: 'localhost' },
      'AWS_ENDPOINT_URL is no URL; write it like https://bedrock.example.com or http://127.0.0.1:5151',
    ],
    [[], { OUTCROP_URL: 'ftp://x' }, 'OUTCROP_URL: expected a URL such as http://127.0.0.1:5151, found "ftp://x"'],
    [['--region', 'us east 1'], {}, 'The Region is no AWS Region: "us east 1". Did you mean us-east-1?'],
  ])('%j with %j', async (argv, env, message) => {
    expect(await examine(argv, env)).toMatchObject({ code: 2, out: `outcrop: ${message}\n` })
  })
})

describe('a Region', () => {
  it.each([
    [
      ['--region', 'us-esat-1'],
      {},
      ['us-esat-1, by --region', 'no Region called "us-esat-1" is known to have Claude', 'did you mean us-east-1?'],
    ],
    [
      [],
      { AWS_DEFAULT_REGION: 'eu-west-1' },
      [
        'eu-west-1, by AWS_DEFAULT_REGION',
        "Anthropic's SDKs and the AWS SDK for JavaScript do not read AWS_DEFAULT_REGION",
        'set AWS_REGION=eu-west-1 as well',
      ],
    ],
    [
      [],
      { AWS_REGION: 'us-west-2', AWS_DEFAULT_REGION: 'eu-west-1' },
      [
        'us-west-2, by AWS_REGION',
        'AWS_REGION is us-west-2 and AWS_DEFAULT_REGION is eu-west-1: the AWS CLI and boto3 call the second',
        'set both to one Region',
      ],
    ],
    [
      ['--model', 'arn:aws:bedrock:eu-west-1::foundation-model/anthropic.claude-opus-4-6-v1', '--region', 'us-east-1'],
      {},
      [
        'us-east-1, by --region',
        'the ARN of the model is of eu-west-1, and calls go to us-east-1',
        'call with --region eu-west-1',
      ],
    ],
  ])('%j %j', async (argv, env, [found, warning, todo]) => {
    expect(about('region', (await examine([...at(open.url), ...argv], env)).lines)).toEqual([
      `ok    region       ${found}`,
      `warn               ${warning}`,
      `                   -> ${todo}`,
    ])
  })

  it('that ~/.aws/config names and nobody calls', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'outcrop-doctor-'))
    const config = join(folder, 'config')
    await writeFile(config, '[default]\nregion = eu-west-1\n[profile dev]\nregion=ap-south-1\n')
    const { lines } = await examine(at(open.url), { ...keys, AWS_CONFIG_FILE: config })
    await rm(folder, { recursive: true })
    expect(about('region', lines)).toEqual([
      'ok    region       us-east-1, because nothing names another',
      'warn               ~/.aws/config names eu-west-1 for the profile "default": AWS\'s own tools call that',
      '                   -> set AWS_REGION=eu-west-1 if that is where you mean to call',
    ])
  })
})

describe('a call', () => {
  it('is made when it is asked for', async () => {
    const { code, lines } = await examine([...at(strict.url), '--call'], keys)
    expect(code).toBe(0)
    expect(about('call', lines)).toEqual([
      'ok    call         global.anthropic.claude-opus-4-6-v1 answered on the wire invoke: 8 tokens in, 1 out, $0.000065, simulated',
    ])
    expect(strict.calls.filter(({ operation }) => operation === 'InvokeModel')).toHaveLength(1)
  })

  it('tells how it was refused', async () => {
    const { code, lines } = await examine([...at(open.url), '--call', '--model', 'us.anthropic.claude-nothing-1'])
    expect(code).toBe(1)
    expect(about('call', lines)[0]).toMatch(/^FAIL {2}call {9}/)
  })
})

describe('a model', () => {
  it.each([
    ['opsu-4-6', 'Bedrock lists no model called "opsu-4-6"', 'did you mean claude-opus-4-6?'],
    ['gpt-4o', 'Bedrock lists no model called "gpt-4o"', '"outcrop models" lists those that there are'],
  ])('called %s', async (model, found, todo) => {
    const { code, lines } = await examine([...at(strict.url), '--model', model], keys)
    expect(code).toBe(1)
    expect(about('model', lines)).toEqual([`FAIL  model        ${found}`, `                   -> ${todo}`])
  })

  it('that has retired', async () => {
    const { code, lines } = await examine([...at(strict.url), '--model', 'claude-3-5-haiku'], keys)
    expect(code).toBe(1)
    expect(about('model', lines)).toEqual([
      'FAIL  model        claude-3-5-haiku is called as anthropic.claude-3-5-haiku-20241022-v1:0, which Bedrock does not list in us-east-1',
      expect.stringMatching(
        /^warn {15}Claude 3\.5 Haiku \(anthropic\.claude-3-5-haiku-20241022-v1:0\) reached its end of life on 2026-06-19; use /,
      ),
    ])
  })

  it('that another Region has', async () => {
    const { code, lines } = await examine([...at(strict.url), '--model', 'eu.anthropic.claude-opus-4-6-v1'], keys)
    expect(code).toBe(1)
    expect(about('model', lines)).toEqual([
      'FAIL  model        The profile eu.anthropic.claude-opus-4-6-v1 cannot be called from us-east-1: use global.anthropic.claude-opus-4-6-v1 there.',
    ])
  })

  it('whose id lacks its end', async () => {
    const { lines } = await examine([...at(strict.url), '--model', 'us.anthropic.claude-opus-4-6'], keys)
    expect(about('model', lines)).toEqual([
      'FAIL  model        Bedrock has no model "us.anthropic.claude-opus-4-6". Did you mean us.anthropic.claude-opus-4-6-v1?',
    ])
  })

  it('is looked up in the catalogue where Bedrock does not answer', async () => {
    expect(about('model', (await examine(at('http://127.0.0.1:1'))).lines)).toEqual([
      'ok    model        claude-opus-4-6 is called as global.anthropic.claude-opus-4-6-v1, by the catalogue',
    ])
  })
})
