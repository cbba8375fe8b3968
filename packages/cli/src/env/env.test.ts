import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestIo, type TestIoOptions } from '../../test/support/test-io.ts'
import { main } from '../main.ts'

async function run(argv: readonly string[], options: TestIoOptions = {}): Promise<string> {
  const test = createTestIo(options)
  expect([await main(['env', ...argv], test.io), test.err()]).toEqual([0, ''])
  return test.out()
}

const url = 'http://127.0.0.1:5151'
const endpoints = `AWS_ENDPOINT_URL_BEDROCK_RUNTIME=${url} AWS_ENDPOINT_URL_BEDROCK=${url} AWS_ENDPOINT_URL_STS=${url} ANTHROPIC_BEDROCK_BASE_URL=${url} ANTHROPIC_BEDROCK_MANTLE_BASE_URL=${url}/mantle/anthropic`
const all = `${endpoints} AWS_REGION=us-east-1 AWS_DEFAULT_REGION=us-east-1 AWS_ACCESS_KEY_ID=outcrop AWS_SECRET_ACCESS_KEY=outcrop`

let home = ''
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'outcrop-env-'))
})
afterAll(() => rm(home, { recursive: true }))

async function homeWith(name: string, files: Readonly<Record<string, string>>): Promise<string> {
  const folder = join(home, name)
  await mkdir(join(folder, '.aws'), { recursive: true })
  for (const [file, text] of Object.entries(files)) await writeFile(join(folder, '.aws', file), text)
  return folder
}

/** What a POSIX shell makes of the lines. */
function evaluate(lines: string, env: Readonly<Record<string, string>> = {}): Record<string, string> {
  const printed = execFileSync('/bin/sh', ['-c', `${lines}\nenv`], { env, encoding: 'utf8' })
  const pairs = printed
    .trimEnd()
    .split('\n')
    .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)])
  const { PWD: _, ...variables } = Object.fromEntries(pairs) as Record<string, string>
  return variables
}

describe('outcrop env', () => {
  it('points Bedrock and STS at the endpoint, and helps out with a region and placeholder keys', async () => {
    expect(await run([])).toBe(`export AWS_ENDPOINT_URL_BEDROCK_RUNTIME='${url}'
export AWS_ENDPOINT_URL_BEDROCK='${url}'
export AWS_ENDPOINT_URL_STS='${url}'
export ANTHROPIC_BEDROCK_BASE_URL='${url}'
export ANTHROPIC_BEDROCK_MANTLE_BASE_URL='${url}/mantle/anthropic'
export AWS_REGION='us-east-1'
export AWS_DEFAULT_REGION='us-east-1'
export AWS_ACCESS_KEY_ID='outcrop'
export AWS_SECRET_ACCESS_KEY='outcrop'
export OUTCROP_ENV='${all}'
`)
  })

  it('writes for fish', async () => {
    expect(
      (
        await run(['--claude-code'], {
          env: {
            SHELL: '/usr/bin/fish',
            AWS_PROFILE: 'work',
            AWS_REGION: 'eu-west-1',
            AWS_DEFAULT_REGION: 'eu-west-1',
          },
        })
      ).split('\n'),
    ).toEqual([
      `set -gx AWS_ENDPOINT_URL_BEDROCK_RUNTIME '${url}'`,
      `set -gx AWS_ENDPOINT_URL_BEDROCK '${url}'`,
      `set -gx AWS_ENDPOINT_URL_STS '${url}'`,
      `set -gx ANTHROPIC_BEDROCK_BASE_URL '${url}'`,
      `set -gx ANTHROPIC_BEDROCK_MANTLE_BASE_URL '${url}/mantle/anthropic'`,
      `set -gx CLAUDE_CODE_USE_BEDROCK '1'`,
      `set -gx OUTCROP_ENV '${endpoints} CLAUDE_CODE_USE_BEDROCK=1'`,
      '',
    ])
  })

  it.each([
    ['bedrock', { CLAUDE_CODE_USE_BEDROCK: '1' }],
    ['mantle', { CLAUDE_CODE_USE_MANTLE: '1' }],
    ['plain', { ANTHROPIC_BASE_URL: url, ANTHROPIC_API_KEY: 'outcrop' }],
  ])('switches Claude Code to %s, and back', async (mode, expected) => {
    const during = evaluate(await run(['--claude-code', mode]))
    const switches = Object.entries(during).filter(([name]) => /^CLAUDE_CODE|^ANTHROPIC_(?!BEDROCK)/.test(name))
    expect(Object.fromEntries(switches)).toEqual(expected)
    expect(evaluate(await run(['--unset'], { env: during }), during)).toEqual({})
  })

  it('leaves a key of Anthropic that somebody has', async () => {
    const lines = await run(['--claude-code', 'plain'], { env: { ANTHROPIC_AUTH_TOKEN: 'ABSKx' } })
    expect([lines.includes('ANTHROPIC_BASE_URL'), lines.includes('ANTHROPIC_API_KEY')]).toEqual([true, false])
  })

  it('writes for PowerShell', async () => {
    const lines = (await run(['--shell', 'powershell'])).split('\n')
    expect(lines[0]).toBe(`$Env:AWS_ENDPOINT_URL_BEDROCK_RUNTIME = '${url}'`)
    const unset = await run(['--shell', 'powershell', '--unset'], {
      env: { OUTCROP_ENV: 'AWS_REGION=us-east-1', AWS_REGION: 'us-east-1' },
    })
    expect(unset).toBe(
      'Remove-Item Env:AWS_REGION -ErrorAction SilentlyContinue\nRemove-Item Env:OUTCROP_ENV -ErrorAction SilentlyContinue\n',
    )
  })

  it.each([
    [{ SHELL: '/bin/bash' }, 'linux', 'export '],
    [{ SHELL: '/bin/zsh' }, 'darwin', 'export '],
    [{}, 'linux', 'export '],
    [{}, 'win32', '$Env:'],
    [{ SHELL: '/usr/bin/bash' }, 'win32', 'export '],
    [{ SHELL: '/usr/local/bin/pwsh' }, 'darwin', '$Env:'],
    [{ SHELL: '/opt/bin/fish' }, 'linux', 'set -gx '],
  ] as const)('guesses the shell of %j on %s', async (env, platform, beginning) => {
    expect((await run([], { env, platform })).startsWith(beginning)).toBe(true)
  })

  it('quotes what a URL may hold, so that a shell cannot run it', async () => {
    const hostile = "http://127.0.0.1:5151/a'b;$(touch pwned)`x`"
    const variables = evaluate(await run(['--url', hostile]))
    expect(variables['AWS_ENDPOINT_URL_BEDROCK']).toBe("http://127.0.0.1:5151/a'b;$(touch%20pwned)%60x%60")
    expect((await run(['--shell', 'fish', '--url', "http://h/a'b"])).split('\n')[0]).toBe(
      "set -gx AWS_ENDPOINT_URL_BEDROCK_RUNTIME 'http://h/a\\'b'",
    )
    expect((await run(['--shell', 'powershell', '--url', "http://h/a'b"])).split('\n')[0]).toBe(
      "$Env:AWS_ENDPOINT_URL_BEDROCK_RUNTIME = 'http://h/a''b'",
    )
  })

  it('takes away in a shell exactly what it has set there', async () => {
    const before = { HOME: '/h', AWS_ENDPOINT_URL_S3: 'http://s3', AWS_REGION: 'eu-west-3' }
    const during = evaluate(await run([], { env: before }), before)
    expect(during).toMatchObject({
      AWS_REGION: 'eu-west-3',
      AWS_DEFAULT_REGION: 'eu-west-3',
      AWS_ACCESS_KEY_ID: 'outcrop',
    })
    expect(evaluate(await run([], { env: during }), during)).toEqual(during)
    expect(evaluate(await run(['--unset'], { env: during }), during)).toEqual(before)
  })

  it('leaves alone what somebody changed since, and names that it never sets', async () => {
    const env = {
      OUTCROP_ENV: `${all} PATH=/bin AWS_ENDPOINT_URL_S3=x $(id)=`,
      AWS_ENDPOINT_URL_STS: url,
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'AKIAREAL',
      PATH: '/bin',
      AWS_ENDPOINT_URL_S3: 'x',
    }
    expect(await run(['--unset'], { env })).toBe('unset AWS_ENDPOINT_URL_STS\nunset OUTCROP_ENV\n')
    expect(await run(['--unset'])).toBe('')
  })

  it.each([
    { AWS_ACCESS_KEY_ID: 'AKIAREAL', AWS_SECRET_ACCESS_KEY: 's' },
    { AWS_BEARER_TOKEN_BEDROCK: 'ABSKx' },
    { AWS_PROFILE: 'work' },
    { AWS_WEB_IDENTITY_TOKEN_FILE: '/var/run/token' },
    { AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://169.254.170.23/' },
  ])('adds no placeholder keys beside %j', async (env) => {
    expect(await run([], { env })).not.toContain('AWS_ACCESS_KEY_ID')
  })

  it.each([
    ['credentials', '[default]\naws_access_key_id = AKIA\naws_secret_access_key = s\n', false, true],
    ['config', '[default]\r\nregion = eu-west-1\r\nsso_session = my\r\n', false, false],
    ['config', '[default]\nregion=eu-west-1\n', true, false],
    ['config', '# [default]\n[profile work]\nregion=eu-west-1\nrole_arn=x\n', true, true],
    ['credentials', '[work]\naws_access_key_id = AKIA\n', true, true],
  ])('reads ~/.aws/%s: %j', async (file, text, keys, region) => {
    const lines = await run([], { home: await homeWith(`${keys}${region}${text.length}`, { [file]: text }) })
    expect([lines.includes('AWS_ACCESS_KEY_ID'), lines.includes('AWS_REGION')]).toEqual([keys, region])
  })

  it('prints JSON', async () => {
    const env = { AWS_PROFILE: 'p', AWS_REGION: 'eu-west-1', AWS_DEFAULT_REGION: 'eu-west-1' }
    expect(JSON.parse(await run(['--json', '--url', 'http://[::1]:8080/'], { env }))).toEqual({
      set: {
        AWS_ENDPOINT_URL_BEDROCK_RUNTIME: 'http://[::1]:8080',
        AWS_ENDPOINT_URL_BEDROCK: 'http://[::1]:8080',
        AWS_ENDPOINT_URL_STS: 'http://[::1]:8080',
        ANTHROPIC_BEDROCK_BASE_URL: 'http://[::1]:8080',
        ANTHROPIC_BEDROCK_MANTLE_BASE_URL: 'http://[::1]:8080/mantle/anthropic',
        OUTCROP_ENV: endpoints.replaceAll(url, 'http://[::1]:8080'),
      },
    })
    expect(JSON.parse(await run(['--json', '--unset'], { env: { OUTCROP_ENV: '' } }))).toEqual({
      unset: ['OUTCROP_ENV'],
    })
  })

  it('tells a person what to do with the lines, in a comment', async () => {
    expect((await run([], { terminal: true })).split('\n').at(-2)).toBe('# eval "$(npx outcrop env)"')
  })

  it('takes its endpoint from OUTCROP_URL', async () => {
    expect(await run([], { env: { OUTCROP_URL: 'https://gateway.example/bedrock/' } })).toContain(
      "BEDROCK='https://gateway.example/bedrock'",
    )
  })

  it.each([
    ['127.0.0.1:5151', '--url: expected a URL such as http://127.0.0.1:5151, found "127.0.0.1:5151"'],
    ['ftp://x', '--url: expected a URL such as http://127.0.0.1:5151, found "ftp://x"'],
    [
      'http://a:b@x',
      '--url: credentials do not belong in a URL: set AWS_BEARER_TOKEN_BEDROCK or the AWS_ACCESS_KEY_ID pair',
    ],
    ['http://x?y', '--url: expected a URL without ? and #'],
  ])('refuses the URL %s', async (given, expected) => {
    const test = createTestIo()
    expect(await main(['env', '--url', given], test.io)).toBe(2)
    expect(test.out()).toBe('')
    expect(test.err()).toBe(`outcrop: ${expected}\n`)
  })

  it('refuses a shell that it cannot write for', async () => {
    const test = createTestIo()
    expect(await main(['env', '--shell', 'cmd'], test.io)).toBe(2)
    expect(test.err()).toContain("argument 'cmd' is invalid. Allowed choices are sh, fish, powershell.")
  })
})
