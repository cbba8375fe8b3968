// @anthropic-ai/bedrock-sdk: class AnthropicBedrock.
import assert from 'node:assert/strict'
import { setTimeout } from 'node:timers/promises'
import { AnthropicBedrock } from '@anthropic-ai/bedrock-sdk'
import * as errors from '@anthropic-ai/sdk'
import { checkRuntime } from './checks.js'
import { keys, models, requirement, run, setEnvironment, target } from './harness.js'
import { fromAnswer, toCreate } from './messages.js'
import { countingTunnel } from './tunnel.js'

/** @typedef {import('./checks.js').Options} Options */

/** @param {Options} options */
function open({ identity = keys, url = target.urls.strict, region = target.region, attempts } = {}, more = {}) {
  setEnvironment(identity, region)
  const pair = identity.kind === 'keys' ? identity.keys : undefined
  return new AnthropicBedrock({
    baseURL: url,
    awsRegion: region,
    ...(pair === undefined ? {} : { awsAccessKey: pair.accessKeyId, awsSecretKey: pair.secretAccessKey }),
    ...(pair?.sessionToken === undefined ? {} : { awsSessionToken: pair.sessionToken }),
    ...(identity.kind === 'none' ? { skipAuth: true } : {}),
    ...(attempts === undefined ? {} : { maxRetries: attempts - 1 }),
    ...more,
  })
}

const classes = /** @type {Record<number, string>} */ ({
  400: 'BadRequestError',
  403: 'PermissionDeniedError',
  404: 'NotFoundError',
})

/** @type {import('./checks.js').Adapter} */
const adapter = {
  wire: 'invoke',
  streams: true,
  broken: {
    exception:
      /^APIError: \{"type":"error","error":\{"type":"throttlingException","message":"Slow down, quarry\."\}\}$/,
    halfFrame: /^AnthropicError: Truncated event message received\.$/,
    drop: /^AnthropicError: terminated$/,
  },
  // The class follows the status, and the service's own name for the error is not shown (WIRE §11).
  describe(error) {
    assert.ok(error instanceof errors.APIError, `an APIError, not ${String(error)}`)
    const named = classes[error.status ?? 0]
    if (named !== undefined) assert.equal(error.constructor.name, named)
    const body = /** @type {{ message?: string, Message?: string } | undefined} */ (error.error)
    // The front door spells it with a capital letter (WIRE §2.2).
    return { status: error.status, code: undefined, text: body?.message ?? body?.Message ?? error.message }
  },
  connect(options) {
    let requests = 0
    const counting = (/** @type {any} */ url, /** @type {any} */ init) => {
      requests += 1
      return fetch(url, init)
    }
    const client = open(options, { fetch: counting })
    return {
      ask: async (ask) => fromAnswer(await client.messages.create(toCreate(ask))),
      stream: async (ask) => fromAnswer(await client.messages.stream(toCreate(ask)).finalMessage()),
      attempts: () => requests,
    }
  },
}

checkRuntime(adapter)

const hello = {
  model: models.main,
  max_tokens: 100,
  messages: [{ role: /** @type {const} */ ('user'), content: 'Hello' }],
}

requirement('invoke.metadata', async () => {
  const { data, response } = await open().messages.create(hello).withResponse()
  assert.match(response.headers.get('x-amzn-requestid') ?? '', /^[0-9a-f-]{36}$/)
  assert.equal(response.headers.get('x-amzn-bedrock-input-token-count'), String(data.usage.input_tokens))
  assert.equal(response.headers.get('x-amzn-bedrock-output-token-count'), String(data.usage.output_tokens))
  assert.match(response.headers.get('x-amzn-bedrock-invocation-latency') ?? '', /^\d+$/)
})

requirement('invoke.stream.metrics', async () => {
  const stream = await open().messages.create({ ...hello, stream: true })
  const events = []
  for await (const event of stream) events.push(event)
  const last = /** @type {any} */ (events.at(-1))
  const usage = /** @type {any} */ (events.findLast((event) => event.type === 'message_delta')).usage
  assert.equal(last.type, 'message_stop')
  assert.equal(last['amazon-bedrock-invocationMetrics'].outputTokenCount, usage.output_tokens)
})

requirement('path.unknown', async () => {
  // The method is hidden by the types and still there: it posts to a path that Bedrock does not have (WIRE §1.4).
  const client = /** @type {any} */ (open())
  const answer = await client.messages.countTokens({ model: models.main, messages: hello.messages })
  assert.equal(answer.input_tokens, undefined)
  assert.equal(answer.Output.__type, 'com.amazon.coral.service#UnknownOperationException')
})

requirement('keep-alive', async () => {
  // fetch shows no socket, so a tunnel counts; and it takes a moment until fetch knows that a connection is free again.
  const tunnel = await countingTunnel(target.urls.strict)
  const client = open({ url: tunnel.url })
  for (let call = 0; call < 5; call++) {
    await client.messages.create(hello)
    await setTimeout(20)
  }
  tunnel.close()
  assert.equal(tunnel.connections(), 1)
})

await run('anthropic-typescript')
