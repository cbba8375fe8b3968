import { describe, expect, it } from 'vitest'
import { idForWire } from './id-for-wire.ts'
import type { TargetContext } from './model-target.ts'
import { resolveTargets } from './resolve-targets.ts'

const now = Date.parse('2026-11-25T00:00:00Z')

/** The targets as `region modelId`, or the refusal. */
function told(asked: string, context: Partial<TargetContext> = {}): readonly string[] | string {
  const resolved = resolveTargets(asked, { region: 'us-east-1', now, ...context })
  if (resolved.kind === 'refused') return `${resolved.because}: ${resolved.message}`
  return resolved.targets.map(({ region, modelId }) => `${region} ${modelId}`)
}

const ids = (asked: string, context: Partial<TargetContext> = {}): readonly string[] | string => {
  const targets = told(asked, context)
  return typeof targets === 'string' ? targets : targets.map((target) => target.replace(/^\S+ /, ''))
}

// The rows of MISSION M4 that are not retired, by what was measured of real accounts (WIRE §9.2).
describe('a model by its name', () => {
  it.each([
    ['claude-opus-4-6', 'us-east-1', ['global.anthropic.claude-opus-4-6-v1', 'us.anthropic.claude-opus-4-6-v1']],
    ['claude-opus-4-6', 'eu-west-1', ['global.anthropic.claude-opus-4-6-v1', 'eu.anthropic.claude-opus-4-6-v1']],
    ['claude-opus-4-6', 'ap-northeast-1', ['global.anthropic.claude-opus-4-6-v1']],
    ['claude-opus-4-6', 'ap-southeast-2', ['global.anthropic.claude-opus-4-6-v1', 'au.anthropic.claude-opus-4-6-v1']],
    ['claude-sonnet-4-6', 'us-east-1', ['global.anthropic.claude-sonnet-4-6', 'us.anthropic.claude-sonnet-4-6']],
    ['claude-sonnet-4-6', 'eu-west-1', ['global.anthropic.claude-sonnet-4-6', 'eu.anthropic.claude-sonnet-4-6']],
    ['claude-sonnet-4-6', 'ap-northeast-1', ['global.anthropic.claude-sonnet-4-6', 'jp.anthropic.claude-sonnet-4-6']],
    ['claude-sonnet-4-6', 'ap-southeast-2', ['global.anthropic.claude-sonnet-4-6', 'au.anthropic.claude-sonnet-4-6']],
    [
      'claude-sonnet-4-5',
      'us-east-1',
      ['global.anthropic.claude-sonnet-4-5-20250929-v1:0', 'us.anthropic.claude-sonnet-4-5-20250929-v1:0'],
    ],
    [
      'claude-sonnet-4-5',
      'eu-west-1',
      ['global.anthropic.claude-sonnet-4-5-20250929-v1:0', 'eu.anthropic.claude-sonnet-4-5-20250929-v1:0'],
    ],
    [
      'claude-sonnet-4-5',
      'ap-northeast-1',
      ['global.anthropic.claude-sonnet-4-5-20250929-v1:0', 'jp.anthropic.claude-sonnet-4-5-20250929-v1:0'],
    ],
    [
      'claude-sonnet-4-5',
      'ap-southeast-2',
      ['global.anthropic.claude-sonnet-4-5-20250929-v1:0', 'au.anthropic.claude-sonnet-4-5-20250929-v1:0'],
    ],
    [
      'claude-opus-4-5',
      'us-east-1',
      ['global.anthropic.claude-opus-4-5-20251101-v1:0', 'us.anthropic.claude-opus-4-5-20251101-v1:0'],
    ],
    [
      'claude-opus-4-5',
      'eu-west-1',
      ['global.anthropic.claude-opus-4-5-20251101-v1:0', 'eu.anthropic.claude-opus-4-5-20251101-v1:0'],
    ],
    ['claude-opus-4-5', 'ap-northeast-1', ['global.anthropic.claude-opus-4-5-20251101-v1:0']],
    ['claude-opus-4-5', 'ap-southeast-2', ['global.anthropic.claude-opus-4-5-20251101-v1:0']],
    ['claude-opus-4-1', 'us-east-1', ['us.anthropic.claude-opus-4-1-20250805-v1:0']],
    [
      'claude-haiku-4-5',
      'us-east-1',
      ['global.anthropic.claude-haiku-4-5-20251001-v1:0', 'us.anthropic.claude-haiku-4-5-20251001-v1:0'],
    ],
    [
      'claude-haiku-4-5',
      'eu-west-1',
      ['global.anthropic.claude-haiku-4-5-20251001-v1:0', 'eu.anthropic.claude-haiku-4-5-20251001-v1:0'],
    ],
    [
      'claude-haiku-4-5',
      'ap-northeast-1',
      ['global.anthropic.claude-haiku-4-5-20251001-v1:0', 'jp.anthropic.claude-haiku-4-5-20251001-v1:0'],
    ],
    [
      'claude-haiku-4-5',
      'ap-southeast-2',
      ['global.anthropic.claude-haiku-4-5-20251001-v1:0', 'au.anthropic.claude-haiku-4-5-20251001-v1:0'],
    ],
    ['claude-opus-5-5', 'us-east-1', ['global.anthropic.claude-opus-5-5', 'us.anthropic.claude-opus-5-5']],
    ['claude-opus-5-5', 'ap-northeast-1', ['global.anthropic.claude-opus-5-5', 'jp.anthropic.claude-opus-5-5']],
    ['claude-opus-5-5', 'ap-southeast-2', ['global.anthropic.claude-opus-5-5']],
  ] as const)('%s from %s is %j', (asked, region, expected) => {
    expect(ids(asked, { region })).toEqual(expected)
  })

  it.each([
    'claude-opus-4-6',
    'opus-4.6',
    'Claude-Opus-4.6',
    'anthropic.claude-opus-4-6-v1',
    'anthropic.claude-opus-4-6', // mantle's id
  ])('is the same however it is spelled: %s', (asked) => {
    expect(ids(asked)).toEqual(['global.anthropic.claude-opus-4-6-v1', 'us.anthropic.claude-opus-4-6-v1'])
  })

  it.each([
    [
      'claude-3-haiku',
      'us-east-1',
      'us.anthropic.claude-3-haiku-20240307-v1:0',
      'Claude 3 Haiku (anthropic.claude-3-haiku-20240307-v1:0) reached its end of life on 2026-09-10; use Claude Haiku 5.5 (anthropic.claude-haiku-5-5)',
    ],
    [
      'anthropic.claude-sonnet-4-20250514-v1:0',
      'eu-west-1',
      'eu.anthropic.claude-sonnet-4-20250514-v1:0',
      'Claude Sonnet 4 (anthropic.claude-sonnet-4-20250514-v1:0) reached its end of life on 2026-10-14; use Claude Sonnet 5.5 (anthropic.claude-sonnet-5-5)',
    ],
  ])('that is retired goes out with its successor as a warning: %s', (asked, region, modelId, warning) => {
    const resolved = resolveTargets(asked, { region, now, scope: ['geo'] })
    expect(resolved).toMatchObject({ kind: 'resolved', targets: [{ region, modelId }], warnings: [warning] })
  })

  it('of Anthropic’s own Bedrock examples, which has retired, is called', () => {
    const resolved = resolveTargets('anthropic.claude-3-5-sonnet-20241022-v2:0', { region: 'us-east-1', now })
    expect(resolved).toMatchObject({
      targets: [{ modelId: 'anthropic.claude-3-5-sonnet-20241022-v2:0', scope: 'in-region' }],
    })
  })

  it('that is retired is called in no scope that was not asked for', () => {
    const asked = 'anthropic.claude-3-5-sonnet-20241022-v2:0'
    expect(resolveTargets(asked, { region: 'us-east-1', now, scope: ['global'] })).toMatchObject({
      kind: 'refused',
      because: 'not-served',
    })
  })

  it('that is legacy goes out with a warning', () => {
    expect(resolveTargets('claude-opus-4-1', { region: 'us-east-1', now })).toMatchObject({
      kind: 'resolved',
      asked: 'claude-opus-4-1',
      anthropicName: 'claude-opus-4-1-20250805',
      targets: [{ region: 'us-east-1', modelId: 'us.anthropic.claude-opus-4-1-20250805-v1:0', scope: 'us' }],
      warnings: [
        'Claude Opus 4.1 (anthropic.claude-opus-4-1-20250805-v1:0) is legacy since 2026-07-08 and ends on 2027-01-08; use Claude Opus 5.5 (anthropic.claude-opus-5-5)',
      ],
    })
  })

  it('that a Region does not serve says which Regions do', () => {
    expect(told('claude-opus-4-1', { region: 'eu-west-1' })).toBe(
      'not-served: Claude Opus 4.1 cannot be called from eu-west-1. It is served in the scopes us (from us-east-1, us-east-2, us-west-2).',
    )
  })

  it('falls back to what the guide names where nothing was measured, and says so', () => {
    expect(resolveTargets('claude-opus-4-6', { region: 'ap-northeast-1', residency: 'jp', now })).toMatchObject({
      targets: [{ region: 'ap-northeast-1', modelId: 'jp.anthropic.claude-opus-4-6-v1', scope: 'jp' }],
      warnings: ['No measured data name jp.anthropic.claude-opus-4-6-v1 in ap-northeast-1: it is tried all the same.'],
    })
    expect(ids('claude-opus-4-8', { region: 'eu-south-1' })).toEqual([
      'global.anthropic.claude-opus-4-8',
      'eu.anthropic.claude-opus-4-8',
    ])
    expect(ids('claude-opus-4-8', { region: 'mx-central-1' })).toEqual(['global.anthropic.claude-opus-4-8'])
  })

  it('has no global profile in GovCloud, and is tried by the one that GovCloud would have', () => {
    expect(resolveTargets('claude-opus-4-8', { region: 'us-gov-west-1', now })).toMatchObject({
      targets: [{ region: 'us-gov-west-1', modelId: 'us-gov.anthropic.claude-opus-4-8', scope: 'us-gov' }],
      warnings: ['No measured data name us-gov.anthropic.claude-opus-4-8 in us-gov-west-1: it is tried all the same.'],
    })
    expect(ids('claude-opus-5', { region: 'ap-south-1', residency: 'in' })).toEqual(['in.anthropic.claude-opus-5'])
    expect(told('claude-opus-4-1', { region: 'us-gov-west-1' })).toMatch(
      /^not-served: Claude Opus 4\.1 cannot be called from us-gov-west-1\./,
    )
  })

  it('is answered by the guide alone in guide fidelity, retired models included', () => {
    expect(ids('claude-3-haiku', { fidelity: 'guide' })).toEqual([
      'us.anthropic.claude-3-haiku-20240307-v1:0',
      'anthropic.claude-3-haiku-20240307-v1:0',
    ])
    expect(ids('claude-opus-4-6', { fidelity: 'guide', region: 'ap-northeast-1', scope: ['geo'] })).toEqual([
      'jp.anthropic.claude-opus-4-6-v1',
      'apac.anthropic.claude-opus-4-6-v1',
    ])
  })
})

describe('a model newer than the catalogue', () => {
  it('is called by the profiles that it would have', () => {
    expect(ids('claude-opus-6', { region: 'eu-west-1' })).toEqual([
      'global.anthropic.claude-opus-6',
      'eu.anthropic.claude-opus-6',
      'anthropic.claude-opus-6',
    ])
    expect(ids('anthropic.claude-saga-6-1', { region: 'ap-south-1', scope: ['geo', 'global'] })).toEqual([
      'in.anthropic.claude-saga-6-1',
      'global.anthropic.claude-saga-6-1',
    ])
    expect(ids('claude-opus-5-5-20261201', { residency: 'us', scope: ['geo'] })).toEqual([
      'us.anthropic.claude-opus-5-5-20261201',
    ])
  })

  it('stays in its Region where a residency lists Regions, whose profiles nobody knows', () => {
    expect(ids('claude-opus-6', { residency: ['us-east-1', 'us-east-2', 'us-west-2'] })).toEqual([
      'anthropic.claude-opus-6',
    ])
  })

  it('has a name by which version rules can be asked', () => {
    expect(resolveTargets('global.anthropic.claude-opus-6-v1:0', { region: 'us-east-1', now })).toEqual({
      kind: 'resolved',
      asked: 'global.anthropic.claude-opus-6-v1:0',
      anthropicName: 'claude-opus-6',
      targets: [{ region: 'us-east-1', modelId: 'global.anthropic.claude-opus-6-v1:0', scope: 'global' }],
      warnings: [],
    })
  })
})

describe('the order of scopes', () => {
  it.each([
    [
      ['geo', 'global'],
      ['us.anthropic.claude-opus-4-8', 'global.anthropic.claude-opus-4-8'],
    ],
    [['geo'], ['us.anthropic.claude-opus-4-8']],
    [
      ['in-region'],
      'not-served: Claude Opus 4.8 has the scopes global, us in us-east-1, and only in-region was asked for.',
    ],
  ] as const)('%j gives %j', (scope, expected) => {
    expect(ids('claude-opus-4-8', { scope })).toEqual(expected)
  })

  it('is tried inside each Region before the next', () => {
    expect(told('claude-opus-4-8', { failover: ['us-west-2', 'us-east-1', 'eu-west-1', 'us-gov-west-1'] })).toEqual([
      'us-east-1 global.anthropic.claude-opus-4-8',
      'us-east-1 us.anthropic.claude-opus-4-8',
      'us-west-2 global.anthropic.claude-opus-4-8',
      'us-west-2 us.anthropic.claude-opus-4-8',
      'eu-west-1 global.anthropic.claude-opus-4-8',
      'eu-west-1 eu.anthropic.claude-opus-4-8',
    ])
  })

  it('skips a failover Region that does not serve the model', () => {
    expect(told('claude-opus-4-1', { failover: ['eu-west-1', 'us-west-2'] })).toEqual([
      'us-east-1 us.anthropic.claude-opus-4-1-20250805-v1:0',
      'us-west-2 us.anthropic.claude-opus-4-1-20250805-v1:0',
    ])
  })
})

describe('a residency', () => {
  it.each([
    ['claude-opus-4-8', 'us-east-1', 'us', ['us.anthropic.claude-opus-4-8']],
    ['claude-opus-4-8', 'ap-northeast-1', 'apac', ['jp.anthropic.claude-opus-4-8']],
    ['claude-opus-4-8', 'us-east-1', ['us-east-1', 'us-east-2', 'us-west-2'], ['us.anthropic.claude-opus-4-8']],
    ['claude-opus-5-5', 'eu-west-2', ['eu-west-2'], ['anthropic.claude-opus-5-5']],
    [
      'claude-opus-4-8',
      'us-east-1',
      ['us-east-1'],
      'outside-residency: No scope of Claude Opus 4.8 in us-east-1 stays inside the residency us-east-1: it has global, us there.',
    ],
    // From us-west-1 the profile also routes to us-west-1 itself.
    [
      'claude-opus-4-8',
      'us-west-1',
      ['us-west-1', 'us-east-1', 'us-east-2'],
      'outside-residency: No scope of Claude Opus 4.8 in us-west-1 stays inside the residency us-west-1, us-east-1, us-east-2: it has global, us there.',
    ],
    [
      'claude-opus-4-8',
      'us-east-1',
      'eu',
      'outside-residency: The Region us-east-1 is outside the residency eu: call a Region inside it.',
    ],
    [
      'global.anthropic.claude-opus-4-8',
      'us-east-1',
      'us',
      'outside-residency: A call of global.anthropic.claude-opus-4-8 from us-east-1 may be answered outside the residency us: name the model alone, and the client finds a profile that stays inside.',
    ],
    [
      'us.anthropic.claude-opus-4-8',
      'us-east-1',
      ['us-east-1'],
      'outside-residency: A call of us.anthropic.claude-opus-4-8 from us-east-1 may be answered outside the residency us-east-1: name the model alone, and the client finds a profile that stays inside.',
    ],
    ['eu.anthropic.claude-next-9', 'eu-west-1', 'eu', ['eu.anthropic.claude-next-9']],
    [
      'arn:aws:bedrock:us-east-1:111122223333:inference-profile/us.anthropic.claude-opus-4-8',
      'eu-west-1',
      'eu',
      'outside-residency: The Region us-east-1 is outside the residency eu: call a Region inside it.',
    ],
    [
      'arn:aws:bedrock:eu-west-1:111122223333:provisioned-model/abcdefghijkl',
      'us-east-1',
      'eu',
      ['arn:aws:bedrock:eu-west-1:111122223333:provisioned-model/abcdefghijkl'],
    ],
    [
      'arn:aws:bedrock:eu-west-1:111122223333:application-inference-profile/abcdefghijkl',
      'eu-west-1',
      'eu',
      'outside-residency: Nothing tells where arn:aws:bedrock:eu-west-1:111122223333:application-inference-profile/abcdefghijkl is answered, so a call may leave the residency eu: name the profile that it stands for, or allow bedrock:GetInferenceProfile, which tells.',
    ],
  ] as const)('of %s from %s inside %j leaves %j', (asked, region, residency, expected) => {
    expect(ids(asked, { region, residency })).toEqual(expected)
  })

  it('is crossed by no failover, and says which Regions it shuts out', () => {
    const resolved = resolveTargets('claude-opus-4-8', {
      region: 'us-east-1',
      residency: 'us',
      failover: ['eu-west-1', 'us-west-2'],
      now,
    })
    expect(resolved).toMatchObject({
      targets: [
        { region: 'us-east-1', modelId: 'us.anthropic.claude-opus-4-8' },
        { region: 'us-west-2', modelId: 'us.anthropic.claude-opus-4-8' },
      ],
      warnings: ['The failover Region eu-west-1 is outside the residency us: it is never called.'],
    })
  })
})

describe('an id that is spelled out', () => {
  it.each([
    [
      'us.anthropic.claude-opus-4-8',
      ['us-east-1 us.anthropic.claude-opus-4-8', 'us-west-2 us.anthropic.claude-opus-4-8'],
    ],
    [
      'arn:aws:bedrock:us-west-1:111122223333:inference-profile/us.anthropic.claude-opus-4-8',
      [
        'us-west-1 arn:aws:bedrock:us-west-1:111122223333:inference-profile/us.anthropic.claude-opus-4-8',
        'us-west-2 arn:aws:bedrock:us-west-2:111122223333:inference-profile/us.anthropic.claude-opus-4-8',
      ],
    ],
    [
      'arn:aws:bedrock:eu-west-1:111122223333:application-inference-profile/abcdefghijkl',
      ['eu-west-1 arn:aws:bedrock:eu-west-1:111122223333:application-inference-profile/abcdefghijkl'],
    ],
    ['abcdefghijkl', ['us-east-1 abcdefghijkl']],
    ['meta.llama3-70b-instruct-v1:0', ['us-east-1 meta.llama3-70b-instruct-v1:0']],
    [
      'ca.anthropic.claude-opus-5-5',
      [
        'us-east-1 ca.anthropic.claude-opus-5-5',
        'us-west-2 ca.anthropic.claude-opus-5-5',
        'eu-west-1 ca.anthropic.claude-opus-5-5',
      ],
    ],
    [
      'arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-opus-5-5',
      ['us-east-1 arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-opus-5-5'],
    ],
  ] as const)('%s is called where it says: %j', (asked, expected) => {
    expect(told(asked, { failover: ['us-west-2', 'eu-west-1'] })).toEqual(expected)
  })

  it('of a retired model is sent all the same, with a warning: dates of retirement have moved before', () => {
    expect(resolveTargets('us.anthropic.claude-3-haiku-20240307-v1:0', { region: 'us-east-1', now })).toMatchObject({
      kind: 'resolved',
      warnings: [
        'Claude 3 Haiku (anthropic.claude-3-haiku-20240307-v1:0) reached its end of life on 2026-09-10; use Claude Haiku 5.5 (anthropic.claude-haiku-5-5)',
      ],
    })
  })

  it.each([
    [
      'eu.anthropic.claude-opus-4-8',
      'wrong-geography: The profile eu.anthropic.claude-opus-4-8 cannot be called from us-east-1: use global.anthropic.claude-opus-4-8 there.',
    ],
    [
      'arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-opus-4-8',
      'profile-only: Claude Opus 4.8 is served through inference profiles alone: use global.anthropic.claude-opus-4-8.',
    ],
    [
      'anthropic.claude-3-haiku-20240307-v1:0:48k',
      'provisioned-only: anthropic.claude-3-haiku-20240307-v1:0:48k is served by provisioned throughput alone: name the ARN of yours.',
    ],
  ])('%s is refused: %s', (asked, expected) => {
    expect(told(asked)).toBe(expected)
  })
})

describe('a wrong id', () => {
  it.each([
    ['claude-opsu-4-6', 'claude-opus-4-6'],
    ['claude-opus-4-9', 'claude-opus-4-8'],
    ['us.anthropic.claude-opus-4-6', 'us.anthropic.claude-opus-4-6-v1'],
    ['us.anthropic.claude-opus-4-8-v1', 'us.anthropic.claude-opus-4-8'],
    ['anthropic.claude-opus-4-8-v1:0', 'anthropic.claude-opus-4-8'],
    ['uss.anthropic.claude-opus-4-8', 'us.anthropic.claude-opus-4-8'],
    ['us.claude-opus-4-8', 'us.anthropic.claude-opus-4-8'],
    ['antropic.claude-opus-4-8', 'anthropic.claude-opus-4-8'],
  ])('%s is refused, and %s proposed', (asked, meant) => {
    expect(told(asked)).toBe(`unknown: Bedrock has no model "${asked}". Did you mean ${meant}?`)
  })

  const rule =
    'cannot be a model id. A model is a name such as claude-opus-4-6, an id or an ARN: letters, digits and -_.:/ alone.'
  it.each([
    ['Claude Opus 4.6', `"Claude Opus 4.6" ${rule} Did you mean claude-opus-4-6?`],
    ['', `"" ${rule}`],
    ['..', `".." ${rule}`],
    ['a/../b', `"a/../b" ${rule}`],
    ['a?b=c', `"a?b=c" ${rule}`],
    ['a#b', `"a#b" ${rule}`],
    ['a%2fb', `"a%2fb" ${rule}`],
    ['a\u0000b', `"a\\u0000b" ${rule}`],
    ['a\r\nx-evil: 1', `"a\\r\\nx-evil: 1" ${rule}`],
    ['mödel', `"m?del" ${rule}`],
    ['x'.repeat(3000), `"${'x'.repeat(100)}..." ${rule}`],
  ])('%j never comes near a URL', (asked, expected) => {
    expect(told(asked)).toBe(`malformed: ${expected}`)
  })
})

const account = 'arn:aws:bedrock:us-east-1:111122223333'
const arn = (id: string): string => `${account}:application-inference-profile/${id}`

const profile = (scope: string, modelId: string, destinations: readonly string[]) => ({
  profileId: `${scope}.${modelId}`,
  arn: `${account}:inference-profile/${scope}.${modelId}`,
  isApplication: false,
  modelId,
  destinations,
})
const own = (id: string, modelId: string, destinations: readonly string[]) => ({
  profileId: id,
  arn: `${account}:application-inference-profile/${id}`,
  isApplication: true,
  modelId,
  destinations,
})

describe('what an account really has', () => {
  const live = new Map([
    [
      'us-east-1',
      {
        profiles: [
          profile('us', 'anthropic.claude-opus-4-8', ['us-east-1', 'us-west-2']),
          profile('us', 'anthropic.claude-3-haiku-20240307-v1:0', ['us-east-1']),
          profile('global', 'anthropic.claude-opus-6-v1:0', ['', 'us-east-1']),
          profile('us', 'anthropic.claude-opus-6-v1:0', ['us-east-1', 'ca-central-1']),
          own('abcdefghijkl', 'anthropic.claude-opus-4-8', ['us-east-1', 'us-west-2']),
          own('everywhere00', 'anthropic.claude-opus-6', ['', 'us-east-1']),
          own('here00000000', 'anthropic.claude-haiku-4-5-20251001-v1:0', ['us-east-1']),
        ],
        onDemand: new Set(['anthropic.claude-opus-5-5']),
      },
    ],
  ])

  it.each([
    ['claude-opus-4-8', ['us.anthropic.claude-opus-4-8']],
    ['claude-3-haiku', ['us.anthropic.claude-3-haiku-20240307-v1:0']],
    ['claude-opus-6', ['global.anthropic.claude-opus-6-v1:0', 'us.anthropic.claude-opus-6-v1:0']],
    ['claude-opus-5-5', ['anthropic.claude-opus-5-5']],
    ['us.anthropic.claude-opus-4-8', ['us.anthropic.claude-opus-4-8']],
  ])('says where %s is called: %j', (asked, expected) => {
    expect(ids(asked, { live })).toEqual(expected)
  })

  it.each([
    ['claude-opus-5', 'not-served: Claude Opus 5 cannot be called from us-east-1. It is served in the scopes global'],
    [
      'global.anthropic.claude-opus-4-8',
      'wrong-geography: The profile global.anthropic.claude-opus-4-8 cannot be called from us-east-1: use us.anthropic.claude-opus-4-8 there.',
    ],
  ])('says that %s is not called', (asked, expected) => {
    expect(String(told(asked, { live })).slice(0, expected.length)).toBe(expected)
  })

  it('tells the model behind an application profile, and whether it stays inside a residency', () => {
    const at = { region: 'us-east-1', live, now }
    expect(resolveTargets(arn('abcdefghijkl'), { ...at, residency: 'us' })).toMatchObject({
      model: { modelId: 'anthropic.claude-opus-4-8' },
      anthropicName: 'claude-opus-4-8',
      targets: [{ region: 'us-east-1', modelId: arn('abcdefghijkl'), scope: 'us' }],
    })
    expect(resolveTargets(arn('everywhere00'), at)).toMatchObject({
      anthropicName: 'claude-opus-6',
      targets: [{ scope: 'global' }],
    })
    expect(told(arn('everywhere00'), { live, residency: 'us' })).toMatch(/^outside-residency: A call of arn:/)
    expect(told(arn('abcdefghijkl'), { live, residency: ['us-east-1'] })).toMatch(/^outside-residency: /)
    expect(resolveTargets(arn('here00000000'), { ...at, residency: ['us-east-1'] })).toMatchObject({
      targets: [{ scope: 'in-region' }],
    })
  })

  it('is asked of its own Region alone', () => {
    expect(told('claude-opus-4-8', { live, failover: ['us-west-2'] })).toEqual([
      'us-east-1 us.anthropic.claude-opus-4-8',
      'us-west-2 global.anthropic.claude-opus-4-8',
      'us-west-2 us.anthropic.claude-opus-4-8',
    ])
  })
})

describe('on mantle', () => {
  it('a model has a bare id, in each Region', () => {
    expect(told('claude-haiku-4-5', { wire: 'mantle', failover: ['us-west-2'] })).toEqual([
      'us-east-1 anthropic.claude-haiku-4-5',
      'us-west-2 anthropic.claude-haiku-4-5',
    ])
    expect(ids('global.anthropic.claude-haiku-4-5-20251001-v1:0', { wire: 'mantle' })).toEqual([
      'anthropic.claude-haiku-4-5',
    ])
    expect(ids('claude-opus-7', { wire: 'mantle' })).toEqual(['anthropic.claude-opus-7'])
  })

  it('a Region that no source names is tried with a warning', () => {
    expect(resolveTargets('claude-haiku-4-5', { region: 'sa-east-1', wire: 'mantle', now })).toMatchObject({
      warnings: ['No source names anthropic.claude-haiku-4-5 on mantle in sa-east-1: it is tried all the same.'],
    })
  })

  it('nothing is called under a residency, which nobody says that mantle keeps', () => {
    const refused =
      'outside-residency: No source says that mantle answers a call in the Region that it is sent to, so it may leave the residency us: use another wire.'
    expect(told('claude-opus-4-8', { wire: 'mantle', residency: 'us' })).toBe(refused)
    expect(idForWire('us.anthropic.claude-opus-4-8', 'mantle', 'us')).toEqual({
      kind: 'refused',
      because: 'outside-residency',
      message: refused.replace('outside-residency: ', ''),
    })
  })

  it('an application profile has no id', () => {
    expect(
      told('arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/abcdefghijkl', { wire: 'mantle' }),
    ).toBe('not-served: Mantle takes the bare ids of models alone: name the model, such as claude-opus-4-8.')
  })
})

describe('idForWire', () => {
  it.each([
    ['global.anthropic.claude-haiku-4-5-20251001-v1:0', 'invoke', 'global.anthropic.claude-haiku-4-5-20251001-v1:0'],
    ['anthropic.claude-3-haiku-20240307-v1:0', 'converse', 'anthropic.claude-3-haiku-20240307-v1:0'],
    ['us.anthropic.claude-opus-4-8', 'runtime-messages', 'us.anthropic.claude-opus-4-8'],
    [arn('abcdefghijkl'), 'runtime-messages', arn('abcdefghijkl')],
    ['global.anthropic.claude-haiku-4-5-20251001-v1:0', 'mantle', 'anthropic.claude-haiku-4-5'],
    ['eu.anthropic.claude-opus-7', 'mantle', 'anthropic.claude-opus-7'],
    [`${account}:inference-profile/us.anthropic.claude-opus-4-8`, 'mantle', 'anthropic.claude-opus-4-8'],
  ] as const)('says %s on %s as %s', (modelId, wire, expected) => {
    expect(idForWire(modelId, wire)).toEqual({ kind: 'ready', modelId: expected })
  })

  it('has no word on the runtime’s Messages route for a model that a Region answers by itself', () => {
    expect(idForWire('anthropic.claude-3-haiku-20240307-v1:0', 'runtime-messages')).toMatchObject({
      because: 'profile-only',
      message:
        "The runtime's Messages route takes inference profiles alone, and anthropic.claude-3-haiku-20240307-v1:0 is none: use wire 'invoke', or let the client choose a profile.",
    })
  })
})
