// @langchain/aws: ChatBedrockConverse over the AWS SDK for JavaScript, so HTTP/2.
import assert from 'node:assert/strict'
import { ChatBedrockConverse } from '@langchain/aws'
import { AIMessage, HumanMessage, SystemMessage, ToolMessage } from '@langchain/core/messages'
import { checkRuntime } from './checks.js'
import { keys, models, run, setEnvironment, target } from './harness.js'

/**
 * @typedef {import('./checks.js').Ask} Ask
 * @typedef {import('./checks.js').Answer} Answer
 * @typedef {import('./checks.js').Turn} Turn
 */

/** @type {import('./checks.js').Adapter} */
const adapter = {
  wire: 'converse',
  streams: true,
  // HTTP/2 takes a cut stream for its end: an app has to look for the stop reason.
  broken: {
    exception: /^ThrottlingException: Slow down, quarry\.$/,
    halfFrame: /^Error: Truncated event message received\.$/,
    drop: /^answered "Seven words come", stopped by undefined$/,
  },
  // LangChain hands on what the AWS SDK throws.
  describe(error) {
    assert.ok(error instanceof Error && '$metadata' in error, `a service exception, not ${String(error)}`)
    return {
      status: /** @type {any} */ (error).$metadata.httpStatusCode,
      code: error.name,
      text: error.message,
    }
  },
  connect({ identity = keys, url = target.urls.strict, region = target.region, attempts } = {}) {
    setEnvironment(identity, region)
    process.env.AWS_DEFAULT_REGION = region
    process.env.AWS_ENDPOINT_URL_BEDROCK_RUNTIME = url
    if (attempts === undefined) delete process.env.AWS_MAX_ATTEMPTS
    else process.env.AWS_MAX_ATTEMPTS = String(attempts)
    let sent = 0
    /** @param {Ask} ask */
    const open = (ask) => {
      // LangChain would try again on its own account, beside the SDK.
      const model = new ChatBedrockConverse({ ...toFields(ask), maxRetries: 0 })
      model.client.middlewareStack.add(
        (next) => (args) => {
          sent += 1
          return next(args)
        },
        { step: 'finalizeRequest', priority: 'low' },
      )
      return model
    }
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
      attempts: () => sent,
    }
  },
}

/** @param {Ask} ask */
function toFields({ model = models.main, maxTokens = 300, thinking, temperature, topP, more }) {
  const fields = {
    ...(thinking === undefined ? {} : { thinking: { type: 'enabled', budget_tokens: thinking } }),
    ...more,
  }
  return {
    model,
    maxTokens,
    ...(temperature === undefined ? {} : { temperature }),
    ...(topP === undefined ? {} : { topP }),
    ...(Object.keys(fields).length === 0 ? {} : { additionalModelRequestFields: /** @type {any} */ (fields) }),
  }
}

/** @param {Ask} ask @returns {any} */
function toOptions({ stop, tools, choice }) {
  return {
    ...(stop === undefined ? {} : { stop }),
    ...(tools === undefined
      ? {}
      : {
          tools: tools.map(({ name, description, schema }) => ({
            toolSpec: { name, description, inputSchema: { json: schema } },
          })),
        }),
    ...(choice === undefined ? {} : { tool_choice: choice === 'any' ? 'any' : choice.name }),
  }
}

/** @param {Ask} ask */
function toMessages({ system, turns, cache }) {
  const content =
    cache === undefined
      ? system
      : [{ type: 'text', text: system }, /** @type {any} */ ({ cachePoint: { type: 'default', ttl: cache } })]
  return [
    ...(system === undefined ? [] : [new SystemMessage({ content: /** @type {any} */ (content) })]),
    ...turns.flatMap(toTurn),
  ]
}

/** @param {Turn} turn @returns {any[]} */
function toTurn(turn) {
  if (turn.role === 'assistant') return ['answer' in turn ? turn.answer.raw : new AIMessage(turn.text)]
  const results = (turn.results ?? []).map(({ id, text }) => new ToolMessage({ content: text, tool_call_id: id }))
  const files = (turn.files ?? []).map(({ kind, bytes, citations }) =>
    kind === 'image'
      ? { type: 'image', image: { format: 'png', source: { bytes } } }
      : {
          type: 'document',
          document: {
            format: kind === 'text' ? 'txt' : kind,
            name: 'report',
            source: { bytes },
            ...(citations ? { citations: { enabled: true } } : {}),
          },
        },
  )
  const blocks = (turn.blocks ?? []).map((block) => ({ type: 'document', .../** @type {object} */ (block) }))
  const content = [...files, ...blocks, ...(turn.text === undefined ? [] : [{ type: 'text', text: turn.text }])]
  return [...results, ...(content.length === 0 ? [] : [new HumanMessage({ content: /** @type {any} */ (content) })])]
}

/** @param {AIMessage} message @returns {Answer} */
function fromMessage(message) {
  const names = { end_turn: 'end', max_tokens: 'length', stop_sequence: 'sequence', tool_use: 'tool' }
  const metadata = /** @type {any} */ (message.response_metadata)
  const reason = metadata.stopReason ?? metadata.messageStop?.stopReason
  const blocks = /** @type {any[]} */ (Array.isArray(message.content) ? message.content : [])
  const thoughts = blocks.filter((block) => block.type === 'reasoning')
  const cited = blocks.flatMap((block) => block.citationsContent ?? [])
  return {
    text: `${message.text}${cited.flatMap((each) => (each.content ?? []).map((/** @type {any} */ part) => part.text)).join('')}`,
    stop: names[/** @type {keyof typeof names} */ (reason)] ?? String(reason),
    input: message.usage_metadata?.input_tokens ?? -1,
    output: message.usage_metadata?.output_tokens ?? -1,
    total: message.usage_metadata?.total_tokens ?? -1,
    calls: (message.tool_calls ?? []).map(({ id = '', name, args }) => ({ id, name, input: args })),
    ...(thoughts.length === 0
      ? {}
      : {
          thinking: {
            text: thoughts.map((each) => each.reasoning).join(''),
            signature: thoughts.map((each) => each.signature ?? '').join(''),
          },
        }),
    citations: cited.flatMap((each) =>
      (each.citations ?? []).map((/** @type {any} */ one) =>
        one.sourceContent?.map((/** @type {any} */ part) => part.text).join(''),
      ),
    ),
    cacheRead: message.usage_metadata?.input_token_details?.cache_read ?? 0,
    cacheWrite: message.usage_metadata?.input_token_details?.cache_creation ?? 0,
    raw: message,
  }
}

checkRuntime(adapter)
await run('langchain-js')
