// @aws-sdk/client-bedrock-runtime: HTTP/2 with prior knowledge as it comes, or HTTP/1.1 with NodeHttpHandler.
import assert from 'node:assert/strict'
import * as sdk from '@aws-sdk/client-bedrock-runtime'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import { checkRuntime, invokeBody, isRefused } from './checks.js'
import { keys, models, refusal, requirement, run, setClock, setEnvironment, target, texts } from './harness.js'
import { fromAnswer, toMessages } from './messages.js'
import { countingTunnel } from './tunnel.js'

/**
 * @typedef {import('./checks.js').Adapter} Adapter
 * @typedef {import('./checks.js').Ask} Ask
 * @typedef {import('./checks.js').Answer} Answer
 * @typedef {import('./checks.js').Options} Options
 */

const client = process.argv[2] ?? 'aws-sdk-js'
const http1 = client.endsWith('http1')
const json = 'application/json'

/** @param {Options} options @param {Partial<sdk.BedrockRuntimeClientConfig>} more */
function open({ identity = keys, url = target.urls.strict, region = target.region, attempts } = {}, more = {}) {
  setEnvironment(identity, region)
  return new sdk.BedrockRuntimeClient({
    endpoint: url,
    region,
    ...(attempts === undefined ? {} : { maxAttempts: attempts }),
    ...(http1 ? { requestHandler: new NodeHttpHandler() } : {}),
    // The documented way to call without credentials is a scheme that signs nothing.
    ...(identity.kind === 'none' ? { authSchemePreference: ['smithy.api#noAuth'], ...unsigned } : {}),
    ...more,
  })
}

const unsigned = {
  credentials: { accessKeyId: 'unused', secretAccessKey: 'unused' },
  signer: { sign: async (/** @type {unknown} */ request) => request },
}

/** @param {unknown} error @returns {import('./checks.js').Refusal} */
function describe(error) {
  assert.ok(error instanceof sdk.BedrockRuntimeServiceException, `a service exception, not ${String(error)}`)
  return { status: error.$metadata.httpStatusCode, code: error.name, text: error.message }
}

// HTTP/2 takes a cut stream for its end: an app has to look for the last event.
const broken = {
  exception: /^ThrottlingException: Slow down, quarry\.$/,
  halfFrame: /^Error: Truncated event message received\.$/,
  drop: http1 ? /^Error: aborted$/ : /^AssertionError: .*(message_stop|messageStop before metadata)/s,
}

/** @type {Adapter} */
const invoke = {
  wire: 'invoke',
  streams: true,
  broken,
  describe,
  connect(options) {
    const runtime = open(options)
    let attempts = 0
    return {
      async ask(ask) {
        const input = { modelId: ask.model ?? models.main, contentType: json, body: JSON.stringify(toMessages(ask)) }
        const { body, $metadata } = await runtime.send(new sdk.InvokeModelCommand(input))
        attempts = $metadata.attempts ?? 0
        assert.match($metadata.requestId ?? '', /^[0-9a-f-]{36}$/)
        return fromAnswer(JSON.parse(body.transformToString()))
      },
      async stream(ask) {
        const { message } = await this.events(ask)
        return fromAnswer(message)
      },
      async events(/** @type {Ask} */ ask) {
        const input = { modelId: ask.model ?? models.main, contentType: json, body: JSON.stringify(toMessages(ask)) }
        const { body } = await runtime.send(new sdk.InvokeModelWithResponseStreamCommand(input))
        const events = []
        for await (const { chunk } of body ?? []) events.push(JSON.parse(new TextDecoder().decode(chunk?.bytes)))
        return { events, message: gather(events) }
      },
      attempts: () => attempts,
    }
  },
}

/**
 * Puts a message together from its events, as an app without Anthropic's SDK has to.
 * @param {Array<Record<string, any>>} events
 */
function gather(events) {
  const [start] = events
  assert.equal(start?.type, 'message_start')
  assert.equal(events.at(-1)?.type, 'message_stop')
  const message = structuredClone(start?.message)
  const inputs = new Map()
  let open = -1
  for (const event of events) {
    if (event.type === 'content_block_start') {
      assert.equal(event.index, message.content.length)
      open = event.index
      message.content.push(structuredClone(event.content_block))
      continue
    }
    if (event.type === 'content_block_delta') {
      assert.equal(event.index, open)
      const block = message.content[open]
      const { delta } = event
      if (delta.type === 'text_delta') block.text += delta.text
      else if (delta.type === 'thinking_delta') block.thinking += delta.thinking
      else if (delta.type === 'signature_delta') block.signature = delta.signature
      else if (delta.type === 'citations_delta') (block.citations ??= []).push(delta.citation)
      else if (delta.type === 'input_json_delta') inputs.set(open, (inputs.get(open) ?? '') + delta.partial_json)
      else assert.fail(`delta ${delta.type}`)
    } else if (event.type === 'content_block_stop') {
      if (inputs.has(open)) message.content[open].input = JSON.parse(inputs.get(open) || '{}')
      open = -1
    } else if (event.type === 'message_delta') {
      Object.assign(message, event.delta)
      message.usage = { ...message.usage, ...event.usage }
    }
  }
  return message
}

/** @type {Adapter} */
const converse = {
  wire: 'converse',
  streams: true,
  broken,
  describe,
  connect(options) {
    const runtime = open(options)
    let attempts = 0
    return {
      async ask(ask) {
        const answer = await runtime.send(new sdk.ConverseCommand(toConverse(ask)))
        attempts = answer.$metadata.attempts ?? 0
        assert.ok(Number.isInteger(answer.metrics?.latencyMs), 'metrics.latencyMs')
        return fromConverse(answer)
      },
      async stream(ask) {
        const { stream } = await runtime.send(new sdk.ConverseStreamCommand(toConverse(ask)))
        const events = []
        for await (const event of stream ?? []) events.push(event)
        return fromConverse(gatherConverse(events))
      },
      attempts: () => attempts,
    }
  },
}

/** @param {Ask} ask @returns {sdk.ConverseCommandInput} */
function toConverse(ask) {
  const { model = models.main, system, turns, maxTokens, stop, tools, choice, thinking, temperature, topP, cache } = ask
  const more = {
    ...(thinking === undefined ? {} : { thinking: { type: 'enabled', budget_tokens: thinking } }),
    ...ask.more,
  }
  const toolChoice = choice === 'any' ? { any: {} } : choice === undefined ? undefined : { tool: { name: choice.name } }
  return {
    modelId: model,
    messages: turns.map((turn) => ({ role: turn.role, content: toBlocks(turn) })),
    ...(system === undefined
      ? {}
      : {
          system: [
            { text: system },
            ...(cache === undefined ? [] : [{ cachePoint: { type: /** @type {const} */ ('default'), ttl: cache } }]),
          ],
        }),
    inferenceConfig: { maxTokens, stopSequences: stop, temperature, topP },
    ...(tools === undefined
      ? {}
      : {
          toolConfig: {
            tools: tools.map(({ name, description, schema }) => ({
              toolSpec: { name, description, inputSchema: { json: /** @type {any} */ (schema) } },
            })),
            ...(toolChoice === undefined ? {} : { toolChoice }),
          },
        }),
    ...(stop === undefined ? {} : { additionalModelResponseFieldPaths: ['/stop_sequence', '/delta/stop_sequence'] }),
    ...(Object.keys(more).length === 0 ? {} : { additionalModelRequestFields: /** @type {any} */ (more) }),
  }
}

/** @param {import('./checks.js').Turn} turn @returns {sdk.ContentBlock[]} */
function toBlocks(turn) {
  if (turn.role === 'assistant') {
    return 'answer' in turn ? /** @type {sdk.ContentBlock[]} */ (turn.answer.raw) : [{ text: turn.text }]
  }
  const results = (turn.results ?? []).map(({ id, text }) => ({ toolResult: { toolUseId: id, content: [{ text }] } }))
  const files = (turn.files ?? []).map(({ kind, bytes, citations }) =>
    kind === 'image'
      ? { image: { format: /** @type {const} */ ('png'), source: { bytes } } }
      : {
          document: {
            format: kind === 'text' ? /** @type {const} */ ('txt') : kind,
            name: 'report',
            source: { bytes },
            ...(citations ? { citations: { enabled: true } } : {}),
          },
        },
  )
  const blocks = /** @type {sdk.ContentBlock[]} */ (turn.blocks ?? [])
  return [...results, ...files, ...blocks, ...(turn.text === undefined ? [] : [{ text: turn.text }])]
}

/** @typedef {Pick<sdk.ConverseCommandOutput, 'output' | 'stopReason' | 'usage' | 'additionalModelResponseFields'>} Whole */

/** @param {Whole} whole @returns {Answer} */
function fromConverse({ output, stopReason, usage, additionalModelResponseFields }) {
  const blocks = output?.message?.content ?? []
  const names = { end_turn: 'end', max_tokens: 'length', stop_sequence: 'sequence', tool_use: 'tool' }
  const fields = /** @type {any} */ (additionalModelResponseFields)
  const sequence = fields?.stop_sequence ?? fields?.delta?.stop_sequence
  const reasoning = blocks.find((block) => block.reasoningContent !== undefined)?.reasoningContent?.reasoningText
  return {
    text: blocks
      .map(({ text, citationsContent }) => text ?? citationsContent?.content?.map((part) => part.text).join('') ?? '')
      .join(''),
    stop: names[/** @type {keyof typeof names} */ (stopReason)] ?? String(stopReason),
    ...(sequence === undefined ? {} : { sequence }),
    input: usage?.inputTokens ?? -1,
    output: usage?.outputTokens ?? -1,
    total: usage?.totalTokens ?? -1,
    calls: blocks.flatMap(({ toolUse }) =>
      toolUse === undefined ? [] : [{ id: toolUse.toolUseId ?? '', name: toolUse.name ?? '', input: toolUse.input }],
    ),
    ...(reasoning === undefined
      ? {}
      : { thinking: { text: reasoning.text ?? '', signature: reasoning.signature ?? '' } }),
    citations: blocks.flatMap(({ citationsContent }) =>
      (citationsContent?.citations ?? []).map((each) => each.sourceContent?.map((part) => part.text).join('') ?? ''),
    ),
    cacheRead: usage?.cacheReadInputTokens ?? 0,
    cacheWrite: usage?.cacheWriteInputTokens ?? 0,
    raw: blocks,
  }
}

/** @param {sdk.ConverseStreamOutput[]} events @returns {Whole} */
function gatherConverse(events) {
  assert.ok(events[0]?.messageStart?.role === 'assistant', 'messageStart first')
  assert.ok(events.at(-2)?.messageStop !== undefined, 'messageStop before metadata')
  assert.ok(events.at(-1)?.metadata !== undefined, 'metadata last')
  assert.ok(Number.isInteger(events.at(-1)?.metadata?.metrics?.latencyMs), 'metrics.latencyMs')
  /** @type {any[]} */
  const blocks = []
  for (const { contentBlockStart, contentBlockDelta, contentBlockStop } of events) {
    if (contentBlockStart !== undefined) {
      const { toolUse } = contentBlockStart.start ?? {}
      assert.ok(toolUse !== undefined, 'contentBlockStart only for tools')
      blocks[contentBlockStart.contentBlockIndex ?? -1] = { toolUse: { ...toolUse, type: undefined, input: '' } }
    }
    if (contentBlockDelta !== undefined) {
      const { delta } = contentBlockDelta
      const block = (blocks[contentBlockDelta.contentBlockIndex ?? -1] ??= {})
      if (delta?.text !== undefined) block.text = (block.text ?? '') + delta.text
      if (delta?.toolUse !== undefined) block.toolUse.input += delta.toolUse.input
      if (delta?.reasoningContent !== undefined) {
        const { reasoningText } = (block.reasoningContent ??= { reasoningText: { text: '' } })
        reasoningText.text += delta.reasoningContent.text ?? ''
        if (delta.reasoningContent.signature !== undefined) reasoningText.signature = delta.reasoningContent.signature
      }
    }
    if (contentBlockStop !== undefined) {
      const block = blocks[contentBlockStop.contentBlockIndex ?? -1]
      assert.ok(block !== undefined, 'a stop of a block that began')
      if (block.toolUse !== undefined) block.toolUse.input = JSON.parse(block.toolUse.input || '{}')
    }
  }
  const stop = events.at(-2)?.messageStop
  return {
    output: { message: { role: 'assistant', content: blocks } },
    stopReason: stop?.stopReason,
    additionalModelResponseFields: stop?.additionalModelResponseFields,
    usage: events.at(-1)?.metadata?.usage,
  }
}

checkRuntime(invoke)
checkRuntime(converse)

requirement('invoke.stream.metrics', async () => {
  const { events, message } = await /** @type {any} */ (invoke.connect()).events({
    turns: [{ role: 'user', text: 'Hello' }],
  })
  const metrics = events.at(-1)['amazon-bedrock-invocationMetrics']
  assert.deepEqual(
    [metrics.inputTokenCount, metrics.outputTokenCount],
    [message.usage.input_tokens, message.usage.output_tokens],
  )
  assert.ok(Number.isInteger(metrics.invocationLatency) && Number.isInteger(metrics.firstByteLatency))
})

for (const [id, change, text, url] of /** @type {const} */ ([
  ['error.malformed', { max_tokens: undefined }, texts.maxTokensMissing, target.urls.strict],
  ['error.extraneous', { model: 'x' }, texts.extraneousModel, target.urls.measured],
])) {
  requirement(id, () =>
    isRefused(
      invoke,
      () => open({ url }).send(new sdk.InvokeModelCommand({ modelId: models.main, body: invokeBody(change) })),
      { status: 400, code: 'ValidationException', text },
    ),
  )
}

requirement('count-tokens', async () => {
  const runtime = open()
  const messages = [{ role: /** @type {const} */ ('user'), content: [{ text: 'Count me' }] }]
  const prompt = { messages, system: [{ text: 'Be brief' }] }
  const body = new TextEncoder().encode(invokeBody())
  const counted = await runtime.send(
    new sdk.CountTokensCommand({ modelId: models.bare, input: { invokeModel: { body } } }),
  )
  const invoked = await runtime.send(new sdk.InvokeModelCommand({ modelId: models.main, body }))
  assert.equal(counted.inputTokens, JSON.parse(invoked.body.transformToString()).usage.input_tokens)
  const input = { converse: prompt }
  const { inputTokens } = await runtime.send(new sdk.CountTokensCommand({ modelId: models.bare, input }))
  const { usage } = await runtime.send(new sdk.ConverseCommand({ modelId: models.main, ...prompt }))
  assert.equal(inputTokens, usage?.inputTokens)
  await isRefused(converse, () => runtime.send(new sdk.CountTokensCommand({ modelId: `us.${models.bare}`, input })), {
    status: 400,
    code: 'ValidationException',
    text: "The provided model doesn't support counting tokens.",
  })
})

requirement('guardrail.unknown', async () => {
  const runtime = open()
  const guardrail = { guardrailIdentifier: 'conformance1', guardrailVersion: '1' }
  const messages = [{ role: /** @type {const} */ ('user'), content: [{ text: 'Hello' }] }]
  const asked = { modelId: models.main, messages, guardrailConfig: guardrail }
  const posted = { modelId: models.main, body: invokeBody(), ...guardrail }
  const text = 'The guardrail identifier or version provided in the request does not exist.'
  for (const call of [
    () => runtime.send(new sdk.ConverseCommand(asked)),
    () => runtime.send(new sdk.ConverseStreamCommand(asked)),
    () => runtime.send(new sdk.InvokeModelCommand(posted)),
    () => runtime.send(new sdk.InvokeModelWithResponseStreamCommand(posted)),
  ]) {
    await isRefused(converse, call, { status: 400, code: 'ValidationException', text })
  }
})

requirement('converse.fields', async () => {
  const runtime = open()
  const input = {
    modelId: models.main,
    messages: [{ role: /** @type {const} */ ('user'), content: [{ text: 'Hello' }] }],
    additionalModelResponseFieldPaths: ['/stop_sequence', '/delta/stop_sequence'],
  }
  const whole = await runtime.send(new sdk.ConverseCommand(input))
  assert.deepEqual(whole.additionalModelResponseFields, { stop_sequence: null })
  const { stream } = await runtime.send(new sdk.ConverseStreamCommand(input))
  for await (const { messageStop } of stream ?? []) {
    if (messageStop !== undefined) {
      assert.deepEqual(messageStop.additionalModelResponseFields, { delta: { stop_sequence: null } })
    }
  }
})

const conversation = /** @type {sdk.Message[]} */ ([
  { role: 'user', content: [{ text: 'What is the weather?' }] },
  { role: 'assistant', content: [{ toolUse: { toolUseId: 'tooluse_conformance', name: 'get_weather', input: {} } }] },
])

requirement('error.tool-config', async () => {
  const messages = /** @type {sdk.Message[]} */ ([
    ...conversation,
    { role: 'user', content: [{ toolResult: { toolUseId: 'tooluse_conformance', content: [{ text: 'Sunny' }] } }] },
  ])
  await isRefused(converse, () => open().send(new sdk.ConverseCommand({ modelId: models.main, messages })), {
    status: 400,
    code: 'ValidationException',
    text: texts.toolConfig,
  })
})

requirement('error.tool-result', async () => {
  const messages = /** @type {sdk.Message[]} */ ([...conversation, { role: 'user', content: [{ text: 'Well?' }] }])
  const tool = { toolSpec: { name: 'get_weather', inputSchema: { json: { type: 'object' } } } }
  const input = { modelId: models.main, messages, toolConfig: { tools: [tool] } }
  await isRefused(converse, () => open().send(new sdk.ConverseCommand(input)), {
    status: 400,
    code: 'ValidationException',
    text: texts.toolResult,
  })
})

requirement('error.tool-result-surplus', async () => {
  const results = ['tooluse_conformance', 'tooluse_surplus'].map((toolUseId) => ({
    toolResult: { toolUseId, content: [{ text: 'Sunny' }] },
  }))
  const messages = /** @type {sdk.Message[]} */ ([...conversation, { role: 'user', content: results }])
  const tool = { toolSpec: { name: 'get_weather', inputSchema: { json: { type: 'object' } } } }
  const input = { modelId: models.main, messages, toolConfig: { tools: [tool] } }
  await isRefused(converse, () => open().send(new sdk.ConverseCommand(input)), {
    status: 400,
    code: 'ValidationException',
    text: texts.toolResultSurplus,
  })
})

for (const adapter of [invoke, converse]) {
  const ask = { model: 'not a model', turns: [{ role: /** @type {const} */ ('user'), text: 'Hello' }] }
  requirement('error.model-id-pattern', () =>
    isRefused(adapter, () => adapter.connect().ask(ask), {
      status: 400,
      code: 'ValidationException',
      text: texts.pattern,
    }),
  )
}

requirement('error.metadata', async () => {
  const error = await refusal(() =>
    open().send(new sdk.InvokeModelCommand({ modelId: models.unknown, body: invokeBody() })),
  )
  assert.ok(error instanceof sdk.ValidationException)
  assert.match(error.$metadata.requestId ?? '', /^[0-9a-f-]{36}$/)
  assert.equal(error.$fault, 'client')
  const type = error.$response?.headers['x-amzn-errortype']
  assert.equal(type, 'ValidationException:http://internal.amazon.com/coral/com.amazon.bedrock/')
})

requirement('auth.clock-corrected', async () => {
  setClock(-6 * 60_000)
  const { $metadata } = await open().send(new sdk.InvokeModelCommand({ modelId: models.main, body: invokeBody() }))
  assert.equal($metadata.attempts, 2)
})

requirement('date', async () => {
  const runtime = open()
  /** @type {string[]} */
  const dates = []
  runtime.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args)
      dates.push(/** @type {any} */ (result.response).headers.date)
      return result
    },
    { step: 'deserialize', priority: 'low' },
  )
  await runtime.send(new sdk.InvokeModelCommand({ modelId: models.main, body: invokeBody() }))
  const error = await refusal(() =>
    runtime.send(new sdk.InvokeModelCommand({ modelId: models.unknown, body: invokeBody() })),
  )
  assert.ok(error instanceof sdk.ValidationException)
  dates.push(error.$response?.headers.date ?? '')
  for (const date of dates) assert.ok(Math.abs(Date.parse(date) - Date.now()) < 5000, `Date: ${date}`)
  assert.ok(dates.length >= 2)
})

requirement('keep-alive', async () => {
  const tunnel = await countingTunnel(target.urls.strict)
  const runtime = open({ url: tunnel.url })
  for (let call = 0; call < 5; call++) {
    const { body } = await runtime.send(new sdk.InvokeModelCommand({ modelId: models.main, body: invokeBody() }))
    assert.match(body.transformToString(), /"role":"assistant"/)
  }
  tunnel.close()
  assert.equal(tunnel.connections(), 1)
})

await run(client)
