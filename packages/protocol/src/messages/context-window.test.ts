import { describe, expect, it } from 'vitest'
import { findModel } from '../catalogue/lookups.ts'
import type { ModelEntry } from '../catalogue/types.ts'
import { answerRoom, contextWindowOf, findContextFault } from './context-window.ts'

function named(id: string): ModelEntry {
  const model = findModel(id)
  if (model === undefined) throw new Error(`no ${id}`)
  return model
}

const beta = ['context-1m-2025-08-07']

describe('the context window', () => {
  it.each([
    ['anthropic.claude-opus-4-6-v1', 1_000_000, 1_000_000],
    ['anthropic.claude-sonnet-4-6', 1_000_000, 1_000_000],
    ['anthropic.claude-sonnet-4-5-20250929-v1:0', 200_000, 1_000_000],
    ['anthropic.claude-sonnet-4-20250514-v1:0', 200_000, 1_000_000],
    ['anthropic.claude-opus-4-5-20251101-v1:0', 200_000, 200_000],
    ['anthropic.claude-haiku-4-5-20251001-v1:0', 200_000, 200_000],
    ['anthropic.claude-3-haiku-20240307-v1:0', 200_000, 200_000],
    ['anthropic.claude-opus-5', 1_000_000, 1_000_000],
  ])('of %s is %i, and with the beta %i', (id, without, lifted) => {
    expect(contextWindowOf(named(id), undefined)).toBe(without)
    expect(contextWindowOf(named(id), ['other-beta'])).toBe(without)
    expect(contextWindowOf(named(id), beta)).toBe(lifted)
  })

  it('takes as many tokens as it has and refuses one more', () => {
    const call = { model: named('anthropic.claude-opus-4-8'), betas: undefined, isAnthropicRoute: false, maxTokens: 16 }
    expect(findContextFault(1_000_000, call)).toBeUndefined()
    expect(findContextFault(1_000_001, call)).toEqual({
      text: 'prompt is too long: 1000001 tokens > 1000000 maximum',
      isToldInStream: false,
    })
  })

  it('is told by older models on the runtime without numbers, and by Anthropic with them', () => {
    const call = { model: named('anthropic.claude-sonnet-4-5-20250929-v1:0'), betas: undefined, maxTokens: 16 }
    expect(findContextFault(200_001, { ...call, isAnthropicRoute: false })).toEqual({
      text: 'Input is too long for requested model.',
      isToldInStream: true,
    })
    expect(findContextFault(200_001, { ...call, isAnthropicRoute: true })).toEqual({
      text: 'prompt is too long: 200001 tokens > 200000 maximum',
      isToldInStream: false,
    })
    expect(findContextFault(200_001, { ...call, betas: beta, isAnthropicRoute: false })).toBeUndefined()
  })

  it('has no edge where no source names one', () => {
    const model = { modelId: 'anthropic.claude-new', anthropicName: 'claude-new', contextWindow: null }
    expect(findContextFault(9_000_000, { model, betas: beta, isAnthropicRoute: true, maxTokens: 16 })).toBeUndefined()
  })

  it('is told with numbers by Haiku 4.5, as it was measured', () => {
    const model = named('anthropic.claude-haiku-4-5-20251001-v1:0')
    expect(findContextFault(207_848, { model, betas: undefined, isAnthropicRoute: false, maxTokens: 16 })).toEqual({
      text: 'prompt is too long: 207848 tokens > 200000 maximum',
      isToldInStream: false,
    })
  })

  it.each([
    'anthropic.claude-3-7-sonnet-20250219-v1:0',
    'anthropic.claude-sonnet-4-20250514-v1:0',
    'anthropic.claude-opus-4-1-20250805-v1:0',
  ])('has to hold the longest answer too for %s', (id) => {
    const call = { model: named(id), betas: undefined, isAnthropicRoute: false, maxTokens: 8192 }
    expect(findContextFault(191_808, call)).toBeUndefined()
    expect(findContextFault(199_759, call)).toEqual({
      text: 'input length and `max_tokens` exceed context limit: 199759 + 8192 > 200000, decrease input length or `max_tokens` and try again',
      isToldInStream: false,
    })
  })

  it.each([
    ['anthropic.claude-3-5-sonnet-20241022-v2:0', 'max_tokens'],
    ['anthropic.claude-sonnet-4-5-20250929-v1:0', 'model_context_window_exceeded'],
    ['anthropic.claude-haiku-4-5-20251001-v1:0', 'model_context_window_exceeded'],
  ])('leaves an answer of %s what the prompt does not take', (id, stopReason) => {
    const call = { model: named(id), betas: undefined, isAnthropicRoute: false, maxTokens: 8192 }
    expect(findContextFault(199_990, call)).toBeUndefined()
    expect(answerRoom(199_990, call)).toEqual({ tokens: 10, stopReason })
    expect(answerRoom(191_808, call)).toEqual({ tokens: 8192, stopReason: 'max_tokens' })
  })
})
