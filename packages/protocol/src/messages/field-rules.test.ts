import { describe, expect, it } from 'vitest'
import { findModel } from '../catalogue/lookups.ts'
import type { Fidelity } from '../catalogue/types.ts'
import { isCheckedByBedrock } from './generation.ts'
import { findMessagesFault } from './rules.ts'
import type { MessagesRequest } from './types.ts'

const refusal = (id: string, fields: Partial<MessagesRequest>, fidelity: Fidelity = 'aws'): string | undefined => {
  const model = findModel(id)
  if (model === undefined) throw new Error(`no such model: ${id}`)
  const request: MessagesRequest = {
    anthropic_version: 'bedrock-2023-05-31',
    max_tokens: 4096,
    messages: [{ role: 'user', content: 'hi' }],
    ...fields,
  }
  return findMessagesFault(request, { model, fidelity, wire: 'invoke', byBedrock: isCheckedByBedrock(model) })
}

const both = { temperature: 0.5, top_p: 0.9 }
// Closed, as structured outputs and strict tools ask of every object.
const schema = { type: 'object', additionalProperties: false }
const find = { name: 'find', input_schema: schema }
const format = { type: 'json_schema', schema }
const thinking = { type: 'enabled', budget_tokens: 1024 } as const
const noTemperature = '`temperature` is deprecated for this model.'
const noEnabled =
  '"thinking.type.enabled" is not supported for this model. Use "thinking.type.adaptive" and "output_config.effort" to control thinking behavior.'

// WIRE §5.1, per-model switches; the texts of §5.5.
describe('the fields that a model refuses', () => {
  it.each([
    [
      'claude-sonnet-4-5',
      both,
      '`temperature` and `top_p` cannot both be specified for this model. Please use only one.',
    ],
    [
      'claude-haiku-4-5',
      both,
      '`temperature` and `top_p` cannot both be specified for this model. Please use only one.',
    ],
    ['claude-sonnet-4-5', { temperature: 0.5 }, undefined],
    ['claude-sonnet-4-5', { top_p: 0.5 }, undefined],
    ['claude-opus-4-1', both, undefined],
    ['claude-sonnet-4', both, undefined],
    ['claude-3-5-haiku', both, undefined],
    ['claude-opus-4-6', { temperature: 0.5 }, undefined],
    ['claude-opus-4-7', { temperature: 0.5 }, noTemperature],
    ['claude-opus-4-8', both, noTemperature],
    ['claude-sonnet-5', { temperature: 1 }, noTemperature],
    ['claude-haiku-5-5', { temperature: 0 }, noTemperature],
    ['claude-haiku-5-5', { top_p: 0.9 }, undefined],
    ['claude-sonnet-4-5', { output_config: { format } }, undefined],
    ['claude-opus-4-8', { output_config: { format } }, 'output_config.format: Extra inputs are not permitted'],
    ['claude-opus-4-8', { output_config: { effort: 'low' } }, undefined],
    ['claude-fable-5-1', { output_config: { format } }, 'output_config.format: Extra inputs are not permitted'],
    ['claude-haiku-5-5', { output_config: { format } }, undefined],
    ['claude-opus-4-6', { tools: [{ ...find, strict: true }] }, undefined],
    [
      'claude-fable-5',
      { tools: [find, { ...find, name: 'go', strict: true }] },
      'tools.1.custom.strict: Extra inputs are not permitted',
    ],
    ['claude-opus-5', { tools: [{ ...find, strict: false }] }, undefined],
    ['claude-opus-4-6', { thinking }, undefined],
    ['claude-opus-4-7', { thinking }, noEnabled],
    ['claude-opus-4-6', { thinking: { type: 'adaptive' } }, undefined],
    ['claude-haiku-5-5', { thinking: { type: 'adaptive' } }, undefined],
    ['claude-sonnet-4-5', { thinking: { type: 'adaptive' } }, 'adaptive thinking is not supported on this model'],
    ['claude-opus-5', { thinking: { type: 'disabled' } }, undefined],
    [
      'claude-opus-5-5',
      { thinking: { type: 'disabled' } },
      '"thinking.type.disabled" is not supported for this model. Use "thinking.type.adaptive" and "output_config.effort" to control thinking behavior.',
    ],
    ['claude-sonnet-5-5', { thinking: { type: 'between_tools' } }, undefined],
    ['claude-opus-5-5', { tools: [find], tool_choice: { type: 'any' } }, undefined],
    [
      'claude-fable-5-1',
      { tools: [find], tool_choice: { type: 'any' } },
      'tool_choice: forcing tool use is not supported for this model.',
    ],
    [
      'claude-sonnet-5-5',
      { tools: [find], tool_choice: { type: 'tool', name: 'find' } },
      'tool_choice: forcing tool use is not supported for this model.',
    ],
    ['claude-sonnet-5-5', { tools: [find], tool_choice: { type: 'auto' } }, undefined],
    ['claude-haiku-4-5', { output_config: { effort: 'low' } }, 'This model does not support the effort parameter.'],
    ['claude-opus-4-5', { output_config: { effort: 'low' } }, undefined],
    [
      'claude-sonnet-4-6',
      { output_config: { effort: 'xhigh' } },
      "This model does not support effort level 'xhigh'. Supported levels: high, low, max, medium.",
    ],
    ['claude-opus-4-7', { output_config: { effort: 'xhigh' } }, undefined],
    [
      'claude-opus-4-6',
      {
        messages: [
          { role: 'user', content: 'hi' },
          { role: 'assistant', content: 'Well' },
        ],
      },
      'This model does not support assistant message prefill. The conversation must end with a user message.',
    ],
    [
      'claude-opus-4-5',
      {
        messages: [
          { role: 'user', content: 'hi' },
          { role: 'assistant', content: 'Well' },
        ],
      },
      undefined,
    ],
    ['claude-opus-4-8', { context_management: { edits: [] } }, 'context_management: Extra inputs are not permitted'],
    [
      'claude-opus-4-8',
      { context_management: { edits: [] }, anthropic_beta: ['context-management-2025-06-27'] },
      undefined,
    ],
    [
      'claude-opus-4-8',
      { tools: [find, { name: 'web_search', type: 'web_search_20250305' }] },
      "tool type 'web_search_20250305' is not supported",
    ],
    ['claude-opus-4-8', { tools: [{ name: 'bash', type: 'bash_20250124' }] }, undefined],
    ['claude-opus-4-1', { output_config: { format } }, 'output_config.format: Extra inputs are not permitted'],
    [
      'claude-opus-4-1',
      { system: [{ type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral', ttl: '1h' } }] },
      'system.0.text.cache_control.ephemeral.ttl: Extra inputs are not permitted',
    ],
    [
      'claude-haiku-4-5',
      { system: [{ type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral', ttl: '1h' } }] },
      undefined,
    ],
    ['claude-opus-4-8', { inference_geo: 'us' }, 'inference_geo: Extra inputs are not permitted'],
  ] as const)('hold %s to what Bedrock takes from it: %j', (id, fields, text) => {
    expect(refusal(id, fields)).toBe(text)
  })

  it.each([both, { output_config: { format } }, { thinking }])('are all taken in guide fidelity: %j', (fields) => {
    expect(refusal('claude-opus-4-8', fields, 'guide')).toBeUndefined()
  })
})
