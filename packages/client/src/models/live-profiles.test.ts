import { describe, expect, it } from 'vitest'
import { parseOnDemandModels, parseProfile, parseProfilePage } from './live-profiles.ts'

const arn = 'arn:aws:bedrock:us-east-1:111122223333:inference-profile/us.anthropic.claude-opus-4-8'
const modelArn = (region: string, id = 'anthropic.claude-opus-4-8') => ({
  modelArn: `arn:aws:bedrock:${region}::foundation-model/${id}`,
})
const summary = {
  inferenceProfileName: 'US Anthropic Claude Opus 4.8',
  inferenceProfileArn: arn,
  inferenceProfileId: 'us.anthropic.claude-opus-4-8',
  models: [modelArn('us-east-1'), modelArn('us-west-2')],
  status: 'ACTIVE',
  type: 'SYSTEM_DEFINED',
}

describe('a profile of an account', () => {
  it('is read with its model and where it routes to', () => {
    expect(parseProfile(summary)).toEqual({
      profileId: 'us.anthropic.claude-opus-4-8',
      arn,
      isApplication: false,
      modelId: 'anthropic.claude-opus-4-8',
      destinations: ['us-east-1', 'us-west-2'],
    })
    expect(parseProfile({ ...summary, models: [modelArn(''), modelArn('us-east-1')] })?.destinations).toEqual([
      '',
      'us-east-1',
    ])
  })

  it.each([
    ['null', null],
    ['a text', 'x'],
    ['nothing', {}],
    ['no ARN', { ...summary, inferenceProfileArn: 1 }],
    ['an ARN of something else', { ...summary, inferenceProfileArn: modelArn('us-east-1').modelArn }],
    ['an id that is not the ARN’s', { ...summary, inferenceProfileId: '../../x' }],
    ['one that is not active', { ...summary, status: 'CREATING' }],
    ['no models', { ...summary, models: [] }],
    [
      'models of two kinds',
      { ...summary, models: [modelArn('us-east-1'), modelArn('us-east-1', 'amazon.nova-pro-v1:0')] },
    ],
    ['a destination that cannot be read', { ...summary, models: [modelArn('us-east-1'), { modelArn: 'x' }] }],
    ['too many destinations', { ...summary, models: Array.from({ length: 101 }, () => modelArn('us-east-1')) }],
    ['what only a prototype has', Object.create(summary) as unknown],
  ])('is left out where it is %s', (_, value) => {
    expect(parseProfile(value)).toBeUndefined()
    expect(parseProfilePage({ inferenceProfileSummaries: [value, summary] }).profiles).toHaveLength(1)
  })

  it('comes in pages', () => {
    expect(parseProfilePage({ inferenceProfileSummaries: [], nextToken: 'a' })).toEqual({
      profiles: [],
      nextToken: 'a',
    })
    for (const nextToken of ['', null, 1]) expect(parseProfilePage({ nextToken })).toEqual({ profiles: [] })
    for (const page of [undefined, null, 'x', [], { inferenceProfileSummaries: {} }]) {
      expect(parseProfilePage(page)).toEqual({ profiles: [] })
    }
  })
})

it('reads which models a Region answers on demand', () => {
  const modelSummaries = [
    { modelId: 'anthropic.claude-3-haiku-20240307-v1:0', inferenceTypesSupported: ['ON_DEMAND', 'PROVISIONED'] },
    { modelId: 'anthropic.claude-opus-4-8', inferenceTypesSupported: ['INFERENCE_PROFILE'] },
    { modelId: 'a b', inferenceTypesSupported: ['ON_DEMAND'] },
    { modelId: 7, inferenceTypesSupported: ['ON_DEMAND'] },
    { modelId: 'x.y', inferenceTypesSupported: 'ON_DEMAND' },
    null,
  ]
  expect([...parseOnDemandModels({ modelSummaries })]).toEqual(['anthropic.claude-3-haiku-20240307-v1:0'])
  expect([...parseOnDemandModels('x')]).toEqual([])
})
