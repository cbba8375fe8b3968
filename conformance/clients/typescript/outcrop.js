// @outcrop/client as it is published: AnthropicBedrock on each of its wires, and Anthropic's own SDK over its fetch.
import assert from 'node:assert/strict'
import { setTimeout } from 'node:timers/promises'
import Anthropic from '@anthropic-ai/sdk'
import { AnthropicBedrock, APIError } from '@outcrop/client'
import { checkRuntime } from './checks.js'
import { models, requirement, run, target } from './harness.js'
import { fromAnswer, toCreate } from './messages.js'
import { checkOutcrop } from './outcrop-checks.js'
import { checkClass, checkOnce } from './outcrop-class.js'
import { checkControl } from './outcrop-control.js'
import { checkState } from './outcrop-state.js'
import { outcropFetch, outcropOptions } from './outcrop-options.js'
import { countingTunnel } from './tunnel.js'

/**
 * @typedef {import('./checks.js').Options} Options
 * @typedef {import('./outcrop-options.js').BedrockOptions} BedrockOptions
 * @typedef {'invoke' | 'runtime-messages' | 'mantle' | 'converse'} Wire
 */

const client = process.argv[2] ?? 'outcrop-client'
const overFetch = client === 'outcrop-fetch-anthropic'
const wire = /** @type {Wire} */ (/^outcrop-client-(.*)$/.exec(client)?.[1] ?? 'invoke')
/** Mantle has bare ids alone, and not Sonnet's with measured fidelity. */
const main = wire === 'mantle' ? 'anthropic.claude-sonnet-4-5' : models.main
const older = 'anthropic.claude-haiku-4-5'

/** @param {Options} options @param {BedrockOptions} [more] @returns {any} */
function open(options = {}, more = {}) {
  const all = { ...outcropOptions(options), ...(wire === 'invoke' ? {} : { wire }), ...more }
  if (!overFetch) return new AnthropicBedrock(/** @type {any} */ (all))
  const { fetch: network = fetch, maxRetries } = all
  const own = maxRetries === undefined ? {} : { maxRetries }
  return new Anthropic({ apiKey: 'unused', ...own, fetch: outcropFetch(options, network, more) })
}

/** @type {import('./checks.js').Adapter & { connect: import('./outcrop-checks.js').Connect }} */
const adapter = {
  wire: wire === 'invoke' || wire === 'converse' ? wire : 'messages',
  dialect: 'messages',
  streams: true,
  ...(wire === 'mantle' ? { older, denied: 401 } : {}),
  onDemand: 'anthropic.claude-3-haiku-20240307-v1:0',
  broken: overFetch
    ? { exception: /Slow down, quarry\./, halfFrame: /is not complete/, drop: /is not complete/ }
    : {
        exception: /^RateLimitError: .*Slow down, quarry\./,
        halfFrame: /^StreamTruncatedError: .*is not complete/,
        drop: /^StreamTruncatedError: .*is not complete/,
      },
  describe(error) {
    assert.ok(error instanceof APIError || error instanceof Anthropic.APIError, `an APIError, not ${String(error)}`)
    const { message, aws_code } = /** @type {any} */ (error).error?.error ?? {}
    return {
      status: error.status,
      code: /** @type {any} */ (error).awsCode ?? aws_code,
      text: message ?? error.message,
    }
  },
  connect(options, /** @type {BedrockOptions} */ more = {}) {
    let requests = 0
    const counting = (/** @type {any} */ url, /** @type {any} */ init) => {
      requests += 1
      return fetch(url, init)
    }
    const opened = open(options, { fetch: counting, ...more })
    const usual = wire === 'mantle' && options?.url === target.urls.measured ? older : main
    const create = (/** @type {import('./checks.js').Ask} */ ask) => toCreate({ ...ask, model: ask.model ?? usual })
    return {
      ask: async (ask) => fromAnswer(await opened.messages.create(create(ask))),
      stream: async (ask) => fromAnswer(await opened.messages.stream(create(ask)).finalMessage()),
      attempts: () => requests,
    }
  },
}

checkRuntime(adapter)
checkOutcrop(adapter, wire === 'mantle')
checkClass(open, main)
if (client === 'outcrop-client') {
  checkOnce(open)
  checkControl()
  checkState()
}

const hello = { model: main, max_tokens: 100, messages: [{ role: /** @type {const} */ ('user'), content: 'Hello' }] }

requirement('invoke.metadata', async () => {
  const { data, response } = await open().messages.create(hello).withResponse()
  assert.match(response.headers.get('x-amzn-requestid') ?? '', /^[0-9a-f-]{36}$/)
  assert.equal(data._request_id, response.headers.get('x-amzn-requestid'))
  assert.equal(response.headers.get('x-amzn-bedrock-input-token-count'), String(data.usage.input_tokens))
  assert.equal(response.headers.get('x-amzn-bedrock-output-token-count'), String(data.usage.output_tokens))
  assert.match(response.headers.get('x-amzn-bedrock-invocation-latency') ?? '', /^\d+$/)
})

requirement('invoke.stream.metrics', async () => {
  const events = []
  for await (const event of await open().messages.create({ ...hello, stream: true })) events.push(event)
  const last = events.at(-1)
  const { usage } = events.findLast((event) => event.type === 'message_delta')
  assert.equal(last.type, 'message_stop')
  assert.equal(last['amazon-bedrock-invocationMetrics'].outputTokenCount, usage.output_tokens)
})

requirement('keep-alive', async () => {
  const tunnel = await countingTunnel(target.urls.strict)
  const opened = open({ url: tunnel.url })
  for (let call = 0; call < 5; call++) {
    await opened.messages.create(hello)
    await setTimeout(20)
  }
  tunnel.close()
  assert.equal(tunnel.connections(), 1)
})

await run(client)
