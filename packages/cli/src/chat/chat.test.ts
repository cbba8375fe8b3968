import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encodeFrame } from '@outcrop/protocol'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createTestIo, type TestIo, type TestIoOptions } from '../../test/support/test-io.ts'
import { main } from '../main.ts'

interface Seen {
  readonly method: string
  readonly url: string
  readonly headers: http.IncomingHttpHeaders
  readonly body: Record<string, unknown>
}

const event = (type: string, payload: unknown, kind: 'event' | 'exception' = 'event') =>
  encodeFrame(
    [
      [`:${kind}-type`, type],
      [':content-type', 'application/json'],
      [':message-type', kind],
    ],
    new TextEncoder().encode(JSON.stringify(payload)),
  )

const start = event('messageStart', { p: 'abc', role: 'assistant' })
const text = (words: string) => event('contentBlockDelta', { contentBlockIndex: 0, delta: { text: words }, p: 'ab' })
const end = event('contentBlockStop', { contentBlockIndex: 0, p: 'abc' })
const stop = (stopReason = 'end_turn') => event('messageStop', { p: 'abcde', stopReason })
const metadata = event('metadata', {
  metrics: { latencyMs: 5 },
  p: 'abc',
  usage: { inputTokens: 9, outputTokens: 4, serverToolUsage: {}, totalTokens: 13 },
})
const whole = [start, text('Hello, '), text('world'), end, stop(), metadata]

let seen: Seen[] = []
let answer: (response: http.ServerResponse, request: Seen) => void = () => {}
let url = ''
let folder = ''

function frames(response: http.ServerResponse, parts: readonly Uint8Array[]): void {
  response.writeHead(200, {
    'content-type': 'application/vnd.amazon.eventstream',
    'x-amzn-RequestId': '5d0a4c3e-8b6f-4a0d-9a5e-0d9c8f6a1b2c',
    'x-outcrop-simulated': 'true',
  })
  response.end(Buffer.concat(parts))
}

const server = http.createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    const body = Buffer.concat(chunks).toString()
    const { method = '', url: target = '', headers } = request
    const got: Seen = {
      method,
      url: target,
      headers,
      body: body === '' ? {} : (JSON.parse(body) as Record<string, unknown>),
    }
    seen.push(got)
    answer(response, got)
  })
})

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'outcrop-chat-'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(async () => {
  server.closeAllConnections()
  server.close()
  await rm(folder, { recursive: true })
})
beforeEach(() => {
  seen = []
  answer = (response) => frames(response, whole)
})

async function run(argv: readonly string[], options: TestIoOptions = {}, typed?: string | Uint8Array) {
  const test = createTestIo({ ...options, env: { OUTCROP_URL: url, ...options.env } })
  if (typed !== undefined) test.stdin.end(typed)
  const code = await main(['chat', ...argv], test.io)
  return { code, out: test.out(), err: test.err() }
}

describe('outcrop chat', () => {
  it('streams the answer to standard output, the counts and what they cost to standard error', async () => {
    expect(await run(['Hello,', 'world'])).toEqual({
      code: 0,
      out: 'Hello, world\n',
      err: 'global.anthropic.claude-opus-4-6-v1: 9 tokens in, 4 out, $0.000145 at Bedrock, simulated\n',
    })
    expect(seen).toHaveLength(1)
    expect(seen[0]).toMatchObject({
      method: 'POST',
      url: '/model/global.anthropic.claude-opus-4-6-v1/converse-stream',
      body: { messages: [{ role: 'user', content: [{ text: 'Hello, world' }] }] },
    })
    expect(seen[0]?.headers.authorization).toBeUndefined()
  })

  it.each(['aKindOfLater', 'constructor', 'toString'])('passes over an event called %s', async (type) => {
    answer = (response) => frames(response, [...whole, event(type, { p: 'ab' })])
    expect((await run(['Hello'])).err).toBe(
      'global.anthropic.claude-opus-4-6-v1: 9 tokens in, 4 out, $0.000145 at Bedrock, simulated\n',
    )
  })

  it('gives up on an endpoint that takes the call and stays silent, before its answer and in the middle', async () => {
    answer = () => {}
    expect(await run(['Hi', '--timeout', '1'])).toEqual({
      code: 1,
      out: '',
      err: `outcrop: ${url} has been silent for 1 seconds\n`,
    })
    answer = (response) => {
      response.writeHead(200, { 'content-type': 'application/vnd.amazon.eventstream' })
      response.write(Buffer.concat([start, text('Hello')]))
    }
    expect(await run(['Hi', '--timeout', '1'])).toEqual({
      code: 1,
      out: 'Hello\n',
      err: `outcrop: ${url} has been silent for 1 seconds\n`,
    })
  })

  it('shows each piece as soon as it comes', async () => {
    let held: { readonly end: (chunk: Uint8Array) => unknown } | undefined
    answer = (response) => {
      response.writeHead(200, { 'content-type': 'application/vnd.amazon.eventstream' })
      response.write(Buffer.concat([start, text('Hello')]))
      held = response
    }
    const test = createTestIo({ env: { OUTCROP_URL: url } })
    const running = main(['chat', 'Hi'], test.io)
    await test.saw('Hello')
    expect(test.out()).toBe('Hello')
    held?.end(Buffer.concat([text(' again\n'), end, stop(), metadata]))
    expect(await running).toBe(0)
    expect(test.out()).toBe('Hello again\n')
  })

  it('passes on the system prompt, the limit, and says when that cut the answer off', async () => {
    answer = (response) => frames(response, [start, text('Hel'), end, stop('max_tokens'), metadata])
    const { err } = await run(['hi', '--system', 'Be brief', '--max-tokens', '3', '-m', 'sonnet-4.6'])
    expect(seen[0]?.url).toBe('/model/global.anthropic.claude-sonnet-4-6/converse-stream')
    expect(seen[0]?.body).toMatchObject({ system: [{ text: 'Be brief' }], inferenceConfig: { maxTokens: 3 } })
    expect(err).toBe(
      'global.anthropic.claude-sonnet-4-6: 9 tokens in, 4 out, $0.000087 at Bedrock, cut off at the limit of tokens, simulated\n',
    )
  })

  it.each([
    ['opus-4.1', {}, 'us.anthropic.claude-opus-4-1-20250805-v1%3A0'],
    ['claude-3-haiku', { AWS_REGION: 'eu-west-1' }, 'eu.anthropic.claude-3-haiku-20240307-v1%3A0'],
    ['anthropic.claude-opus-4-6-v1', {}, 'global.anthropic.claude-opus-4-6-v1'],
    ['us.anthropic.claude-opus-4-6-v1', {}, 'us.anthropic.claude-opus-4-6-v1'],
    ['jp.anthropic.claude-opus-9', { AWS_REGION: 'ap-northeast-1' }, 'jp.anthropic.claude-opus-9'],
    [
      'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc',
      {},
      'arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Aapplication-inference-profile%2Fabc',
    ],
  ])('sends %s with %j as %s', async (model, env, path) => {
    expect((await run(['hi', '--model', model], { env })).code).toBe(0)
    // Before it, an application profile is asked about: its ARN hides the model.
    expect(seen.at(-1)?.url).toBe(`/model/${path}/converse-stream`)
  })

  it('prints the whole answer as JSON', async () => {
    const { out, err } = await run(['hi', '--json'])
    expect(err).toBe('')
    expect(JSON.parse(out)).toEqual({
      model: 'global.anthropic.claude-opus-4-6-v1',
      text: 'Hello, world',
      stopReason: 'end_turn',
      usage: { inputTokens: 9, outputTokens: 4, cachedTokens: 0 },
      cost: {
        usd: '0.000145',
        unknown: null,
        items: [
          {
            item: 'input',
            tokens: 9,
            usdPerMillionTokens: '5',
            usd: '0.000045',
            source: 'genai-prices 0.1.8, built from AWS price lists (WIRE §9.4)',
          },
          {
            item: 'output',
            tokens: 4,
            usdPerMillionTokens: '25',
            usd: '0.0001',
            source: 'genai-prices 0.1.8, built from AWS price lists (WIRE §9.4)',
          },
        ],
      },
      requestId: '5d0a4c3e-8b6f-4a0d-9a5e-0d9c8f6a1b2c',
      simulated: true,
      warning: null,
    })
  })

  const opus48 = 'anthropic.claude-opus-4-8'
  const inIreland = 'arn:aws:bedrock:eu-west-1:123456789012'

  it.each([
    [`us.${opus48}`, '$0.0001595 at Bedrock'],
    [`${inIreland}:inference-profile/global.${opus48}`, '$0.000145 at Bedrock'],
    [
      'arn:aws-us-gov:bedrock:us-gov-west-1::foundation-model/anthropic.claude-3-haiku-20240307-v1:0',
      'cost unknown (input, output: no source gives the prices of this partition)',
    ],
    [
      `${inIreland}:application-inference-profile/abc`,
      `cost unknown (no price is known of ${inIreland}:application-inference-profile/abc)`,
    ],
    ['us.anthropic.claude-opus-9', 'cost unknown (no price is known of us.anthropic.claude-opus-9)'],
    [
      'opus-4.1',
      'cost unknown (input, output: public extended access costs more, and no source says how much)',
      'us.anthropic.claude-opus-4-1-20250805-v1:0',
    ],
  ])('takes the price from what %s calls: %s', async (model, expected, id = model) => {
    const { code, err } = await run(['hi', '--model', model])
    expect({ code, err }).toEqual({ code: 0, err: `${id}: 9 tokens in, 4 out, ${expected}, simulated\n` })
  })

  it('says plainly what a call of Bedrock itself cost', async () => {
    answer = (response) => {
      response.writeHead(200, { 'content-type': 'application/vnd.amazon.eventstream' })
      response.end(Buffer.concat(whole))
    }
    expect((await run(['hi'])).err).toBe('global.anthropic.claude-opus-4-6-v1: 9 tokens in, 4 out, $0.000145\n')
  })

  it.each([
    [
      'what the cache took and gave',
      {
        usage: {
          inputTokens: 9,
          outputTokens: 4,
          cacheReadInputTokens: 1000,
          cacheWriteInputTokens: 300,
          cacheDetails: [
            { inputTokens: 200, ttl: '1h' },
            { inputTokens: 100, ttl: '5m' },
          ],
        },
      },
      '9 tokens in, 4 out, 1300 cached, $0.00327 at Bedrock',
    ],
    [
      'a tier without a price',
      { usage: { inputTokens: 9, outputTokens: 4 }, serviceTier: { type: 'flex' } },
      '9 tokens in, 4 out, cost unknown (input, output: no source gives the prices of this service tier)',
    ],
    [
      'a latency without a price',
      { usage: { inputTokens: 9, outputTokens: 4 }, performanceConfig: { latency: 'optimized' } },
      '9 tokens in, 4 out, cost unknown (input, output: no source gives the prices of this latency)',
    ],
    [
      'more tokens than numbers count',
      {
        usage: {
          inputTokens: 9,
          outputTokens: 4,
          cacheDetails: [
            { inputTokens: 9_007_199_254_740_991, ttl: '5m' },
            { inputTokens: 9, ttl: '5m' },
          ],
        },
      },
      'no token count, cost unknown',
    ],
  ])('never takes for nothing what it cannot count: %s', async (_, payload, expected) => {
    answer = (response) =>
      frames(response, [
        start,
        text('Hello'),
        end,
        stop(),
        event('metadata', { metrics: { latencyMs: 5 }, ...payload }),
      ])
    expect(await run(['hi'])).toEqual({
      code: 0,
      out: 'Hello\n',
      err: `global.anthropic.claude-opus-4-6-v1: ${expected}, simulated\n`,
    })
  })

  it.each([
    ['no usage', {}, 'usage: Field required'],
    ['half a usage', { usage: { inputTokens: 9 } }, 'usage.outputTokens: Field required'],
    [
      'fewer than no tokens',
      { usage: { inputTokens: 9, outputTokens: -4 } },
      'usage.outputTokens: Input should be greater than or equal to 0',
    ],
    [
      'parts of tokens',
      { usage: { inputTokens: 9, outputTokens: 4, cacheReadInputTokens: 0.5 } },
      'usage.cacheReadInputTokens: Input should be a valid integer',
    ],
    [
      'cache details that are none',
      { usage: { inputTokens: 9, outputTokens: 4, cacheDetails: [{ inputTokens: 'x', ttl: '5m' }] } },
      'usage.cacheDetails.0.inputTokens: Input should be a valid integer',
    ],
  ])('takes no counts that make no sense for an answer of Bedrock: %s', async (_, payload, fault) => {
    answer = (response) =>
      frames(response, [
        start,
        text('Hello'),
        end,
        stop(),
        event('metadata', { metrics: { latencyMs: 5 }, ...payload }),
      ])
    expect(await run(['hi'])).toEqual({
      code: 1,
      out: 'Hello\n',
      err: `outcrop: the answer broke off: The answer is none of Converse: metadata: ${fault}. Something between here and Bedrock may have answered, such as a proxy: check baseURL and the proxy settings.\n`,
    })
  })

  it('says in JSON why a cost is not known', async () => {
    const { out } = await run(['hi', '--json', '--model', 'us.anthropic.claude-opus-9'])
    expect(JSON.parse(out)).toMatchObject({
      cost: { usd: null, unknown: 'no price is known of us.anthropic.claude-opus-9', items: [] },
    })
  })

  it('adds what comes through a pipe to the prompt', async () => {
    await run(['Review', 'this'], { stdinIs: 'data' }, 'diff --git\n')
    await run([], { stdinIs: 'data' }, 'Only this')
    expect(seen.map(({ body }) => body['messages'])).toEqual([
      [{ role: 'user', content: [{ text: 'Review this\n\ndiff --git\n' }] }],
      [{ role: 'user', content: [{ text: 'Only this' }] }],
    ])
  })

  it('shows files: by what they begin with, then by their names', async () => {
    const files: ReadonlyArray<readonly [name: string, bytes: string]> = [
      ['a report (final).pdf', '%PDF-1.7\n'],
      ['photo.png', '\u00ff\u00d8\u00ff\u00e0'],
      ['data.csv', 'a,b\n'],
      ['main.rs', 'fn main() {}'],
      ['main.ts', 'export {}'],
      ['sheet.xlsx', 'PK\u0003\u0004'],
    ]
    for (const [name, bytes] of files) await writeFile(join(folder, name), bytes, 'latin1')
    await run(['Read', ...files.flatMap(([name]) => ['--file', join(folder, name)])])
    expect(seen[0]?.body['messages']).toEqual([
      {
        role: 'user',
        content: [
          { document: { name: 'a report (final) pdf', format: 'pdf', source: { bytes: 'JVBERi0xLjcK' } } },
          { image: { format: 'jpeg', source: { bytes: '/9j/4A==' } } },
          { document: { name: 'data csv', format: 'csv', source: { bytes: 'YSxiCg==' } } },
          { document: { name: 'main rs', format: 'txt', source: { bytes: 'Zm4gbWFpbigpIHt9' } } },
          { document: { name: 'main ts', format: 'txt', source: { bytes: 'ZXhwb3J0IHt9' } } },
          { document: { name: 'sheet xlsx', format: 'xlsx', source: { bytes: 'UEsDBA==' } } },
          { text: 'Read' },
        ],
      },
    ])
  })

  it('shows a PDF that comes through a pipe', async () => {
    await run(['Sum up'], { stdinIs: 'data' }, Buffer.from('%PDF-1.7\n\u00ff', 'latin1'))
    expect(seen[0]?.body['messages']).toEqual([
      {
        role: 'user',
        content: [
          { document: { name: 'standard input', format: 'pdf', source: { bytes: 'JVBERi0xLjcK/w==' } } },
          { text: 'Sum up' },
        ],
      },
    ])
  })

  it('refuses files that Bedrock would refuse, by name and before anything is sent', async () => {
    await writeFile(
      join(folder, 'big.png'),
      Buffer.concat([Buffer.from('\u0089PNG\r\n\u001a\n', 'latin1'), Buffer.alloc(3_932_160)]),
    )
    await writeFile(join(folder, 'x.bin'), Buffer.from([0, 1, 2, 255]))
    await writeFile(join(folder, 'none.txt'), '')
    const six = Array.from({ length: 6 }, (_, index) => join(folder, `${index}.txt`))
    for (const file of six) await writeFile(file, 'x')
    const errors: string[] = []
    for (const files of [
      [join(folder, 'big.png')],
      [join(folder, 'x.bin')],
      [join(folder, 'none.txt')],
      [folder],
      [join(folder, 'nope')],
      six,
    ]) {
      const { code, err } = await run(['hi', ...files.flatMap((file) => ['-f', file])])
      expect(code).toBe(1)
      errors.push(err)
    }
    expect(errors).toEqual([
      'outcrop: big.png: this image is 3.75 MB, and Bedrock takes at most 3.75 MB\n',
      'outcrop: x.bin: this is no kind of file that Claude reads. It reads PDF, Word and Excel files, PNG, JPEG, GIF and WebP images, and any text\n',
      'outcrop: none.txt: this file is empty\n',
      `outcrop: --file ${folder}: this is a folder\n`,
      `outcrop: --file ${join(folder, 'nope')}: there is no such file\n`,
      'outcrop: 5.txt: Bedrock takes at most 5 documents in one message\n',
    ])
    expect(seen).toEqual([])
  })

  it('proves who calls: a Bedrock key first, else a signature', async () => {
    const keys = { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' }
    await run(['hi'], { env: { ...keys, AWS_BEARER_TOKEN_BEDROCK: 'ABSKabc' } })
    await run(['hi'], { env: { ...keys, AWS_SESSION_TOKEN: 'token', AWS_REGION: 'eu-west-1' } })
    expect(seen[0]?.headers.authorization).toBe('Bearer ABSKabc')
    expect(seen[0]?.headers['x-amz-date']).toBeUndefined()
    expect(seen[1]?.headers.authorization).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/20261123\/eu-west-1\/bedrock\/aws4_request, SignedHeaders=content-type;host;x-amz-date;x-amz-security-token, Signature=[\da-f]{64}$/,
    )
    expect(seen[1]?.headers).toMatchObject({ 'x-amz-date': '20261123T120000Z', 'x-amz-security-token': 'token' })
  })

  it.each([
    [{ AWS_ACCESS_KEY_ID: 'A' }, 'AWS_ACCESS_KEY_ID is set, but AWS_SECRET_ACCESS_KEY is not'],
    [{ AWS_SECRET_ACCESS_KEY: 's' }, 'AWS_SECRET_ACCESS_KEY is set, but AWS_ACCESS_KEY_ID is not'],
    [
      { AWS_BEARER_TOKEN_BEDROCK: 'ABSKabc\n' },
      'AWS_BEARER_TOKEN_BEDROCK holds a blank, a line break or another character that no header takes',
    ],
  ])('says what is wrong with %j', async (env, expected) => {
    expect(await run(['hi'], { env })).toEqual({ code: 2, out: '', err: `outcrop: ${expected}\n` })
  })

  it('says that nothing answers', async () => {
    const gone = http.createServer()
    await new Promise<void>((resolve) => gone.listen(0, '127.0.0.1', resolve))
    const nowhere = `http://127.0.0.1:${(gone.address() as AddressInfo).port}`
    await new Promise((resolve) => gone.close(resolve))
    expect(await run(['hi', '--url', nowhere])).toEqual({
      code: 1,
      out: '',
      err: `outcrop: nothing answers at ${nowhere}: start it with "outcrop serve", or name another with --url\n`,
    })
  })

  it.each([
    [
      400,
      'ValidationException:http://internal.amazon.com/coral/com.amazon.bedrock/',
      '{"message":"The provided model identifier is invalid."}',
      'ValidationException: The provided model identifier is invalid. "global.anthropic.claude-opus-4-6-v1" is misspelt or not served in us-east-1: models.list() and "outcrop models" name what is.',
    ],
    [
      403,
      'AccessDeniedException:http://internal.amazon.com/coral/com.amazon.coral.service/',
      '{"Message":"Authentication failed: Please make sure your API Key is valid."}',
      "AccessDeniedException: Authentication failed: Please make sure your API Key is valid. Check the Bedrock API key: short-term keys hold only in the Region that they were made for (this call went to us-east-1), and a key of Anthropic's is none.",
    ],
    [
      403,
      'MissingAuthenticationTokenException',
      '{"message":"Missing Authentication Token"}',
      'MissingAuthenticationTokenException: Missing Authentication Token. Give AWS credentials or a Bedrock API key (AWS_BEARER_TOKEN_BEDROCK).',
    ],
    [
      502,
      '',
      '<html><title>\u001b[31mBad gateway</title></html>',
      'HTTP 502: A page of HTML: [31mBad gateway. Something between here and Bedrock answered, such as a proxy: check baseURL and the proxy settings.',
    ],
    [
      429,
      'Throttl\u001bing',
      '{"message":"a\\u001b[31mb"}',
      'ThrottlingException: a[31mb. The quota of requests per minute is used up: send them more slowly, ask for more in Service Quotas, or add failover Regions.',
    ],
  ])('shows a refusal of status %i, %s', async (status, type, body, expected) => {
    answer = (response) => {
      const header = type === '' ? {} : { 'x-amzn-errortype': type.includes('\u001b') ? 'ThrottlingException' : type }
      response.writeHead(status, header).end(body)
    }
    expect(await run(['hi'])).toEqual({ code: 1, out: '', err: `outcrop: ${expected}\n` })
  })

  it.each([
    [
      'an exception',
      [start, text('Hel'), event('throttlingException', { message: 'm' }, 'exception')],
      'ThrottlingException: m. The quota of requests per minute is used up: send them more slowly, ask for more in Service Quotas, or add failover Regions.',
    ],
    ['an early end', [start, text('Hel'), end], 'It ended without message_stop.'],
    [
      'half a frame',
      [start, text('Hel'), stop().subarray(0, 20)],
      'The connection to Bedrock in us-east-1 failed: The stream ended inside a frame, after 20 of its bytes.',
    ],
    [
      'a broken frame',
      [start, text('Hel'), text('lo').map((byte, index) => (index === 90 ? byte ^ 1 : byte))],
      'The connection to Bedrock in us-east-1 failed: The checksum of a frame does not match.',
    ],
  ])('keeps what has come and fails at %s', async (_, parts, expected) => {
    answer = (response) => frames(response, parts)
    expect(await run(['hi'])).toEqual({ code: 1, out: 'Hel\n', err: `outcrop: the answer broke off: ${expected}\n` })
  })

  it('fails when the connection is cut', async () => {
    answer = (response) => {
      response.writeHead(200, { 'content-type': 'application/vnd.amazon.eventstream' })
      response.write(Buffer.concat([start, text('Hel')]), () => response.destroy())
    }
    expect(await run(['hi'])).toEqual({
      code: 1,
      out: 'Hel\n',
      err: 'outcrop: the answer broke off: The connection to Bedrock in us-east-1 failed: other side closed (UND_ERR_SOCKET).\n',
    })
  })

  it('does not take another server for Bedrock', async () => {
    answer = (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<p>Hi')
    expect((await run(['hi'])).err).toBe(
      'outcrop: HTTP 502: The answer to /v1/messages has status 200 and is none (text/html): A page of HTML. Something between here and Bedrock may have answered, such as a proxy: check baseURL and the proxy settings.\n',
    )
  })

  it('keeps escape sequences from a terminal, and passes them to a pipe', async () => {
    answer = (response) => frames(response, [start, text('a\u001b[2Jb\u009bc\n'), end, stop(), metadata])
    expect((await run(['hi'], { terminal: true })).out).toBe('a[2Jbc\n')
    expect((await run(['hi'])).out).toBe('a\u001b[2Jb\u009bc\n')
  })

  it('is grey only for a person who did not turn colours off', async () => {
    const line = 'global.anthropic.claude-opus-4-6-v1: 9 tokens in, 4 out, $0.000145 at Bedrock, simulated'
    expect((await run(['hi'], { terminal: true })).err).toBe(`\u001b[2m${line}\u001b[22m\n`)
    expect((await run(['hi'], { terminal: true, env: { NO_COLOR: '1' } })).err).toBe(`${line}\n`)
  })

  it.each([
    [[], 'there is nothing to ask: give a prompt, as in outcrop chat "Hello, world"'],
    [['hi', '--model', 'claude-opsu-4-6'], 'there is no model called "claude-opsu-4-6": did you mean claude-opus-4-6?'],
    [['hi', '--model', 'opsu-4-6'], 'there is no model called "opsu-4-6": did you mean claude-opus-4-6?'],
    [['hi', '--model', 'gpt'], 'there is no model called "gpt": "outcrop models" lists them'],
  ])('refuses %j', async (argv, expected) => {
    expect(await run(argv)).toEqual({ code: 2, out: '', err: `outcrop: ${expected}\n` })
  })
})

function talk(): { readonly test: TestIo; readonly ended: Promise<number> } {
  const test = createTestIo({ env: { OUTCROP_URL: url }, stdinIs: 'terminal', terminal: true })
  return { test, ended: main(['chat', '--file', join(folder, '0.txt')], test.io) }
}

describe('a conversation', () => {
  it('remembers what was said, and shows the files once', async () => {
    answer = (response) => frames(response, [start, text(`answer ${seen.length}`), end, stop(), metadata])
    const { test, ended } = talk()
    await test.saw('> ')
    test.stdin.write('one\n')
    await test.saw('answer 1')
    test.stdin.write('\ntwo\n')
    await test.saw('answer 2')
    test.stdin.write('\u0004')
    expect(await ended).toBe(0)
    expect(seen.map(({ body }) => body['messages'])).toEqual([
      [
        {
          role: 'user',
          content: [{ document: { name: '0 txt', format: 'txt', source: { bytes: 'eA==' } } }, { text: 'one' }],
        },
      ],
      [
        {
          role: 'user',
          content: [{ document: { name: '0 txt', format: 'txt', source: { bytes: 'eA==' } } }, { text: 'one' }],
        },
        { role: 'assistant', content: [{ text: 'answer 1' }] },
        { role: 'user', content: [{ text: 'two' }] },
      ],
    ])
  })

  it('goes on after a failure, and forgets the question that had no answer', async () => {
    answer = (response) => {
      if (seen.length === 1)
        response.writeHead(429, { 'x-amzn-errortype': 'ThrottlingException' }).end('{"message":"slow"}')
      else frames(response, [start, text('now'), end, stop(), metadata])
    }
    const { test, ended } = talk()
    await test.saw('> ')
    test.stdin.write('one\n')
    while (!test.err().includes('ThrottlingException: slow')) await new Promise((resolve) => setTimeout(resolve, 5))
    test.stdin.write('two\n')
    await test.saw('now')
    test.stdin.end()
    expect(await ended).toBe(0)
    expect(seen[1]?.body['messages']).toEqual([
      {
        role: 'user',
        content: [{ document: { name: '0 txt', format: 'txt', source: { bytes: 'eA==' } } }, { text: 'two' }],
      },
    ])
  })

  it('gives up on an answer at Ctrl-C, keeps what has come, and stays', async () => {
    let gone = false
    answer = (response) => {
      if (seen.length > 1) return frames(response, whole)
      response.writeHead(200, { 'content-type': 'application/vnd.amazon.eventstream' })
      response.write(Buffer.concat([start, text('a long story ')]))
      response.on('close', () => {
        gone = true
      })
    }
    const { test, ended } = talk()
    await test.saw('> ')
    test.stdin.write('tell\n')
    await test.saw('a long story')
    test.stdin.write('\u0003')
    while (!test.err().includes('stopped by you')) await new Promise((resolve) => setTimeout(resolve, 5))
    test.stdin.write('go on\n')
    await test.saw('Hello, world')
    test.stdin.write('\u0004')
    expect(await ended).toBe(0)
    expect(gone).toBe(true)
    expect(seen[1]?.body['messages']).toMatchObject([
      { role: 'user' },
      { role: 'assistant', content: [{ text: 'a long story' }] },
      { role: 'user', content: [{ text: 'go on' }] },
    ])
  })

  it('drops what was typed at Ctrl-C', async () => {
    const { test, ended } = talk()
    await test.saw('> ')
    test.stdin.write('not this')
    test.stdin.write('\u0003')
    test.stdin.write('this\n')
    while (!/Hello, world[^]*> /.test(test.out())) await new Promise((resolve) => setTimeout(resolve, 5))
    test.stdin.write('\u0003')
    await test.saw('Ctrl-D ends the conversation')
    test.stdin.write('\u0004')
    expect(await ended).toBe(0)
    expect(JSON.stringify(seen.map(({ body }) => body))).not.toContain('not this')
    expect(JSON.stringify(seen.map(({ body }) => body))).toContain('"this"')
  })
})
