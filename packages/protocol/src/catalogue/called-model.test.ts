import { describe, expect, it } from 'vitest'
import { findCalledModel } from './called-model.ts'

const arn = 'arn:aws:bedrock:eu-west-1'

describe('findCalledModel', () => {
  it.each([
    ['anthropic.claude-opus-4-6-v1', 'Claude Opus 4.6', 'in-region', undefined],
    ['global.anthropic.claude-opus-4-6-v1', 'Claude Opus 4.6', 'global', undefined],
    ['eu.anthropic.claude-haiku-4-5-20251001-v1:0', 'Claude Haiku 4.5', 'eu', undefined],
    [`${arn}::foundation-model/anthropic.claude-3-haiku-20240307-v1:0`, 'Claude 3 Haiku', 'in-region', 'eu-west-1'],
    ['arn:aws:bedrock:::foundation-model/anthropic.claude-opus-4-8', 'Claude Opus 4.8', 'in-region', undefined],
    [
      `${arn}:123456789012:inference-profile/global.anthropic.claude-opus-4-8`,
      'Claude Opus 4.8',
      'global',
      'eu-west-1',
    ],
  ])('finds the model and the scope of %s', (id, modelName, scope, region) => {
    const called = findCalledModel(id)
    expect([called?.model.modelName, called?.scope, called?.region]).toEqual([modelName, scope, region])
  })

  it.each([
    ['', 'nothing'],
    ['claude-opus-4-6', 'an alias'],
    ['jp.anthropic.claude-opus-9', 'a profile of a later model'],
    ['anthropic.claude-3-haiku-20240307-v1:0:200k', 'a variant that provisioned throughput serves'],
    [`${arn}:123456789012:application-inference-profile/abc`, 'an application profile'],
    [`${arn}:123456789012:provisioned-model/abcdefghijkl`, 'provisioned throughput'],
    [`${arn}:123456789012:inference-profile/anthropic.claude-opus-4-8`, 'a base id as a profile'],
    [`${arn}::foundation-model/global.anthropic.claude-opus-4-8`, 'a profile as a base id'],
    ['constructor', 'a name of the language'],
  ])('does not guess what %j calls: %s', (id) => {
    expect(findCalledModel(id)).toBeUndefined()
  })
})
