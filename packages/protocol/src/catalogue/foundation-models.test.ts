import { describe, expect, it } from 'vitest'
import { GatewayError } from '../failures/gateway-error.ts'
import { getFoundationModel, listFoundationModels, type ListFoundationModelsInput } from './foundation-models.ts'

const autumn = Date.parse('2026-11-22T00:00:00Z')

function ids(input: Partial<ListFoundationModelsInput>): string[] {
  const summaries = listFoundationModels({ region: 'us-west-2', fidelity: 'guide', now: autumn, ...input })
  return summaries.map((summary) => summary.modelId.replace('anthropic.', ''))
}

const current = [
  'claude-haiku-5-5',
  'claude-sonnet-5-5',
  'claude-opus-5-5',
  'claude-fable-5-1',
  'claude-opus-5',
  'claude-sonnet-5',
  'claude-fable-5',
  'claude-opus-4-8',
  'claude-opus-4-7',
  'claude-sonnet-4-6',
  'claude-opus-4-6-v1',
  'claude-opus-4-5-20251101-v1:0',
  'claude-haiku-4-5-20251001-v1:0',
  'claude-sonnet-4-5-20250929-v1:0',
]
const guideOnly = [
  'claude-opus-4-1-20250805-v1:0',
  'claude-sonnet-4-20250514-v1:0',
  'claude-3-7-sonnet-20250219-v1:0',
  'claude-3-5-haiku-20241022-v1:0',
  'claude-3-haiku-20240307-v1:0',
  'claude-opus-4-20250514-v1:0',
]

describe('listFoundationModels', () => {
  it.each(['us-west-2', 'eu-west-1', 'sa-east-1', 'ap-northeast-1'])(
    'lists the current models and all eleven of the guide in %s, in guide fidelity',
    (region) => {
      expect(ids({ region })).toEqual([...current, ...guideOnly])
    },
  )

  it('drops what has retired, and what the Region never had, in aws fidelity', () => {
    expect(ids({ fidelity: 'aws' })).toEqual([...current, 'claude-opus-4-1-20250805-v1:0'])
    expect(ids({ fidelity: 'aws', region: 'eu-west-1' })).toEqual(current)
    expect(ids({ fidelity: 'aws', region: 'eu-south-1' })).toEqual([])
  })

  it('lists what the API snapshot showed in ap-south-1 at a time when all of it lived', () => {
    const spring = Date.parse('2026-03-01T00:00:00Z')
    expect(ids({ fidelity: 'aws', region: 'ap-south-1', now: spring }).slice(current.length)).toEqual([
      'claude-sonnet-4-20250514-v1:0',
      'claude-3-7-sonnet-20250219-v1:0',
      'claude-3-5-sonnet-20241022-v2:0',
      'claude-3-5-sonnet-20240620-v1:0',
      'claude-3-haiku-20240307-v1:0',
      'claude-3-sonnet-20240229-v1:0',
    ])
  })

  it('writes a summary byte for byte as the service does', () => {
    const summaries = listFoundationModels({ region: 'us-east-1', fidelity: 'aws', now: autumn })
    expect(JSON.stringify(summaries.find((summary) => summary.modelId === 'anthropic.claude-opus-4-8'))).toBe(
      '{"modelArn":"arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-opus-4-8","modelId":"anthropic.claude-opus-4-8","modelName":"Claude Opus 4.8","providerName":"Anthropic","inputModalities":["TEXT","IMAGE"],"outputModalities":["TEXT"],"responseStreamingSupported":true,"customizationsSupported":[],"inferenceTypesSupported":["INFERENCE_PROFILE"],"modelLifecycle":{"status":"ACTIVE","startOfLifeTime":"2026-05-28T10:00:00Z"}}',
    )
  })

  it('dates the lifecycle of a legacy model', () => {
    const summaries = listFoundationModels({ region: 'us-east-1', fidelity: 'guide', now: autumn })
    const lifecycles = new Map(summaries.map((summary) => [summary.modelId, summary.modelLifecycle]))
    expect(lifecycles.get('anthropic.claude-opus-4-1-20250805-v1:0')).toEqual({
      status: 'LEGACY',
      startOfLifeTime: '2025-08-05T00:00:00Z',
      legacyTime: '2026-07-08T08:00:00Z',
      publicExtendedAccessTime: '2026-10-08T08:00:00Z',
      endOfLifeTime: '2027-01-08T08:00:00Z',
    })
    expect(lifecycles.get('anthropic.claude-3-5-haiku-20241022-v1:0')).toEqual({
      status: 'LEGACY',
      startOfLifeTime: '2024-11-04T00:00:00Z',
      legacyTime: '2025-12-19T00:00:00Z',
      publicExtendedAccessTime: '2026-03-19T00:00:00Z',
      endOfLifeTime: '2026-06-19T00:00:00Z',
    })
    expect(lifecycles.get('anthropic.claude-opus-4-20250514-v1:0')).toEqual({ status: 'LEGACY' })
  })

  it.each(['anthropic', 'Anthropic', 'ANTHROPIC'])('takes %s for the provider', (byProvider) => {
    expect(ids({ byProvider })).toEqual([...current, ...guideOnly])
  })

  it('filters', () => {
    expect(ids({ byProvider: 'Amazon' })).toEqual([])
    expect(ids({ byOutputModality: 'TEXT' })).toEqual([...current, ...guideOnly])
    expect(ids({ byOutputModality: 'IMAGE' })).toEqual([])
    expect(ids({ byInferenceType: 'ON_DEMAND' })).toEqual(['claude-3-haiku-20240307-v1:0'])
    expect(ids({ byInferenceType: 'PROVISIONED' })).toEqual([])
    expect(ids({ byCustomizationType: 'FINE_TUNING' })).toEqual([])
  })

  it.each([
    [
      { byOutputModality: 'text' },
      "Value 'text' at 'byOutputModality' failed to satisfy constraint: Member must satisfy enum value set: [TEXT, IMAGE, EMBEDDING]",
    ],
    [
      { byInferenceType: 'INFERENCE_PROFILE' },
      "Value 'INFERENCE_PROFILE' at 'byInferenceType' failed to satisfy constraint: Member must satisfy enum value set: [ON_DEMAND, PROVISIONED]",
    ],
    [
      { byCustomizationType: '' },
      "Value '' at 'byCustomizationType' failed to satisfy constraint: Member must satisfy enum value set: [FINE_TUNING, CONTINUED_PRE_TRAINING, DISTILLATION]",
    ],
    [
      { byProvider: 'Anthropic!' },
      "Value 'Anthropic!' at 'byProvider' failed to satisfy constraint: Member must satisfy regular expression pattern: [A-Za-z0-9- ]{1,63}",
    ],
  ])('refuses the filter %j', (filter, detail) => {
    expect(() => ids(filter)).toThrow(new GatewayError('validation', `1 validation error detected: ${detail}`))
  })
})

describe('getFoundationModel', () => {
  const from = { region: 'us-east-1', fidelity: 'guide', now: autumn } as const

  it.each(['anthropic.claude-opus-4-8', 'arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-opus-4-8'])(
    'knows %s',
    (identifier) => {
      expect(getFoundationModel({ identifier, ...from })).toMatchObject({
        modelArn: 'arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-opus-4-8',
        modelName: 'Claude Opus 4.8',
      })
    },
  )

  it('shows an old model that guide fidelity still answers for, and aws fidelity does not', () => {
    const identifier = 'anthropic.claude-3-5-sonnet-20241022-v2:0'
    expect(getFoundationModel({ identifier, ...from }).modelLifecycle.status).toBe('LEGACY')
    expect(() => getFoundationModel({ identifier, ...from, fidelity: 'aws' })).toThrow('model identifier is invalid')
  })

  it.each([
    'anthropic.claude-9',
    'us.anthropic.claude-opus-4-8',
    'anthropic.claude-3-haiku-20240307-v1:0:200k',
    'arn:aws:bedrock:eu-west-1::foundation-model/anthropic.claude-opus-4-8',
  ])('refuses %j', (identifier) => {
    expect(() => getFoundationModel({ identifier, ...from })).toThrow(
      new GatewayError('validation', 'The provided model identifier is invalid.'),
    )
  })

  it.each([
    'claude-opus-4-8',
    'arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-opus-4-8',
    'no model',
    '',
  ])('tells of the pattern that %j breaks', (identifier) => {
    expect(() => getFoundationModel({ identifier, ...from })).toThrow(
      new GatewayError(
        'validation',
        `1 validation error detected: Value '${identifier}' at 'modelIdentifier' failed to satisfy constraint: Member must satisfy regular expression pattern: (arn:aws(-[^:]+)?:bedrock:[a-z0-9-]{1,20}::foundation-model/[a-z0-9-]{1,63}[.]{1}([a-z0-9-]{1,63}[.]){0,2}[a-z0-9-]{1,63}([:][a-z0-9-]{1,63}){0,2})|([a-z0-9-]{1,63}[.]{1}[a-z0-9-]{1,63}([.]?[a-z0-9-]{1,63})([:][a-z0-9-]{1,63}){0,2})`,
      ),
    )
  })

  it('takes 2048 characters at most', () => {
    const identifier = 'a'.repeat(2049)
    expect(() => getFoundationModel({ identifier, ...from })).toThrow(
      new GatewayError(
        'validation',
        `1 validation error detected: Value '${identifier}' at 'modelIdentifier' failed to satisfy constraint: Member must have length less than or equal to 2048`,
      ),
    )
  })

  it('is not slowed down by a hostile identifier', () => {
    const started = performance.now()
    for (const piece of ['a', 'a.', 'a:', '-']) {
      expect(() => getFoundationModel({ identifier: `${piece.repeat(1000)}!`, ...from })).toThrow(GatewayError)
      expect(() => getFoundationModel({ identifier: `a.${piece.repeat(1000)}!`, ...from })).toThrow(GatewayError)
    }
    expect(performance.now() - started).toBeLessThan(200)
  })
})
