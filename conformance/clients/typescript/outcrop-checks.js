// What only this client shows, asked of everything that runs over it: its class on each wire, and other libraries over its fetch.
import assert from 'node:assert/strict'
import { setTimeout } from 'node:timers/promises'
import { mintBearer } from '@outcrop/client/transport'
import { models, refusal, requirement, target } from './harness.js'

/**
 * @typedef {import('./checks.js').Ask} Ask
 * @typedef {import('./outcrop-options.js').BedrockOptions} BedrockOptions
 * @typedef {(options?: import('./checks.js').Options, more?: BedrockOptions) => import('./checks.js').Connection} Connect
 * @typedef {import('@outcrop/client/transport').CallReport} CallReport
 */

const { measured, scripted, strict } = target.urls
/** @returns {Ask} */
const says = (/** @type {string} */ text, /** @type {Partial<Ask>} */ more = {}) => ({
  turns: [{ role: 'user', text }],
  ...more,
})
const credentials = async () => target.keys
const schema = {
  type: 'object',
  properties: { city: { type: 'string' }, tonnes: { type: 'integer' } },
  required: ['city', 'tonnes'],
  additionalProperties: false,
}

/** Adds what whoever runs over the client can be asked. @param {import('./checks.js').Adapter & { connect: Connect }} adapter */
export function checkOutcrop({ connect, describe }, onMantle = false) {
  /**
   * What the client tells of the last attempt of a call.
   * @param {Ask} ask @param {import('./checks.js').Options} options @param {BedrockOptions} [more]
   */
  const report = async (ask, options, more) => {
    /** @type {CallReport[]} */
    const reports = []
    const answer = await connect(options, { ...more, onCall: (each) => void reports.push(each) }).ask(ask)
    assert.ok(answer.output > 0)
    const last = reports.at(-1)
    assert.ok(last?.status === 200, 'a report of the call')
    return last
  }
  /** @param {string} name @param {import('./checks.js').Options} options @param {BedrockOptions} [more] */
  const called = async (name, options, more) =>
    (await report(says('Hi', { model: name, maxTokens: 100 }), options, more)).modelId
  /**
   * A call that nothing is sent of: what it was refused with.
   * @param {Ask} ask @param {BedrockOptions} [more]
   */
  const unsent = async (ask, more) => {
    const connection = connect({ url: strict, attempts: 1 }, more)
    const told = describe(await refusal(() => connection.ask(ask)))
    assert.equal(connection.attempts(), 0, `sent, and ${told.text}`)
    return told
  }

  requirement('client.alias', async () => {
    assert.equal(await called('claude-opus-4-6', {}), 'global.anthropic.claude-opus-4-6-v1')
    assert.equal(await called('claude-opus-4-6', {}, { scope: ['geo', 'global'] }), 'us.anthropic.claude-opus-4-6-v1')
    assert.equal(await called('claude-opus-4-1', {}), 'us.anthropic.claude-opus-4-1-20250805-v1:0')
    const europe = { region: 'eu-west-1' }
    assert.equal(await called('claude-sonnet-4-6', europe, { scope: ['geo'] }), 'eu.anthropic.claude-sonnet-4-6')
  })
  requirement('client.bare-id', async () => {
    const adapt = /** @type {const} */ ({ capabilities: 'adapt' })
    assert.equal(await called(models.bare, { url: measured }, adapt), `global.${models.bare}`)
  })
  requirement('client.residency', async () => {
    const europe = { region: 'eu-west-1' }
    assert.equal(await called('claude-opus-4-6', europe, { residency: 'eu' }), 'eu.anthropic.claude-opus-4-6-v1')
    const told = await unsent(says('Hi', { model: models.guide }), { residency: 'us' })
    assert.match(told.text, /residency/)
  })
  requirement('client.refuses', async () => {
    for (const [model, text] of /** @type {const} */ ([
      [models.noScope, 'cannot be called from us-east-1: use us.anthropic.claude-opus-4-1-20250805-v1:0 there'],
      ['claude-opsu-4-6', 'Did you mean claude-opus-4-6?'],
    ])) {
      const told = await unsent(says('Hi', { model }))
      assert.ok(told.text.includes(text), told.text)
    }
  })
  requirement('client.too-large', async () => {
    const [count, limit] = onMantle ? [5_700_000, '32 MB (33,554,432 bytes)'] : [3_600_000, '20 MB (20,971,520 bytes)']
    const told = await unsent(says('stone '.repeat(count)))
    assert.equal(told.status, 413)
    assert.ok(told.text.includes(limit), told.text)
    assert.match(told.text, /The largest blocks are messages\.0\.content[.\w]* \(text, [23]\d(\.\d)? MB\)/)
  })
  requirement('client.adapts', async () => {
    const ask = says('Hi', {
      model: models.newest,
      maxTokens: 2048,
      more: {
        temperature: 0.5,
        thinking: { type: 'enabled', budget_tokens: 1024 },
        anthropic_beta: ['oauth-2025-04-20'],
      },
    })
    const { warnings } = await report(ask, { url: measured }, { capabilities: 'adapt' })
    for (const name of ['temperature', 'thinking', 'oauth-2025-04-20']) {
      assert.ok(
        warnings.some((warning) => warning.includes(name)),
        `${name} in ${JSON.stringify(warnings)}`,
      )
    }
  })
  requirement('client.bearer', async () => {
    const minting = { apiKey: mintBearer({ credentials, expiresInSeconds: 1 }) }
    // What is given in code wins over the environment, where a wrong key is.
    const connection = connect({ identity: { kind: 'bearer', token: 'ABSKwrong' } }, minting)
    assert.ok((await connection.ask(says('Hello'))).output > 0)
    await setTimeout(1100)
    // The first key has ended by now.
    assert.ok((await connection.stream(says('Hello'))).output > 0)
    assert.equal(connection.attempts(), 2)
  })
  requirement('client.structured', async () => {
    const question = { schema, maxTokens: 600 }
    const adapt = /** @type {const} */ ({ capabilities: 'adapt' })
    for (const way of /** @type {const} */ (['ask', 'stream'])) {
      for (const model of [models.newest, ...(onMantle ? [] : [models.main])]) {
        const { text, stop } = await connect({ url: measured }, adapt)[way](says('Which city?', { ...question, model }))
        assert.deepEqual(Object.keys(JSON.parse(text)).sort(), ['city', 'tonnes'])
        assert.equal(stop, 'end')
      }
      const inWords = says('structured: in words', { ...question, model: models.fable })
      assert.deepEqual(JSON.parse((await connect({ url: scripted })[way](inWords)).text), {
        city: 'Sondrio',
        tonnes: 7,
      })
    }
    const wrong = says('structured: wrong', { ...question, model: models.fable })
    const told = describe(await refusal(() => connect({ url: scripted, attempts: 1 }).ask(wrong)))
    assert.equal(told.status, 422)
    assert.match(told.text, /\/tonnes must be an integer/)
  })
  requirement('client.cost', async () => {
    // 1,234 tokens for 3 dollars a million and 56 for 15, and a tenth more in one geography or Region.
    for (const [model, usd] of /** @type {const} */ (
      onMantle
        ? [['claude-sonnet-4-5', '0.0049962']]
        : [
            [models.main, '0.0049962'],
            [models.main.replace('us.', 'global.'), '0.004542'],
          ]
    )) {
      for (const way of /** @type {const} */ (['ask', 'stream'])) {
        /** @type {any[]} */
        const answers = []
        const connection = connect({ url: scripted }, { onAnswer: (each) => void answers.push(each) })
        await connection[way](says('script: everything', { model, thinking: 1024, maxTokens: 2048, tools: [weather] }))
        assert.deepEqual(
          answers.map(({ cost }) => [cost.usd, cost.unknown]),
          [[usd, null]],
        )
      }
    }
  })
}

const weather = {
  name: 'get_weather',
  description: 'Get the current weather of a city',
  schema: { type: 'object', properties: { city: { type: 'string' }, unit: { type: 'string' } } },
}
