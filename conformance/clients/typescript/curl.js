// curl, which is what people try first: no SDK, a bearer key, or curl's own SigV4.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getToken } from '@aws/bedrock-token-generator'
import { models, profileArn, requirement, run, target, texts } from './harness.js'

const hello = {
  anthropic_version: 'bedrock-2023-05-31',
  max_tokens: 100,
  messages: [{ role: 'user', content: 'Hello' }],
}
const bearer = ['-H', `authorization: Bearer ${target.bearer}`]

/** @typedef {{ status: number, headers: Record<string, string>, body: any, verbose: string }} Answer */

/** @param {string[]} args @param {unknown} [body] @returns {Promise<Answer>} */
async function curl(args, body) {
  const post = body === undefined ? [] : ['-H', 'content-type: application/json', '--data-binary', '@-']
  const output = await new Promise((resolve, reject) => {
    const child = execFile(
      'curl',
      ['--silent', '--show-error', '--include', '--verbose', '--max-time', '30', ...post, ...args],
      { maxBuffer: 64 << 20 },
      (error, stdout, stderr) =>
        error === null ? resolve({ stdout, stderr }) : reject(new Error(stderr.trim().split('\n').at(-1))),
    )
    child.stdin?.end(body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body))
  })
  const { stdout, stderr } = /** @type {{ stdout: string, stderr: string }} */ (output)
  const [head = '', ...rest] = stdout.replace(/^HTTP\/\S+ 100[^\n]*\r\n\r\n/, '').split('\r\n\r\n')
  const [status = '', ...lines] = head.split('\r\n')
  const text = rest.join('\r\n\r\n')
  return {
    status: Number(status.split(' ')[1]),
    headers: Object.fromEntries(
      lines.map((line) => [line.split(':')[0]?.toLowerCase(), line.replace(/^[^:]*: ?/, '')]),
    ),
    get body() {
      return text.startsWith('{') ? JSON.parse(text) : text
    },
    verbose: stderr,
  }
}

const invoke = (/** @type {string[]} */ args, /** @type {unknown} */ body = hello, model = models.main) =>
  curl([...args, `${target.urls.strict}/model/${model}/invoke`], body)

const pair = ({ accessKeyId = target.keys.accessKeyId, secretAccessKey = target.keys.secretAccessKey } = {}) => [
  '--aws-sigv4',
  'aws:amz:us-east-1:bedrock',
  '--user',
  `${accessKeyId}:${secretAccessKey}`,
]

/** @param {Answer} answer @param {number} status @param {string} code @param {object} body */
function isRefused(answer, status, code, body) {
  const [name] = (answer.headers['x-amzn-errortype'] ?? '').split(':')
  assert.deepEqual([answer.status, name, answer.body], [status, code, body])
}

/** @param {Answer} answer */
function isMessage({ status, body }) {
  assert.equal(status, 200, JSON.stringify(body))
  assert.deepEqual([body.type, body.role, body.content[0].type], ['message', 'assistant', 'text'])
}

requirement('invoke', async () => {
  const answer = await invoke(bearer)
  isMessage(answer)
  assert.equal(answer.body.model, 'claude-sonnet-4-5-20250929')
  assert.match(answer.body.id, /^msg_bdrk_01/)
  assert.equal(answer.headers['content-type'], 'application/json')
})
requirement('invoke.guide', async () => {
  isMessage(await invoke(pair(), { ...hello, max_tokens: 256 }, models.guide))
})
requirement('invoke.metadata', async () => {
  const { headers, body } = await invoke(bearer)
  assert.match(headers['x-amzn-requestid'] ?? '', /^[0-9a-f-]{36}$/)
  assert.match(headers['x-amzn-bedrock-invocation-latency'] ?? '', /^\d+$/)
  assert.equal(headers['x-amzn-bedrock-input-token-count'], String(body.usage.input_tokens))
  assert.equal(headers['x-amzn-bedrock-output-token-count'], String(body.usage.output_tokens))
})
requirement('auth.session-token', async () => {
  const { sessionToken } = target.temporary
  const args = [...pair(target.temporary), '-H', `x-amz-security-token: ${sessionToken}`]
  isMessage(await invoke(args, hello, models.plain))
})
requirement('error.unknown-model', async () => {
  const answer = await invoke(bearer, hello, models.unknown)
  isRefused(answer, 400, 'ValidationException', { message: texts.unknownModel })
})
requirement('error.malformed', async () => {
  const { max_tokens: _without, ...body } = hello
  isRefused(await invoke(bearer, body), 400, 'ValidationException', { message: texts.maxTokensMissing })
})
requirement('error.extraneous', async () => {
  const url = `${target.urls.measured}/model/${models.main}/invoke`
  const answer = await curl([...bearer, url], { ...hello, model: 'x', stream: true })
  isRefused(answer, 400, 'ValidationException', { message: texts.extraneousBoth })
})
requirement('error.too-large', async () => {
  const file = join(tmpdir(), `outcrop-conformance-${process.pid}.json`)
  writeFileSync(file, Buffer.alloc(21 << 20, 'a'))
  const url = `${target.urls.strict}/model/${models.main}/invoke`
  const answer = await curl([...bearer, '-H', 'content-type: application/json', '--data-binary', `@${file}`, url])
  assert.equal(answer.status, 413)
  assert.match(JSON.stringify(answer.body), /20/)
})
requirement('error.metadata', async () => {
  const { headers } = await invoke(bearer, hello, models.unknown)
  assert.match(headers['x-amzn-requestid'] ?? '', /^[0-9a-f-]{36}$/)
  assert.equal(headers['x-amzn-errortype'], 'ValidationException:http://internal.amazon.com/coral/com.amazon.bedrock/')
})
requirement('auth.missing', async () => {
  const answer = await invoke([])
  isRefused(answer, 403, 'MissingAuthenticationTokenException', { message: texts.missing })
})
requirement('auth.wrong-secret', async () => {
  const answer = await invoke(pair({ secretAccessKey: 'wrong' }), hello, models.plain)
  assert.deepEqual(
    [answer.status, answer.headers['x-amzn-errortype']?.split(':')[0]],
    [403, 'InvalidSignatureException'],
  )
  assert.ok(answer.body.message.startsWith(texts.wrongSecret), answer.body.message)
})
requirement('key.long-term', async () => {
  isMessage(await invoke(bearer))
})
requirement('key.short-term', async () => {
  const token = await getToken({ credentials: target.keys, region: target.region })
  isMessage(await invoke(['-H', `authorization: Bearer ${token}`]))
})
requirement('key.wrong', async () => {
  const answer = await invoke(['-H', `authorization: Bearer ${target.bearer.slice(0, -6)}AAAAAA`])
  isRefused(answer, 403, 'AccessDeniedException', { Message: texts.wrongKey })
})
requirement('key.format', async () => {
  const answer = await invoke(['-H', 'authorization: Bearer sk-ant-something'])
  isRefused(answer, 403, 'AccessDeniedException', { Message: texts.keyFormat })
})
requirement('id.profile-arn', async () => {
  isMessage(await invoke(bearer, hello, profileArn(models.main)))
  isMessage(await invoke(bearer, hello, encodeURIComponent(profileArn(models.main))))
})
requirement('models.list', async () => {
  const { status, body } = await curl([...bearer, `${target.urls.strict}/foundation-models?byProvider=Anthropic`])
  assert.equal(status, 200)
  assert.ok(body.modelSummaries.some((/** @type {any} */ { modelId }) => modelId === 'anthropic.claude-opus-4-6-v1'))
})
requirement('profiles.list', async () => {
  // Claude Code's first request (WIRE §11).
  const { status, body } = await curl([...bearer, `${target.urls.strict}/inference-profiles?type=SYSTEM_DEFINED`])
  assert.equal(status, 200)
  assert.ok(
    body.inferenceProfileSummaries.some(
      (/** @type {any} */ { inferenceProfileId }) => inferenceProfileId === models.main,
    ),
  )
})
requirement('path.unknown', async () => {
  // Without a signature for Bedrock, `/v1/messages/count_tokens` itself is Anthropic's own route.
  const url = `${target.urls.strict}/anthropic/v1/messages/count_tokens`
  const { status, headers, body } = await curl([...bearer, url], hello)
  assert.deepEqual([status, headers['content-type']], [200, 'application/json'])
  assert.deepEqual(body, {
    Output: { __type: 'com.amazon.coral.service#UnknownOperationException' },
    Version: '1.0',
  })
})
requirement('path.health', async () => {
  for (const path of ['/healthz', '/readyz']) assert.equal((await curl([`${target.urls.strict}${path}`])).status, 200)
})
requirement('date', async () => {
  for (const model of [models.main, models.unknown]) {
    const { headers } = await invoke(bearer, hello, model)
    assert.ok(Math.abs(Date.parse(headers.date ?? '') - Date.now()) < 5000, `Date: ${headers.date}`)
  }
})
requirement('keep-alive', async () => {
  const url = `${target.urls.strict}/model/${models.main}/invoke`
  const { verbose } = await curl([...bearer, '-d', JSON.stringify(hello), url, url, url])
  assert.equal(verbose.match(/Re-using existing connection/g)?.length, 2)
})

await run('curl')
