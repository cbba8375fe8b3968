// What the class AnthropicBedrock shows beside messages: counts, models, the Region, credentials, errors, what only Bedrock has.
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import {
  AnthropicBedrock,
  AnthropicBedrockMantle,
  APIError,
  AuthenticationError,
  BadRequestError,
  BedrockCredentialError,
  NotFoundError,
  PermissionDeniedError,
  RateLimitError,
} from '@outcrop/client'
import { fixture, keys, models, profileArn, refusal, requirement, setEnvironment, target } from './harness.js'
import { mediaTypes } from './messages.js'

/**
 * @typedef {import('./checks.js').Options} Options
 * @typedef {import('./outcrop-options.js').BedrockOptions} BedrockOptions
 * @typedef {(options?: Options, more?: BedrockOptions) => any} Open a client of Anthropic's SDK or of ours
 */

const { measured, scripted, strict } = target.urls
const folder = dirname(target.fixtures.text)

/** @param {string} model @param {Record<string, unknown>} [more] */
const hello = (model, more) => ({ model, max_tokens: 100, messages: [{ role: 'user', content: 'Hello' }], ...more })

/** A network that remembers which paths were asked for. */
const recording = () => {
  /** @type {string[]} */
  const paths = []
  const network = (/** @type {any} */ url, /** @type {any} */ init) => {
    paths.push(decodeURIComponent(new URL(url instanceof Request ? url.url : url).pathname))
    return fetch(url, init)
  }
  return { paths, network }
}

const mantle = (/** @type {object} */ who) =>
  new AnthropicBedrockMantle({ baseURL: strict, awsRegion: target.region, maxRetries: 0, ...who })

/** @param {Open} open @param {string} main */
export function checkClass(open, main) {
  requirement('client.count', async () => {
    for (const [model, path] of [
      ['claude-haiku-4-5', '/model/anthropic.claude-haiku-4-5-20251001-v1:0/count-tokens'],
      ['claude-opus-5-5', '/mantle/anthropic/v1/messages/count_tokens'],
    ]) {
      const { paths, network } = recording()
      const client = open({ url: measured }, { fetch: network, capabilities: 'adapt' })
      const { max_tokens: _, ...request } = hello(model ?? '', { system: 'You know stones.' })
      const { input_tokens, estimated } = await client.messages.countTokens(request)
      assert.equal(estimated, undefined)
      assert.deepEqual(paths, [path])
      const { usage } = await client.messages.create({ ...request, max_tokens: 9 })
      assert.equal(input_tokens, usage.input_tokens, model)
    }
  })
  requirement('client.models', async () => {
    const ids = []
    for await (const { id } of open().models.list({ limit: 7 })) ids.push(id)
    assert.equal(new Set(ids).size, ids.length)
    for (const id of [models.guide, models.main, models.plain]) assert.ok(ids.includes(id), `${id} in ${ids.join(' ')}`)
    assert.equal((await open().models.retrieve('claude-opus-4-6')).id, models.guide)
    const unknown = await refusal(() => open().models.retrieve('claude-opsu-4-6'))
    assert.equal(/** @type {any} */ (unknown).status, 404)
    assert.match(String(unknown), /Did you mean claude-opus-4-6\?/)
  })
  requirement('messages.errors', async () => {
    const [unknownModel, wrongKey] =
      main === models.main ? [BadRequestError, PermissionDeniedError] : [NotFoundError, AuthenticationError]
    const noModel = await refusal(() => open({ attempts: 1 }).messages.create(hello(models.unknown)))
    assert.ok(noModel instanceof unknownModel, String(noModel))
    const nobody = /** @type {const} */ ({ kind: 'bearer', token: 'ABSKnobody' })
    const noKey = await refusal(() => open({ identity: nobody, attempts: 1 }).messages.create(hello(main)))
    assert.ok(noKey instanceof wrongKey, String(noKey))
    const bad = await refusal(() => open({ attempts: 1 }).messages.create(hello(main, { max_tokens: 0 })))
    assert.ok(bad instanceof BadRequestError, String(bad))
    assert.match(bad.message, /max_tokens/)
  })
  requirement('messages.count', async () => {
    const { paths, network } = recording()
    const client = open({}, { fetch: network })
    const { max_tokens: _, ...request } = hello('claude-opus-5-5')
    const { input_tokens } = await client.messages.countTokens(request)
    assert.deepEqual(paths, ['/mantle/anthropic/v1/messages/count_tokens'])
    assert.equal(input_tokens, (await client.messages.create({ ...request, max_tokens: 9 })).usage.input_tokens)
  })
  requirement('messages.mantle', async () => {
    setEnvironment({ kind: 'none' }, target.region)
    const { accessKeyId: awsAccessKey, secretAccessKey: awsSecretAccessKey } = target.keys
    const client = mantle({ awsAccessKey, awsSecretAccessKey })
    const request = /** @type {any} */ (hello(main))
    const whole = await client.messages.create(request)
    assert.deepEqual((await client.messages.stream(request).finalMessage()).content, whole.content)
    const wrong = mantle({ awsAccessKey, awsSecretAccessKey: 'wrong' })
    const told = await refusal(() => wrong.messages.create(request))
    assert.ok(told instanceof AuthenticationError, String(told))
    assert.equal((await mantle({ apiKey: target.bearer }).messages.create(request)).role, 'assistant')
  })
  requirement('guardrail.unknown', async () => {
    const bedrock = { guardrail: { identifier: 'nonesuch', version: '1' } }
    const expected = main === models.main ? /guardrail/i : /mantle/i
    for (const stream of [false, true]) {
      const told = await refusal(() => open({ attempts: 1 }).messages.create(hello(main, { bedrock, stream })))
      assert.ok(told instanceof APIError && told.status === 400, String(told))
      assert.match(told.message, expected)
    }
  })
  requirement('client.errors', async () => {
    const unknown = await refusal(() => open({ attempts: 1 }).messages.create(hello(models.unknown)))
    assert.ok(unknown instanceof APIError)
    assert.equal(unknown.region, target.region)
    assert.match(unknown.requestID ?? '', /^[0-9a-f-]{36}$/)
    assert.equal(unknown.type, main === models.main ? 'invalid_request_error' : 'not_found_error')
    const late = await refusal(() =>
      open({ url: scripted, attempts: 1 })
        .messages.stream({ ...hello(main), messages: [{ role: 'user', content: 'fault: exception' }] })
        .finalMessage(),
    )
    assert.ok(late instanceof RateLimitError, String(late))
    assert.equal(late.region, target.region)
    assert.match(late.requestID ?? '', /^[0-9a-f-]{36}$/)
    assert.equal(late.type, 'rate_limit_error')
    const { content } = /** @type {any} */ (late.partialMessage)
    assert.ok('Seven words come before the end, maybe.'.startsWith(content[0].text) && content[0].text.length > 0)
  })
}

/** What holds for all wires alike is shown on one of them: the Region, credentials, the choice of a wire. @param {Open} open */
export function checkOnce(open) {
  const autoWire = async (/** @type {object} */ more) => {
    const { response } = await open({}, { wire: 'auto' })
      .messages.create(hello('claude-sonnet-4-6', more))
      .withResponse()
    return response.headers.get('x-outcrop-wire')
  }
  requirement('client.region', async () => {
    writeFileSync(join(folder, 'aws-config'), '[default]\nregion = eu-central-1\n')
    /** @type {string[]} */
    const warnings = []
    const onWarning = (/** @type {string} */ warning) => void warnings.push(warning)
    /** @param {string | undefined} awsRegion @param {string | undefined} fromEnvironment */
    const region = async (awsRegion, fromEnvironment, model = 'claude-sonnet-4-6') => {
      setEnvironment(keys, fromEnvironment ?? '')
      if (fromEnvironment === undefined) delete process.env.AWS_REGION
      process.env.AWS_DEFAULT_REGION = 'eu-north-1'
      process.env.AWS_CONFIG_FILE = join(folder, 'aws-config')
      if (awsRegion === 'auto') delete process.env.AWS_DEFAULT_REGION
      const client = new AnthropicBedrock({
        baseURL: strict,
        onWarning,
        ...(awsRegion === undefined ? {} : { awsRegion }),
      })
      const { response } = await client.messages.create(/** @type {any} */ (hello(model))).withResponse()
      process.env.AWS_CONFIG_FILE = '/nonexistent'
      return response.headers.get('x-outcrop-region')
    }
    assert.equal(await region(undefined, undefined), 'us-east-1')
    assert.equal(await region(undefined, undefined), 'us-east-1')
    assert.equal(warnings.length, 1, warnings.join('\n'))
    assert.match(warnings[0] ?? '', /~\/\.aws\/config names eu-central-1/)
    assert.equal(await region(undefined, 'eu-west-1'), 'eu-west-1')
    assert.equal(await region('us-west-2', 'eu-west-1'), 'us-west-2')
    assert.equal(await region('auto', undefined), 'eu-central-1')
    assert.equal(await region('auto', 'eu-west-1'), 'eu-west-1')
    const arn = profileArn('us.anthropic.claude-sonnet-4-6', 'us-west-2')
    assert.equal(await region('auto', 'eu-west-1', arn), 'us-west-2')
  })
  requirement('client.credentials', async () => {
    setEnvironment({ kind: 'none' }, target.region)
    const runs = join(folder, 'credential-runs')
    writeFileSync(runs, '')
    const { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey } = target.keys
    const found = join(folder, 'credentials.json')
    writeFileSync(found, JSON.stringify({ Version: 1, AccessKeyId, SecretAccessKey }), { mode: 0o600 })
    const files = {
      AWS_SHARED_CREDENTIALS_FILE: `[default]\naws_access_key_id = ${AccessKeyId}\naws_secret_access_key = ${SecretAccessKey}\n`,
      AWS_CONFIG_FILE: `[profile tool]\ncredential_process = sh -c "echo run >> ${runs}; cat ${found}"\n`,
    }
    for (const [name, text] of Object.entries(files)) {
      writeFileSync(join(folder, name), text, { mode: 0o600 })
      process.env[name] = join(folder, name)
    }
    const options = { baseURL: strict, awsRegion: target.region, maxRetries: 0 }
    const request = /** @type {any} */ (hello(models.main))
    assert.equal((await new AnthropicBedrock(options).messages.create(request)).role, 'assistant')
    const tool = new AnthropicBedrock({ ...options, awsProfile: 'tool' })
    await Promise.all(Array.from({ length: 50 }, () => tool.messages.create(request)))
    assert.equal(readFileSync(runs, 'utf8'), 'run\n')
    for (const name of Object.keys(files)) process.env[name] = '/nonexistent'
    const none = await refusal(() => new AnthropicBedrock(options).messages.create(request))
    assert.ok(none instanceof BedrockCredentialError, String(none))
  })
  requirement('client.auto', async () => {
    assert.equal(await autoWire({}), 'invoke')
    const source = { type: 'base64', media_type: mediaTypes.docx, data: fixture('docx').toString('base64') }
    const content = [
      { type: 'document', source },
      { type: 'text', text: 'What does it say?' },
    ]
    assert.equal(await autoWire({ messages: [{ role: 'user', content }] }), 'converse')
  })
  requirement('endpoint.environment', async () => {
    setEnvironment(keys, target.region)
    process.env.AWS_ENDPOINT_URL_BEDROCK_RUNTIME = strict
    const client = new AnthropicBedrock()
    const request = /** @type {any} */ (hello(models.main))
    const whole = await client.messages.create(request)
    assert.deepEqual((await client.messages.stream(request).finalMessage()).content, whole.content)
    delete process.env.AWS_ENDPOINT_URL_BEDROCK_RUNTIME
  })
}
