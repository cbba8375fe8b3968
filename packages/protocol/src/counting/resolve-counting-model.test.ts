import { describe, expect, it } from 'vitest'
import type { Fidelity } from '../catalogue/types.ts'
import { resolveCountingModel } from './resolve-counting-model.ts'

const resolve = (modelId: string, fidelity: Fidelity, region = 'us-east-1') =>
  resolveCountingModel({
    modelId,
    fidelity,
    region,
    account: '123456789012',
    now: Date.parse('2026-11-23T12:00:00Z'),
  })
const refusal = (message: string, code = 'validation') => ({ kind: 'refused', code, message })
const unsupported = refusal("The provided model doesn't support counting tokens.")

it('counts in measured fidelity for no model of which the capability table says that nobody counts it', () => {
  expect(resolve('anthropic.claude-mythos-preview', 'aws')).toEqual(unsupported)
  expect(resolve('anthropic.claude-mythos-5', 'aws')).toEqual(unsupported)
})

describe.each(['guide', 'aws'] as const)('counting in %s fidelity', (fidelity) => {
  it.each([
    'anthropic.claude-sonnet-4-5-20250929-v1:0',
    'anthropic.claude-opus-4-6-v1',
    'anthropic.claude-opus-4-8',
    'arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-opus-4-6-v1',
  ])('counts for the base id %s, which only profiles serve', (modelId) => {
    expect(resolve(modelId, fidelity)).toMatchObject({ kind: 'resolved' })
  })

  it.each([
    'us.anthropic.claude-sonnet-4-5-20250929-v1:0',
    'global.anthropic.claude-opus-4-6-v1',
    'arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-opus-4-6-v1',
    'anthropic.claude-opus-5',
    'anthropic.claude-haiku-5-5',
  ])('refuses to count for %s', (modelId) => {
    expect(resolve(modelId, fidelity)).toEqual(unsupported)
  })

  it('refuses what is no model', () => {
    expect(resolve('anthropic.claude-opus-9', fidelity)).toEqual(refusal('The provided model identifier is invalid.'))
    expect(resolve('jp.anthropic.claude-opus-4-1-20250805-v1:0', fidelity)).toMatchObject({ kind: 'refused' })
    expect(resolve('a b', fidelity)).toEqual(
      refusal(
        String.raw`1 validation error detected: Value 'a b' at 'modelId' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z_.\-/0-9:]+`,
      ),
    )
    expect(resolve('a'.repeat(257), fidelity)).toEqual(
      refusal(
        `1 validation error detected: Value '${'a'.repeat(257)}' at 'modelId' failed to satisfy constraint: Member must have length less than or equal to 256`,
      ),
    )
  })
})

describe('counting for a model that has retired', () => {
  const modelId = 'anthropic.claude-3-haiku-20240307-v1:0'

  it('is refused in aws fidelity, and warns in guide fidelity', () => {
    expect(resolve(modelId, 'aws')).toMatchObject({ kind: 'refused', code: 'notFound' })
    expect(resolve(modelId, 'guide')).toMatchObject({ kind: 'resolved', warnings: [expect.any(String) as string] })
  })
})
