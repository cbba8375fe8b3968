// @ai-sdk/amazon-bedrock under `ai`: its Converse provider, and its Anthropic-on-Bedrock provider.
import assert from 'node:assert/strict'
import { createAmazonBedrock } from '@ai-sdk/amazon-bedrock'
import { createBedrockAnthropic } from '@ai-sdk/amazon-bedrock/anthropic'
import { createAnthropic } from '@ai-sdk/anthropic'
import { APICallError, generateText, jsonSchema, Output, RetryError, streamText, tool } from 'ai'
import { checkRuntime } from './checks.js'
import { keys, models, run, setEnvironment, target } from './harness.js'
import { mediaTypes } from './messages.js'
import { checkOutcrop } from './outcrop-checks.js'
import { outcropFetch } from './outcrop-options.js'

/**
 * @typedef {import('./checks.js').Ask} Ask
 * @typedef {import('./checks.js').Answer} Answer
 * @typedef {import('./checks.js').Turn} Turn
 */

const client = process.argv[2] ?? 'ai-sdk'
const overOutcrop = client === 'outcrop-fetch-ai-sdk'
const anthropic = client !== 'ai-sdk'

const brokenOverOutcrop = {
  exception: /Slow down, quarry\./,
  halfFrame: /not complete/,
  drop: /not complete/,
}

/** @type {import('./checks.js').Adapter & { connect: import('./outcrop-checks.js').Connect }} */
const adapter = {
  wire: anthropic ? 'invoke' : 'converse',
  streams: true,
  // The Anthropic provider cannot read the error that it makes itself of an exception frame.
  broken: overOutcrop
    ? brokenOverOutcrop
    : anthropic
      ? {
          exception: /^AI_TypeValidationError: Type validation failed: .*Slow down, quarry\./s,
          halfFrame: /^AI_APICallError: Failed to process successful response$/,
          drop: /^AI_APICallError: Failed to process successful response$/,
        }
      : {
          exception: /^\{"message":"Slow down, quarry\."\}$/,
          halfFrame:
            /^Error: Incomplete Amazon Bedrock event-stream frame: \d+ buffered bytes remain at end of stream\.$/,
          drop: /^TypeError: terminated$/,
        },
  // The SDK keeps status, headers and body, and shows `message` of the body when it is spelled so (WIRE §2.2).
  describe(thrown) {
    const error = RetryError.isInstance(thrown) ? thrown.lastError : thrown
    assert.ok(APICallError.isInstance(error), `an APICallError, not ${String(error)}`)
    const code = error.responseHeaders?.['x-amzn-errortype']?.split(':')[0]
    return { status: error.statusCode, code, text: told(error.responseBody) ?? error.message }
  },
  connect({ identity = keys, url = target.urls.strict, region = target.region, attempts } = {}, more) {
    setEnvironment(identity, region)
    let requests = 0
    const counting = (/** @type {any} */ input, /** @type {any} */ init) => {
      requests += 1
      return fetch(input, init)
    }
    const settings = { region, fetch: counting }
    // The two providers differ in what a base URL holds.
    const provider = overOutcrop
      ? createAnthropic({ apiKey: 'unused', fetch: outcropFetch({ identity, url, region }, counting, more) })
      : anthropic
        ? createBedrockAnthropic({ ...settings, baseURL: url })
        : createAmazonBedrock({ ...settings, baseURL: url })
    const call = (/** @type {Ask} */ ask) => ({
      ...toCall(ask, provider),
      maxRetries: attempts === undefined ? 2 : attempts - 1,
    })
    return {
      async ask(ask) {
        return fromResult(await generateText(call(ask)))
      },
      async stream(ask) {
        /** @type {unknown} */
        let failure
        const result = streamText({ ...call(ask), onError: ({ error }) => void (failure ??= error) })
        await result.consumeStream({ onError: (error) => void (failure ??= error) })
        if (failure !== undefined) throw failure
        const steps = await result.steps
        return fromResult(/** @type {any} */ (steps.at(-1)))
      },
      attempts: () => requests,
    }
  },
}

/** What a body says; the front door spells it with a capital letter (WIRE §2.2). @param {string | undefined} body */
function told(body) {
  if (body === undefined) return undefined
  const { message, Message, error } = JSON.parse(body)
  return error?.message ?? message ?? Message
}

/** @param {Ask} ask @param {(model: string) => any} provider */
function toCall(ask, provider) {
  const { model = models.main, system, turns, maxTokens, stop, tools, choice, thinking, schema, cache } = ask
  const enabled = { type: /** @type {const} */ ('enabled'), budgetTokens: thinking }
  return /** @type {any} */ ({
    model: provider(model),
    system: system === undefined || cache === undefined ? system : cached(system, cache),
    temperature: ask.temperature,
    topP: ask.topP,
    messages: turns.flatMap(toMessages),
    maxOutputTokens: maxTokens,
    stopSequences: stop,
    ...(tools === undefined
      ? {}
      : {
          tools: Object.fromEntries(
            tools.map(({ name, description, schema: input }) => [
              name,
              tool({ description, inputSchema: jsonSchema(/** @type {any} */ (input)) }),
            ]),
          ),
        }),
    ...(choice === undefined
      ? {}
      : { toolChoice: choice === 'any' ? 'required' : { type: 'tool', toolName: choice.name } }),
    ...(schema === undefined ? {} : { output: Output.object({ schema: jsonSchema(/** @type {any} */ (schema)) }) }),
    providerOptions: anthropic
      ? { anthropic: thinking === undefined ? {} : { thinking: enabled } }
      : {
          bedrock: {
            ...(thinking === undefined ? {} : { reasoningConfig: enabled }),
            ...(ask.more === undefined ? {} : { additionalModelRequestFields: ask.more }),
          },
        },
  })
}

/** A system prompt that is kept from its end on. @param {string} content @param {string} ttl */
const cached = (content, ttl) => ({
  role: 'system',
  content,
  providerOptions: anthropic
    ? { anthropic: { cacheControl: { type: 'ephemeral', ttl } } }
    : { bedrock: { cachePoint: { type: 'default', ttl } } },
})

/** @param {Turn} turn @returns {any[]} */
function toMessages(turn) {
  if (turn.role === 'assistant') {
    return 'answer' in turn ? /** @type {any[]} */ (turn.answer.raw) : [{ role: 'assistant', content: turn.text }]
  }
  const results = (turn.results ?? []).map(({ id, name, text }) => ({
    type: 'tool-result',
    toolCallId: id,
    toolName: name,
    output: { type: 'text', value: text },
  }))
  const files = (turn.files ?? []).map(({ kind, bytes, citations }) =>
    kind === 'image'
      ? { type: 'image', image: bytes, mediaType: 'image/png' }
      : {
          type: 'file',
          data: bytes,
          mediaType: mediaTypes[kind],
          filename: 'report',
          ...(citations
            ? { providerOptions: { [anthropic ? 'anthropic' : 'bedrock']: { citations: { enabled: true } } } }
            : {}),
        },
  )
  const content = [...files, ...(turn.text === undefined ? [] : [{ type: 'text', text: turn.text }])]
  return [
    ...(results.length === 0 ? [] : [{ role: 'tool', content: results }]),
    ...(content.length === 0 ? [] : [{ role: 'user', content }]),
  ]
}

/** @param {Awaited<ReturnType<typeof generateText>>} result @returns {Answer} */
function fromResult({ text, rawFinishReason, usage, toolCalls, reasoning, sources, response, providerMetadata }) {
  const names = { end_turn: 'end', max_tokens: 'length', stop_sequence: 'sequence', tool_use: 'tool' }
  const [thought] = reasoning
  const metadata = /** @type {any} */ (thought?.providerMetadata)
  const sequence = /** @type {any} */ (providerMetadata)?.[anthropic ? 'anthropic' : 'bedrock']?.stopSequence
  return {
    text,
    stop: names[/** @type {keyof typeof names} */ (rawFinishReason)] ?? String(rawFinishReason),
    // The Converse provider asks for the sequence only where a stream has it (WIRE §6.1).
    ...(typeof sequence === 'string' ? { sequence } : {}),
    input: usage.inputTokens ?? -1,
    output: usage.outputTokens ?? -1,
    total: usage.totalTokens ?? -1,
    calls: toolCalls.map(({ toolCallId: id, toolName: name, input }) => ({ id, name, input })),
    ...(thought === undefined
      ? {}
      : { thinking: { text: thought.text, signature: (metadata?.anthropic ?? metadata?.bedrock)?.signature ?? '' } }),
    citations: sources.map((source) => /** @type {any} */ (source.providerMetadata)?.anthropic?.citedText),
    cacheRead: usage.inputTokenDetails?.cacheReadTokens ?? usage.cachedInputTokens ?? 0,
    cacheWrite: usage.inputTokenDetails?.cacheWriteTokens ?? 0,
    raw: response.messages,
  }
}

checkRuntime(overOutcrop ? { ...adapter, onDemand: 'anthropic.claude-3-haiku-20240307-v1:0' } : adapter)
if (overOutcrop) checkOutcrop(adapter)
await run(client)
