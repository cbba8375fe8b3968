// @anthropic-ai/sdk itself and AnthropicBedrockMantle: Anthropic's Messages API on the runtime, on mantle, and plain.
import assert from 'node:assert/strict'
import { AnthropicBedrockMantle } from '@anthropic-ai/bedrock-sdk'
import Anthropic, * as errors from '@anthropic-ai/sdk'
import { models, refusal, requirement, run, setEnvironment, target } from './harness.js'

const base = target.urls.strict
const surfaces = [
  { name: 'runtime', baseURL: `${base}/anthropic`, model: models.main, counts: false },
  { name: 'mantle', baseURL: `${base}/mantle/anthropic`, model: 'anthropic.claude-haiku-4-5', counts: true },
  { name: 'plain', baseURL: base, model: 'claude-opus-4-6', counts: true },
]

/** @param {{ baseURL: string }} surface @param {{ apiKey?: string | null, authToken?: string }} [key] */
function open({ baseURL }, key = { apiKey: target.bearer }) {
  setEnvironment({ kind: 'none' }, target.region)
  return new Anthropic({ baseURL, maxRetries: 0, apiKey: null, ...key })
}

/** @param {string} model */
const hello = (model) => ({
  model,
  max_tokens: 100,
  messages: [{ role: /** @type {const} */ ('user'), content: 'Hello' }],
})

requirement('messages.surfaces', async () => {
  for (const surface of surfaces) {
    for (const key of [{ apiKey: target.bearer }, { authToken: target.bearer }]) {
      const { data, response } = await open(surface, key).messages.create(hello(surface.model)).withResponse()
      assert.equal(data.content[0]?.type, 'text', surface.name)
      assert.equal(data.stop_reason, 'end_turn', surface.name)
      assert.match(response.headers.get('x-amzn-requestid') ?? '', /^[0-9a-f-]{36}$/)
    }
  }
})

requirement('messages.stream', async () => {
  for (const surface of surfaces) {
    const client = open(surface)
    const whole = await client.messages.create(hello(surface.model))
    const streamed = await client.messages.stream(hello(surface.model)).finalMessage()
    assert.deepEqual(streamed.content, whole.content, surface.name)
    assert.equal(streamed.usage.output_tokens, whole.usage.output_tokens, surface.name)
    const beta = await client.beta.messages.create({ ...hello(surface.model), betas: ['context-1m-2025-08-07'] })
    assert.equal(beta.role, 'assistant', surface.name)
  }
})

requirement('messages.errors', async () => {
  const expected = {
    runtime: [errors.BadRequestError, errors.PermissionDeniedError],
    mantle: [errors.NotFoundError, errors.AuthenticationError],
    plain: [errors.NotFoundError, errors.AuthenticationError],
  }
  for (const surface of surfaces) {
    const [unknownModel, wrongKey] = expected[/** @type {keyof typeof expected} */ (surface.name)]
    const noModel = await refusal(() => open(surface).messages.create(hello(models.unknown)))
    assert.ok(noModel instanceof /** @type {any} */ (unknownModel), `${surface.name}: ${String(noModel)}`)
    assert.equal(/** @type {any} */ (noModel).error.type, 'error')
    const noKey = await refusal(() => open(surface, { apiKey: 'ABSKnobody' }).messages.create(hello(surface.model)))
    assert.ok(noKey instanceof /** @type {any} */ (wrongKey), `${surface.name}: ${String(noKey)}`)
    const bad = await refusal(() => open(surface).messages.create({ ...hello(surface.model), max_tokens: 0 }))
    assert.ok(bad instanceof errors.BadRequestError, `${surface.name}: ${String(bad)}`)
    assert.match(bad.message, /max_tokens/)
  }
})

requirement('messages.count', async () => {
  for (const surface of surfaces.filter(({ counts }) => counts)) {
    const { max_tokens: _, ...request } = hello(surface.model)
    const { input_tokens } = await open(surface).messages.countTokens(request)
    const { usage } = await open(surface).messages.create(hello(surface.model))
    assert.equal(input_tokens, usage.input_tokens, surface.name)
  }
})

requirement('messages.models', async () => {
  const plain = open({ baseURL: base })
  const names = []
  for await (const model of plain.models.list({ limit: 5 })) names.push(model.id)
  assert.ok(names.includes('claude-opus-4-6') && new Set(names).size === names.length, names.join())
  assert.equal((await plain.models.retrieve('claude-opus-4-6')).display_name, 'Claude Opus 4.6')
  const list = await fetch(`${base}/mantle/v1/models`, { headers: { 'x-api-key': target.bearer } })
  const { object, data } = /** @type {any} */ (await list.json())
  assert.equal(object, 'list')
  assert.ok(data.some((/** @type {{ id: string }} */ { id }) => id === 'anthropic.claude-haiku-4-5'))
})

requirement('messages.mantle', async () => {
  const mantle = (/** @type {string} */ secret) =>
    new AnthropicBedrockMantle({
      baseURL: `${base}/mantle/anthropic`,
      awsRegion: target.region,
      awsAccessKey: target.keys.accessKeyId,
      awsSecretAccessKey: secret,
      maxRetries: 0,
    })
  setEnvironment({ kind: 'none' }, target.region)
  const client = mantle(target.keys.secretAccessKey)
  const request = hello('anthropic.claude-haiku-4-5')
  const whole = await client.messages.create(request)
  assert.deepEqual((await client.messages.stream(request).finalMessage()).content, whole.content)
  const wrong = await refusal(() => mantle('not the secret').messages.create(request))
  assert.ok(wrong instanceof errors.AuthenticationError, String(wrong))
  const keyed = new AnthropicBedrockMantle({
    baseURL: `${base}/mantle/anthropic`,
    awsRegion: target.region,
    apiKey: target.bearer,
  })
  assert.equal((await keyed.messages.create(request)).role, 'assistant')
})

await run('anthropic-messages-typescript')
