import { describe, expect, it } from 'vitest'
import { type CostContext, costOfMessage } from './cost-of-message.ts'
import type { AnswerReport } from './answer-report.ts'
import { costContextOf } from './cost-context.ts'
import { createCostLedger } from './cost-ledger.ts'
import { reportEvents, reportMessage } from './report-answer.ts'
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

  it('knows mantle’s ids, which carry neither date nor version', () => {
    const onMantle = { ...global, modelId: 'anthropic.claude-sonnet-4-5' }
    const onRuntime = { ...global, modelId: 'anthropic.claude-sonnet-4-5-20250929-v1:0' }
    const counted = { input_tokens: 1234, output_tokens: 56 }
    expect(costOfMessage(counted, onMantle)).toEqual(costOfMessage(counted, onRuntime))
    expect(costOfMessage(counted, onMantle).usd).toBe('0.0049962')
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

const answered = { 'x-outcrop-model-id': global.modelId, 'x-outcrop-region': 'us-east-1', 'request-id': 'r-1' }

describe('costContextOf', () => {
  it('reads what the price depends on from headers, and from the body what Converse says there', () => {
    expect(costContextOf(new Headers())).toBeUndefined()
    const echoed = {
      ...answered,
      'x-amzn-bedrock-service-tier': 'flex',
      'x-amzn-bedrock-performanceconfig-latency': 'standard',
    }
    const context = { modelId: global.modelId, region: 'us-east-1' }
    expect(costContextOf(new Headers(echoed))).toEqual({ ...context, serviceTier: 'flex', latency: 'standard' })
    const converse = { performanceConfig: { latency: 'optimized' }, serviceTier: { type: 'priority' } }
    expect(costContextOf(new Headers(answered), { 'amazon-bedrock-converse': converse })).toEqual({
      ...context,
      serviceTier: 'priority',
      latency: 'optimized',
    })
  })
})

async function* streamed() {
  yield { name: 'message_start', data: '{"message":{"usage":{"input_tokens":2,"output_tokens":0}}}' }
  yield { name: 'message_delta', data: '{"usage":{"output_tokens":3}}' }
  yield { name: 'message_stop', data: '{"amazon-bedrock-converse":{"serviceTier":{"type":"flex"}}}' }
}

describe('a report of an answer', () => {
  const reports: AnswerReport[] = []
  const facts = {
    headers: new Headers(answered),
    now: () => global.now ?? 0,
    tell: (report: AnswerReport) => reports.push(report),
  } as const

  it('says what it took and what that costs, once, and of a stream when it ends', async () => {
    reports.length = 0
    reportMessage(JSON.stringify({ usage: { input_tokens: 2, output_tokens: 1 } }), facts)
    reportMessage('{"usage":', facts)
    const passed: string[] = []
    for await (const { name } of reportEvents(streamed(), facts)) passed.push(name)
    for await (const { name } of reportEvents(streamed(), facts)) if (name === 'message_start') break
    expect(passed).toEqual(['message_start', 'message_delta', 'message_stop'])
    expect(reports.map(({ cost }) => cost.usd ?? cost.unknown)).toEqual([
      '0.000035',
      'no token count',
      'input, output: no source gives the prices of this service tier',
      '0.00001',
    ])
    expect(reports[0]).toMatchObject({
      region: 'us-east-1',
      modelId: global.modelId,
      requestId: 'r-1',
      usage: { input_tokens: 2, output_tokens: 1 },
    })
  })
})

describe('createCostLedger', () => {
  it('tells the cost of the latest thousand messages', () => {
    const ledger = createCostLedger(() => global.now ?? 0)
    for (let at = 0; at <= 1000; at++) {
      ledger.remember({ type: 'message', id: `m${at}` }, new Headers(answered))
    }
    const counted = { input_tokens: 2, output_tokens: 1 }
    expect(ledger.costOf({ id: 'm1000', usage: counted }).usd).toBe('0.000035')
    expect(ledger.costOf({ id: 'm1', usage: counted }).usd).toBe('0.000035')
    expect(ledger.costOf({ id: 'm0', usage: counted })).toMatchObject({
      usd: null,
      unknown: 'this client does not remember how the message was asked for: use costOfMessage',
    })
  })

  it('remembers streams by their beginning, and what Converse says at their end', () => {
    const ledger = createCostLedger(() => global.now ?? 0)
    const see = ledger.rememberStream(new Headers(answered))
    const counted = { id: 'm', usage: { input_tokens: 2, output_tokens: 1 } }
    see({ type: 'message_start', message: { type: 'message', id: 'm' } })
    see({ type: 'content_block_start' })
    expect(ledger.costOf(counted).usd).toBe('0.000035')
    see({ type: 'message_stop', 'amazon-bedrock-converse': { serviceTier: { type: 'flex' } } })
    expect(ledger.costOf(counted).unknown).toBe('input, output: no source gives the prices of this service tier')
    ledger.remember({ object: 'list', id: 'models' }, new Headers(answered))
    expect(ledger.costOf({ ...counted, id: 'models' }).usd).toBeNull()
  })
})
