import { describe, expect, it } from 'vitest'
import { type MessagesSurface, resolveSurfaceModel } from './resolve-surface-model.ts'
import type { Fidelity } from './types.ts'

const now = Date.parse('2026-11-23T00:00:00Z')

function resolve(surface: MessagesSurface, modelId: string, fidelity: Fidelity = 'guide', region = 'us-east-1') {
  const resolution = resolveSurfaceModel(surface, { modelId, region, account: '123456789012', fidelity, now })
  return resolution.kind === 'resolved' ? resolution.model.modelId : `${resolution.code}: ${resolution.message}`
}

describe('the model of a Messages body', () => {
  it('is a profile id or its ARN on the runtime', () => {
    const arn = 'arn:aws:bedrock:us-east-1:123456789012:inference-profile/global.anthropic.claude-opus-4-6-v1'
    for (const id of ['global.anthropic.claude-opus-4-6-v1', arn]) {
      expect(resolve('runtime', id, 'aws')).toBe('anthropic.claude-opus-4-6-v1')
    }
    expect(resolve('runtime', 'claude-opus-4-6')).toBe('validation: The provided model identifier is invalid.')
  })

  it.each(['anthropic.claude-opus-5', 'anthropic.claude-3-haiku-20240307-v1:0'])(
    'is refused on the runtime in aws fidelity when it is the bare id %s',
    (id) => {
      expect(resolve('runtime', id, 'aws')).toBe(
        `validation: Invocation of model ID ${id} with on-demand throughput isn’t supported. Retry your request with the ID or ARN of an inference profile that contains this model.`,
      )
      expect(resolve('runtime', id)).toBe(id)
    },
  )

  it('is a bare id on mantle', () => {
    expect(resolve('mantle', 'anthropic.claude-haiku-4-5', 'aws')).toBe('anthropic.claude-haiku-4-5-20251001-v1:0')
    for (const id of ['us.anthropic.claude-opus-4-8', 'claude-opus-4-8', 'constructor']) {
      expect(resolve('mantle', id)).toBe('notFound: The model does not exist')
    }
    expect(resolve('mantle', 'anthropic.claude-fable-5', 'aws', 'eu-west-1')).toBe('notFound: The model does not exist')
  })

  it.each([
    ['claude-opus-4-6', 'anthropic.claude-opus-4-6-v1'],
    ['claude-haiku-4-5-20251001', 'anthropic.claude-haiku-4-5-20251001-v1:0'],
    ['claude-sonnet-4-0', 'anthropic.claude-sonnet-4-20250514-v1:0'],
    ['us.anthropic.claude-opus-4-6-v1', 'anthropic.claude-opus-4-6-v1'],
    [
      'arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-opus-4-6-v1',
      'anthropic.claude-opus-4-6-v1',
    ],
  ])('is on the plain routes whatever anybody calls it: %s', (name, expected) => {
    expect(resolve('plain', name)).toBe(expected)
  })

  it('is refused on the plain routes in Anthropic’s words', () => {
    expect(resolve('plain', 'gpt-5')).toBe('notFound: model: gpt-5')
    expect(resolve('plain', 'Claude Opus 4.6')).toBe('notFound: model: Claude Opus 4.6')
    expect(resolve('plain', 'claude-3-sonnet-20240229', 'aws')).toBe('notFound: model: claude-3-sonnet-20240229')
    expect(resolve('plain', 'claude-3-sonnet-20240229')).toBe('anthropic.claude-3-sonnet-20240229-v1:0')
  })

  it('warns in guide fidelity of a model that has retired', () => {
    const input = { modelId: 'claude-3-sonnet-20240229', region: 'us-east-1', account: '123456789012', now } as const
    expect(resolveSurfaceModel('plain', { ...input, fidelity: 'guide' })).toMatchObject({
      warnings: [expect.stringContaining('reached its end of life on 2026-07-30')],
    })
  })
})
