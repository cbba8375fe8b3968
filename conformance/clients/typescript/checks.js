// The requirements of the runtime, written once in a plain vocabulary; each client translates it into its own API.
import assert from 'node:assert/strict'
import { getToken } from '@aws/bedrock-token-generator'
import { checkClaude } from './claude.js'
import { checkFaults } from './faults.js'
import {
  fixture,
  keys,
  modelArn,
  models,
  profileArn,
  refusal,
  requirement,
  setClock,
  target,
  texts,
} from './harness.js'

/**
 * @typedef {import('./harness.js').Identity} Identity
 * @typedef {{ kind: 'pdf' | 'text' | 'image' | import('./harness.js').DocumentFormat, bytes: Uint8Array, citations?: boolean }} File
 * @typedef {{ name: string, description: string, schema: Record<string, unknown> }} Tool
 * @typedef {{ role: 'user', text?: string, files?: File[], blocks?: unknown[], results?: Array<{ id: string, name: string, text: string }> }
 *   | { role: 'assistant', text: string } | { role: 'assistant', answer: Answer }} Turn
 * @typedef {{
 *   model?: string, system?: string, turns: Turn[], maxTokens?: number, stop?: string[], tools?: Tool[],
 *   choice?: 'any' | { name: string }, thinking?: number, schema?: Record<string, unknown>,
 *   temperature?: number, topP?: number, more?: Record<string, unknown>, cache?: '5m' | '1h',
 * }} Ask
 * @typedef {{
 *   text: string, stop: 'end' | 'length' | 'sequence' | 'tool' | string, sequence?: string | null,
 *   input: number, output: number, total?: number,
 *   calls: Array<{ id: string, name: string, input: unknown }>, thinking?: { text: string, signature: string },
 *   citations?: string[], cacheRead?: number, cacheWrite?: number, raw: unknown,
 * }} Answer
 * @typedef {{
 *   ask(ask: Ask): Promise<Answer>, stream(ask: Ask): Promise<Answer>, attempts(): number,
 * }} Connection
 * @typedef {{ identity?: Identity, url?: string, region?: string, attempts?: number }} Options
 * @typedef {{ status: number | undefined, code: string | undefined, text: string }} Refusal
 * @typedef {{
 *   wire: 'invoke' | 'converse' | 'messages', streams: boolean, connect: (options?: Options) => Connection,
 *   describe(error: unknown): Refusal, broken?: import('./faults.js').Broken, dialect?: 'messages', older?: string,
 *   onDemand?: string, denied?: 401,
 * }} Adapter `dialect`: speaks Messages whatever its wire is; `older`: a model up to 4.6 that its wire serves; `onDemand`: one that a
 *   client knows to have no profile; `denied`: the status of a refused caller, where it is not 403
 */

const story = 'Write a story of 400 words about a quarry.'

/** @type {Tool} */
const weather = {
  name: 'get_weather',
  description: 'Get the current weather of a city',
  schema: {
    type: 'object',
    properties: { city: { type: 'string' }, unit: { type: 'string', enum: ['celsius', 'fahrenheit'] } },
    required: ['city', 'unit'],
    additionalProperties: false,
  },
}

/** @returns {Ask} */
const says = (/** @type {string} */ text, /** @type {Partial<Ask>} */ more = {}) => ({
  turns: [{ role: 'user', text }],
  ...more,
})

/** @returns {Ask} */
const reads = (/** @type {File} */ file, /** @type {string} */ text) => ({
  turns: [{ role: 'user', text, files: [file] }],
  maxTokens: 400,
})

/** Adds every requirement that this client can be asked. @param {Adapter} adapter */
export function checkRuntime(adapter) {
  const { wire, streams, connect } = adapter
  /** @type {Array<['ask' | 'stream', '' | '.stream']>} */
  const ways = streams
    ? [
        ['ask', ''],
        ['stream', '.stream'],
      ]
    : [['ask', '']]

  for (const [way, suffix] of ways) {
    requirement(`${wire}${suffix}`, async () => {
      const connection = connect()
      const answer = await connection[way](says(story, { maxTokens: 600 }))
      assert.ok(answer.text.length > 100, `a story, not ${JSON.stringify(answer.text)}`)
      assert.equal(answer.stop, 'end')
      assert.ok(answer.input > 5 && answer.output > 20, `usage ${answer.input}, ${answer.output}`)
      if (answer.total !== undefined) assert.equal(answer.total, answer.input + answer.output)
      if (way !== 'stream') return
      const other = await connection.ask(says(story, { maxTokens: 600 }))
      assert.equal(answer.text, other.text)
      assert.deepEqual([answer.input, answer.output], [other.input, other.output])
    })
    requirement(suffix === '' ? 'tools' : 'tools.stream', () => roundTrip(connect(), way))
    requirement(`stop.sequence${suffix}`, async () => {
      const ask = says('Say exactly: granite, basalt, marble and slate', { stop: ['marble'] })
      const answer = await connect()[way](ask)
      assert.match(answer.text, /granite, basalt/)
      assert.doesNotMatch(answer.text, /marble/)
      assert.equal(answer.stop, 'sequence')
      if (answer.sequence !== undefined) assert.equal(answer.sequence, 'marble')
    })
    requirement(`error.unknown-model${suffix}`, () =>
      isRefused(adapter, () => connect()[way](says('Hello', { model: models.unknown })), {
        status: 400,
        code: 'ValidationException',
        text: texts.unknownModel,
      }),
    )
  }
  if (wire === 'invoke') {
    requirement('invoke.guide', async () => {
      const answer = await connect().ask(says('Hello, world', { model: models.guide, maxTokens: 256 }))
      assert.ok(answer.text.length > 0)
    })
  }

  requirement('conversation', async () => {
    const connection = connect()
    const last = /** @type {Turn} */ ({ role: 'user', text: 'And which is the softest?' })
    const alone = await connection.ask({ turns: [last] })
    const first = says('Which stone is the hardest?').turns
    const answer = await connection.ask({
      turns: [...first, { role: 'assistant', text: 'Diamond is the hardest.' }, last],
    })
    assert.ok(answer.text.length > 0)
    assert.ok(answer.input > alone.input + 5, `${answer.input} input tokens against ${alone.input}`)
  })
  requirement('system', async () => {
    const connection = connect()
    const without = await connection.ask(says('Hello'))
    const answer = await connection.ask(says('Hello', { system: 'You are a geologist and answer briefly.' }))
    assert.ok(answer.text.length > 0)
    assert.ok(answer.input > without.input, `${answer.input} input tokens against ${without.input}`)
  })
  requirement('stop.max-tokens', async () => {
    for (const maxTokens of [1, 12]) {
      const answer = await connect().ask(says(story, { maxTokens }))
      assert.equal(answer.stop, 'length')
      assert.equal(answer.output, maxTokens)
    }
  })
  requirement('tools.choice', async () => {
    const search = { name: 'search', description: 'Search the archive', schema: { type: 'object', properties: {} } }
    const named = await connect().ask(says('Hello', { tools: [search, weather], choice: { name: 'get_weather' } }))
    assert.equal(named.stop, 'tool')
    assert.deepEqual(
      named.calls.map(({ name }) => name),
      ['get_weather'],
    )
    isWeatherInput(named.calls[0]?.input)
    const any = await connect().ask(says('Hello', { tools: [search], choice: 'any' }))
    assert.deepEqual(
      any.calls.map(({ name }) => name),
      ['search'],
    )
  })
  requirement('thinking', async () => {
    const connection = connect()
    const ask = says('How many stones fit in a cart?', { thinking: 1024, maxTokens: 2048 })
    const answer = await connection.ask(ask)
    assert.ok(answer.text.length > 0)
    assert.ok((answer.thinking?.signature ?? '').length > 20, 'a signature')
    const next = await connection.ask({
      ...ask,
      turns: [...ask.turns, { role: 'assistant', answer }, { role: 'user', text: 'And in two carts?' }],
    })
    assert.ok(next.text.length > 0)
  })
  requirement('structured', async () => {
    const schema = {
      type: 'object',
      properties: { city: { type: 'string' }, tonnes: { type: 'integer' } },
      required: ['city', 'tonnes'],
      additionalProperties: false,
    }
    const answer = await connect().ask(says('Which city sold how many tonnes?', { schema }))
    const value = JSON.parse(answer.text)
    assert.deepEqual(Object.keys(value).sort(), ['city', 'tonnes'])
    assert.ok(typeof value.city === 'string' && Number.isInteger(value.tonnes), answer.text)
  })
  checkFiles(adapter)
  checkErrors(adapter)
  checkIdentity(adapter)
  checkTraffic(adapter)
  checkFaults(adapter, weather)
  checkClaude(adapter, weather)
}

/** @param {Connection} connection @param {'ask' | 'stream'} way */
async function roundTrip(connection, way) {
  const ask = says('What is the weather in Paris in celsius?', { tools: [weather], maxTokens: 500 })
  const first = await connection[way](ask)
  assert.equal(first.stop, 'tool')
  const [call] = first.calls
  assert.ok(call !== undefined && first.calls.length === 1, `${first.calls.length} calls`)
  assert.equal(call.name, 'get_weather')
  isWeatherInput(call.input)
  const results = [{ id: call.id, name: call.name, text: 'Sunny, 21 degrees, measured at station Bernina' }]
  const last = await connection[way]({
    ...ask,
    turns: [...ask.turns, { role: 'assistant', answer: first }, { role: 'user', results }],
  })
  assert.equal(last.stop, 'end')
  assert.deepEqual(last.calls, [])
  assert.match(last.text, /Bernina/)
}

/** @param {unknown} input */
function isWeatherInput(input) {
  assert.ok(typeof input === 'object' && input !== null, `tool input ${JSON.stringify(input)}`)
  const { city, unit, ...rest } = /** @type {Record<string, unknown>} */ (input)
  assert.equal(typeof city, 'string')
  assert.ok(unit === 'celsius' || unit === 'fahrenheit', `unit ${JSON.stringify(unit)}`)
  assert.deepEqual(rest, {})
}

/** @param {Adapter} adapter */
function checkFiles(adapter) {
  const { wire, connect } = adapter
  // Every sentence of the fixtures holds a word that no question holds.
  requirement(`pdf.${wire}`, async () => {
    const answer = await connect().ask(reads({ kind: 'pdf', bytes: fixture('pdf') }, 'What does the report say?'))
    assert.match(answer.text, /Kestrel/)
  })
  if (wire === 'converse') {
    requirement('pdf.modes', async () => {
      const connection = connect()
      const question = 'What does the report say?'
      const asText = await connection.ask(reads({ kind: 'pdf', bytes: fixture('pdf') }, question))
      const seen = await connection.ask(reads({ kind: 'pdf', bytes: fixture('pdf'), citations: true }, question))
      assert.ok(asText.input > 500 && asText.input < 2000, `${asText.input} tokens as text`)
      assert.ok(seen.input > 5000 && seen.input < 10_000, `${seen.input} tokens as pages`)
    })
  }
  requirement('pdf.broken', async () => {
    const broken = reads({ kind: 'pdf', bytes: fixture('brokenPdf') }, 'What does the report say?')
    await isRefused(adapter, () => connect().ask(broken), { status: 400, code: 'ValidationException', text: 'PDF' })
  })
  requirement('document.text', async () => {
    const answer = await connect().ask(reads({ kind: 'text', bytes: fixture('text') }, 'What do the notes say?'))
    assert.match(answer.text, /gneiss/i)
  })
  requirement('document.citations', async () => {
    const file = /** @type {File} */ ({ kind: 'text', bytes: fixture('text'), citations: true })
    const answer = await connect().ask(reads(file, 'What do the notes say?'))
    assert.match(answer.text, /gneiss/i)
    assert.ok((answer.citations ?? []).length > 0, 'at least one citation')
    for (const cited of answer.citations ?? []) {
      assert.ok(cited !== '' && fixture('text').toString('utf8').includes(cited), `cited ${JSON.stringify(cited)}`)
    }
  })
  requirement('image', async () => {
    const connection = connect()
    const without = await connection.ask(says('What is in the picture?'))
    const answer = await connection.ask(reads({ kind: 'image', bytes: fixture('image') }, 'What is in the picture?'))
    assert.ok(answer.text.length > 0)
    assert.ok(answer.input >= without.input + 50, `${answer.input} input tokens against ${without.input}`)
  })
}

/** @returns {Refusal} */
const invalid = (/** @type {string} */ text) => ({ status: 400, code: 'ValidationException', text })
/** @returns {Options} */
const as = (/** @type {import('./harness.js').KeyPair} */ who) => ({ identity: { kind: 'keys', keys: who } })
/** @returns {Options} */
const bearing = (/** @type {string} */ token) => ({ identity: { kind: 'bearer', token } })
const clock = (/** @type {number} */ minutes) => () => {
  setClock(minutes * 60_000)
  return { identity: keys, attempts: 1 }
}

/** @param {Adapter} adapter */
function checkErrors(adapter) {
  const { wire, connect } = adapter
  /** @param {string} id @param {() => Promise<unknown>} call @param {Refusal} expected */
  const refused = (id, call, expected) => requirement(id, () => isRefused(adapter, call, expected))
  const { measured: url } = target.urls

  refused(
    'error.unavailable-scope',
    () => connect().ask(says('Hi', { model: models.noScope })),
    invalid(texts.unknownModel),
  )
  refused('error.on-demand', () => connect({ url }).ask(says('Hi', { model: models.bare })), invalid(texts.onDemand))
  refused('error.end-of-life', () => connect({ url }).ask(says('Hi', { model: models.retired })), {
    status: 404,
    code: 'ResourceNotFoundException',
    text: texts.endOfLife,
  })
  refused('error.too-large', () => connect({ attempts: 1 }).ask(says('stone '.repeat(3_600_000))), {
    status: 413,
    code: undefined,
    text: '20',
  })
  if (wire === 'converse') {
    refused(
      'error.first-role',
      () => connect().ask({ turns: [{ role: 'assistant', text: 'Hi' }] }),
      invalid(texts.firstRole),
    )
    refused('error.blank-text', () => connect().ask(says('   ')), invalid(texts.blankText))
    const tooMany = says('Hi', { model: models.main, maxTokens: 500_000 })
    // Anthropic's SDK sends so many tokens as a stream alone.
    const way = adapter.dialect === 'messages' ? 'stream' : 'ask'
    refused('error.max-tokens', () => connect()[way](tooMany), invalid(texts.maxTokens))
  }
}

/** A body of InvokeModel with some fields changed. @param {Record<string, unknown>} change */
export const invokeBody = (change = {}) =>
  JSON.stringify({
    anthropic_version: 'bedrock-2023-05-31',
    max_tokens: 100,
    messages: [{ role: 'user', content: 'Hello' }],
    ...change,
  })

/** @param {Adapter} adapter */
function checkIdentity(adapter) {
  const { connect, streams } = adapter
  const { keys: pair, temporary, bearer, region } = target
  /** @returns {Refusal} */
  const denied = (/** @type {string} */ code, /** @type {string} */ text) => ({
    status: adapter.denied ?? 403,
    code,
    text,
  })
  /** @param {string} id @param {() => Options | Promise<Options>} options @param {Refusal} expected */
  const refused = (id, options, expected) =>
    requirement(id, async () => {
      const connection = connect({ attempts: 1, ...(await options()) })
      await isRefused(adapter, () => connection.ask(says('Hello')), expected)
    })
  /** @param {string} id @param {() => Options | Promise<Options>} options */
  const accepted = (id, options, way = /** @type {'ask' | 'stream'} */ ('ask'), model = models.main) =>
    requirement(id, async () => {
      const answer = await connect(await options())[way](says('Hello', { model }))
      assert.ok(answer.text.length > 0)
    })
  refused(
    'auth.missing',
    () => ({ identity: { kind: 'none' } }),
    denied('MissingAuthenticationTokenException', texts.missing),
  )
  refused(
    'auth.unknown-key',
    () => as({ ...pair, accessKeyId: 'AKIAUNKNOWNUNKNOWN77' }),
    denied('UnrecognizedClientException', texts.unknownKey),
  )
  refused(
    'auth.wrong-secret',
    () => as({ ...pair, secretAccessKey: 'wrong' }),
    denied('InvalidSignatureException', texts.wrongSecret),
  )
  refused('auth.skewed-clock', clock(-6), denied('InvalidSignatureException', texts.expired))
  refused('auth.skewed-clock.future', clock(6), denied('InvalidSignatureException', texts.early))
  accepted('auth.session-token', () => as(temporary))
  refused(
    'auth.wrong-session-token',
    () => as({ ...temporary, sessionToken: 'wrong' }),
    denied('UnrecognizedClientException', texts.unknownKey),
  )
  accepted('auth.other-region', () => ({ region: 'eu-west-1' }), 'ask', 'eu.anthropic.claude-sonnet-4-5-20250929-v1:0')

  accepted('key.long-term', () => bearing(bearer))
  accepted('key.short-term', async () => bearing(await getToken({ credentials: pair, region })))
  accepted('key.short-term.session', async () => bearing(await getToken({ credentials: temporary, region })))
  if (streams) accepted('key.stream', () => bearing(bearer), 'stream')
  const wrong = `ABSK${Buffer.from(`BedrockAPIKey-wrong-at-${target.account}:wrong`).toString('base64')}`
  refused('key.wrong', () => bearing(wrong), denied('AccessDeniedException', texts.wrongKey))
  const forged = () => getToken({ credentials: { ...pair, secretAccessKey: 'wrong' }, region })
  refused('key.forged', async () => bearing(await forged()), denied('AccessDeniedException', texts.wrongKey))
  const old = async () => {
    setClock(-13 * 3_600_000)
    const token = await getToken({ credentials: pair, region })
    setClock(0)
    return bearing(token)
  }
  refused('key.expired', old, { ...denied('', texts.keyExpired), code: undefined })
  refused('key.format', () => bearing('sk-ant-something'), denied('AccessDeniedException', texts.keyFormat))

  accepted('id.profile-arn', () => ({}), 'ask', profileArn(models.main))
  accepted('id.model-arn', () => ({}), 'ask', modelArn(adapter.onDemand ?? models.bare))
}

/** @param {Adapter} adapter */
function checkTraffic({ connect, streams }) {
  requirement('attempts', async () => {
    const connection = connect()
    await connection.ask(says('Hello'))
    assert.equal(connection.attempts(), 1)
  })
  if (!streams) return
  requirement('streams.concurrent', async () => {
    const connection = connect()
    const ask = says(story, { maxTokens: 600 })
    const answers = await Promise.all(Array.from({ length: 20 }, () => connection.stream(ask)))
    for (const { text, stop, output } of answers) {
      assert.deepEqual({ text, stop, output }, { text: answers[0]?.text, stop: 'end', output: answers[0]?.output })
    }
    assert.ok((answers[0]?.text.length ?? 0) > 100)
  })
}

/**
 * Compares a refusal with what is expected, as far as this client shows it; the text is expected in part.
 * @param {Adapter} adapter @param {() => Promise<unknown>} call @param {Refusal} expected
 */
export async function isRefused(adapter, call, expected) {
  const error = await refusal(call)
  const shown = adapter.describe(error)
  const told = JSON.stringify(shown).slice(0, 300)
  if (expected.code !== undefined && shown.code !== undefined) assert.equal(shown.code, expected.code, told)
  if (expected.status !== undefined && shown.status !== undefined) assert.equal(shown.status, expected.status, told)
  assert.ok(shown.text.includes(expected.text), `expected ${JSON.stringify(expected.text)}, shown ${told}`)
}
