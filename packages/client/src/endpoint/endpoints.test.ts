import { describe, expect, it } from 'vitest'
import { endpointsFor } from './endpoints.ts'

const none = () => undefined
const envOf = (variables: Record<string, string>) => (name: string) => variables[name]

describe('the hosts of a Region', () => {
  it.each([
    ['us-east-1', 'amazonaws.com', 'api.aws'],
    ['us-gov-west-1', 'amazonaws.com', 'api.aws'],
    ['cn-north-1', 'amazonaws.com.cn', 'api.amazonwebservices.com.cn'],
    ['eusc-de-east-1', 'amazonaws.eu', 'api.amazonwebservices.eu'],
    ['us-iso-east-1', 'c2s.ic.gov', 'api.aws.ic.gov'],
    ['us-isob-east-1', 'sc2s.sgov.gov', 'api.aws.scloud'],
    ['eu-isoe-west-1', 'cloud.adc-e.uk', 'api.cloud-aws.adc-e.uk'],
    ['us-isof-south-1', 'csp.hci.ic.gov', 'api.aws.hci.ic.gov'],
  ])('are those of its partition: %s', (region, plain, dual) => {
    expect(endpointsFor(region, {}, none)).toEqual({
      runtime: `https://bedrock-runtime.${region}.${plain}`,
      mantle: `https://bedrock-mantle.${region}.${dual}`,
      control: `https://bedrock.${region}.${plain}`,
    })
    expect(endpointsFor(region, { dualStack: true }, none)).toEqual({
      runtime: `https://bedrock-runtime.${region}.${dual}`,
      mantle: `https://bedrock-mantle.${region}.${dual}`,
      control: `https://bedrock.${region}.${dual}`,
    })
  })

  it.each([
    [{ fips: true }, {}, 'https://bedrock-runtime-fips.us-west-2.amazonaws.com'],
    [{}, { AWS_USE_FIPS_ENDPOINT: 'TRUE' }, 'https://bedrock-runtime-fips.us-west-2.amazonaws.com'],
    [{ fips: false }, { AWS_USE_FIPS_ENDPOINT: 'true' }, 'https://bedrock-runtime.us-west-2.amazonaws.com'],
    [{}, { AWS_USE_DUALSTACK_ENDPOINT: 'true' }, 'https://bedrock-runtime.us-west-2.api.aws'],
    [{ fips: true, dualStack: true }, {}, 'https://bedrock-runtime-fips.us-west-2.api.aws'],
  ])('with %j and %j', (options, env, runtime) => {
    expect(endpointsFor('us-west-2', options, envOf(env)).runtime).toBe(runtime)
  })

  it('calls no host without FIPS when FIPS was asked for', () => {
    expect(endpointsFor('us-west-2', { fips: true }, none)).toEqual({
      runtime: 'https://bedrock-runtime-fips.us-west-2.amazonaws.com',
      mantle: 'https://bedrock-mantle-fips.us-west-2.api.aws',
      control: 'https://bedrock-fips.us-west-2.amazonaws.com',
    })
  })

  it('refuses to make a host of what is no Region', () => {
    expect(() => endpointsFor('evil.example/', {}, none)).toThrow('The Region is no AWS Region: "evil.example/"')
  })
})

describe('a custom URL', () => {
  const own = endpointsFor('us-east-1', {}, none)
  const everything = {
    ANTHROPIC_BEDROCK_BASE_URL: 'http://anthropic:1',
    AWS_ENDPOINT_URL_BEDROCK_RUNTIME: 'http://runtime:2',
    AWS_ENDPOINT_URL_BEDROCK: 'http://control:3',
    AWS_ENDPOINT_URL: 'http://all:4',
  }
  const { ANTHROPIC_BEDROCK_BASE_URL: _, ...ofAws } = everything

  it.each([
    [
      'baseURL over all of them',
      'http://option:5/p/',
      everything,
      ['http://option:5/p', 'http://option:5/p/mantle', 'http://option:5/p'],
    ],
    [
      "Anthropic's variable over AWS's",
      undefined,
      everything,
      ['http://anthropic:1', 'http://anthropic:1/mantle', 'http://anthropic:1'],
    ],
    [
      "AWS's variable for each service",
      undefined,
      ofAws,
      ['http://runtime:2', 'http://runtime:2/mantle', 'http://control:3'],
    ],
    [
      "AWS's variable for all services",
      undefined,
      { AWS_ENDPOINT_URL: 'http://all:4' },
      ['http://all:4', 'http://all:4/mantle', 'http://all:4'],
    ],
    [
      'the control plane of AWS beside a runtime of our own',
      undefined,
      { AWS_ENDPOINT_URL_BEDROCK_RUNTIME: 'http://runtime:2' },
      ['http://runtime:2', 'http://runtime:2/mantle', own.control],
    ],
    ['nothing where blank ones are', undefined, { AWS_ENDPOINT_URL: ' ' }, [own.runtime, own.mantle, own.control]],
    [
      "none of AWS's variables where they are to be ignored",
      undefined,
      { ...ofAws, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' },
      [own.runtime, own.mantle, own.control],
    ],
  ])('is %s', (_, baseURL, env, [runtime, mantle, control]) => {
    expect(endpointsFor('us-east-1', { baseURL }, envOf(env))).toEqual({ runtime, mantle, control })
  })

  it.each(['http://mantle:6/mantle/anthropic', 'http://mantle:6/mantle/anthropic/', 'http://mantle:6/mantle'])(
    'has mantle where ANTHROPIC_BEDROCK_MANTLE_BASE_URL says: %s',
    (url) => {
      const env = envOf({ ANTHROPIC_BEDROCK_MANTLE_BASE_URL: url })
      const both = envOf({ ANTHROPIC_BEDROCK_MANTLE_BASE_URL: url, ANTHROPIC_BEDROCK_BASE_URL: 'http://runtime:5' })
      expect(endpointsFor('us-east-1', {}, both).mantle).toBe('http://mantle:6/mantle')
      expect(endpointsFor('us-east-1', { baseURL: 'http://option:5' }, env).mantle).toBe('http://option:5/mantle')
      expect(endpointsFor('us-east-1', {}, env)).toEqual({ ...own, mantle: 'http://mantle:6/mantle' })
    },
  )

  it.each([
    'https://vpce-0a1b-2c3d.bedrock-runtime.us-east-1.vpce.amazonaws.com',
    'https://bedrock-runtime.us-east-1.amazonaws.com',
    'https://bedrock-runtime-fips.us-east-1.api.aws',
  ])('that is a runtime host of AWS serves the runtime alone: %s', (baseURL) => {
    expect(endpointsFor('us-east-1', { baseURL }, none)).toEqual({ ...own, runtime: baseURL })
  })

  it('that is the mantle host of AWS serves mantle alone', () => {
    const baseURL = 'https://bedrock-mantle.eu-west-1.api.aws/anthropic'
    expect(endpointsFor('us-east-1', { baseURL }, none)).toEqual({
      ...own,
      mantle: 'https://bedrock-mantle.eu-west-1.api.aws',
    })
  })

  it.each([
    [{ baseURL: 'http://x', fips: true }, {}, 'baseURL names an endpoint, and FIPS another: leave one of them out'],
    [
      { dualStack: true },
      { AWS_ENDPOINT_URL: 'http://x' },
      'AWS_ENDPOINT_URL names an endpoint, and dual-stack another: leave one of them out',
    ],
    [{ baseURL: 'http://x' }, { AWS_USE_FIPS_ENDPOINT: 'true' }, 'baseURL names an endpoint, and FIPS another'],
  ])('with %j and %j is refused', (options, env, message) => {
    expect(() => endpointsFor('us-east-1', options, envOf(env))).toThrow(message)
  })

  it.each([
    ['', 'baseURL is no URL; write it like https://bedrock.example.com or http://127.0.0.1:5151'],
    ['bedrock.example.com', 'baseURL is no URL'],
    ['localhost:5151', 'baseURL begins with neither https:// nor http://'],
    ['file:///etc/passwd', 'baseURL begins with neither https:// nor http://'],
    ['https://me:secret@x', /^baseURL holds a user name or a password(?!.*secret)/],
    ['https://x/?a=1', 'baseURL has a query or a fragment'],
    ['https://x/#a', 'baseURL has a query or a fragment'],
  ])('%j is refused with a sentence', (baseURL, message) => {
    expect(() => endpointsFor('us-east-1', { baseURL }, none)).toThrow(message)
  })
})
