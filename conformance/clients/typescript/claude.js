// What is Claude's own: what each model takes and refuses, thinking, caching, documents and the edge of its context.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { isRefused } from './checks.js'
import { fixture, models, requirement, target } from './harness.js'

/**
 * @typedef {import('./checks.js').Adapter} Adapter
 * @typedef {import('./checks.js').Ask} Ask
 * @typedef {import('./checks.js').File} File
 */

const { measured, secure } = target.urls
/** @returns {Ask} */
const says = (/** @type {string} */ text, /** @type {Partial<Ask>} */ more = {}) => ({
  turns: [{ role: 'user', text }],
  ...more,
})
const invalid = (/** @type {string} */ text) => ({ status: 400, code: 'ValidationException', text })
const schema = {
  type: 'object',
  properties: { city: { type: 'string' } },
  required: ['city'],
  additionalProperties: false,
}

/** The version that Anthropic's newest SDKs send by themselves, and models up to 4.6 do not know. */
const old = { anthropic_version: 'bedrock-2023-05-31' }
const opus48 = models.newest

/** Adds the requirements of Claude's own rules. @param {Adapter} adapter @param {import('./checks.js').Tool} weather */
export function checkClaude(adapter, weather) {
  checkCapabilities(adapter, weather)
  checkContext(adapter)
  checkThinking(adapter, weather)
  checkDocuments(adapter)
  const { connect, streams, wire } = adapter

  for (const ttl of /** @type {const} */ (['5m', '1h'])) {
    requirement(`cache.${ttl}`, async () => {
      const stones = Array.from({ length: 400 }, (_, stone) => `Stone ${stone} is granite.`).join(' ')
      const ask = says('Which stone is it?', { system: `${randomUUID()} ${stones}`, cache: ttl })
      const connection = connect()
      const first = await connection.ask(ask)
      assert.ok((first.cacheWrite ?? 0) > 1024, `${first.cacheWrite} tokens written`)
      assert.equal(first.cacheRead, 0)
      const second = await connection.ask(ask)
      assert.deepEqual([second.cacheRead, second.cacheWrite], [first.cacheWrite, 0])
      assert.equal(second.input, first.input)
    })
  }
  requirement('tls', async () => {
    const connection = connect({ url: secure })
    assert.ok((await connection.ask(says('Hello'))).text.length > 0)
    if (streams) assert.equal((await connection.stream(says('Hello'))).stop, 'end')
    const away = new URL(secure)
    away.protocol = 'http:'
    await assert.rejects(connect({ url: away.href.replace(/\/$/, ''), attempts: 1 }).ask(says('Hello')))
  })
  if (wire === 'invoke') {
    requirement('error.max-tokens', async () => {
      const way = streams ? 'stream' : 'ask'
      await isRefused(adapter, () => connect()[way](says('Hi', { maxTokens: 500_000 })), invalid(maxTokensText))
      const newer = says('Hi', { model: opus48, maxTokens: 500_000 })
      await isRefused(
        adapter,
        () => connect()[way](newer),
        invalid('max_tokens: 500000 > 128000, which is the maximum'),
      )
    })
  }
}

const maxTokensText = 'The maximum tokens you requested exceeds the model limit of 64000'

/** @param {Adapter} adapter @param {import('./checks.js').Tool} weather */
function checkCapabilities(adapter, weather) {
  const { connect, wire } = adapter
  const url = measured
  const legacy = wire === 'invoke' ? old : {}
  const opus46 = adapter.older ?? models.guide
  /** @param {string} id @param {string} text @param {Ask} ask @param {Ask} [taken] */
  const refuses = (id, text, ask, taken) =>
    requirement(id, async () => {
      await isRefused(adapter, () => connect({ url }).ask(ask), invalid(text))
      if (taken !== undefined) assert.ok((await connect({ url }).ask(taken)).output > 0)
    })
  const warm = { temperature: 0.5 }
  refuses(
    'refuses.temperature',
    '`temperature` is deprecated for this model.',
    says('Hi', { model: opus48, ...warm }),
    says('Hi', { model: opus46, ...warm, more: legacy }),
  )
  refuses(
    'refuses.temperature-and-top-p',
    '`temperature` and `top_p` cannot both be specified for this model. Please use only one.',
    says('Hi', { ...warm, topP: 0.9, more: legacy }),
    says('Hi', { topP: 0.9, more: legacy }),
  )
  for (const model of [opus46, opus48]) {
    const own = model === opus46 ? legacy : {}
    refuses(
      'refuses.beta',
      'invalid beta flag',
      says('Hi', { model, more: { ...own, anthropic_beta: ['oauth-2025-04-20'] } }),
      says('Hi', { model, more: { ...own, anthropic_beta: ['context-1m-2025-08-07'] } }),
    )
  }
  if (wire === 'invoke') {
    const more = { anthropic_version: '2026-10-21' }
    refuses(
      'refuses.version',
      '2026-10-21 is not a valid enum value',
      says('Hi', { model: opus46, more }),
      says('Hi', { model: opus48, more }),
    )
  }
  if (wire !== 'converse') {
    const strictTool = { name: 'look', description: 'Look', input_schema: schema, strict: true }
    refuses(
      'refuses.strict',
      'tools.0.custom.strict: Extra inputs are not permitted',
      says('Hi', { model: opus48, more: { tools: [strictTool] } }),
      says('Hi', { more: { ...legacy, tools: [strictTool] } }),
    )
    const image = { type: 'image', source: { type: 'url', url: 'https://example.com/stone.png' } }
    refuses('refuses.url', 'url', { turns: [{ role: 'user', text: 'What is it?', blocks: [image] }], model: opus48 })
  }
  const output_config = { format: { type: 'json_schema', schema } }
  refuses(
    'refuses.structured',
    'output_config.format: Extra inputs are not permitted',
    says('Hi', { model: opus48, more: { output_config } }),
    says('Hi', { more: { ...legacy, output_config } }),
  )
  refuses(
    'refuses.thinking',
    '"thinking.type.enabled" is not supported for this model.',
    says('Hi', { model: opus48, maxTokens: 2048, more: { thinking: { type: 'enabled', budget_tokens: 1024 } } }),
    says('Hi', { model: opus48, maxTokens: 2048, more: { thinking: { type: 'adaptive' } } }),
  )
  refuses(
    'refuses.thinking',
    'adaptive thinking is not supported on this model',
    says('Hi', { maxTokens: 2048, more: { ...legacy, thinking: { type: 'adaptive' } } }),
    says('Hi', { model: opus46, maxTokens: 2048, more: { ...legacy, thinking: { type: 'adaptive' } } }),
  )
  refuses(
    'refuses.tool-choice',
    'tool_choice: forcing tool use is not supported for this model.',
    says('Hi', { model: models.fable, tools: [weather], choice: 'any' }),
    says('Hi', { model: models.fable, tools: [weather] }),
  )
}

/** @param {Adapter} adapter */
function checkContext(adapter) {
  const { connect, wire } = adapter
  const tooLong = wire === 'messages' ? ' tokens > 200000 maximum' : 'Input is too long for requested model.'
  // A word is about a token: more than 200,000, and more than a million.
  const long = 'stone '.repeat(260_000)
  requirement('context.too-long', async () => {
    await isRefused(adapter, () => connect().ask(says(long)), invalid(tooLong))
    const longer = says('stone '.repeat(1_300_000), { model: opus48 })
    await isRefused(adapter, () => connect().ask(longer), invalid(' tokens > 1000000 maximum'))
  })
  requirement('context.1m', async () => {
    const answer = await connect().ask(says(long, { more: { anthropic_beta: ['context-1m-2025-08-07'] } }))
    assert.ok(answer.input > 200_000, `${answer.input} tokens`)
  })
}

/** Anthropic's own word for a test that wants redacted thinking. */
const redact =
  'ANTHROPIC_MAGIC_STRING_TRIGGER_REDACTED_THINKING_46C9A13E193C177646C7398A98432ECCCE4C1253D5E2D82641AC0E52CC2876CB'

/** @param {Adapter} adapter @param {import('./checks.js').Tool} weather */
function checkThinking(adapter, weather) {
  const { connect } = adapter
  const thinking = { thinking: 1024, maxTokens: 2048 }
  requirement('thinking.altered', async () => {
    const ask = says('How many stones fit in a cart?', thinking)
    const answer = await connect().ask(ask)
    const thought = answer.thinking?.text ?? ''
    assert.ok(thought.length > 0, 'a thought')
    const again = (/** @type {unknown} */ raw) =>
      connect().ask({
        ...ask,
        turns: [
          ...ask.turns,
          { role: 'assistant', answer: { ...answer, raw } },
          { role: 'user', text: 'And in two carts?' },
        ],
      })
    assert.ok((await again(answer.raw)).text.length > 0)
    const altered = replace(answer.raw, thought, `${thought} Or not.`)
    await isRefused(adapter, () => again(altered), invalid('Invalid `signature` in `thinking` block'))
  })
  requirement('thinking.redacted', async () => {
    const ask = says(redact, thinking)
    const answer = await connect().ask(ask)
    assert.match(JSON.stringify(answer.raw), /redacted/i)
    const turns = [...ask.turns, { role: 'assistant', answer }, { role: 'user', text: 'And now?' }]
    assert.ok((await connect().ask({ ...ask, turns: /** @type {Ask['turns']} */ (turns) })).text.length > 0)
  })
  requirement('thinking.interleaved', async () => {
    const more = { anthropic_beta: ['interleaved-thinking-2025-05-14'] }
    const ask = says('What is the weather in Paris in celsius?', { ...thinking, tools: [weather], more })
    const first = await connect().ask(ask)
    assert.equal(first.stop, 'tool')
    assert.ok((first.thinking?.signature ?? '').length > 20, 'a signature before the call')
    const results = first.calls.map(({ id, name }) => ({ id, name, text: 'Sunny, 21 degrees at station Bernina' }))
    const turns = [...ask.turns, { role: 'assistant', answer: first }, { role: 'user', results }]
    const last = await connect().ask({ ...ask, turns: /** @type {Ask['turns']} */ (turns) })
    assert.match(last.text, /Bernina/)
    assert.ok((last.thinking?.signature ?? '').length > 20, 'a signature after the result')
  })
}

/** The same data with one text exchanged, wherever it stands. @param {unknown} value @param {string} from @param {string} to @returns {unknown} */
function replace(value, from, to) {
  if (value === from) return to
  if (Array.isArray(value)) return value.map((each) => replace(each, from, to))
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, replace(each, from, to)]))
}

/** @param {File} file @returns {Ask} */
const reads = (file) => ({ turns: [{ role: 'user', text: 'What does it say?', files: [file] }], maxTokens: 400 })

/** @param {Adapter} adapter */
function checkDocuments(adapter) {
  const { connect, wire } = adapter
  const speaksMessages = wire !== 'converse' || adapter.dialect === 'messages'
  if (wire === 'converse') {
    requirement('document.formats', async () => {
      for (const kind of /** @type {const} */ (['csv', 'md', 'html', 'docx', 'xlsx', 'doc', 'xls'])) {
        const { text } = await connect().ask(reads({ kind, bytes: fixture(kind) }))
        assert.match(text, /Serizzo/, `${kind}: ${text}`)
      }
    })
    requirement('document.mislabelled', async () => {
      for (const [kind, name, text] of /** @type {const} */ ([
        ['docx', 'text', 'could not be parsed as the specified format'],
        ['xlsx', 'docx', 'could not be parsed as the specified format'],
        ['pdf', 'docx', 'PDF'],
      ])) {
        const file = { kind, bytes: fixture(name) }
        await isRefused(adapter, () => connect().ask(reads(file)), invalid(text))
      }
    })
  }
  requirement('pdf.encrypted', () =>
    isRefused(
      adapter,
      () => connect().ask(reads({ kind: 'pdf', bytes: fixture('encryptedPdf') })),
      invalid('password protected'),
    ),
  )
  requirement('citations.locations', async () => {
    const places = speaksMessages ? /char_location.*page_location/s : /documentChar.*documentPage/s
    const raws = []
    for (const kind of /** @type {const} */ (['text', 'pdf'])) {
      raws.push((await connect().ask(reads({ kind, bytes: fixture(kind), citations: true }))).raw)
    }
    assert.match(JSON.stringify(raws), places)
    const parts = ['The gneiss was cut in May.', 'Nobody bought it.']
    const chunks = speaksMessages
      ? {
          type: 'document',
          source: { type: 'content', content: parts.map((text) => ({ type: 'text', text })) },
          citations: { enabled: true },
        }
      : {
          document: {
            name: 'parts',
            source: { content: parts.map((text) => ({ text })) },
            citations: { enabled: true },
          },
        }
    const { raw } = await connect().ask({ turns: [{ role: 'user', text: 'What do they say?', blocks: [chunks] }] })
    assert.match(JSON.stringify(raw), speaksMessages ? /content_block_location/ : /documentChunk/)
  })
}
