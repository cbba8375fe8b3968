import { describe, expect, it } from 'vitest'
import { whatHappens } from './capabilities.ts'
import { capabilities, type CapabilityKind } from './capability-table.ts'
import type { CapabilityContext } from './capability-context.ts'
import { models } from './models.ts'

const here = (anthropicName: string, wire: CapabilityContext['wire'], more: Partial<CapabilityContext> = {}) => ({
  model: { anthropicName },
  wire,
  fidelity: 'aws' as const,
  ...more,
})

const told = (subject: string, kind: CapabilityKind, context: CapabilityContext): string => {
  const outcome = whatHappens(subject, kind, context)
  switch (outcome.kind) {
    case 'pass':
      return 'pass'
    case 'move':
      return `move to ${outcome.to}`
    case 'drop':
      return `drop: ${outcome.warning}`
    case 'refuse':
      return `refuse: ${outcome.text}`
  }
}

describe('what happens to a field', () => {
  it.each([
    ['temperature', 'field', 'claude-opus-4-6', 'invoke', 'pass'],
    ['temperature', 'field', 'claude-opus-4-6', 'converse', 'move to inferenceConfig.temperature'],
    ['temperature', 'field', 'claude-opus-4-7', 'mantle', 'refuse: `temperature` is deprecated for this model.'],
    ['top_k', 'field', 'claude-opus-4-6', 'converse', 'move to additionalModelRequestFields.top_k'],
    ['thinking.type=enabled', 'parameter', 'claude-opus-4-6', 'invoke', 'pass'],
    [
      'thinking.type=enabled',
      'parameter',
      'claude-opus-4-6',
      'converse',
      'move to additionalModelRequestFields.thinking',
    ],
    [
      'thinking.budget_tokens',
      'field',
      'claude-3-5-haiku-20241022',
      'invoke',
      'refuse: thinking: Extra inputs are not permitted',
    ],
    [
      'tools[].strict=true',
      'parameter',
      'claude-fable-5',
      'runtime',
      'refuse: tools.0.custom.strict: Extra inputs are not permitted',
    ],
    ['model', 'field', 'claude-opus-4-8', 'invoke', 'move to the path'],
    [
      'model',
      'field',
      'claude-opus-4-6',
      'invoke',
      'refuse: Malformed input request: #: subject must not be valid against schema {"required":["messages"]}#: extraneous key [model] is not permitted, please reformat your input and try again.',
    ],
    ['anthropic_beta', 'field', 'claude-opus-4-8', 'runtime', 'move to the header anthropic-beta'],
    [
      'anthropic-beta',
      'header',
      'claude-opus-4-8',
      'invoke',
      "drop: The header anthropic-beta has no effect on InvokeModel: name the betas in the body's anthropic_beta.",
    ],
    ['redact-thinking-2026-03-01', 'beta', 'claude-opus-4-6', 'invoke', 'refuse: invalid beta flag'],
    [
      'oauth-2025-04-20',
      'beta',
      'claude-opus-4-8',
      'invoke',
      'refuse: {"type":"error","error":{"type":"invalid_request_error","message":"invalid beta flag"}}',
    ],
    ['oauth-2025-04-20', 'beta', 'claude-opus-4-8', 'runtime', 'refuse: invalid beta flag'],
    [
      'temperature & top_p',
      'parameter',
      'claude-opus-4-8',
      'invoke',
      'refuse: `temperature` is deprecated for this model.',
    ],
    ['temperature & top_p', 'parameter', 'claude-opus-4-1', 'converse', 'move to inferenceConfig.temperature'],
    ['temperature & top_p', 'parameter', 'claude-opus-4-1', 'invoke', 'pass'],
    ['automatic caching', 'feature', 'claude-opus-4-8', 'invoke', 'pass'],
    [
      'automatic caching',
      'feature',
      'claude-opus-4-6',
      'invoke',
      'refuse: Malformed input request: #: extraneous key [cache_control] is not permitted, please reformat your input and try again.',
    ],
    ['a-beta-of-next-year', 'beta', 'claude-opus-4-6', 'invoke', 'pass'],
    ['inference_geo', 'field', 'claude-opus-5', 'runtime', 'refuse: inference_geo: Extra inputs are not permitted'],
    ['inference_geo', 'field', 'claude-opus-5', 'plain', 'pass'],
    ['structured outputs', 'feature', 'claude-sonnet-4-5-20250929', 'invoke', 'pass'],
    ['structured outputs', 'feature', 'claude-sonnet-4-5-20250929', 'converse', 'move to outputConfig.textFormat'],
    [
      'structured outputs',
      'feature',
      'claude-opus-5',
      'invoke',
      'refuse: output_config.format: Extra inputs are not permitted',
    ],
    [
      'token counting',
      'feature',
      'claude-sonnet-5',
      'invoke',
      "refuse: The provided model doesn't support counting tokens.",
    ],
    ['token counting', 'feature', 'claude-sonnet-5', 'mantle', 'pass'],
  ] as const)('%s (%s) for %s on %s: %s', (subject, kind, model, wire, expected) => {
    expect(told(subject, kind, here(model, wire))).toBe(expected)
  })

  it('is the same of one value as of all that a row names together', () => {
    const refused = here('claude-sonnet-5-5', 'invoke')
    expect(told('tool_choice.type=tool', 'parameter', refused)).toBe(
      'refuse: tool_choice: forcing tool use is not supported for this model.',
    )
    expect(told('tool_choice.type=auto', 'parameter', refused)).toBe('pass')
    expect(told('tools[].type=web_fetch_20250910', 'parameter', refused)).toBe(
      "refuse: tool type 'web_fetch_20250910' is not supported",
    )
    expect(told('tools[].type=bash_20250124', 'parameter', refused)).toBe('pass')
  })

  it('that nobody knows is passed on, except by the layer that knows every field', () => {
    expect(told('chat_id', 'field', here('claude-opus-4-8', 'invoke'))).toBe('pass')
    expect(told('chat_id', 'field', here('claude-opus-4-8', 'converse'))).toBe('move to additionalModelRequestFields')
    expect(told('chat_id', 'field', here('claude-sonnet-4-5-20250929', 'invoke'))).toBe(
      'refuse: Malformed input request: #: extraneous key [chat_id] is not permitted, please reformat your input and try again.',
    )
  })

  it('is not asked of guide fidelity where Bedrock came to refuse it only later, and is where Bedrock never had it', () => {
    expect(told('temperature', 'field', here('claude-opus-4-8', 'invoke', { fidelity: 'guide' }))).toBe('pass')
    expect(told('fallbacks', 'field', here('claude-opus-4-8', 'invoke', { fidelity: 'guide' }))).toBe(
      'refuse: fallbacks: Extra inputs are not permitted',
    )
  })

  it('that a beta lifts passes with the beta', () => {
    const betas = ['context-management-2025-06-27']
    expect(told('context_management', 'field', here('claude-opus-4-8', 'invoke', { betas }))).toBe('pass')
    expect(whatHappens('context_management', 'field', here('claude-opus-4-8', 'invoke'))).toMatchObject({
      kind: 'refuse',
      liftedBy: ['context-management-2025-06-27', 'compact-2026-01-12'],
    })
  })

  it.each(['claude-opus-6', 'claude-sonnet-12-3', 'claude-unheard-of'])(
    'follows version rules for %s, and is in no list that ended before it',
    (name) => {
      expect(told('temperature', 'field', here(name, 'invoke'))).toBe(
        'refuse: `temperature` is deprecated for this model.',
      )
      expect(told('structured outputs', 'feature', here(name, 'invoke'))).toBe('pass')
      expect(told('tools[].strict=true', 'parameter', here(name, 'invoke'))).toBe('pass')
      expect(told('model', 'field', here(name, 'invoke'))).toBe('move to the path')
    },
  )
})

describe('the capability table', () => {
  it('has a source and a date for every rule', () => {
    for (const { subject, rules } of capabilities) {
      for (const { evidence } of rules) {
        expect([subject, evidence.date]).toEqual([subject, expect.stringMatching(/^2026-\d\d-\d\d$/)])
        expect(evidence.source).not.toBe('')
      }
    }
  })

  it('names each subject once, and answers for every model on every wire in either fidelity', () => {
    const names = capabilities.map(({ kind, subject }) => `${kind} ${subject}`)
    expect(new Set(names).size).toBe(names.length)
    for (const { subject, kind } of capabilities) {
      for (const model of models) {
        for (const wire of ['invoke', 'converse', 'runtime', 'mantle', 'plain'] as const) {
          for (const fidelity of ['guide', 'aws'] as const) {
            expect(whatHappens(subject, kind, { model, wire, fidelity }).kind).toMatch(/^(pass|move|drop|refuse)$/)
          }
        }
      }
    }
  })
})
