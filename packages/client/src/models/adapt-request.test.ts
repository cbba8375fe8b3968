import { capabilities, findModel, type JsonObject, type ModelEntry } from '@outcrop/protocol'
import { describe, expect, it } from 'vitest'
import { type AdaptContext, adaptRequest } from './adapt-request.ts'
import { adaptations } from './adaptations.ts'

function modelNamed(name: string): ModelEntry {
  const model = findModel(name)
  if (model === undefined) throw new Error(`no such model: ${name}`)
  return model
}

const hello = { max_tokens: 4096, messages: [{ role: 'user', content: 'hi' }] }
const tool = { name: 'find', input_schema: { type: 'object' } }

function adapt(fields: JsonObject, model: string, context: Partial<AdaptContext> = {}) {
  return adaptRequest(
    { ...hello, ...fields },
    { model: modelNamed(model), wire: 'invoke', betas: [], policy: 'adapt', ...context },
  )
}

/** What became of the fields that a test is about, and the warnings. */
function fields(given: JsonObject, model: string, context: Partial<AdaptContext> = {}): unknown {
  const adapted = adapt(given, model, context)
  if (adapted.kind === 'refused') return `${adapted.subject}: ${adapted.message}`
  const { max_tokens: _max, messages: _messages, ...rest } = adapted.body
  return [rest, ...adapted.warnings]
}

describe('what a model does not take is left out or changed, with one warning', () => {
  it.each([
    [
      'claude-opus-4-8',
      { temperature: 0.5, top_p: 0.9 },
      { top_p: 0.9 },
      'temperature was left out: the model chooses (`temperature` is deprecated for this model.)',
    ],
    [
      'claude-sonnet-4-5',
      { temperature: 0.5, top_p: 0.9 },
      { temperature: 0.5 },
      'top_p was left out: temperature alone decides (`temperature` and `top_p` cannot both be specified for this model. Please use only one.)',
    ],
    [
      'claude-opus-4-8',
      { thinking: { type: 'enabled', budget_tokens: 2048, display: 'omitted' } },
      { thinking: { type: 'adaptive', display: 'omitted' } },
      'thinking.type was changed: adaptive thinking was asked for instead; output_config.effort says how much ("thinking.type.enabled" is not supported for this model. Use "thinking.type.adaptive" and "output_config.effort" to control thinking behavior.)',
    ],
    [
      'claude-haiku-4-5',
      { thinking: { type: 'adaptive' } },
      { thinking: { type: 'enabled', budget_tokens: 2048 } },
      'thinking.type was changed: half of max_tokens was given as budget_tokens instead, or nothing where that is less than 1024 (adaptive thinking is not supported on this model)',
    ],
    [
      'claude-opus-5-5',
      { thinking: { type: 'disabled' } },
      {},
      'thinking.type was left out: this model always thinks ("thinking.type.disabled" is not supported for this model. Use "thinking.type.adaptive" and "output_config.effort" to control thinking behavior.)',
    ],
    [
      'claude-sonnet-4-5',
      { output_config: { effort: 'low' } },
      {},
      'output_config.effort was left out: the model uses the effort that it has (This model does not support the effort parameter.)',
    ],
    [
      'claude-sonnet-4-6',
      { output_config: { effort: 'xhigh' } },
      { output_config: { effort: 'high' } },
      "output_config.effort was changed: the effort high was asked for instead (This model does not support effort level 'xhigh'. Supported levels: high, low, max, medium.)",
    ],
    [
      'claude-opus-5',
      { tools: [tool, { ...tool, name: 'go', strict: true }, { ...tool, name: 'run', strict: true }] },
      { tools: [tool, { ...tool, name: 'go' }, { ...tool, name: 'run' }] },
      "tools.1.custom.strict was left out: nothing holds the tool's input to its schema: check it (Extra inputs are not permitted)",
    ],
    [
      'claude-opus-4-6',
      { tools: [{ ...tool, eager_input_streaming: true }] },
      { tools: [tool] },
      "tools.0.custom.eager_input_streaming was left out: the tool's input arrives in larger pieces (Extra inputs are not permitted)",
    ],
    [
      'claude-opus-4-6',
      { tools: [{ ...tool, defer_loading: true }] },
      { tools: [tool] },
      'tools.0.custom.defer_loading was left out: the tool is there from the start (Extra inputs are not permitted)',
    ],
    [
      'claude-opus-4-8',
      { system: [{ type: 'text', text: 'a', cache_control: { type: 'ephemeral', scope: 'global' } }] },
      { system: [{ type: 'text', text: 'a', cache_control: { type: 'ephemeral' } }] },
      'system.0.cache_control.scope was left out: the cache is not shared beyond what Bedrock shares (Extra inputs are not permitted)',
    ],
    [
      'claude-opus-4-1',
      { system: [{ type: 'text', text: 'a', cache_control: { type: 'ephemeral', ttl: '1h' } }] },
      { system: [{ type: 'text', text: 'a', cache_control: { type: 'ephemeral' } }] },
      'system.0.cache_control.ttl was left out: what is cached lives for five minutes (messages.0.content.0.text.cache_control.ephemeral.ttl: Extra inputs are not permitted)',
    ],
    [
      'claude-opus-4-6',
      { chat_id: 'x' },
      {},
      'chat_id was left out: this model knows no such member (Malformed input request: #: extraneous key [chat_id] is not permitted, please reformat your input and try again.)',
    ],
    [
      'claude-opus-4-8',
      { speed: 'fast' },
      {},
      'speed was left out: it answers at its usual speed; see bedrock.latency and bedrock.serviceTier (Extra inputs are not permitted)',
    ],
  ] as const)('%s: %j becomes %j', (model, given, expected, warning) => {
    expect(fields(given, model)).toEqual([expected, warning])
  })

  it('what it takes passes, and the body is the very same members', () => {
    const messages = [{ role: 'user', content: [{ type: 'text', text: 'hi' }] }]
    const adapted = adaptRequest(
      { max_tokens: 1, messages, chat_id: 'x', top_p: 0.9 },
      {
        model: modelNamed('claude-opus-4-8'),
        wire: 'invoke',
        betas: [],
        policy: 'adapt',
      },
    )
    expect(adapted).toEqual({
      kind: 'ready',
      body: { max_tokens: 1, messages, chat_id: 'x', top_p: 0.9 },
      version: 'bedrock-2023-05-31',
      betas: [],
      warnings: [],
      structured: false,
    })
    expect(adapted.kind === 'ready' && adapted.body['messages']).toBe(messages)
  })

  it('leaves the body of the caller as it was, and copies only what changes', () => {
    const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } }
    const marked = { type: 'text', text: 'a', cache_control: { type: 'ephemeral', scope: 'global' } }
    const given = Object.freeze({
      ...hello,
      temperature: 1,
      tools: Object.freeze([Object.freeze({ ...tool, strict: true })]),
      messages: Object.freeze([
        Object.freeze({
          role: 'user',
          content: Object.freeze([
            image,
            Object.freeze({ ...marked, cache_control: Object.freeze(marked.cache_control) }),
          ]),
        }),
      ]),
    })
    const before = JSON.stringify(given)
    const adapted = adaptRequest(given, {
      model: modelNamed('claude-opus-5'),
      wire: 'invoke',
      betas: ['a-beta'],
      policy: 'adapt',
    })
    expect(JSON.stringify(given)).toBe(before)
    if (adapted.kind === 'refused') throw new Error(adapted.message)
    expect(adapted.body).toEqual({
      max_tokens: 4096,
      messages: [{ role: 'user', content: [image, { type: 'text', text: 'a', cache_control: { type: 'ephemeral' } }] }],
      tools: [tool],
    })
    expect(adapted.betas).toEqual(['a-beta'])
    const [message] = adapted.body['messages'] as ReadonlyArray<{ readonly content: readonly unknown[] }>
    expect(message?.content[0]).toBe(image)
  })

  it('does so under every model name that follows the rules of versions', () => {
    const newer = { anthropicName: 'claude-opus-7' }
    expect(fields({ temperature: 1, output_config: { effort: 'max' } }, 'claude-opus-5', { model: newer })).toEqual([
      { output_config: { effort: 'max' } },
      'temperature was left out: the model chooses (`temperature` is deprecated for this model.)',
    ])
  })

  it('lets pass what only some models refuse where nobody knows the model', () => {
    const unknown = { model: undefined }
    expect(fields({ temperature: 1, top_p: 1, thinking: { type: 'adaptive' } }, 'claude-opus-5', unknown)).toEqual([
      { temperature: 1, top_p: 1, thinking: { type: 'adaptive' } },
    ])
    expect(fields({ inference_geo: 'us' }, 'claude-opus-5', unknown)).toBe(
      "inference_geo: inference_geo: Extra inputs are not permitted. Say where data may be processed with the client's residency and scope.",
    )
  })
})

describe('what an answer could not do without is refused before the network', () => {
  it.each([
    [
      'claude-opus-4-8',
      { tools: [{ type: 'web_search_20250305', name: 'web_search' }] },
      "tool type 'web_search_20250305' is not supported. Bedrock runs no server tools: offer a tool of your own, and run it yourself.",
    ],
    [
      'claude-fable-5-1',
      { tools: [tool], tool_choice: { type: 'any' } },
      "tool_choice: forcing tool use is not supported for this model. Set tool_choice to {type: 'auto'} and ask for the tool in the prompt.",
    ],
    [
      'claude-opus-4-8',
      { messages: [{ role: 'user', content: [{ type: 'image', source: { type: 'url', url: 'https://x' } }] }] },
      "messages.0.content.0.image.source: Input tag 'url' found using 'type' does not match any of the expected tags: 'base64'. Send the bytes as base64: pdfBlock fetches and reads PDFs.",
    ],
    [
      'claude-opus-4-8',
      {
        messages: [
          { role: 'user', content: 'hi' },
          { role: 'assistant', content: 'It is' },
        ],
      },
      'This model does not support assistant message prefill. The conversation must end with a user message. End with a user message; ask for the form of the answer in the prompt, or with output_config.format.',
    ],
    [
      'claude-opus-4-8',
      { mcp_servers: [] },
      'mcp_servers: Extra inputs are not permitted. Connect to the servers yourself, and offer what they have as tools.',
    ],
    [
      'claude-opus-4-8',
      { container: 'x' },
      'container: Extra inputs are not permitted. Bedrock has neither containers nor Skills.',
    ],
    ['claude-opus-4-8', { anthropic_beta: 'one' }, 'anthropic_beta: send a list of strings.'],
  ] as const)('%s: %j', (model, given, message) => {
    expect(adapt(given, model)).toMatchObject({ kind: 'refused', message })
  })

  it('refuses with policy error all that would be left out, and with send nothing', () => {
    expect(adapt({ temperature: 1 }, 'claude-opus-5', { policy: 'error' })).toEqual({
      kind: 'refused',
      subject: 'temperature',
      message: '`temperature` is deprecated for this model. Leave it out.',
    })
    const sent = {
      temperature: 1,
      tools: [{ type: 'web_search_20250305', name: 'web_search' }],
      context_management: {},
    }
    expect(fields(sent, 'claude-opus-5', { policy: 'send', betas: ['oauth-2025-04-20'] })).toEqual([sent])
  })
})

describe('structured output', () => {
  const format = { type: 'json_schema', schema: { type: 'object' } }
  it('that a model refuses is left to whoever makes up for it', () => {
    expect(adapt({ output_config: { format } }, 'claude-opus-5')).toMatchObject({
      kind: 'ready',
      body: { output_config: { format } },
      structured: true,
      warnings: [],
    })
    expect(adapt({ output_config: { format } }, 'claude-opus-5', { policy: 'error' })).toMatchObject({
      structured: true,
    })
    expect(adapt({ output_config: { format } }, 'claude-sonnet-4-5')).toMatchObject({ structured: false })
  })
})

describe('betas', () => {
  it.each(['invoke', 'converse', 'runtime-messages', 'mantle'] as const)(
    'of the body and the header are joined, each once, outside the body, on %s',
    (wire) => {
      const given = { anthropic_beta: ['context-1m-2025-08-07', 'b'] }
      const adapted = adapt(given, 'claude-opus-4-8', { wire, betas: ['b', 'c'] })
      expect(adapted).toMatchObject({ kind: 'ready', body: hello, betas: ['context-1m-2025-08-07', 'b', 'c'] })
      expect(adapted.kind === 'ready' && 'anthropic_beta' in adapted.body).toBe(false)
    },
  )

  it('that Bedrock refuses are left out, each with a warning', () => {
    const betas = [
      'oauth-2025-04-20',
      'interleaved-thinking-2025-05-14',
      'redact-thinking-2026-02-12',
      'new-2027-01-01',
      'oauth-2025-04-20',
    ]
    for (const wire of ['invoke', 'runtime-messages'] as const) {
      const adapted = adapt({}, 'claude-opus-4-6', { wire, betas })
      expect(adapted).toMatchObject({
        betas: ['interleaved-thinking-2025-05-14', 'new-2027-01-01'],
        warnings: [
          'anthropic_beta oauth-2025-04-20 was left out: what it switches on stays off (invalid beta flag)',
          'anthropic_beta redact-thinking-2026-02-12 was left out: what it switches on stays off (invalid beta flag)',
        ],
      })
    }
  })

  it.each([
    [{ context_management: { edits: [{ type: 'clear_tool_uses_20250919' }] } }, ['context-management-2025-06-27']],
    [{ context_management: { edits: [{ type: 'compact_20260112' }] } }, ['compact-2026-01-12']],
    [{ context_management: {} }, ['context-management-2025-06-27']],
    [{ tools: [{ type: 'computer_20251124', name: 'computer' }] }, ['computer-use-2025-11-24']],
    [{ tools: [{ type: 'memory_20250818', name: 'memory' }] }, ['context-management-2025-06-27']],
    [
      {
        tools: [
          { type: 'tool_search_tool_regex_20251119', name: 's' },
          { ...tool, defer_loading: true },
        ],
      },
      ['tool-search-tool-2025-10-19'],
    ],
    [{ tools: [{ ...tool, input_examples: [{}] }] }, ['tool-examples-2025-10-29']],
    [{ tools: [tool] }, []],
  ] as const)('that %j needs are added: %j', (given, betas) => {
    expect(adapt(given, 'claude-opus-4-6')).toMatchObject({ kind: 'ready', betas, warnings: [], body: given })
  })

  it('is added for effort on the one model that asks for it', () => {
    expect(adapt({ output_config: { effort: 'low' } }, 'claude-opus-4-5')).toMatchObject({
      betas: ['effort-2025-11-24'],
    })
    expect(adapt({ output_config: { effort: 'low' } }, 'claude-opus-4-6')).toMatchObject({ betas: [] })
  })
})

describe('the version', () => {
  it.each([
    ['claude-opus-4-6', 'invoke', undefined, '2026-10-21', 'bedrock-2023-05-31', undefined],
    ['claude-opus-5', 'invoke', undefined, '2026-10-21', 'bedrock-2023-05-31', undefined],
    ['claude-opus-5', 'invoke', '2026-10-21', undefined, '2026-10-21', undefined],
    ['claude-opus-5', 'invoke', undefined, undefined, 'bedrock-2023-05-31', undefined],
    ['claude-opus-5', 'invoke', '2023-06-01', undefined, 'bedrock-2023-05-31', undefined],
    [
      'claude-opus-4-6',
      'invoke',
      '2026-10-21',
      undefined,
      'bedrock-2023-05-31',
      'anthropic_version was changed: bedrock-2023-05-31 was sent instead (this model does not take 2026-10-21 here)',
    ],
    ['claude-opus-5', 'runtime-messages', undefined, '2026-10-21', '2023-06-01', undefined],
    ['claude-opus-5', 'mantle', 'bedrock-2023-05-31', undefined, '2023-06-01', undefined],
    ['claude-opus-5', 'mantle', '2026-10-21', undefined, '2026-10-21', undefined],
    ['claude-opus-5', 'converse', '2026-10-21', '2026-10-21', 'bedrock-2023-05-31', undefined],
  ] as const)('of %s on %s, body %s and header %s: %s', (model, wire, inBody, version, expected, warning) => {
    const adapted = adapt(inBody === undefined ? {} : { anthropic_version: inBody }, model, { wire, version })
    if (adapted.kind === 'refused') throw new Error(adapted.message)
    expect(adapted.version).toBe(expected)
    expect('anthropic_version' in adapted.body).toBe(false)
    expect(adapted.warnings).toEqual(warning === undefined ? [] : [warning])
  })

  it('that a model does not take goes to it with policy send', () => {
    const adapted = adapt({ anthropic_version: '2026-10-21' }, 'claude-opus-4-6', { policy: 'send' })
    expect(adapted).toMatchObject({ kind: 'ready', version: '2026-10-21', warnings: [] })
  })

  it('that a model does not take is an error with policy error', () => {
    expect(adapt({ anthropic_version: '2026-10-21' }, 'claude-opus-4-6', { policy: 'error' })).toEqual({
      kind: 'refused',
      subject: 'anthropic_version',
      message: 'anthropic_version: this model does not take 2026-10-21 here. Name bedrock-2023-05-31.',
    })
  })
})

describe('metadata.user_id', () => {
  const metadata = { user_id: '{"device_id":"abc"}' }

  it('that the runtime would refuse is sent as its hash there, and as it is on every other wire', () => {
    expect(fields({ metadata }, 'claude-opus-5', { wire: 'runtime-messages' })).toEqual([
      { metadata: { user_id: 'a0569934a41f0713b3bd6fca81bf24cac77b8bf9cd9a70fa03c1ee1e4c029eeb' } },
      'metadata.user_id was changed: the SHA-256 of it was sent instead (the runtime takes up to 256 letters, digits, blanks and :_@$#=/+,-. in it)',
    ])
    for (const wire of ['invoke', 'mantle', 'converse'] as const) {
      expect(fields({ metadata }, 'claude-opus-5', { wire })).toEqual([{ metadata }])
    }
    expect(fields({ metadata }, 'claude-opus-5', { wire: 'runtime-messages', policy: 'send' })).toEqual([{ metadata }])
    expect(fields({ metadata }, 'claude-opus-5', { wire: 'runtime-messages', policy: 'error' })).toBe(
      'metadata.user_id: metadata.user_id: the runtime takes up to 256 letters, digits, blanks and :_@$#=/+,-. in it. Send a hash of the id.',
    )
  })
})

describe('model and stream', () => {
  it.each(['invoke', 'converse', 'runtime-messages', 'mantle'] as const)(
    'leave the body on %s: a wire puts them back',
    (wire) => {
      const given = { model: 'claude-opus-4-6', stream: true }
      for (const policy of ['adapt', 'error', 'send'] as const) {
        expect(fields(given, 'claude-opus-4-6', { wire, policy })).toEqual([{}])
      }
    },
  )
})

describe('on Converse', () => {
  it('what has no member there is left out', () => {
    expect(
      fields(
        { tools: [{ ...tool, eager_input_streaming: true }], cache_control: { type: 'ephemeral' } },
        'claude-opus-5',
        { wire: 'converse' },
      ),
    ).toEqual([
      { tools: [tool] },
      'cache_control was left out: nothing is cached by itself: mark blocks with cache_control (Converse has no automatic caching: set cachePoint blocks.)',
      "tools.0.eager_input_streaming was left out: the tool's input arrives in larger pieces (There is no member for it on this wire.)",
    ])
  })
})

describe('the table of adaptations', () => {
  const decided = capabilities.filter(({ kind, rules }) => {
    const isOfBody = kind === 'field' || kind === 'parameter'
    return (
      isOfBody &&
      rules.some(({ outcome, wires }) => outcome.kind === 'refuse' && wires.some((wire) => wire !== 'plain'))
    )
  })
  // These never reach the table: they are put into their place before.
  const placed = new Set(['model', 'stream', 'anthropic_version=2026-10-21'])

  it('has a decision for every row that refuses', () => {
    const missing = decided
      .map(({ subject }) => subject)
      .filter((subject) => !placed.has(subject) && !(subject in adaptations))
    expect(missing).toEqual([])
  })
})
