import { describe, expect, it } from 'vitest'
import { parseConverseRequest } from '../converse/parse-converse-request.ts'
import { GatewayError } from '../failures/gateway-error.ts'
import { toMessagesRequest } from '../mapping/to-messages-request.ts'
import { parseAnthropicRequest, readAnthropicEnvelope } from '../messages/parse-anthropic-request.ts'
import { parseMessagesRequest } from '../messages/parse-messages-request.ts'
import { whatHappens } from './capabilities.ts'
import { capabilities, type CapabilityKind } from './capability-table.ts'
import type { Wire } from './capability-context.ts'
import { models } from './models.ts'
import type { Fidelity, ModelEntry } from './types.ts'

type Body = Readonly<Record<string, unknown>>

const tool = { name: 'find', input_schema: { type: 'object', additionalProperties: false } }
const user = { role: 'user', content: 'hi' }
const picture = { type: 'image', source: { type: 'url', url: 'https://example.com/a.png' } }
const scoped = { type: 'ephemeral', scope: 'global' }
const told = (say: Body, more: Body = {}): Body => ({ max_tokens: 2_000, messages: [user], ...more, ...say })

// The smallest body that holds what a row is about. A row that is missing here fails the test that walks the table.
const bodies: Readonly<Record<string, Body>> = {
  model: told({ model: 'x' }),
  stream: told({ stream: true }),
  'anthropic_version=2026-10-21': told({ anthropic_version: '2026-10-21' }),
  'temperature & top_p': told({ temperature: 1, top_p: 0.9 }),
  temperature: told({ temperature: 1 }),
  'anthropic_version=2026-10-21 & top_p': told({ anthropic_version: '2026-10-21', top_p: 0.9 }),
  'anthropic_version=2026-10-21 & top_k': told({ anthropic_version: '2026-10-21', top_k: 5 }),
  'tool_choice.type=any|tool': told({ tools: [tool], tool_choice: { type: 'any' } }),
  'thinking.type=enabled': told({ thinking: { type: 'enabled', budget_tokens: 1_024 } }),
  'thinking.type=adaptive': told({ thinking: { type: 'adaptive' } }),
  'thinking.type=disabled': told({ thinking: { type: 'disabled' } }),
  thinking: told({ thinking: { type: 'between_tools' } }),
  'output_config.format': told({ output_config: { format: { type: 'json_schema', schema: tool.input_schema } } }),
  'output_config.effort': told({ output_config: { effort: 'low' } }),
  'output_config.effort=xhigh': told({ output_config: { effort: 'xhigh' } }),
  'output_config.effort=max': told({ output_config: { effort: 'max' } }),
  'tools[].strict=true': told({ tools: [{ ...tool, strict: true }] }),
  'tools[].defer_loading': told({ tools: [{ ...tool, defer_loading: true }] }),
  'tools[].eager_input_streaming': told({ tools: [{ ...tool, eager_input_streaming: true }] }),
  'tools[].cache_control.scope': told({ tools: [{ ...tool, cache_control: scoped }] }),
  'system[].cache_control.scope': told({ system: [{ type: 'text', text: 'Be brief', cache_control: scoped }] }),
  'messages[].content[].cache_control.scope': told({
    messages: [{ role: 'user', content: [{ type: 'text', text: 'hi', cache_control: scoped }] }],
  }),
  'messages[].content[].content[].cache_control.scope': told({
    messages: [
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 'a', content: [{ type: 'text', text: '1', cache_control: scoped }] },
        ],
      },
    ],
  }),
  'cache_control.scope': told({ cache_control: scoped }),
  'tools[].type=web_search_*|web_fetch_*|code_execution_*|advisor_*|mcp_toolset*': told({
    tools: [{ type: 'web_search_20250305', name: 'web_search' }],
  }),
  'tools[].type=tool_search_tool_bm25*': told({
    tools: [{ type: 'tool_search_tool_bm25_20251119', name: 'tool_search_tool_bm25' }],
  }),
  'messages[].content[].source.type=url|file': told({ messages: [{ role: 'user', content: [picture] }] }),
  'messages[-1].role=assistant': told({ messages: [user, { role: 'assistant', content: 'It is' }] }),
  'messages[].role=system': told({ messages: [user, { role: 'system', content: 'Be brief' }] }),
  cache_control: told({ cache_control: { type: 'ephemeral' } }),
  context_management: told({ context_management: { edits: [] } }),
  inference_geo: told({ inference_geo: 'us' }),
  fallbacks: told({ fallbacks: [] }),
  mcp_servers: told({ mcp_servers: [] }),
  container: told({ container: 'x' }),
  speed: told({ speed: 'fast' }),
  '*': told({ chat_id: 'x' }),
}

// Features that no row stands for, and what asks for them.
const features: Readonly<Record<string, Body>> = {
  'prompt caching': told({ messages: [cached('5m')] }),
  'prompt caching for 1h': told({ messages: [cached('1h')] }),
}

function cached(ttl: '5m' | '1h'): Body {
  return { role: 'user', content: [{ type: 'text', text: 'hi', cache_control: { type: 'ephemeral', ttl } }] }
}

/** What is asked of the table where a row is about more than one thing. */
const asked: Readonly<Record<string, string>> = {
  'tool_choice.type=any|tool': 'tool_choice.type=any',
  'tools[].type=web_search_*|web_fetch_*|code_execution_*|advisor_*|mcp_toolset*': 'tools[].type=web_search_20250305',
  'tools[].type=tool_search_tool_bm25*': 'tools[].type=tool_search_tool_bm25_20251119',
  'messages[].content[].source.type=url|file': 'messages[].content[].source.type=url',
  'redact-thinking-*': 'redact-thinking-2026-02-12',
  '*': 'chat_id',
}

const encode = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value))

interface Where {
  readonly model: ModelEntry
  readonly fidelity: Fidelity
  readonly warn?: (warning: string) => void
}

/** Asks what reads a wire's requests, and gives the text of its refusal. */
function refusalOf(body: Body, wire: Wire, context: Where): string | undefined {
  try {
    if (wire === 'invoke') {
      parseMessagesRequest(encode({ anthropic_version: 'bedrock-2023-05-31', ...body }), context)
    } else if (wire === 'converse') {
      const { messages, max_tokens: maxTokens, ...additionalModelRequestFields } = body
      const own = (messages as ReadonlyArray<{ role: string; content: string }>).map(({ role, content }) => {
        return { role, content: [{ text: content }] }
      })
      const request = { messages: own, inferenceConfig: { maxTokens }, additionalModelRequestFields }
      toMessagesRequest(parseConverseRequest(encode(request), context), context)
    } else {
      const envelope = readAnthropicEnvelope(encode({ model: 'x', ...body }))
      parseAnthropicRequest(envelope, { ...context, surface: wire, betas: [], isCounting: false })
    }
  } catch (refusal) {
    if (refusal instanceof GatewayError) return refusal.message
    throw refusal
  }
  return undefined
}

/** Every pair of a model and a wire of which the table says that a row is refused there. */
function* refusals(subject: string, kind: CapabilityKind) {
  for (const wire of ['invoke', 'converse', 'runtime', 'mantle', 'plain'] as const) {
    for (const model of models) {
      for (const fidelity of ['guide', 'aws'] as const) {
        const outcome = whatHappens(asked[subject] ?? subject, kind, { model, wire, fidelity })
        if (outcome.kind === 'refuse') yield { wire, model, fidelity, text: outcome.text }
      }
    }
  }
}

const rows = capabilities.filter(({ rules }) => rules.some(({ outcome }) => outcome.kind === 'refuse'))

describe('what the table says is refused', () => {
  it.each(Object.keys(features))('is refused in those words: %s', (subject) => {
    let shown = 0
    for (const { wire, model, fidelity, text } of refusals(subject, 'feature')) {
      // Converse marks with blocks of its own; a model without caching has none for an hour either, and says so first.
      const context = { model, wire, fidelity }
      const isCaching = whatHappens('prompt caching', 'feature', context).kind !== 'refuse'
      if (wire === 'converse' || (subject.endsWith('1h') && !isCaching)) continue
      shown++
      const where = `${model.modelId} ${wire} ${fidelity}: `
      expect(where + refusalOf(features[subject] ?? {}, wire, { model, fidelity })).toBe(where + text)
    }
    expect(shown).toBeGreaterThan(0)
  })

  it.each(rows.filter(({ kind }) => kind === 'field' || kind === 'parameter'))(
    'is refused in those words: $subject',
    ({ subject, kind }) => {
      const body = bodies[subject]
      if (body === undefined) throw new Error(`No body shows ${subject}`)
      let shown = 0
      for (const { wire, model, fidelity, text } of refusals(subject, kind)) {
        // What Converse's own blocks cannot say, nobody can send there.
        if (wire === 'converse' && subject.includes('.source.')) continue
        shown++
        const where = `${model.modelId} ${wire} ${fidelity}: `
        const prefix = wire === 'converse' ? 'The model returned the following errors: ' : ''
        expect(where + refusalOf(body, wire, { model, fidelity })).toBe(where + prefix + text)
      }
      expect(shown).toBeGreaterThan(0)
    },
  )

  it.each(rows.filter(({ kind }) => kind === 'beta'))('is refused in those words: $subject', ({ subject, kind }) => {
    for (const { wire, model, fidelity, text } of refusals(subject, kind)) {
      const where = `${model.modelId} ${wire} ${fidelity}: `
      const prefix = wire === 'converse' ? 'The model returned the following errors: ' : ''
      const body = told({ anthropic_beta: [asked[subject] ?? subject] })
      expect(where + refusalOf(body, wire, { model, fidelity })).toBe(where + prefix + text)
    }
  })
})

/** What Converse's own members say, or have no word for. */
const unsaid = /^(model|stream|anthropic_version)\b|\.source\./

describe('what the table takes', () => {
  // A mark has rules of its own, which refuse it where a model caches nothing, whatever its members.
  it.each(Object.keys(bodies).filter((subject) => !/ & |\.scope$/.test(subject)))(
    'is taken, with the warning that the table has: %s',
    (subject) => {
      const kind = subject.includes('=') ? 'parameter' : 'field'
      for (const wire of ['invoke', 'converse', 'runtime', 'mantle', 'plain'] as const) {
        if (wire === 'converse' && unsaid.test(subject)) continue
        for (const model of models) {
          for (const fidelity of ['guide', 'aws'] as const) {
            const body = bodies[subject]
            if (body === undefined) continue
            const outcome = whatHappens(asked[subject] ?? subject, kind, { model, wire, fidelity })
            if (outcome.kind === 'refuse') continue
            const where = `${model.modelId} ${wire} ${fidelity}: `
            const warnings: string[] = []
            const warn = (warning: string): void => void warnings.push(warning)
            expect(where + refusalOf(body, wire, { model, fidelity, warn })).toBe(`${where}undefined`)
            expect([where, ...warnings]).toEqual([where, ...(outcome.kind === 'drop' ? [outcome.warning] : [])])
          }
        }
      }
    },
  )
})
