import { describe, expect, it } from 'vitest'
import { type CostContext, costOfMessage } from './cost-of-message.ts'
import { createUsageMeter } from './usage-meter.ts'

const usage = {
  input_tokens: 1000,
  output_tokens: 200,
  cache_read_input_tokens: 5000,
  cache_creation_input_tokens: 300,
  cache_creation: { ephemeral_5m_input_tokens: 100, ephemeral_1h_input_tokens: 200 },
}
const global: CostContext = {
  modelId: 'global.anthropic.claude-opus-4-6-v1',
  region: 'us-east-1',
  now: Date.parse('2026-11-25T00:00:00Z'),
}

describe('costOfMessage', () => {
  it('gives the exact cost, each kind of token at its price', () => {
    const source = expect.any(String) as string
    expect(costOfMessage({ usage }, global)).toEqual({
      usd: '0.015125',
      picoUsd: 15_125_000_000n,
      unknown: null,
      items: [
        { item: 'input', tokens: 1000, usdPerMillionTokens: '5', usd: '0.005', source },
        { item: 'cacheWrite5m', tokens: 100, usdPerMillionTokens: '6.25', usd: '0.000625', source },
        { item: 'cacheWrite1h', tokens: 200, usdPerMillionTokens: '10', usd: '0.002', source },
        { item: 'cacheRead', tokens: 5000, usdPerMillionTokens: '0.5', usd: '0.0025', source },
        { item: 'output', tokens: 200, usdPerMillionTokens: '25', usd: '0.005', source },
      ],
    })
  })

  it('adds the premium of a geography, and takes the Region of an ARN', () => {
    expect(costOfMessage(usage, { ...global, modelId: 'us.anthropic.claude-opus-4-6-v1' }).usd).toBe('0.0166375')
    const arn = 'arn:aws:bedrock:eu-west-1:111122223333:inference-profile/eu.anthropic.claude-opus-4-6-v1'
    expect(costOfMessage(usage, { ...global, modelId: arn, region: 'cn-north-1' }).usd).toBe('0.0166375')
  })

  it.each<readonly [string, Partial<CostContext>, string]>([
    ['a model that nothing is known of', { modelId: 'acme.large' }, 'no price is known of acme.large'],
    [
      'an application profile',
      { modelId: 'arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/abc' },
      'no price is known of arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/abc',
    ],
    [
      'a service tier',
      { serviceTier: 'priority' },
      'input, cacheWrite5m, cacheWrite1h, cacheRead, output: no source gives the prices of this service tier',
    ],
    [
      'optimized latency',
      { latency: 'optimized' },
      'input, cacheWrite5m, cacheWrite1h, cacheRead, output: no source gives the prices of this latency',
    ],
    [
      'another partition',
      { region: 'us-gov-west-1' },
      'input, cacheWrite5m, cacheWrite1h, cacheRead, output: no source gives the prices of this partition',
    ],
  ])('says why it knows no cost of %s', (_what, more, why) => {
    expect(costOfMessage(usage, { ...global, ...more })).toEqual({ usd: null, picoUsd: null, unknown: why, items: [] })
  })

  it('does not know what was not counted, or not in whole tokens', () => {
    expect(costOfMessage(null, global).unknown).toBe('no token count')
    expect(costOfMessage({ input_tokens: 1.5, output_tokens: 1 }, global).unknown).toBe(
      'usage.input_tokens is 1.5: a count of tokens is a whole number, zero or more',
    )
  })
})

describe('createUsageMeter', () => {
  it('puts the usage of a stream together from its start and its end', () => {
    const meter = createUsageMeter()
    expect(meter.usage()).toBeNull()
    const start = { message: { usage: { ...usage, output_tokens: 1 } } }
    meter.see({ name: 'message_start', data: JSON.stringify(start) })
    meter.see({ name: 'content_block_delta', data: 'not even parsed' })
    meter.see({ name: 'message_delta', data: '{"usage":{"output_tokens":200,"input_tokens":null}}' })
    expect(meter.usage()).toEqual(usage)
  })

  it('has none where events do not say it', () => {
    const meter = createUsageMeter()
    meter.see({ name: 'message_start', data: '{"message":{}}' })
    meter.see({ name: 'message_delta', data: '{"usage":{"output_tokens":3}}' })
    meter.see({ name: 'message_delta', data: '{' })
    expect(meter.usage()).toBeNull()
  })
})
