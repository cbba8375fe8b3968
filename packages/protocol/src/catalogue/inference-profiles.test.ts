import { describe, expect, it } from 'vitest'
import { GatewayError } from '../failures/gateway-error.ts'
import { getInferenceProfile, listInferenceProfiles, type ListInferenceProfilesInput } from './inference-profiles.ts'

const account = '123456789012'
const autumn = Date.parse('2026-11-22T00:00:00Z')
const caller = { region: 'us-east-1', account, fidelity: 'guide', now: autumn } as const

function ids(input: Partial<ListInferenceProfilesInput>): string[] {
  const summaries = listInferenceProfiles({ ...caller, ...input })
  return summaries.map((summary) => summary.inferenceProfileId.replace('.anthropic.claude', '')).toSorted()
}

const globalProfiles = [
  'global-fable-5',
  'global-fable-5-1',
  'global-haiku-4-5-20251001-v1:0',
  'global-haiku-5-5',
  'global-opus-4-5-20251101-v1:0',
  'global-opus-4-6-v1',
  'global-opus-4-7',
  'global-opus-4-8',
  'global-opus-5',
  'global-opus-5-5',
  'global-sonnet-4-5-20250929-v1:0',
  'global-sonnet-4-6',
  'global-sonnet-5',
  'global-sonnet-5-5',
]

describe('listInferenceProfiles', () => {
  it('lists what the guide and the measured data give Tokyo', () => {
    expect(ids({ region: 'ap-northeast-1' })).toEqual(
      [
        'apac-3-7-sonnet-20250219-v1:0',
        'apac-3-haiku-20240307-v1:0',
        'apac-opus-4-6-v1',
        'apac-sonnet-4-20250514-v1:0',
        ...globalProfiles,
        'global-sonnet-4-20250514-v1:0',
        'jp-haiku-5-5',
        'jp-opus-4-6-v1',
        'jp-opus-4-7',
        'jp-opus-4-8',
        'jp-opus-5-5',
        'jp-sonnet-4-5-20250929-v1:0',
        'jp-sonnet-4-6',
      ].toSorted(),
    )
  })

  it('lists what only measured data gives Tokyo', () => {
    expect(ids({ region: 'ap-northeast-1', fidelity: 'aws' })).toEqual(
      [
        ...globalProfiles,
        'jp-haiku-4-5-20251001-v1:0',
        'jp-haiku-5-5',
        'jp-opus-4-7',
        'jp-opus-4-8',
        'jp-opus-5-5',
        'jp-sonnet-4-5-20250929-v1:0',
        'jp-sonnet-4-6',
      ].toSorted(),
    )
  })

  it('lists every Yes of the guide in its us and global columns to a caller in the United States', () => {
    expect(ids({ region: 'us-west-1' })).toEqual(
      expect.arrayContaining([
        'us-opus-4-6-v1',
        'us-sonnet-4-6',
        'us-sonnet-4-5-20250929-v1:0',
        'us-sonnet-4-20250514-v1:0',
        'us-3-7-sonnet-20250219-v1:0',
        'us-opus-4-5-20251101-v1:0',
        'us-opus-4-1-20250805-v1:0',
        'us-opus-4-20250514-v1:0',
        'us-haiku-4-5-20251001-v1:0',
        'us-3-5-haiku-20241022-v1:0',
        'us-3-haiku-20240307-v1:0',
        'global-sonnet-4-20250514-v1:0',
        ...globalProfiles,
      ]),
    )
  })

  it('lists only global profiles where no geography covers the Region', () => {
    expect(ids({ region: 'sa-east-1', fidelity: 'aws' })).toEqual(globalProfiles)
  })

  it('knows two types, one of them empty', () => {
    expect(ids({ type: 'SYSTEM_DEFINED' })).toEqual(ids({}))
    expect(ids({ type: 'APPLICATION' })).toEqual([])
    expect(() => ids({ type: 'system' })).toThrow(
      new GatewayError(
        'validation',
        "1 validation error detected: Value 'system' at 'typeEquals' failed to satisfy constraint: Member must satisfy enum value set: [SYSTEM_DEFINED, APPLICATION]",
      ),
    )
  })
})

describe('getInferenceProfile', () => {
  it('writes a geographic profile in the order of the wire', () => {
    const profile = getInferenceProfile({ ...caller, identifier: 'us.anthropic.claude-opus-4-8' })
    expect(JSON.stringify(profile)).toBe(
      '{"inferenceProfileName":"US Anthropic Claude Opus 4.8",' +
        '"description":"Routes requests to Anthropic Claude Opus 4.8 in us-east-1, us-east-2 and us-west-2.",' +
        '"createdAt":"2026-05-28T00:00:00Z","updatedAt":"2026-05-28T00:00:00Z",' +
        '"inferenceProfileArn":"arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-opus-4-8",' +
        '"models":[{"modelArn":"arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-opus-4-8"},' +
        '{"modelArn":"arn:aws:bedrock:us-east-2::foundation-model/anthropic.claude-opus-4-8"},' +
        '{"modelArn":"arn:aws:bedrock:us-west-2::foundation-model/anthropic.claude-opus-4-8"}],' +
        '"inferenceProfileId":"us.anthropic.claude-opus-4-8","status":"ACTIVE","type":"SYSTEM_DEFINED","toolboxArn":null}',
    )
  })

  it('starts a global profile with the ARN that has no Region', () => {
    expect(
      getInferenceProfile({
        ...caller,
        region: 'eu-west-1',
        identifier: 'global.anthropic.claude-sonnet-4-5-20250929-v1:0',
      }),
    ).toMatchObject({
      inferenceProfileName: 'Global Claude Sonnet 4.5',
      description: 'Routes requests to Anthropic Claude Sonnet 4.5 globally across all supported AWS Regions.',
      models: [
        { modelArn: 'arn:aws:bedrock:::foundation-model/anthropic.claude-sonnet-4-5-20250929-v1:0' },
        { modelArn: 'arn:aws:bedrock:eu-west-1::foundation-model/anthropic.claude-sonnet-4-5-20250929-v1:0' },
      ],
    })
  })

  it('follows the route of the Region that asks', () => {
    const profile = getInferenceProfile({
      ...caller,
      region: 'ca-central-1',
      identifier: 'us.anthropic.claude-opus-4-8',
    })
    expect(profile.models.map((model) => model.modelArn.split(':')[3])).toEqual([
      'us-east-1',
      'us-east-2',
      'ca-central-1',
      'us-west-2',
    ])
  })

  it('names a profile that only the guide knows in the usual words', () => {
    expect(getInferenceProfile({ ...caller, identifier: 'jp.anthropic.claude-opus-4-6-v1' })).toMatchObject({
      inferenceProfileName: 'JP Anthropic Claude Opus 4.6',
      description: 'Routes requests to Anthropic Claude Opus 4.6 in ap-northeast-3 and ap-northeast-1.',
    })
  })

  it('takes the caller’s own ARN for the id', () => {
    const identifier = 'arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-opus-4-8'
    expect(getInferenceProfile({ ...caller, identifier }).inferenceProfileId).toBe('us.anthropic.claude-opus-4-8')
  })

  it.each([
    ['guide', 'us.anthropic.claude-9'],
    ['guide', 'anthropic.claude-opus-4-8'],
    ['guide', 'jp.anthropic.claude-haiku-4-5-20251001-v1:0'],
    ['guide', 'arn:aws:bedrock:us-east-1:999999999999:inference-profile/us.anthropic.claude-opus-4-8'],
    ['guide', 'arn:aws:bedrock:us-west-2:123456789012:inference-profile/us.anthropic.claude-opus-4-8'],
    ['guide', 'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/1arbu5hu2sjr'],
    ['aws', 'eu.anthropic.claude-opus-4-8'],
    ['aws', 'us.anthropic.claude-3-haiku-20240307-v1:0'],
  ] as const)('has in %s fidelity no %s', (fidelity, identifier) => {
    expect(() => getInferenceProfile({ ...caller, fidelity, identifier })).toThrow(
      new GatewayError('notFound', 'Inference profile not found.'),
    )
  })

  it.each(['no profile', '', 'us/anthropic.claude-opus-4-8'])('tells of the pattern that %j breaks', (identifier) => {
    expect(() => getInferenceProfile({ ...caller, identifier })).toThrow(
      new GatewayError(
        'validation',
        `1 validation error detected: Value '${identifier}' at 'inferenceProfileIdentifier' failed to satisfy constraint: Member must satisfy regular expression pattern: (arn:aws(|-us-gov|-cn|-iso|-iso-b):bedrock:(|[0-9a-z-]{0,20}):(|[0-9]{12}):(inference-profile|application-inference-profile)/)?[a-zA-Z0-9-:.]+`,
      ),
    )
  })
})
