import { describe, expect, it } from 'vitest'
import { measuredRoutes } from './measured-routes.fixture.ts'
import { resolveModel, type ResolveInput } from './resolve-model.ts'
import type { Fidelity } from './types.ts'

const account = '123456789012'
const lateIn2026 = Date.parse('2026-11-22T12:00:00Z')
const springOf2026 = Date.parse('2026-03-01T12:00:00Z')

const invalid = { kind: 'refused', code: 'validation', message: 'The provided model identifier is invalid.' }
const retired = {
  kind: 'refused',
  code: 'notFound',
  message:
    'This model version has reached the end of its life. Please refer to the AWS documentation for more details.',
}
const profileOnly = (id: string): unknown => ({
  kind: 'refused',
  code: 'validation',
  message: `Invocation of model ID ${id} with on-demand throughput isn\u2019t supported. Retry your request with the ID or ARN of an inference profile that contains this model.`,
})

function resolve(modelId: string, fidelity: Fidelity, region = 'us-east-1', more: Partial<ResolveInput> = {}): unknown {
  const resolution = resolveModel({ modelId, region, account, fidelity, now: lateIn2026, ...more })
  if (resolution.kind === 'refused') return resolution
  const { model, ...rest } = resolution
  return { modelId: model.modelId, ...rest }
}

function profileArn(region: string, owner: string, id: string, partition = 'aws'): string {
  return `arn:${partition}:bedrock:${region}:${owner}:inference-profile/${id}`
}

function served(modelId: string, scope: string, region: string, warnings: readonly string[] = []): unknown {
  const profileId = `${scope}.${modelId}`
  const profileArn = `arn:aws:bedrock:${region}:123456789012:inference-profile/${profileId}`
  return { kind: 'resolved', modelId, scope, profileId, profileArn, warnings }
}

// The guide's table, as MISSION.md prints it.
const guideTable = `
  anthropic.claude-opus-4-6-v1              | Yes | Yes | Yes | Yes | Yes
  anthropic.claude-sonnet-4-6               | Yes | Yes | Yes | Yes | No
  anthropic.claude-sonnet-4-5-20250929-v1:0 | Yes | Yes | Yes | Yes | No
  anthropic.claude-sonnet-4-20250514-v1:0   | Yes | Yes | Yes | No  | Yes
  anthropic.claude-3-7-sonnet-20250219-v1:0 | No  | Yes | Yes | No  | Yes
  anthropic.claude-opus-4-5-20251101-v1:0   | Yes | Yes | Yes | No  | No
  anthropic.claude-opus-4-1-20250805-v1:0   | No  | Yes | No  | No  | No
  anthropic.claude-opus-4-20250514-v1:0     | No  | Yes | No  | No  | No
  anthropic.claude-haiku-4-5-20251001-v1:0  | Yes | Yes | Yes | No  | No
  anthropic.claude-3-5-haiku-20241022-v1:0  | No  | Yes | No  | No  | No
  anthropic.claude-3-haiku-20240307-v1:0    | No  | Yes | Yes | No  | Yes
`
const cells = guideTable
  .trim()
  .split('\n')
  .flatMap((line) => {
    const [modelId = '', ...answers] = line.split('|').map((cell) => cell.trim())
    return ['global', 'us', 'eu', 'jp', 'apac'].map((scope, at) => ({ modelId, scope, answer: answers[at] }))
  })

const warned: Readonly<Record<string, string>> = {
  'anthropic.claude-sonnet-4-20250514-v1:0':
    'Claude Sonnet 4 (anthropic.claude-sonnet-4-20250514-v1:0) reached its end of life on 2026-10-14; use Claude Sonnet 5.5 (anthropic.claude-sonnet-5-5)',
  'anthropic.claude-3-7-sonnet-20250219-v1:0':
    'Claude 3.7 Sonnet (anthropic.claude-3-7-sonnet-20250219-v1:0) reached its end of life (reported 2026-05-06; no date is published); use Claude Sonnet 5.5 (anthropic.claude-sonnet-5-5)',
  'anthropic.claude-opus-4-1-20250805-v1:0':
    'Claude Opus 4.1 (anthropic.claude-opus-4-1-20250805-v1:0) is legacy since 2026-07-08 and ends on 2027-01-08; use Claude Opus 5.5 (anthropic.claude-opus-5-5)',
  'anthropic.claude-opus-4-20250514-v1:0':
    'Claude Opus 4 (anthropic.claude-opus-4-20250514-v1:0) is legacy (reported 2026-05-06; no date is published); use Claude Opus 5.5 (anthropic.claude-opus-5-5)',
  'anthropic.claude-3-5-haiku-20241022-v1:0':
    'Claude 3.5 Haiku (anthropic.claude-3-5-haiku-20241022-v1:0) reached its end of life on 2026-06-19; use Claude Haiku 5.5 (anthropic.claude-haiku-5-5)',
  'anthropic.claude-3-haiku-20240307-v1:0':
    'Claude 3 Haiku (anthropic.claude-3-haiku-20240307-v1:0) reached its end of life on 2026-09-10; use Claude Haiku 5.5 (anthropic.claude-haiku-5-5)',
}
const warningsOf = (modelId: string): readonly string[] => [warned[modelId] ?? []].flat()

describe('guide fidelity', () => {
  it('has eleven models and five scopes', () => {
    expect(cells).toHaveLength(55)
    expect(cells.filter((cell) => cell.answer === 'Yes')).toHaveLength(32)
    expect(cells.filter((cell) => cell.answer === 'No')).toHaveLength(23)
  })

  describe.each(['us-east-1', 'eu-central-2', 'ap-northeast-1', 'sa-east-1'])('called from %s', (region) => {
    it.each(cells.filter((cell) => cell.answer === 'Yes'))('$modelId answers in $scope', ({ modelId, scope }) => {
      expect(resolve(`${scope}.${modelId}`, 'guide', region)).toEqual(
        served(modelId, scope, region, warningsOf(modelId)),
      )
    })

    it.each(cells.filter((cell) => cell.answer === 'No'))('$modelId is refused in $scope', ({ modelId, scope }) => {
      expect(resolve(`${scope}.${modelId}`, 'guide', region)).toEqual(invalid)
    })
  })

  it.each([
    ['anthropic.claude-opus-4-6-v1', 'us-west-2', 'us'],
    ['anthropic.claude-opus-4-6-v1', 'ca-central-1', 'us'],
    ['anthropic.claude-opus-4-6-v1', 'eu-west-3', 'eu'],
    ['anthropic.claude-opus-4-6-v1', 'ap-northeast-1', 'jp'],
    ['anthropic.claude-opus-4-6-v1', 'ap-southeast-1', 'apac'],
    ['anthropic.claude-opus-4-6-v1', 'ap-southeast-2', 'au'],
    ['anthropic.claude-opus-4-6-v1', 'sa-east-1', 'global'],
    ['anthropic.claude-haiku-4-5-20251001-v1:0', 'ap-northeast-1', 'global'],
    ['anthropic.claude-haiku-5-5', 'ap-northeast-3', 'jp'],
    ['anthropic.claude-sonnet-5-5', 'eu-central-2', 'eu'],
    ['anthropic.claude-opus-5', 'ap-south-1', 'global'],
  ])('serves the bare id %s from %s in %s', (modelId, region, scope) => {
    expect(resolve(modelId, 'guide', region)).toEqual(served(modelId, scope, region))
  })

  it('serves a bare id in its Region where no geography has it but the Region does', () => {
    expect(resolve('anthropic.claude-3-haiku-20240307-v1:0', 'guide', 'sa-east-1')).toEqual({
      kind: 'resolved',
      modelId: 'anthropic.claude-3-haiku-20240307-v1:0',
      scope: 'in-region',
      warnings: [warned['anthropic.claude-3-haiku-20240307-v1:0']],
    })
  })

  it('sends nobody out of the geography that the guide gives a bare id', () => {
    const modelId = 'anthropic.claude-opus-4-1-20250805-v1:0'
    expect(resolve(modelId, 'guide', 'eu-west-1')).toEqual(profileOnly(modelId))
    expect(resolve(modelId, 'guide', 'us-west-1')).toEqual(served(modelId, 'us', 'us-west-1', warningsOf(modelId)))
  })

  it('keeps old code running on models that the guide no longer knows', () => {
    expect(resolve('anthropic.claude-3-5-sonnet-20241022-v2:0', 'guide')).toEqual({
      kind: 'resolved',
      modelId: 'anthropic.claude-3-5-sonnet-20241022-v2:0',
      scope: 'in-region',
      warnings: [
        'Claude 3.5 Sonnet v2 (anthropic.claude-3-5-sonnet-20241022-v2:0) reached its end of life (reported 2026-05-06; no date is published); use Claude Sonnet 5.5 (anthropic.claude-sonnet-5-5)',
        'no recorded scope of anthropic.claude-3-5-sonnet-20241022-v2:0 covers us-east-1; answered in-Region',
      ],
    })
  })

  it.each([
    ['au.anthropic.claude-sonnet-4-6', 'anthropic.claude-sonnet-4-6', 'au'],
    ['us.anthropic.claude-opus-4-8', 'anthropic.claude-opus-4-8', 'us'],
    ['jp.anthropic.claude-opus-5-5', 'anthropic.claude-opus-5-5', 'jp'],
    ['global.anthropic.claude-haiku-5-5', 'anthropic.claude-haiku-5-5', 'global'],
  ])('answers %s by measured data from any Region', (id, modelId, scope) => {
    expect(resolve(id, 'guide', 'us-east-1')).toEqual(served(modelId, scope, 'us-east-1'))
    expect(resolve(id, 'guide', 'eu-west-1')).toEqual(served(modelId, scope, 'eu-west-1'))
  })

  it.each(['au.anthropic.claude-opus-4-5-20251101-v1:0', 'jp.anthropic.claude-opus-5', 'in.anthropic.claude-opus-5'])(
    'refuses %s, which nobody measured',
    (id) => {
      expect(resolve(id, 'guide')).toEqual(invalid)
    },
  )

  it('warns of a model that the guide marks although its dates are still to come', () => {
    const before = Date.parse('2025-11-01T00:00:00Z')
    expect(resolve('us.anthropic.claude-3-haiku-20240307-v1:0', 'guide', 'us-east-1', { now: before })).toMatchObject({
      warnings: [
        'Claude 3 Haiku (anthropic.claude-3-haiku-20240307-v1:0) is deprecated and ends on 2026-09-10; use Claude Haiku 4.5 (anthropic.claude-haiku-4-5-20251001-v1:0)',
      ],
    })
  })

  it('warns in ASCII, because a header carries it', () => {
    for (const warning of Object.values(warned)) expect(warning).toMatch(/^[\x20-\x7e]+$/)
  })
})

describe('aws fidelity', () => {
  it.each(measuredRoutes)(
    'resolves %s from every source Region of a route while its model lives',
    (id, _name, from) => {
      const now =
        id.includes('claude-opus-5') || /(?:sonnet|fable)-5$|opus-4-[78]$/.test(id) ? lateIn2026 : springOf2026
      const scope = id.slice(0, id.indexOf('.'))
      const modelId = id.slice(scope.length + 1)
      for (const region of from.split(' ')) {
        expect(resolve(id, 'aws', region, { now })).toEqual(served(modelId, scope, region))
      }
    },
  )

  it.each([
    ['us.anthropic.claude-opus-4-8', 'eu-west-1'],
    ['us.anthropic.claude-opus-4-1-20250805-v1:0', 'us-west-1'],
    ['eu.anthropic.claude-opus-4-8', 'us-east-1'],
    ['eu.anthropic.claude-opus-4-8', 'eu-south-1'],
    ['jp.anthropic.claude-opus-4-8', 'ap-northeast-2'],
    ['au.anthropic.claude-opus-4-8', 'ap-southeast-1'],
    ['global.anthropic.claude-opus-4-8', 'eu-south-2'],
    ['global.anthropic.claude-opus-4-8', 'us-gov-west-1'],
  ])('refuses %s from %s, which is no source Region of it', (id, region) => {
    expect(resolve(id, 'aws', region)).toEqual(invalid)
  })

  it('follows the documentation where the snapshot did not look', () => {
    const modelId = 'anthropic.claude-opus-4-8'
    expect(resolve(`au.${modelId}`, 'aws', 'ap-southeast-4')).toEqual(served(modelId, 'au', 'ap-southeast-4'))
  })

  it.each([
    ['jp.anthropic.claude-haiku-4-5-20251001-v1:0', 'ap-northeast-1', true],
    ['jp.anthropic.claude-opus-4-6-v1', 'ap-northeast-1', false],
    ['apac.anthropic.claude-opus-4-6-v1', 'ap-southeast-1', false],
  ])('takes measured data over the guide for %s', (id, region, answers) => {
    expect(resolve(id, 'aws', region)).toMatchObject(answers ? { kind: 'resolved' } : invalid)
  })

  it.each(['anthropic.claude-opus-4-6-v1', 'anthropic.claude-haiku-5-5', 'anthropic.claude-opus-4-1-20250805-v1:0'])(
    'tells %s to come back with a profile',
    (id) => {
      expect(resolve(id, 'aws')).toEqual(profileOnly(id))
    },
  )

  it.each([
    'us.anthropic.claude-3-haiku-20240307-v1:0',
    'anthropic.claude-3-haiku-20240307-v1:0',
    'us.anthropic.claude-sonnet-4-20250514-v1:0',
    'anthropic.claude-3-5-haiku-20241022-v1:0',
  ])('answers %s with its end of life', (id) => {
    expect(resolve(id, 'aws')).toEqual(retired)
  })

  it('retires a model at the very moment of its date', () => {
    const end = Date.parse('2026-10-14T07:00:00Z')
    const id = 'us.anthropic.claude-sonnet-4-20250514-v1:0'
    expect(resolve(id, 'aws', 'us-east-1', { now: end - 1 })).toMatchObject({ kind: 'resolved', warnings: [] })
    expect(resolve(id, 'aws', 'us-east-1', { now: end })).toEqual(retired)
  })

  it('tells of the end of a retired model by a profile that is listed no more, and of nothing by one that never was', () => {
    expect(resolve('us.anthropic.claude-3-5-haiku-20241022-v1:0', 'aws', 'us-east-1')).toEqual(retired)
    expect(resolve('us.anthropic.claude-3-5-haiku-20241022-v1:0', 'aws', 'eu-west-1')).toEqual(invalid)
    expect(resolve('eu.anthropic.claude-3-5-haiku-20241022-v1:0', 'aws', 'eu-west-1')).toEqual(invalid)
  })

  it('serves an on-demand model by its bare id where its Region has it, and nowhere else', () => {
    const modelId = 'anthropic.claude-3-haiku-20240307-v1:0'
    const at = { now: springOf2026 }
    expect(resolve(modelId, 'aws', 'us-west-2', at)).toEqual({
      kind: 'resolved',
      modelId,
      scope: 'in-region',
      warnings: [],
    })
    expect(resolve(modelId, 'aws', 'us-west-1', at)).toEqual(invalid)
  })
})

describe.each<Fidelity>(['guide', 'aws'])('in %s fidelity', (fidelity) => {
  it.each([
    'claude-opus-4-6',
    'anthropic.claude-opus-9',
    'amazon.nova-pro-v1:0',
    'us.anthropic.claude-opus-4-6',
    'mars.anthropic.claude-opus-4-6-v1',
    'US.anthropic.claude-opus-4-6-v1',
    'proto',
    'constructor',
    'toString',
    'us.constructor',
  ])('%s is unknown', (id) => {
    expect(resolve(id, fidelity)).toEqual(invalid)
  })

  it.each(['anthropic.claude-3-haiku-20240307-v1:0:200k', 'anthropic.claude-3-haiku-20240307-v1:0:48k'])(
    '%s needs provisioned throughput',
    (id) => {
      expect(resolve(id, fidelity)).toEqual(profileOnly(id))
    },
  )

  it('knows no context variant that nobody recorded', () => {
    expect(resolve('anthropic.claude-3-haiku-20240307-v1:0:7k', fidelity)).toEqual(invalid)
  })

  it('takes a profile ARN of the caller for its id, and no other', () => {
    const id = 'us.anthropic.claude-opus-4-8'
    expect(resolve(profileArn('us-east-1', account, id), fidelity)).toEqual(
      served('anthropic.claude-opus-4-8', 'us', 'us-east-1'),
    )
    expect(resolve(profileArn('us-west-2', account, id), fidelity)).toEqual(invalid)
    expect(resolve(profileArn('us-east-1', '999999999999', id), fidelity)).toEqual(invalid)
    expect(resolve(profileArn('us-east-1', account, id, 'aws-us-gov'), fidelity)).toEqual(invalid)
    expect(resolve(profileArn('us-east-1', account, 'us.anthropic.claude-9'), fidelity)).toEqual(invalid)
    expect(resolve(profileArn('us-east-1', account, 'anthropic.claude-opus-4-8'), fidelity)).toEqual(invalid)
  })

  it.each(['us-east-1', ''])('takes a foundation-model ARN of Region %j for its base id', (region) => {
    const id = 'anthropic.claude-opus-4-8'
    expect(resolve(`arn:aws:bedrock:${region}::foundation-model/${id}`, fidelity)).toEqual(resolve(id, fidelity))
  })

  it.each([
    'arn:aws:bedrock:eu-west-1::foundation-model/anthropic.claude-opus-4-8',
    'arn:aws-us-gov:bedrock:us-east-1::foundation-model/anthropic.claude-opus-4-8',
    'arn:aws:bedrock:us-east-1::foundation-model/us.anthropic.claude-opus-4-8',
    'arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-9',
    'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/1arbu5hu2sjr',
  ])('refuses %s', (arn) => {
    expect(resolve(arn, fidelity)).toEqual(invalid)
  })

  it.each([
    'arn:aws:bedrock:us-east-1:123456789012:provisioned-model/abcdefghij12',
    'arn:aws:bedrock:us-east-1:123456789012:custom-model/anthropic.claude-3-haiku/abcdefghij12',
    'arn:aws:bedrock:us-east-1:123456789012:custom-model-deployment/abcdefghij12',
    'arn:aws:bedrock:us-east-1:123456789012:imported-model/abcdefghij12',
    'arn:aws:bedrock:us-east-1:123456789012:prompt/ABCDEFGHI1',
    'arn:aws:bedrock:us-east-1:123456789012:prompt-router/mine',
    'arn:aws:bedrock:us-east-1:123456789012:default-prompt-router/anthropic.claude:1',
    'arn:aws:sagemaker:us-east-1:123456789012:endpoint/mine',
  ])('finds nothing behind %s', (arn) => {
    expect(resolve(arn, fidelity)).toEqual({
      kind: 'refused',
      code: 'notFound',
      message: 'Could not resolve the foundation model from the provided model identifier.',
    })
  })

  it('says which constraint a malformed id breaks', () => {
    expect(resolve('claude opus', fidelity)).toMatchObject({
      kind: 'refused',
      code: 'validation',
      message: expect.stringMatching(
        /^1 validation error detected: Value 'claude opus' at 'modelId' failed to satisfy constraint: Member must satisfy regular expression pattern: \(arn:aws/,
      ),
    })
    const long = 'a'.repeat(2049)
    expect(resolve(long, fidelity)).toEqual({
      kind: 'refused',
      code: 'validation',
      message: `1 validation error detected: Value '${long}' at 'modelId' failed to satisfy constraint: Member must have length less than or equal to 2048`,
    })
  })
})

describe('an application profile', () => {
  const arn = 'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/1arbu5hu2sjr'
  const copying = (copyFrom: string): Partial<ResolveInput> => ({
    application: (id) => (id === '1arbu5hu2sjr' ? { arn, copyFrom } : undefined),
  })
  const sonnet = 'anthropic.claude-sonnet-4-5-20250929-v1:0'

  it.each(['guide', 'aws'] as const)('means the system profile that it copies (%s)', (fidelity) => {
    const more = copying(profileArn('us-east-1', account, `us.${sonnet}`))
    expect(resolve(arn, fidelity, 'us-east-1', more)).toEqual({
      ...(served(sonnet, 'us', 'us-east-1') as object),
      applicationArn: arn,
    })
  })

  it('of a foundation model stays in the Region where that answers, in either fidelity', () => {
    const haiku = 'anthropic.claude-3-haiku-20240307-v1:0'
    const more = { ...copying(`arn:aws:bedrock:us-east-1::foundation-model/${haiku}`), now: Date.parse('2026-01-15') }
    const inRegion = { kind: 'resolved', modelId: haiku, scope: 'in-region', warnings: [], applicationArn: arn }
    expect(resolve(arn, 'aws', 'us-east-1', more)).toEqual(inRegion)
    const ending =
      'Claude 3 Haiku (anthropic.claude-3-haiku-20240307-v1:0) is deprecated and ends on 2026-09-10; use Claude Haiku 4.5 (anthropic.claude-haiku-4-5-20251001-v1:0)'
    expect(resolve(arn, 'guide', 'us-east-1', more)).toEqual({ ...inRegion, warnings: [ending] })
  })

  it('is refused where nobody made it, in another Region or account, and by its bare id', () => {
    const more = copying(profileArn('us-east-1', account, `us.${sonnet}`))
    expect(resolve(arn, 'aws')).toEqual(invalid)
    expect(resolve(arn.replace('1arbu', '2arbu'), 'aws', 'us-east-1', more)).toEqual(invalid)
    expect(resolve(arn, 'aws', 'us-west-2', more)).toEqual(invalid)
    expect(resolve(arn.replace(account, '111122223333'), 'aws', 'us-east-1', more)).toEqual(invalid)
    expect(resolve('1arbu5hu2sjr', 'guide', 'us-east-1', more)).toEqual(invalid)
  })

  it('never means another application profile', () => {
    expect(resolve(arn, 'guide', 'us-east-1', copying(arn))).toEqual(invalid)
  })
})
