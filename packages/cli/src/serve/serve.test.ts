import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import net from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestIo, type TestIo, type TestIoOptions } from '../../test/support/test-io.ts'
import { main } from '../main.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'outcrop-serve-'))
})
afterAll(() => rm(folder, { recursive: true }))

interface Serving {
  readonly test: TestIo
  readonly url: string
  /** Stops it and returns its exit code. */
  readonly end: () => Promise<number>
}

async function serve(argv: readonly string[], options: TestIoOptions = {}): Promise<Serving> {
  const test = createTestIo(options)
  const where = argv.includes('--data') || options.cwd !== undefined ? [] : ['--ephemeral']
  const ended = main(['serve', '--port', '0', '--pace', '0', ...where, ...argv], test.io)
  const started = await Promise.race([test.saw('\n\n').then(() => true), ended.then(() => false)])
  if (!started) throw new Error(test.err())
  const url = /^Outcrop is listening on (\S+)\n/.exec(test.out())?.[1] ?? ''
  return {
    test,
    url,
    end: () => {
      test.stop()
      return ended
    },
  }
}

async function fails(argv: readonly string[], options: TestIoOptions = {}) {
  const test = createTestIo(options)
  const code = await main(['serve', ...argv], test.io)
  return { code, out: test.out(), err: test.err() }
}

async function run(argv: readonly string[], env: Readonly<Record<string, string>>) {
  const test = createTestIo({ env, now: Date.now })
  return { code: await main(argv, test.io), out: test.out(), err: test.err() }
}

describe('outcrop serve', () => {
  it('answers by the scripts of a folder, and refuses what none matches when it is told to', async () => {
    const scripts = await mkdtemp(join(folder, 'scripts-'))
    await writeFile(join(scripts, 'a.yaml'), '- {name: greeting, match: {text: Hello}, reply: Good day.}')
    const { test, url, end } = await serve(['--script', scripts, '--script-strict'])
    expect(test.out()).toContain('Only what 1 script can answer is answered: no model is asked')
    const ask = async (text: string): Promise<string> => {
      const body = JSON.stringify({ messages: [{ role: 'user', content: [{ text }] }] })
      const answer = await fetch(`${url}/model/us.anthropic.claude-opus-4-6-v1/converse`, { method: 'POST', body })
      return `${answer.status} ${await answer.text()}`
    }
    expect(await ask('Hello')).toContain('"text":"Good day."')
    expect(await ask('Bye')).toBe(
      '400 {"message":"No script matches this request (converse, us.anthropic.claude-opus-4-6-v1, turn 1, text \\"Bye\\"). ' +
        'The nearest is \\"greeting\\": match.text expected \\"Hello\\", found \\"Bye\\"."}',
    )
    expect(await end()).toBe(0)
  })

  it('does not start with a script that is wrong, and says where', async () => {
    const scripts = await mkdtemp(join(folder, 'scripts-'))
    await writeFile(join(scripts, 'a.yaml'), '- {name: greeting, reply: Hi, mach: {}}')
    const { code, err } = await fails(['--script', scripts])
    expect([code, err]).toEqual([
      2,
      `outcrop: ${join(scripts, 'a.yaml')}:1:31: [0].mach: unknown setting: did you mean "match"?\n`,
    ])
  })

  it('says where it listens and what to export, answers, and stops when told to', async () => {
    const { test, url, end } = await serve([])
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    expect(test.out().split('\n')).toEqual([
      `Outcrop is listening on ${url}`,
      '',
      'Region us-east-1, account 123456789012, fidelity guide, auth open: every caller on this machine is let in.',
      'The built-in simulator answers: no model is asked, and nothing leaves this machine.',
      'State is kept in memory, and ends with this process.',
      '',
      `Point clients at it with eval "$(npx outcrop env --url ${url})", which runs:`,
      `  export AWS_ENDPOINT_URL_BEDROCK_RUNTIME='${url}'`,
      `  export AWS_ENDPOINT_URL_BEDROCK='${url}'`,
      `  export AWS_ENDPOINT_URL_STS='${url}'`,
      `  export ANTHROPIC_BEDROCK_BASE_URL='${url}'`,
      `  export ANTHROPIC_BEDROCK_MANTLE_BASE_URL='${url}/mantle/anthropic'`,
      "  export AWS_REGION='us-east-1'",
      "  export AWS_DEFAULT_REGION='us-east-1'",
      "  export AWS_ACCESS_KEY_ID='outcrop'",
      "  export AWS_SECRET_ACCESS_KEY='outcrop'",
      '',
      '',
    ])
    expect((await fetch(`${url}/healthz`)).status).toBe(200)
    expect(await end()).toBe(0)
    await expect(fetch(`${url}/healthz`)).rejects.toThrow('fetch failed')
  })

  it('answers chat and models with every kind of credential, and refuses the wrong ones', async () => {
    const bearer = `ABSK${Buffer.from('BedrockAPIKey-bot-at-123456789012:hush').toString('base64')}`
    const file = join(folder, 'strict.yaml')
    await writeFile(
      file,
      `auth:
  mode: strict
  credentials:
    - {user: ada, accessKeyId: AKIDEXAMPLE, secretAccessKey: "\${SECRET}"}
    - {user: tmp, accessKeyId: ASIAEXAMPLE, secretAccessKey: "\${SECRET}", sessionToken: token}
    - {user: bot, bearer: "${bearer}"}
`,
    )
    const { test, url, end } = await serve(['--config', file], { env: { SECRET: 'wJalr/K7+x' } })
    expect(test.out()).toContain('auth strict: 3 credentials configured.')
    const base = { OUTCROP_URL: url }
    const good = [
      { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'wJalr/K7+x' },
      { AWS_ACCESS_KEY_ID: 'ASIAEXAMPLE', AWS_SECRET_ACCESS_KEY: 'wJalr/K7+x', AWS_SESSION_TOKEN: 'token' },
      { AWS_BEARER_TOKEN_BEDROCK: bearer, AWS_ACCESS_KEY_ID: 'unused', AWS_SECRET_ACCESS_KEY: 'unused' },
    ]
    for (const env of good) {
      const { code, out, err } = await run(
        [
          'chat',
          'Hello, world',
          '-m',
          'arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-haiku-4-5-20251001-v1:0',
        ],
        { ...base, ...env },
      )
      expect({ code, err }).toEqual({
        code: 0,
        err: expect.stringMatching(/: \d+ tokens in, \d+ out, \$0\.\d+ at Bedrock, simulated\n$/) as unknown,
      })
      expect(out.length).toBeGreaterThan(10)
      expect((await run(['models'], { ...base, ...env })).out).toMatch(
        /^Claude Opus 4\.6 +anthropic\.claude-opus-4-6-v1 +Yes +Yes/m,
      )
    }
    expect(await run(['chat', 'hi'], base)).toMatchObject({
      code: 1,
      err: expect.stringContaining(
        'Missing Authentication Token. Give AWS credentials or a Bedrock API key',
      ) as unknown,
    })
    expect(
      await run(['chat', 'hi'], { ...base, AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'wrong' }),
    ).toMatchObject({
      code: 1,
      err: expect.stringContaining(
        'InvalidSignatureException: The request signature we calculated does not match',
      ) as unknown,
    })
    expect(await end()).toBe(0)
  })

  it('lets an answer finish that has begun', async () => {
    const { test, url, end } = await serve(['--pace', '100'])
    const asking = createTestIo({ env: { OUTCROP_URL: url } })
    const asked = main(['chat', 'Tell me a long story', '--max-tokens', '60'], asking.io)
    while (asking.out() === '') await new Promise((resolve) => setTimeout(resolve, 5))
    expect(await end()).toBe(0)
    expect(await asked).toBe(0)
    expect(test.err()).toContain('outcrop: stopping; answers in progress may finish (Ctrl-C again stops at once)\n')
  })

  it('stops at once when told twice', async () => {
    const { test, url, end } = await serve(['--pace', '5'])
    const asking = createTestIo({ env: { OUTCROP_URL: url } })
    const asked = main(['chat', 'Tell me a long story', '--max-tokens', '10'], asking.io)
    while (asking.out() === '') await new Promise((resolve) => setTimeout(resolve, 5))
    test.stop()
    expect(await end()).toBe(130)
    // The process would be gone now; here the answer goes on by itself.
    expect(asking.err()).toBe('')
    expect(await asked).toBe(0)
  })

  it('puts brackets around an IPv6 address', async () => {
    const { test, url, end } = await serve(['--host', '::1'])
    expect(url).toMatch(/^http:\/\/\[::1\]:\d+$/)
    expect((await fetch(`${url}/healthz`)).status).toBe(200)
    expect(test.out()).toContain(`BEDROCK='${url}'`)
    expect(await end()).toBe(0)
  })

  it('tells clients of an address that they can call', async () => {
    const { test, url, end } = await serve(['--host', '0.0.0.0', '--insecure'])
    expect(url).toMatch(/^http:\/\/0\.0\.0\.0:\d+$/)
    expect(test.out()).toContain(`BEDROCK='${url.replace('0.0.0.0', '127.0.0.1')}'`)
    expect(test.out()).toContain('auth open: EVERY CALLER THAT REACHES THIS ADDRESS IS LET IN.')
    expect(await end()).toBe(0)
  })

  it('says what to do about a port that is taken', async () => {
    const taken = net.createServer()
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
    const address = taken.address()
    const port = typeof address === 'object' ? String(address?.port) : ''
    const { code, out, err } = await fails(['--port', port])
    taken.close()
    expect([code, out]).toEqual([1, ''])
    expect(err).toContain(port)
    expect(err).toContain('--port')
    expect(err.split('\n')).toHaveLength(2)
  })

  it('does not start with a wrong configuration, and says all that is wrong', async () => {
    const file = join(folder, 'wrong.yaml')
    await writeFile(file, 'regoin: x\nfidelity: maybe\n')
    expect(await fails(['--config', file, '--port', 'x'])).toEqual({
      code: 2,
      out: '',
      err: `outcrop: ${file}:1:1: regoin: unknown setting: did you mean "region"?
${file}:2:11: fidelity: expected guide or aws, found "maybe"
--port: expected a port from 0 (any free one) to 65535, found "x"
`,
    })
    expect((await fails(['--host', '0.0.0.0'])).code).toBe(2)
    expect((await fails(['--config', join(folder, 'nope.yaml')])).err).toBe(
      `outcrop: ${join(folder, 'nope.yaml')}: there is no such file\n`,
    )
    expect((await fails(['extra'])).code).toBe(2)
  })

  it('makes its data folder, and says when it cannot', async () => {
    const { test, end } = await serve(['--data', join(folder, 'a', 'b')])
    expect(test.out()).toContain(`\nState is kept in ${join(folder, 'a', 'b')}.\n`)
    expect(await end()).toBe(0)
    expect(test.err()).toBe('outcrop: stopping; answers in progress may finish (Ctrl-C again stops at once)\n')
    await writeFile(join(folder, 'file'), '')
    const { code, err } = await fails(['--data', join(folder, 'file', 'x'), '--port', '0'])
    expect(code).toBe(1)
    expect(err).toContain(`the data folder ${join(folder, 'file', 'x')} cannot be made or written`)
  })

  it('keeps state beside it when nobody says where, and in memory when that folder is taken', async () => {
    const cwd = await mkdtemp(join(folder, 'cwd-'))
    const first = await serve([], { cwd })
    expect(first.test.out()).toContain(`\nState is kept in ${join(cwd, 'outcrop-data')}.\n`)
    expect(await readFile(join(cwd, 'outcrop-data', '.gitignore'), 'utf8')).toBe('*\n')
    const second = await serve([], { cwd })
    expect(second.test.out()).toContain('\nState is kept in memory, and ends with this process.\n')
    const [warning = '', rest] = second.test.err().split('\n')
    expect(rest).toBe('')
    expect(warning).toContain(
      ` warn STATE IS KEPT IN MEMORY AND ENDS WITH THIS PROCESS: the data folder ${join(cwd, 'outcrop-data')} is in use by process ${process.pid} (this one) since 20`,
    )
    expect(warning).toContain(
      `, which answers at ${first.url}: stop it, or choose another folder with --data, or keep state in memory with --ephemeral`,
    )
    expect(await second.end()).toBe(0)
    expect(await first.end()).toBe(0)
    const third = await serve([], { cwd })
    expect(third.test.err()).toBe('')
    expect(await third.end()).toBe(0)
  })

  it('refuses a folder that was named and is taken, by the name of who has it', async () => {
    const data = join(folder, 'taken')
    const { url, end } = await serve(['--data', data])
    const { code, out, err } = await fails(['--data', data, '--port', '0'])
    expect([code, out]).toEqual([1, ''])
    expect(err).toContain(
      `outcrop: the endpoint did not start: the data folder ${data} is in use by process ${process.pid} `,
    )
    expect(err).toContain(`, which answers at ${url}: stop it, or choose another folder with --data`)
    expect(await end()).toBe(0)
  })

  it('lets go of its folder when it cannot listen', async () => {
    const taken = net.createServer()
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
    const address = taken.address()
    const port = typeof address === 'object' ? String(address?.port) : ''
    const data = join(folder, 'let-go')
    expect((await fails(['--data', data, '--port', port])).err).toContain(`port ${port} of 127.0.0.1 is in use already`)
    taken.close()
    const { end } = await serve(['--data', data])
    expect(await end()).toBe(0)
  })

  it('touches no disk when it is told not to', async () => {
    const cwd = await mkdtemp(join(folder, 'cwd-'))
    const { test, end } = await serve(['--ephemeral'], { cwd })
    expect(test.out()).toContain('\nState is kept in memory, and ends with this process.\n')
    expect(await end()).toBe(0)
    expect(await readdir(cwd)).toEqual([])
    expect(await fails(['--ephemeral', '--data', cwd])).toEqual({
      code: 2,
      out: '',
      err: 'outcrop: --ephemeral: expected either a folder to keep state in (data) or memory alone (ephemeral), found both\n',
    })
  })
})
