import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Outcrop, startOutcrop } from '@outcrop/testkit'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { createTestIo, type TestIoOptions } from '../../test/support/test-io.ts'
import { main } from '../main.ts'

const keys = { AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE', AWS_SECRET_ACCESS_KEY: 'a-secret-of-this-test-alone' }
const bearer = 'ABSKQmVkcm9ja0FQSUtleS1jaS1hdC0xMjM0NTY3ODkwMTI6c2VjcmV0'

let folder = ''
let open: Outcrop
let strict: Outcrop
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'outcrop-chat-'))
  open = await startOutcrop()
  const credentials = [
    { user: 'dev', accessKeyId: keys.AWS_ACCESS_KEY_ID, secretAccessKey: keys.AWS_SECRET_ACCESS_KEY },
    { user: 'ci', bearer },
  ]
  strict = await startOutcrop({ auth: { mode: 'strict', credentials }, fidelity: 'aws' })
})
afterAll(async () => {
  await open.close()
  await strict.close()
  await rm(folder, { recursive: true })
})
afterEach(() => vi.unstubAllEnvs())

async function run(argv: readonly string[], options: TestIoOptions = {}) {
  const test = createTestIo({ now: Date.now, ...options })
  const code = await main(argv, test.io)
  return { code, out: test.out(), err: test.err() }
}

describe('outcrop chat with an endpoint', () => {
  it.each([
    ['converse', 'global.anthropic.claude-opus-4-6-v1', 'ConverseStream'],
    ['invoke', 'global.anthropic.claude-opus-4-6-v1', 'InvokeModelWithResponseStream'],
    ['runtime-messages', 'global.anthropic.claude-opus-4-6-v1', 'CreateMessage'],
    ['mantle', 'anthropic.claude-opus-4-6', 'CreateMessage'],
    ['auto', 'global.anthropic.claude-opus-4-6-v1', 'InvokeModelWithResponseStream'],
  ])('asks on the wire %s', async (wire, id, operation) => {
    const before = open.calls.length
    const { code, out, err } = await run(['chat', 'Hello', '--wire', wire, '--url', open.url])
    expect(code).toBe(0)
    expect(out).toMatch(/simulator.* You wrote: "Hello"\n$/)
    expect(err).toMatch(new RegExp(`^${id}: \\d+ tokens in, \\d+ out, .*simulated\n$`))
    expect(open.calls.slice(before).map((call) => call.operation)).toEqual([operation])
  })

  it.each(['OUTCROP_URL', 'ANTHROPIC_BEDROCK_BASE_URL', 'AWS_ENDPOINT_URL_BEDROCK_RUNTIME', 'AWS_ENDPOINT_URL'])(
    'goes where %s says',
    async (name) => {
      const { code, out } = await run(['chat', 'Hello'], { env: { [name]: open.url } })
      expect([code, out]).toEqual([0, expect.stringContaining('You wrote: "Hello"')])
    },
  )

  it('refuses a URL of the environment that is none, by the name of its variable', async () => {
    const { code, err } = await run(['chat', 'Hello'], { env: { AWS_ENDPOINT_URL: 'localhost' } })
    expect([code, err]).toEqual([
      2,
      'outcrop: AWS_ENDPOINT_URL: expected a URL such as http://127.0.0.1:5151, found "localhost"\n',
    ])
  })

  it.each([['chat', 'Hello'], ['models']])('says of %s what is no Region', async (...argv) => {
    expect(await run([...argv, '--url', open.url, '--region', 'us east 1'])).toEqual({
      code: 2,
      out: '',
      err: 'outcrop: awsRegion is no AWS Region: "us east 1". Did you mean us-east-1?\n',
    })
  })

  it('refuses a wire that is none', async () => {
    const { code, err } = await run(['chat', 'Hello', '--wire', 'http', '--url', open.url])
    expect(code).toBe(2)
    expect(err).toContain('Allowed choices are converse, invoke, runtime-messages, mantle, auto.')
  })

  it('shows text files on every wire, and Word files on Converse alone', async () => {
    await writeFile(join(folder, 'data.csv'), 'a,b\n')
    await writeFile(join(folder, 'letter.docx'), 'PK\u0003\u0004')
    const ask = (file: string, wire: string) =>
      run(['chat', 'Read', '--file', join(folder, file), '--wire', wire, '--url', open.url])
    expect((await ask('data.csv', 'invoke')).code).toBe(0)
    expect((await ask('data.csv', 'converse')).code).toBe(0)
    expect(await ask('letter.docx', 'invoke')).toEqual({
      code: 1,
      out: '',
      err: 'outcrop: letter.docx: Word and Excel files go on the wire "converse" alone: leave --wire out\n',
    })
  })

  it.each([
    [['--scope', 'geo'], {}, 'us.anthropic.claude-opus-4-6-v1'],
    [['--scope', 'geo,global'], { AWS_REGION: 'ap-northeast-1' }, 'jp.anthropic.claude-opus-4-6-v1'],
    [[], {}, 'global.anthropic.claude-opus-4-6-v1'],
  ])('calls a name by the scopes %j with %j as %s', async (argv, env, id) => {
    const { code, err } = await run(['chat', 'Hello', ...argv, '--url', open.url], { env })
    expect(code).toBe(0)
    expect(err.split(':')[0]).toBe(id)
  })

  it('does not know other scopes', async () => {
    const { code, err } = await run(['chat', 'Hello', '--scope', 'geo,eu', '--url', open.url])
    expect(code).toBe(2)
    expect(err).toContain('expected some of global,geo,in-region.')
  })

  it.each([
    ['a signature', keys],
    ['a Bedrock API key', { AWS_BEARER_TOKEN_BEDROCK: bearer }],
  ])('is let in by a strict one with %s', async (_, env) => {
    const { code, out } = await run(['chat', 'Hello', '--url', strict.url], { env })
    expect(code).toBe(0)
    expect(out).not.toBe('')
  })

  it('is refused by a strict one without, and with a wrong secret', async () => {
    expect(await run(['chat', 'Hello', '--url', strict.url])).toEqual({
      code: 1,
      out: '',
      err: 'outcrop: MissingAuthenticationTokenException: Missing Authentication Token. Give AWS credentials or a Bedrock API key (AWS_BEARER_TOKEN_BEDROCK).\n',
    })
    const wrong = await run(['chat', 'Hello', '--url', strict.url], {
      env: { ...keys, AWS_SECRET_ACCESS_KEY: 'wrong' },
    })
    expect(wrong.err).toMatch(/^outcrop: InvalidSignatureException: .* Check the secret key, and that nothing between/)
  })
})

describe("AWS's whole chain of credentials", () => {
  it('signs by a profile, or by the default one where nothing else is set', async () => {
    const file = join(folder, 'credentials')
    const lines = [
      `aws_access_key_id = ${keys.AWS_ACCESS_KEY_ID}`,
      `aws_secret_access_key = ${keys.AWS_SECRET_ACCESS_KEY}`,
    ]
    await writeFile(file, ['[default]', ...lines, '[dev]', ...lines, ''].join('\n'))
    // The providers of the AWS SDK read the process's own environment.
    vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', file)
    vi.stubEnv('AWS_CONFIG_FILE', join(folder, 'none'))
    const env = { AWS_SHARED_CREDENTIALS_FILE: file }
    for (const argv of [[], ['--profile', 'dev']]) {
      const { code, err } = await run(['chat', 'Hello', '--url', strict.url, ...argv], { env })
      expect({ code, err }).toEqual({ code: 0, err: expect.stringContaining('tokens in') as unknown })
      expect((await run(['models', '--json', '--url', strict.url, ...argv], { env })).code).toBe(0)
    }
    expect(strict.calls.at(-1)?.identity?.user).toBe('dev')
    const missing = await run(['chat', 'Hello', '--url', strict.url, '--profile', 'none'], { env })
    expect(missing).toMatchObject({ code: 1, out: '' })
    expect(missing.err).toMatch(/^outcrop: .*none/)
  })
})

describe('outcrop models with an endpoint', () => {
  it('lists what it serves', async () => {
    const { code, out } = await run(['models', '--url', strict.url], { env: keys })
    expect(code).toBe(0)
    expect(out).toMatch(/^Claude Opus 4\.6 +anthropic\.claude-opus-4-6-v1 +Yes +Yes +No +No +No +- +1M$/m)
  })

  it('says what AWS says of a refusal', async () => {
    const { code, out, err } = await run(['models', '--url', strict.url], {
      env: { AWS_BEARER_TOKEN_BEDROCK: `${bearer.slice(0, -4)}AAAA` },
    })
    expect([code, out]).toEqual([1, ''])
    expect(err).toMatch(
      /^outcrop: AccessDeniedException: Authentication failed: Please make sure your API Key is valid\. /,
    )
  })
})
