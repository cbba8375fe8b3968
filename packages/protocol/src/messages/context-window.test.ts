import { describe, expect, it } from 'vitest'
import { findModel } from '../catalogue/lookups.ts'
import type { ModelEntry } from '../catalogue/types.ts'
import { contextWindowOf, findContextFault } from './context-window.ts'

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
    const call = { model: named('anthropic.claude-opus-4-8'), betas: undefined, isAnthropicRoute: false }
    expect(findContextFault(1_000_000, call)).toBeUndefined()
    expect(findContextFault(1_000_001, call)).toEqual({
      text: 'prompt is too long: 1000001 tokens > 1000000 maximum',
      isToldInStream: false,
    })
  })

  it('is told by older models on the runtime without numbers, and by Anthropic with them', () => {
    const call = { model: named('anthropic.claude-sonnet-4-5-20250929-v1:0'), betas: undefined }
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
    const model = { modelId: 'anthropic.claude-new', contextWindow: null }
    expect(findContextFault(9_000_000, { model, betas: beta, isAnthropicRoute: true })).toBeUndefined()
  })
})
