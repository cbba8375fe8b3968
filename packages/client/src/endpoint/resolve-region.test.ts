import { describe, expect, it, vi } from 'vitest'
import type { Platform } from '../platform.ts'
import { checkedRegion, createRegionResolver, regionOf } from './resolve-region.ts'

function platformOf(env: Record<string, string>, config?: string): Platform {
  return { env: (name) => env[name], readConfigRegion: async () => config }
}
const quiet = { onWarning: () => undefined }

describe('the Region by the rule of the guide', () => {
  it.each([
    [{ awsRegion: 'eu-west-1' }, { AWS_REGION: 'us-west-2' }, 'eu-west-1'],
    [{}, { AWS_REGION: 'us-west-2' }, 'us-west-2'],
    [{}, { AWS_REGION: ' us-west-2\n' }, 'us-west-2'],
    [{}, { AWS_REGION: '' }, 'us-east-1'],
    [{}, { AWS_DEFAULT_REGION: 'eu-west-1' }, 'us-east-1'],
    [{}, {}, 'us-east-1'],
  ])('%j with %j is %s', async (options, env, region) => {
    expect(regionOf(options, platformOf(env))).toBe(region)
    expect(await createRegionResolver({ ...quiet, ...options }, platformOf(env, 'eu-north-1'))()).toBe(region)
  })

  it('takes nothing from an ARN', async () => {
    const arn = 'arn:aws:bedrock:eu-west-3:111122223333:application-inference-profile/abcdefghijkl'
    expect(await createRegionResolver({ awsRegion: 'us-west-2' }, platformOf({}))(arn)).toBe('us-west-2')
  })

  it('warns once when ~/.aws/config names another Region than the us-east-1 that was fallen back to', async () => {
    const onWarning = vi.fn<(warning: string) => void>()
    const platform = platformOf({}, 'eu-central-1')
    const resolve = createRegionResolver({ onWarning }, platform)
    expect([await resolve(), await resolve()]).toEqual(['us-east-1', 'us-east-1'])
    await createRegionResolver({ onWarning }, platform)()
    expect(onWarning.mock.calls).toEqual([
      [
        'Calling Bedrock in us-east-1: ~/.aws/config names eu-central-1, but it is not read for the Region. ' +
          "Set AWS_REGION, or give awsRegion a Region or 'auto'.",
      ],
    ])
  })

  it.each([
    ['the same Region', {}, {}, 'us-east-1'],
    ['no Region', {}, {}, undefined],
    ['another, but AWS_REGION is set', {}, { AWS_REGION: 'us-east-1' }, 'eu-west-1'],
    ['another, but awsRegion was given', { awsRegion: 'us-east-1' }, {}, 'eu-west-1'],
  ])('does not warn when ~/.aws/config names %s', async (_, options, env, config) => {
    const onWarning = vi.fn<(warning: string) => void>()
    await createRegionResolver({ ...options, onWarning }, platformOf(env, config))()
    expect(onWarning).not.toHaveBeenCalled()
  })

  it('calls on when ~/.aws/config cannot be read', async () => {
    const platform: Platform = { env: () => undefined, readConfigRegion: () => Promise.reject(new Error('EACCES')) }
    expect(await createRegionResolver({}, platform)()).toBe('us-east-1')
  })
})

describe("awsRegion: 'auto'", () => {
  const env = { AWS_REGION: 'us-west-2', AWS_DEFAULT_REGION: 'ca-central-1' }
  const arn = 'arn:aws:bedrock:eu-west-3:111122223333:application-inference-profile/abcdefghijkl'
  const global = 'arn:aws:bedrock:::foundation-model/anthropic.claude-opus-4-6-v1'

  it.each([
    ['an ARN', arn, env, 'ap-south-1', 'eu-west-3'],
    ['AWS_REGION', 'us.anthropic.claude-opus-4-6-v1', env, 'ap-south-1', 'us-west-2'],
    ['AWS_REGION, where an ARN names none', global, env, 'ap-south-1', 'us-west-2'],
    ['AWS_DEFAULT_REGION', undefined, { AWS_DEFAULT_REGION: 'ca-central-1' }, 'ap-south-1', 'ca-central-1'],
    ['the profile', undefined, {}, 'ap-south-1', 'ap-south-1'],
  ])('takes the Region of %s', async (_, modelId, environment, config, region) => {
    const resolve = createRegionResolver({ awsRegion: 'auto' }, platformOf(environment, config))
    expect(await resolve(modelId)).toBe(region)
  })

  it('asks for the Region of the profile that was given, once', async () => {
    const readConfigRegion = vi.fn<(profile?: string) => Promise<string>>(async () => 'eu-west-1')
    const resolve = createRegionResolver(
      { awsRegion: 'auto', awsProfile: 'dev' },
      { env: () => undefined, readConfigRegion },
    )
    expect([await resolve(), await resolve()]).toEqual(['eu-west-1', 'eu-west-1'])
    expect(readConfigRegion.mock.calls).toEqual([['dev']])
  })

  it.each([platformOf({}), { env: () => undefined }])('fails loudly when nothing names one', async (platform) => {
    await expect(createRegionResolver({ awsRegion: 'auto' }, platform)()).rejects.toThrow(
      "awsRegion is 'auto' and nothing names a Region",
    )
  })
})

describe('the name of a Region', () => {
  it.each(['us-east-1', 'us-gov-west-1', 'eusc-de-east-1', 'us-isob-east-1', 'ap-southeast-7', 'mx-central-1'])(
    '%s is one',
    (name) => {
      expect(checkedRegion(name, 'awsRegion')).toBe(name)
    },
  )

  it.each([
    ['us-east1', 'awsRegion is no AWS Region: "us-east1". Did you mean us-east-1?'],
    ['US-EAST-1', 'awsRegion is no AWS Region: "US-EAST-1". Did you mean us-east-1?'],
    ['us-east-1a', 'awsRegion is no AWS Region: "us-east-1a". Did you mean us-east-1?'],
    ['', 'awsRegion is no AWS Region: "". A Region is written like us-east-1.'],
    ['evil.example/#', 'awsRegion is no AWS Region: "evil.example/#". A Region is written like us-east-1.'],
    ['us-east-1.evil.example', /^awsRegion is no AWS Region: "us-east-1.evil.example"\./],
    ['us-east-1\n', /^awsRegion is no AWS Region/],
    ['a-'.repeat(100_000), /^awsRegion is no AWS Region/],
  ])('%j is none', (name, message) => {
    expect(() => checkedRegion(name, 'awsRegion')).toThrow(message)
  })
})
