import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { defaultConfig } from './config.ts'
import { loadConfig, type ConfigSources } from './load-config.ts'
import { ConfigError } from './problem.ts'

const load = (text: string, sources: ConfigSources = {}) => loadConfig({ file: '/etc/outcrop.yaml', text, ...sources })

async function complaints(text: string, sources: ConfigSources = {}): Promise<string[]> {
  const error: unknown = await load(text, sources).then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof ConfigError)) throw new Error(`expected a ConfigError, got ${String(error)}`)
  return error.message.split('\n')
}

const where = async (text: string, flags = {}) => {
  const { data, ephemeral } = await load(text, { flags })
  return [data, ephemeral]
}

const at = (line: number, column: number) => `/etc/outcrop.yaml:${line}:${column}: `

const secret = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'
const bearer = `ABSK${Buffer.from('BedrockAPIKey-dev-at-123456789012:hush').toString('base64')}`

describe('loadConfig', () => {
  it('needs nothing at all', async () => {
    expect(await loadConfig()).toEqual(defaultConfig)
  })

  it.each(['', '# only a comment\n', '{}', 'listen:\nauth: ~\n', '---\n...\n'])(
    'takes %j for an empty file',
    async (text) => {
      expect(await load(text)).toEqual(defaultConfig)
    },
  )

  it('keeps state where the last word says: a flag wins over the file in either direction', async () => {
    expect(await where('data: state')).toEqual(['/etc/state', false])
    expect(await where('ephemeral: true')).toEqual([undefined, true])
    expect(await where('data: state', { ephemeral: true })).toEqual([undefined, true])
    expect(await where('ephemeral: true', { data: '/here' })).toEqual(['/here', false])
    const both = 'expected either a folder to keep state in (data) or memory alone (ephemeral), found both'
    expect(await complaints('data: state\nephemeral: true')).toEqual([`${at(2, 12)}ephemeral: ${both}`])
    expect(await complaints('', { flags: { data: 'x', ephemeral: true } })).toEqual([`--ephemeral: ${both}`])
  })

  it('reads every setting', async () => {
    const text = `
listen: { host: 0.0.0.0, port: 0, tls: { cert: /tls/cert.pem, key: key.pem } }
cors: { origins: ["http://localhost:3000"] }
region: eu-west-1
account: 012345678901
data: state
fidelity: aws
auth:
  mode: strict
  credentials:
    - user: ada
      accessKeyId: AKIAIOSFODNN7EXAMPLE
      secretAccessKey: ${secret}
    - user: grace
      accessKeyId: ASIAIOSFODNN7EXAMPLE
      secretAccessKey: "\${GRACE_SECRET}"
      sessionToken: abc\${GRACE_TOKEN}
      account: "210987654321"
      region: us-west-2
    - user: bot
      bearer: ${bearer}
access: { policy: ask }
quotas: { retryAfter: true, limits: [{ tokensPerMinute: 1000 }] }
simulator: { seed: 7, tokensPerSecond: 0, firstTokenMs: 250 }
scripts: { strict: true }
faults: { rate: 0.25, kinds: [ThrottlingException, half-frame], seed: 8 }
limits:
  shutdownMs: 0
batch: { scheduleMs: 0, minimumRecords: 10 }
`
    const env = { GRACE_SECRET: 'hidden', GRACE_TOKEN: 'def' }
    expect(await load(text, { env })).toEqual({
      listen: { host: '0.0.0.0', port: 0, tls: { cert: '/tls/cert.pem', key: '/etc/key.pem' } },
      cors: { origins: ['http://localhost:3000'] },
      insecure: false,
      region: 'eu-west-1',
      account: '012345678901',
      data: '/etc/state',
      ephemeral: false,
      fidelity: 'aws',
      auth: {
        mode: 'strict',
        credentials: [
          { user: 'ada', accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: secret },
          {
            user: 'grace',
            accessKeyId: 'ASIAIOSFODNN7EXAMPLE',
            secretAccessKey: 'hidden',
            sessionToken: 'abcdef',
            account: '210987654321',
            region: 'us-west-2',
          },
          { user: 'bot', bearer },
        ],
      },
      access: { policy: 'ask' },
      quotas: { retryAfter: true, limits: [{ tokensPerMinute: 1000 }] },
      simulator: { seed: '7', tokensPerSecond: 0, firstTokenMs: 250 },
      scripts: { strict: true, list: [] },
      faults: { onRequest: false, rate: 0.25, kinds: ['throttled', 'half-frame'], seed: '8' },
      limits: { ...defaultConfig.limits, shutdownMs: 0 },
      batch: { ...defaultConfig.batch, scheduleMs: 0, minimumRecords: 10 },
    })
  })

  it.each([
    ['', true],
    ['auth: { mode: open }', true],
    [`auth: { mode: strict, credentials: [{ user: ci, bearer: ${bearer} }] }`, false],
    [`auth: { mode: strict, credentials: [{ user: ci, bearer: ${bearer} }] }\nfaults: { onRequest: true }`, true],
    ['faults: { onRequest: false }', false],
  ])('lets requests ask for faults where everybody is let in, or where it says so: %j', async (text, onRequest) => {
    expect((await load(text)).faults.onRequest).toBe(onRequest)
  })

  it('reads JSON as well', async () => {
    const text = JSON.stringify(
      { listen: { port: 8080 }, insecure: false, auth: { mode: 'open', credentials: [] } },
      null,
      2,
    )
    expect(await load(text)).toEqual({ ...defaultConfig, listen: { host: '127.0.0.1', port: 8080 } })
  })

  it('lets flags win over the file', async () => {
    const flags = { host: '::1', port: '0', data: 'here', region: 'us-west-2', fidelity: 'aws', pace: '0', seed: 's' }
    const config = await load('listen: {port: 1, host: 127.0.0.1}\nregion: eu-west-1\ndata: there', { flags })
    expect(config).toEqual({
      ...defaultConfig,
      listen: { host: '::1', port: 0 },
      data: resolve('here'),
      region: 'us-west-2',
      fidelity: 'aws',
      simulator: { ...defaultConfig.simulator, seed: 's', tokensPerSecond: 0 },
    })
  })

  it('reads the file from disk, and a folder in it from where the file is', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'outcrop-config-'))
    try {
      await writeFile(join(folder, 'o.yaml'), '\uFEFFdata: ./d\n')
      expect((await loadConfig({ file: join(folder, 'o.yaml') })).data).toBe(join(folder, 'd'))
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  it('reads the example of its reference page, which says every default', async () => {
    const page = await readFile(new URL('../../../../docs/reference/configuration.md', import.meta.url), 'utf8')
    const example = /```yaml\n([^]*?)```/.exec(page)?.[1] ?? ''
    const env = { ADA_SECRET: 'a', GRACE_SECRET: 'g', GRACE_TOKEN: 't', CI_BEDROCK_KEY: bearer }
    const { auth, data, ...rest } = await load(example, { env })
    expect({ ...rest, auth: defaultConfig.auth }).toEqual(defaultConfig)
    expect(data).toBe('/etc/outcrop-data')
    expect(auth).toEqual({
      mode: 'strict',
      credentials: [
        { user: 'ada', accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'a' },
        { user: 'grace', accessKeyId: 'ASIAEXAMPLE', secretAccessKey: 'g', sessionToken: 't', account: '210987654321' },
        { user: 'ci', bearer, region: 'eu-west-1', allow: ['claude-haiku-4-5', 'us.anthropic.claude-sonnet-*'] },
      ],
    })
  })

  it('reads where certificate and key are, from the folder of the file or the one of the caller', async () => {
    const text = 'listen: {tls: {cert: tls/cert.pem, key: /key.pem}}\ncors: {origins: ["https://app.example"]}'
    const config = await load(text)
    expect(config.listen.tls).toEqual({ cert: '/etc/tls/cert.pem', key: '/key.pem' })
    expect(config.cors).toEqual({ origins: ['https://app.example'] })
    const flags = { tlsCert: 'c.pem', tlsKey: 'k.pem' }
    expect((await load('', { flags })).listen.tls).toEqual({ cert: resolve('c.pem'), key: resolve('k.pem') })
  })

  it('says that a file is not there', async () => {
    await expect(loadConfig({ file: '/nowhere/o.yaml' })).rejects.toThrow('/nowhere/o.yaml: there is no such file')
  })
})

describe('what loadConfig complains of', () => {
  it('is everything at once, each with its line, column and setting', async () => {
    expect(await complaints('listen:\n  port: 99999\nregoin: eu-west-1\nfidelity: gide\naccount: 12345\n')).toEqual([
      `${at(2, 9)}listen.port: expected a port from 0 (any free one) to 65535, found "99999"`,
      `${at(3, 1)}regoin: unknown setting: did you mean "region"?`,
      `${at(4, 11)}fidelity: expected guide or aws, found "gide": did you mean guide?`,
      `${at(5, 10)}account: expected an AWS account id: 12 digits, found "12345"`,
    ])
  })

  it.each([
    [
      'region: eu-wset-1',
      `${at(1, 9)}region: expected an AWS region that serves Claude, such as us-east-1, found "eu-wset-1": did you mean eu-west-1?`,
    ],
    ['listen: 5151', `${at(1, 9)}listen: expected a map with the settings host, port, tls, found a single value`],
    ['listen: [1]', `${at(1, 9)}listen: expected a map with the settings host, port, tls, found a list`],
    ['listen: {port: }', `${at(1, 10)}listen.port: expected a port from 0 (any free one) to 65535, found nothing`],
    ['listen: {port: -1}', `${at(1, 16)}listen.port: expected a port from 0 (any free one) to 65535, found "-1"`],
    ['listen: {port: [1]}', `${at(1, 16)}listen.port: expected a port from 0 (any free one) to 65535, found a list`],
    [
      'listen: {host: 300.1.1.1}',
      `${at(1, 16)}listen.host: expected an IP address or a host name, such as 127.0.0.1, ::1 or localhost, found "300.1.1.1"`,
    ],
    ['insecure: yes', `${at(1, 11)}insecure: expected true or false, found "yes"`],
    [
      '- 1',
      `${at(1, 1)}expected a map with the settings listen, cors, insecure, region, account, data, ephemeral, fidelity, auth, access, quotas, simulator, scripts, faults, limits, batch, s3, found a list`,
    ],
    ['auth: {credentials: {user: x}}', `${at(1, 21)}auth.credentials: expected a list, found a map`],
    [
      '__proto__: {x: 1}',
      `${at(1, 1)}__proto__: unknown setting: expected one of listen, cors, insecure, region, account, data, ephemeral, fidelity, auth, access, quotas, simulator, scripts, faults, limits, batch, s3`,
    ],
    [
      'auth: {credentials: [{user: x, allow: [claude-haiku-4-6]}]}',
      `${at(1, 40)}auth.credentials[0].allow[0]: expected a model of the catalogue: an id, an alias, an ARN, or a pattern such as anthropic.claude-haiku-*, found "claude-haiku-4-6": did you mean claude-haiku-4-5?`,
    ],
    [
      'auth: {credentials: [{user: x, allow: ["gpt-*"]}]}',
      `${at(1, 40)}auth.credentials[0].allow[0]: expected a model of the catalogue: an id, an alias, an ARN, or a pattern such as anthropic.claude-haiku-*, found "gpt-*"`,
    ],
    [
      'access: {policy: granted!}',
      `${at(1, 18)}access.policy: expected granted or ask or admin or never, found "granted!": did you mean granted?`,
    ],
    ['region: us-east-1\nregion: eu-west-1', `${at(2, 1)}this key was already given above`],
    [
      'region: &a us-east-1\nfidelity: *a',
      `${at(2, 11)}fidelity: anchors and aliases are not read here: write the value out, or quote it if it begins with *`,
    ],
    ['region: !!int 1', `${at(1, 9)}tags (words that begin with !) are not read here: put the value in quotes`],
    [
      'region: "us',
      `${at(1, 12)}something is missing before this place: a closing quote or bracket, a comma, or the colon after a key`,
    ],
    ['region: us-east-1\n---\nregion: us-east-1', `${at(2, 1)}expected one document, found a second one`],
    ['listen: {tls: {key: k.pem}}', `${at(1, 21)}listen.tls.key: expected listen.tls.cert (--tls-cert) with it`],
    [
      'cors: {origins: ["https://app.example/"]}',
      `${at(1, 18)}cors.origins[0]: expected an origin of web pages, such as https://app.example or http://localhost:3000 (no path), or *, found "https://app.example/"`,
    ],
    [
      'cors: {origins: ["*"]}',
      `${at(1, 17)}cors.origins: * would let every web page spend through an endpoint that asks for no credentials: list the origins that may call, or set auth.mode to strict`,
    ],
    [
      'limits: {bodyBytes: 20MB}',
      `${at(1, 21)}limits.bodyBytes: expected a whole number of bytes from 1024 to 1099511627776, found "20MB"`,
    ],
  ])('is, for %j, in one line', async (text, expected) => {
    expect(await complaints(text)).toEqual([expected])
  })

  it('is an environment variable that is not set, by its name', async () => {
    expect(await complaints('auth:\n  credentials:\n    - {user: a, bearer: "${NOT_THERE}"}\n')).toEqual([
      `${at(3, 25)}auth.credentials[0].bearer: the environment variable NOT_THERE is not set`,
    ])
  })

  it('is never a secret, wherever it was put', async () => {
    const text = `auth:
  credentials:
    - {user: a, accessKeyId: AKIDEXAMPLE, secretAccessKey: "${secret} "}
    - {user: b, bearer: ${secret}}
    - {user: c, bearer: "\${KEY}"}
    - {user: d, secretAcessKey: ${secret}}
    - {user: e, accessKeyId: AKIDEXAMPLE, secretAccessKey: [${secret}]}
region: \${KEY}
`
    const lines = await complaints(text, { env: { KEY: `sk-ant-${secret}` } })
    expect(lines).toHaveLength(6)
    expect(lines.join('\n')).not.toContain('wJalr')
    expect(lines[1]).toContain('expected a long-term Bedrock API key: ABSK and then base64')
    expect(lines[3]).toContain('auth.credentials[3].secretAcessKey: unknown setting: did you mean "secretAccessKey"?')
    expect(lines[5]).toBe(
      `${at(8, 9)}region: expected an AWS region that serves Claude, such as us-east-1, found something else in \${KEY}`,
    )
  })

  it.each([
    ['{accessKeyId: A, secretAccessKey: b}', 'expected a user: the name of whoever calls with this credential'],
    ['{user: a}', 'expected an accessKeyId with its secretAccessKey, or a bearer'],
    ['{user: a, accessKeyId: A}', 'expected an accessKeyId with its secretAccessKey, or a bearer'],
    [
      `{user: a, accessKeyId: A, bearer: ${bearer}}`,
      'expected either a bearer or a key pair, found both: list them as two credentials',
    ],
  ])('is a credential such as %s', async (written, expected) => {
    expect(await complaints(`auth:\n  credentials:\n    - ${written}`)).toEqual([
      `${at(3, 7)}auth.credentials[0]: ${expected}`,
    ])
  })

  it('is a credential that is listed twice', async () => {
    const text = `auth:
  credentials:
    - {user: a, accessKeyId: A, secretAccessKey: one}
    - {user: b, accessKeyId: A, secretAccessKey: two, sessionToken: t}
    - {user: c, accessKeyId: A, secretAccessKey: three}
    - {user: d, bearer: ${bearer}}
    - {user: e, bearer: ${bearer}}
`
    expect(await complaints(text)).toEqual([
      `${at(4, 30)}auth.credentials[1].accessKeyId: expected a credential of its own, found the same one as auth.credentials[0].accessKeyId (/etc/outcrop.yaml:3:30)`,
      `${at(5, 30)}auth.credentials[2].accessKeyId: expected a credential of its own, found the same one as auth.credentials[0].accessKeyId (/etc/outcrop.yaml:3:30)`,
      `${at(7, 25)}auth.credentials[4].bearer: expected a credential of its own, found the same one as auth.credentials[3].bearer (/etc/outcrop.yaml:6:25)`,
    ])
  })

  it('is strict without anyone to let in', async () => {
    const [line] = await complaints('auth:\n  mode: strict\n')
    expect(line).toContain(`${at(2, 9)}auth.mode: strict with no credentials would refuse every call: add at least one`)
  })

  it('is a body limit that the memory limit cannot hold', async () => {
    const [line] = await complaints('limits: {bytesInFlight: 1024}')
    expect(line).toContain(
      `${at(1, 25)}limits.bytesInFlight: a request of limits.bodyBytes (20971520) could never be read`,
    )
  })

  it.each(['0.0.0.0', '::', '192.168.1.4', 'gateway.example', 'localhost.example'])(
    'is an open endpoint on %s',
    async (host) => {
      await expect(loadConfig({ flags: { host } })).rejects.toThrow(
        `--host: ${host} is reachable from other machines, and an open endpoint answers everyone. Listen on 127.0.0.1, or `,
      )
      expect((await loadConfig({ flags: { host, insecure: true } })).listen.host).toBe(host)
      expect((await load('insecure: true', { flags: { host } })).insecure).toBe(true)
      const strict = `auth: {mode: strict, credentials: [{user: a, bearer: ${bearer}}]}`
      expect((await load(strict, { flags: { host } })).auth.mode).toBe('strict')
    },
  )

  it.each([
    '127.0.0.1',
    '127.9.9.9',
    '::1',
    'localhost',
    'LOCALHOST',
    'outcrop.localhost',
    '[::1]',
    '::ffff:127.0.0.1',
  ])('is not an open endpoint on %s, which only this machine reaches', async (host) => {
    expect((await loadConfig({ flags: { host } })).auth.mode).toBe('open')
  })

  it('names the flag that is wrong', async () => {
    await expect(loadConfig({ flags: { port: 'http', region: 'us-east1' } })).rejects.toThrow(
      '--port: expected a port from 0 (any free one) to 65535, found "http"\n' +
        '--region: expected an AWS region that serves Claude, such as us-east-1, found "us-east1": did you mean us-east-1?',
    )
  })

  // Near the end of the stack V8 ended the whole process.
  it.each([
    ['- ', 501],
    ['? ', 501],
    ['- - - ', 501],
    ['[', 251],
    ['{a: ', 1001],
  ])('is nesting without end, as in %j', async (piece, column) => {
    const problem = 'values are nested more than 250 deep here'
    expect(await complaints(piece.repeat(20_000))).toEqual([`${at(1, column)}${problem}`])
    expect(await complaints(`region: eu-west-1\n${piece.repeat(20_000)}`)).toEqual([`${at(2, column)}${problem}`])
  })

  it('is nesting on one line that only the parser sees', async () => {
    const problem = `${at(1, 1)}values are nested more than 250 deep here`
    expect(await complaints('a: '.repeat(20_000) + ']'.repeat(20_000))).toEqual([problem])
  })

  it('is said at its place up to that depth, whatever is nested', async () => {
    for (const [start, end] of [
      ['- ', ''],
      ['? ', ''],
      ['[', ']'],
      ['{a: ', '}'],
    ] as const) {
      const [first] = await complaints(start.repeat(250) + end.repeat(250))
      expect(first).toMatch(/^\/etc\/outcrop\.yaml:1:\d+: (?:expected a map|a key must be|a: unknown setting)/)
    }
    const stairs = Array.from({ length: 500 }, (_, depth) => `${' '.repeat(depth)}a:`)
    expect(await complaints(stairs.join('\n'))).toEqual([
      expect.stringContaining(`${at(1, 1)}a: unknown setting: expected one of`),
    ])
    expect(await load(`region: eu-west-1\n${' '.repeat(1_000)}\n`)).toMatchObject({ region: 'eu-west-1' })
  })

  it('comes at once for hostile input', async () => {
    const started = performance.now()
    await complaints(`listen: ${'['.repeat(50_000)}`)
    await complaints(`region: ${'a-'.repeat(200_000)}`)
    await complaints(`listen: {host: ${'a.'.repeat(100_000)}}`)
    expect(performance.now() - started).toBeLessThan(3000)
  })
})
