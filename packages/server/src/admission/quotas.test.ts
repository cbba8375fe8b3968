import { type BilledUsage, findModel, type ModelEntry } from '@outcrop/protocol'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { Identity } from '../call.ts'
import type { QuotaConfig } from '../quota.ts'
import { Throttled } from '../throttled.ts'
import type { ReserveCall } from './admission.ts'
import { createQuotas, type QuotasOptions } from './quotas.ts'

const caller: Identity = {
  how: 'sigv4',
  user: 'ada',
  arn: 'arn:aws:iam::123456789012:user/ada',
  userId: 'AIDAEXAMPLE',
  account: '123456789012',
  region: 'us-east-1',
  accessKeyId: 'AKIDEXAMPLE',
}

function modelCalled(name: string): ModelEntry {
  const model = findModel(name)
  if (model === undefined) throw new Error(`no model ${name}`)
  return model
}

const opus = modelCalled('claude-opus-4-6') // burndown 5, answers up to 128,000 tokens
const haiku3 = modelCalled('claude-3-haiku') // burndown 1

let now = 0
const start = Date.UTC(2026, 10, 25, 12)
beforeEach(() => {
  now = start
})

function quotasOf(entry: QuotaConfig, options: Partial<QuotasOptions> = {}) {
  return createQuotas({ limits: [entry], retryAfter: false, now: () => now, ...options })
}

function call(input: number, maxTokens: number | undefined, more: Partial<ReserveCall> = {}): ReserveCall {
  return { caller, model: opus, scope: 'us', endpoint: 'runtime', maxTokens, inputTokens: () => input, ...more }
}

const used = (
  input: number,
  output: number,
  cache: { readonly read?: number; readonly write?: number } = {},
): BilledUsage => ({
  input_tokens: input,
  output_tokens: output,
  cache_read_input_tokens: cache.read ?? 0,
  cache_creation_input_tokens: cache.write ?? 0,
})

type Quotas = ReturnType<typeof createQuotas>

/** What of each kind is used and reserved. */
function stateOf(quotas: Quotas): Record<string, readonly [used: number, reserved: number]> {
  const state: Record<string, readonly [number, number]> = {}
  for (const pool of quotas.inUse()) for (const { kind, used, reserved } of pool.quotas) state[kind] = [used, reserved]
  return state
}

function refusalOf(action: () => unknown): Throttled {
  try {
    action()
  } catch (error) {
    if (error instanceof Throttled) return error
    throw error
  }
  throw new Error('the call was admitted')
}

/** How many calls with 500 tokens of input get into 2,000,000 tokens a minute at once. */
function admitted(maxTokens: number | undefined): number {
  const quotas = quotasOf({ tokensPerMinute: 2_000_000 })
  for (let count = 0; ; count += 1) {
    try {
      quotas.reserve(call(500, maxTokens, { model: modelCalled('claude-sonnet-4-6') }))
    } catch {
      return count
    }
  }
}

describe('the arithmetic of tokens', () => {
  it('reserves input and max_tokens, and at the end charges input and five times the output of Claude 3.7 and later', () => {
    const quotas = quotasOf({ tokensPerMinute: 100_000, tokensPerDay: 1_000_000 })
    const reservation = quotas.reserve(call(1_000, 4_096))
    expect(stateOf(quotas)).toEqual({ tokensPerMinute: [0, 5_096], tokensPerDay: [0, 5_096] })
    reservation?.settle(used(1_000, 100))
    expect(stateOf(quotas)).toEqual({ tokensPerMinute: [1_500, 0], tokensPerDay: [1_500, 0] })
  })

  it.each([
    // The examples that AWS published of Claude 4: 10 and 750 tokens, 2,005 and 200, 6 and 12.
    [opus, used(10, 750), 3_760],
    [opus, used(2_005, 200), 3_005],
    [opus, used(6, 12), 66],
    [modelCalled('claude-3-7-sonnet'), used(1_000, 100), 1_500],
    [haiku3, used(1_000, 100), 1_100],
    [modelCalled('claude-opus-4-8'), used(1_000, 100), 2_500],
    [modelCalled('claude-opus-5'), used(1_000, 100), 2_000],
    // Cache writes count once, cache reads not at all.
    [opus, used(1_000, 100, { read: 50_000 }), 1_500],
    [opus, used(1_000, 100, { read: 50_000, write: 2_000 }), 3_500],
  ])('charges what the documentation computes: %#', (model, usage, charged) => {
    const quotas = quotasOf({ tokensPerMinute: 1_000_000 })
    quotas.reserve(call(60_000, 4_096, { model }))?.settle(usage)
    expect(stateOf(quotas)['tokensPerMinute']).toEqual([charged, 0])
  })

  it('leaves half of 100,000 tokens a minute after 10,000 tokens of output, and nothing after 20,000', () => {
    const half = quotasOf({ tokensPerMinute: 100_000 })
    half.reserve(call(0, 10_000))?.settle(used(0, 10_000))
    expect(stateOf(half)['tokensPerMinute']).toEqual([50_000, 0])
    half.reserve(call(0, 10_000))?.settle(used(0, 10_000))
    expect(refusalOf(() => half.reserve(call(1, 0))).message).toBe('Too many tokens, please wait before trying again.')
  })

  it('admits as many calls at once as AWS says: of 2,000,000 tokens a minute 1,333 with 1,500 each, 31 without max_tokens', () => {
    expect(admitted(1_000)).toBe(1_333)
    expect(admitted(undefined)).toBe(31)
  })

  it('takes the rate of the configuration before that of the catalogue', () => {
    const quotas = quotasOf({ tokensPerMinute: 100_000, burndown: 1.5 })
    quotas.reserve(call(10, 10))?.settle(used(10, 3))
    expect(stateOf(quotas)['tokensPerMinute']).toEqual([15, 0])
  })

  it('allows 1,440 times the minute a day unless told otherwise', () => {
    expect(
      quotasOf({ tokensPerMinute: 100 }).limitsOf({
        account: '1',
        region: 'us-east-1',
        scope: 'us',
        endpoint: 'runtime',
        model: opus.modelId,
      }),
    ).toEqual({ tokensPerMinute: 100, tokensPerDay: 144_000 })
  })
})

describe('a reservation', () => {
  it('charges no tokens when the call failed before its first, and counts once however often it is settled', () => {
    const quotas = quotasOf({ requestsPerMinute: 10, tokensPerMinute: 100_000 })
    const failed = quotas.reserve(call(1_000, 100))
    failed?.settle(undefined)
    failed?.settle(used(1_000, 100))
    expect(stateOf(quotas)).toEqual({ requestsPerMinute: [1, 0], tokensPerMinute: [0, 0], tokensPerDay: [0, 0] })
  })

  it('is refused whole: no quota loses anything by a call that another one refuses', () => {
    const quotas = quotasOf({ requestsPerMinute: 10, tokensPerMinute: 1_000, tokensPerDay: 100 })
    expect(refusalOf(() => quotas.reserve(call(50, 51))).message).toBe(
      'Too many tokens per day, please wait before trying again.',
    )
    expect(stateOf(quotas)).toEqual({ requestsPerMinute: [0, 0], tokensPerMinute: [0, 0], tokensPerDay: [0, 0] })
  })

  it('that nobody settles expires after an hour, and is charged all the same when its call does end', () => {
    const quotas = quotasOf({ tokensPerMinute: 1_000 })
    const lost = quotas.reserve(call(500, 500))
    now += 3_599_999
    expect(() => quotas.reserve(call(1, 0))).toThrow(Throttled)
    now += 1
    quotas.reserve(call(1, 0))?.settle(used(1, 0))
    lost?.settle(used(100, 0))
    expect(stateOf(quotas)['tokensPerMinute']).toEqual([101, 0])
  })

  it('takes nothing for a count that is none', () => {
    const quotas = quotasOf({ tokensPerMinute: 1_000 })
    quotas.reserve(call(1, 1))?.settle({ input_tokens: NaN, output_tokens: -5, cache_creation_input_tokens: null })
    expect(stateOf(quotas)['tokensPerMinute']).toEqual([0, 0])
  })

  it('asks for the count of the input only where tokens are limited', () => {
    const quotas = quotasOf({ requestsPerMinute: 1 })
    const inputTokens = vi.fn<() => number>()
    quotas.reserve(call(0, 1, { inputTokens }))
    expect(inputTokens).not.toHaveBeenCalled()
  })
})

describe('a window', () => {
  it('of a minute slides by seconds', () => {
    const quotas = quotasOf({ requestsPerMinute: 2 })
    quotas.reserve(call(0, 1))
    now += 30_000
    quotas.reserve(call(0, 1))
    expect(refusalOf(() => quotas.reserve(call(0, 1))).message).toBe(
      'Too many requests, please wait before trying again.',
    )
    now += 30_000
    quotas.reserve(call(0, 1))
    expect(() => quotas.reserve(call(0, 1))).toThrow(Throttled)
    now += 60_000
    expect(stateOf(quotas)['requestsPerMinute']).toEqual([0, 0])
  })

  it('of a day ends with the day of UTC', () => {
    const quotas = quotasOf({ tokensPerDay: 1_000 })
    quotas.reserve(call(1_000, 0))?.settle(used(1_000, 0))
    now = Date.UTC(2026, 10, 25, 23, 59, 59, 999)
    expect(() => quotas.reserve(call(1, 0))).toThrow('Too many tokens per day')
    now += 1
    expect(() => quotas.reserve(call(1, 0))).not.toThrow()
  })

  it('forgets what a clock that was set back has not yet seen', () => {
    const quotas = quotasOf({ requestsPerMinute: 1 })
    quotas.reserve(call(0, 1))
    now -= 3_600_000
    expect(() => quotas.reserve(call(0, 1))).not.toThrow()
    expect(() => quotas.reserve(call(0, 1))).toThrow(Throttled)
  })

  it('says when the call would be admitted, where the configuration lets it', () => {
    const quotas = quotasOf({ tokensPerMinute: 1_000 }, { retryAfter: true })
    quotas.reserve(call(400, 0))?.settle(used(400, 0))
    now += 20_000
    quotas.reserve(call(600, 0))?.settle(used(600, 0))
    expect(refusalOf(() => quotas.reserve(call(100, 0))).retryAfterMs).toBe(40_000)
    expect(refusalOf(() => quotas.reserve(call(500, 0))).retryAfterMs).toBe(60_000)
    expect(refusalOf(() => quotas.reserve(call(1_001, 0))).retryAfterMs).toBeUndefined() // never
    expect(refusalOf(() => quotasOf({ tokensPerMinute: 1 }).reserve(call(2, 0))).retryAfterMs).toBeUndefined()
    const held = quotasOf({ tokensPerMinute: 1_000 }, { retryAfter: true })
    held.reserve(call(1_000, 0))
    expect(refusalOf(() => held.reserve(call(1, 0))).retryAfterMs).toBe(1_000)
  })
})

describe('which quota holds', () => {
  const entries: readonly QuotaConfig[] = [
    { tokensPerMinute: 1, requestsPerMinute: 1 },
    { region: 'eu-west-1', tokensPerMinute: 2 },
    { scope: 'global', tokensPerMinute: 3 },
    { account: '210987654321', tokensPerMinute: 4 },
    { model: 'claude-opus-4-6', scope: '*', tokensPerMinute: 5 },
    { model: opus.modelId, inputTokensPerMinute: 6, outputTokensPerMinute: 7 },
  ]
  const quotas = createQuotas({ limits: entries, retryAfter: false, now: () => now })
  const pool = { account: '1', region: 'us-east-1', scope: 'us', endpoint: 'runtime', model: haiku3.modelId } as const

  it.each([
    [{}, 1],
    [{ region: 'eu-west-1' }, 2],
    [{ region: 'eu-west-1', scope: 'global' }, 3],
    [{ region: 'eu-west-1', scope: 'global', account: '210987654321' }, 4],
    [{ region: 'eu-west-1', scope: 'global', account: '210987654321', model: opus.modelId }, 5],
  ] as const)('is that of the entry that names most of %j', (named, limit) => {
    expect(quotas.limitsOf({ ...pool, ...named })?.tokensPerMinute).toBe(limit)
  })

  it('is one entry alone, and mantle has its own', () => {
    expect(quotas.limitsOf({ ...pool, region: 'eu-west-1' })).toEqual({ tokensPerMinute: 2, tokensPerDay: 2_880 })
    expect(quotas.limitsOf({ ...pool, endpoint: 'mantle' })).toBeUndefined()
    expect(quotas.limitsOf({ ...pool, endpoint: 'mantle', model: opus.modelId })).toEqual({
      inputTokensPerMinute: 6,
      outputTokensPerMinute: 7,
    })
  })

  it('is counted apart for every model, scope, Region and account', () => {
    const one = quotasOf({ requestsPerMinute: 1 })
    const others = [{ model: haiku3 }, { scope: 'global' }, { caller: { ...caller, region: 'eu-west-1' } }] as const
    one.reserve(call(0, 1))
    for (const other of [...others, { caller: { ...caller, account: '210987654321' } }]) {
      expect(() => one.reserve(call(0, 1, other))).not.toThrow()
      expect(() => one.reserve(call(0, 1, other))).toThrow(Throttled)
    }
  })

  it('is none where nothing is set', () => {
    const none = createQuotas({ limits: [], retryAfter: false, now: () => now })
    expect(none.reserve(call(1_000_000, undefined))).toBeUndefined()
    expect(none.inUse()).toEqual([])
  })
})

it('counts input and output of mantle apart: max_tokens is held of both, and output burns once', () => {
  const quotas = quotasOf({ inputTokensPerMinute: 10_000, outputTokensPerMinute: 1_000, tokensPerMinute: 1 })
  const reservation = quotas.reserve(call(2_000, 800, { endpoint: 'mantle' }))
  expect(stateOf(quotas)).toEqual({ inputTokensPerMinute: [0, 2_800], outputTokensPerMinute: [0, 800] })
  expect(() => quotas.reserve(call(1, 201, { endpoint: 'mantle' }))).toThrow('Too many tokens, please wait')
  reservation?.settle(used(1_500, 100, { read: 400, write: 100 }))
  expect(stateOf(quotas)).toEqual({ inputTokensPerMinute: [1_700, 0], outputTokensPerMinute: [100, 0] })
})

describe('the state', () => {
  it('is saved and loaded with what was used, and holds what was running for a minute more', () => {
    const entry = { requestsPerMinute: 5, tokensPerMinute: 1_000, tokensPerDay: 5_000 }
    const before = quotasOf(entry)
    before.reserve(call(100, 100))?.settle(used(100, 20))
    now += 1_500
    before.reserve(call(300, 100))
    const saved = JSON.parse(JSON.stringify(before.part.save())) as never
    const after = quotasOf(entry)
    void after.part.load(saved)
    expect(stateOf(after)).toEqual({
      requestsPerMinute: [2, 0],
      tokensPerMinute: [200, 400],
      tokensPerDay: [200, 400],
    })
    expect(after.part.save()).toEqual(saved)
    now += 60_000
    expect(stateOf(after)).toEqual({ requestsPerMinute: [0, 0], tokensPerMinute: [0, 0], tokensPerDay: [200, 0] })
  })

  it('is forgotten by a reset, which a call that was running before takes nothing from', () => {
    const quotas = quotasOf({ tokensPerMinute: 1_000 })
    const running = quotas.reserve(call(500, 500))
    void quotas.part.load(undefined)
    quotas.reserve(call(500, 500))
    running?.settle(used(500, 500))
    expect(stateOf(quotas)['tokensPerMinute']).toEqual([0, 1_000])
  })

  it.each([
    {},
    [1],
    [{ account: '1', region: 'us-east-1', scope: 'nowhere', endpoint: 'runtime', model: 'm', quotas: {} }],
    [
      {
        account: '1',
        region: 'us-east-1',
        scope: 'us',
        endpoint: 'runtime',
        model: 'm',
        quotas: { a: { reserved: -1 } },
      },
    ],
  ])('that nobody saved is refused: %j', (saved) => {
    expect(() => quotasOf({ tokensPerMinute: 1 }).part.load(saved)).toThrow('not as GET /admin/snapshot writes them')
  })
})
