import { describe, expect, it } from 'vitest'
import { findModel, profileIn, scopesOf } from './lookups.ts'

describe('findModel', () => {
  it.each([
    ['anthropic.claude-opus-4-6-v1', 'anthropic.claude-opus-4-6-v1'],
    ['us.anthropic.claude-opus-4-6-v1', 'anthropic.claude-opus-4-6-v1'],
    ['arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-opus-4-6-v1', 'anthropic.claude-opus-4-6-v1'],
    [
      'arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-opus-4-6-v1',
      'anthropic.claude-opus-4-6-v1',
    ],
    ['claude-opus-4-6', 'anthropic.claude-opus-4-6-v1'],
    ['Claude Opus 4.6', 'anthropic.claude-opus-4-6-v1'],
    [' opus-4.6 ', 'anthropic.claude-opus-4-6-v1'],
    ['claude-haiku-4-5', 'anthropic.claude-haiku-4-5-20251001-v1:0'],
    ['claude-haiku-4-5-20251001', 'anthropic.claude-haiku-4-5-20251001-v1:0'],
    ['Claude Sonnet 3.7', 'anthropic.claude-3-7-sonnet-20250219-v1:0'],
    ['claude-3-5-sonnet', 'anthropic.claude-3-5-sonnet-20241022-v2:0'],
    ['claude-3-5-sonnet-20240620', 'anthropic.claude-3-5-sonnet-20240620-v1:0'],
    ['claude-sonnet-4-0', 'anthropic.claude-sonnet-4-20250514-v1:0'],
    ['HAIKU-5-5', 'anthropic.claude-haiku-5-5'],
  ])('takes %s for %s', (text, modelId) => {
    expect(findModel(text)?.modelId).toBe(modelId)
  })

  it.each(['', 'claude', 'gpt-5', '__proto__', 'constructor', 'claude-opus-4-66'])('knows no %j', (text) => {
    expect(findModel(text)).toBeUndefined()
  })
})

describe('profileIn', () => {
  const opus46 = findModel('claude-opus-4-6')
  const haiku45 = findModel('claude-haiku-4-5')

  it('lets the guide add a profile that nobody measured, in guide fidelity alone', () => {
    expect(opus46 && profileIn(opus46, 'jp', 'guide')?.profileId).toBe('jp.anthropic.claude-opus-4-6-v1')
    expect(opus46 && profileIn(opus46, 'jp', 'aws')).toBeUndefined()
  })

  it('lets the guide hide a measured profile, in guide fidelity alone', () => {
    expect(haiku45 && profileIn(haiku45, 'jp', 'guide')).toBeUndefined()
    expect(haiku45 && profileIn(haiku45, 'jp', 'aws')?.name).toBe('JP Anthropic Claude Haiku 4.5')
  })
})

describe('scopesOf', () => {
  it.each([
    ['claude-opus-4-6', 'guide', ['global', 'us', 'eu', 'jp', 'au', 'apac']],
    ['claude-opus-4-6', 'aws', ['global', 'us', 'eu', 'au']],
    ['claude-opus-4', 'guide', ['us']],
    ['claude-opus-4', 'aws', []],
    ['claude-3-haiku', 'guide', ['us', 'eu', 'apac', 'in-region']],
    ['claude-haiku-5-5', 'guide', ['global', 'us', 'eu', 'jp', 'au']],
  ] as const)('lists the scopes of %s in %s fidelity', (alias, fidelity, scopes) => {
    const model = findModel(alias)
    expect(model && scopesOf(model, fidelity)).toEqual(scopes)
  })
})
