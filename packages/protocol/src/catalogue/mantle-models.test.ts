import { describe, expect, it } from 'vitest'
import { findMantleModel, listMantleModels } from './mantle-models.ts'

const now = Date.parse('2026-11-23T00:00:00Z')
const aws = { region: 'us-west-2', fidelity: 'aws', now } as const
const guide = { ...aws, fidelity: 'guide' } as const

describe('mantle', () => {
  it('names models without date and version', () => {
    expect(findMantleModel('anthropic.claude-haiku-4-5', aws)?.modelId).toBe('anthropic.claude-haiku-4-5-20251001-v1:0')
    expect(findMantleModel('anthropic.claude-haiku-4-5-20251001-v1:0', aws)).toBeUndefined()
    expect(findMantleModel('us.anthropic.claude-haiku-4-5', guide)).toBeUndefined()
    expect(findMantleModel('__proto__', guide)).toBeUndefined()
  })

  it('serves in aws fidelity only where a source has seen the model', () => {
    expect(findMantleModel('anthropic.claude-opus-4-8', aws)).toBeUndefined()
    expect(findMantleModel('anthropic.claude-opus-4-8', { ...aws, region: 'us-east-1' })?.modelName).toBe(
      'Claude Opus 4.8',
    )
    expect(findMantleModel('anthropic.claude-opus-4-6', aws)).toBeUndefined()
  })

  it('serves every model by its bare id in guide fidelity, wherever the caller is', () => {
    expect(findMantleModel('anthropic.claude-opus-4-6', guide)?.modelId).toBe('anthropic.claude-opus-4-6-v1')
    expect(findMantleModel('anthropic.claude-opus-4-8', guide)?.modelName).toBe('Claude Opus 4.8')
    // The newest keeps the name.
    expect(findMantleModel('anthropic.claude-3-5-sonnet', guide)?.modelId).toBe(
      'anthropic.claude-3-5-sonnet-20241022-v2:0',
    )
  })

  it('lists exactly what it serves', () => {
    const ids = listMantleModels(aws).map(({ mantleId }) => mantleId)
    expect(ids).toEqual([
      'anthropic.claude-haiku-5-5',
      'anthropic.claude-sonnet-5-5',
      'anthropic.claude-opus-5-5',
      'anthropic.claude-fable-5-1',
      'anthropic.claude-haiku-4-5',
    ])
    for (const { mantleId } of listMantleModels(guide)) expect(findMantleModel(mantleId, guide)).toBeDefined()
  })
})
