// LangChain's ChatAnthropic, with Claude on Bedrock behind its fetch.
import assert from 'node:assert/strict'
import { ChatAnthropic } from '@langchain/anthropic'
import { AIMessage, HumanMessage, SystemMessage, ToolMessage } from '@langchain/core/messages'
import { checkRuntime } from './checks.js'
import { models, run } from './harness.js'
import { toContent, toCreate } from './messages.js'
import { checkOutcrop } from './outcrop-checks.js'
import { outcropFetch } from './outcrop-options.js'

/**
 * @typedef {import('./checks.js').Ask} Ask
 * @typedef {import('./checks.js').Answer} Answer
 * @typedef {import('./checks.js').Turn} Turn
 */

/** @type {import('./checks.js').Adapter & { connect: import('./outcrop-checks.js').Connect }} */
const adapter = {
  wire: 'invoke',
  streams: true,
  onDemand: 'anthropic.claude-3-haiku-20240307-v1:0',
  broken: { exception: /Slow down, quarry\./, halfFrame: /is not complete/, drop: /is not complete/ },
  // LangChain hands on what Anthropic's SDK throws, which keeps the whole body.
  describe(thrown) {
    const { cause, ...own } = /** @type {any} */ (thrown)
    const { status, error, message } = own.error === undefined && cause !== undefined ? cause : own
    assert.equal(error?.type, 'error', `a failure in Anthropic's envelope, not ${String(thrown)}`)
    return { status, code: error.error.aws_code, text: error.error.message ?? message }
  },
  connect(options = {}, /** @type {import('./outcrop-options.js').BedrockOptions} */ more = {}) {
    let requests = 0
    const counting = (/** @type {any} */ input, /** @type {any} */ init) => {
      requests += 1
      return fetch(input, init)
    }
    const via = outcropFetch(options, counting, more)
    const open = (/** @type {Ask} */ ask) => new ChatAnthropic(toFields(ask, via, options.attempts))
    return {
      ask: async (ask) => fromMessage(await open(ask).invoke(toMessages(ask), toOptions(ask))),
      async stream(ask) {
        let whole
        for await (const chunk of await open(ask).stream(toMessages(ask), toOptions(ask))) {
          whole = whole === undefined ? chunk : whole.concat(chunk)
        }
        assert.ok(whole !== undefined, 'at least one chunk')
        return fromMessage(whole)
      },
      attempts: () => requests,
    }
  },
}

/** @param {Ask} ask @param {typeof fetch} via @param {number} [attempts] @returns {any} */
function toFields({ model = models.main, maxTokens = 300, thinking, temperature, topP, more }, via, attempts = 3) {
  return {
    model,
    maxTokens,
    apiKey: 'unused',
    // LangChain repeats by itself, and has the SDK below not do it.
    maxRetries: attempts - 1,
    clientOptions: { fetch: via },
    ...(temperature === undefined ? {} : { temperature }),
    ...(topP === undefined ? {} : { topP }),
    ...(thinking === undefined ? {} : { thinking: { type: 'enabled', budget_tokens: thinking } }),
    ...(more === undefined ? {} : { invocationKwargs: more }),
  }
}

/** @param {Ask} ask @returns {any} */
function toOptions({ stop, tools, choice }) {
  return {
    ...(stop === undefined ? {} : { stop }),
    ...(tools === undefined ? {} : { tools: toCreate({ turns: [], tools }).tools }),
    ...(choice === undefined ? {} : { tool_choice: choice === 'any' ? 'any' : choice.name }),
  }
}

/** @param {Ask} ask */
function toMessages({ system, turns, cache }) {
  const content =
    cache === undefined ? system : [{ type: 'text', text: system, cache_control: { type: 'ephemeral', ttl: cache } }]
  return [
    ...(system === undefined ? [] : [new SystemMessage({ content: /** @type {any} */ (content) })]),
    ...turns.flatMap(toTurn),
  ]
}

/** @param {Turn} turn @returns {any[]} */
function toTurn(turn) {
  if (turn.role === 'assistant') return ['answer' in turn ? turn.answer.raw : new AIMessage(turn.text)]
  const results = (turn.results ?? []).map(({ id, text }) => new ToolMessage({ content: text, tool_call_id: id }))
  const content = /** @type {any} */ (toContent({ ...turn, results: [] }))
  return [...results, ...(content === undefined || content.length === 0 ? [] : [new HumanMessage({ content })])]
}

/** @param {AIMessage} message @returns {Answer} */
function fromMessage(message) {
  const names = { end_turn: 'end', max_tokens: 'length', stop_sequence: 'sequence', tool_use: 'tool' }
  const metadata = /** @type {any} */ (message.response_metadata)
  const more = /** @type {any} */ (message.additional_kwargs)
  const reason = metadata.stop_reason ?? more.stop_reason
  const blocks = /** @type {any[]} */ (Array.isArray(message.content) ? message.content : [])
  const thought = blocks.find((block) => block.type === 'thinking')
  return {
    text: message.text,
    stop: names[/** @type {keyof typeof names} */ (reason)] ?? String(reason),
    sequence: metadata.stop_sequence ?? more.stop_sequence,
    input: message.usage_metadata?.input_tokens ?? -1,
    output: message.usage_metadata?.output_tokens ?? -1,
    total: message.usage_metadata?.total_tokens ?? -1,
    calls: (message.tool_calls ?? []).map(({ id = '', name, args }) => ({ id, name, input: args })),
    ...(thought === undefined ? {} : { thinking: { text: thought.thinking, signature: thought.signature } }),
    citations: blocks.flatMap((block) => (block.citations ?? []).map((/** @type {any} */ each) => each.cited_text)),
    cacheRead: message.usage_metadata?.input_token_details?.cache_read ?? 0,
    cacheWrite: message.usage_metadata?.input_token_details?.cache_creation ?? 0,
    raw: message,
  }
}

checkRuntime(adapter)
checkOutcrop(adapter)
await run('outcrop-fetch-langchain')
