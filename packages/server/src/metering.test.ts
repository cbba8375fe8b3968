import { type BilledUsage, findModel, type Message, type MessageStreamEvent, type Scope } from '@outcrop/protocol'
import { describe, expect, it } from 'vitest'
import type { ReserveCall } from './admission/admission.ts'
import type { Backend, BackendCall } from './backends/backend.ts'
import type { ModelEvents } from './faults.ts'
import { createMetering, type Metering } from './metering.ts'
import type { Settlement } from './settlement.ts'

const usage = (more: Partial<Message['usage']>): Message['usage'] => ({
  input_tokens: 0,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: 0,
  output_tokens: 0,
  ...more,
})

function message(counts: Partial<Message['usage']>): Message {
  const empty = { content: [], stop_reason: 'end_turn', stop_sequence: null } as const
  return { model: 'claude', id: 'msg_1', type: 'message', role: 'assistant', ...empty, usage: usage(counts) }
}

function callOf(name: string, scope: Scope, more: Partial<BackendCall> = {}): BackendCall {
  const model = findModel(name)
  if (model === undefined) throw new Error(`no model ${name}`)
  return {
    requestId: 'r-1',
    model,
    scope,
    modelId: model.modelId,
    wire: 'invoke',
    caller: {
      how: 'sigv4',
      user: 'ada',
      arn: 'arn:aws:iam::123456789012:user/ada',
      userId: 'AIDA',
      account: '123456789012',
      region: 'us-east-1',
      accessKeyId: null,
    },
    headers: {},
    request: { anthropic_version: 'bedrock-2023-05-31', max_tokens: 77, messages: [] },
    documentMode: 'visual',
    signal: new AbortController().signal,
    ...more,
  }
}

interface Bench {
  readonly metering: Metering
  readonly settlements: Settlement[]
  /** What was reserved, and what each reservation was settled with. */
  readonly reserved: ReserveCall[]
  readonly charged: Array<BilledUsage | undefined>
}

const november = Date.parse('2026-11-25T12:00:00Z')

const unasked = () => Promise.reject(new Error('not asked'))
const broken = () => Promise.reject(new Error('no backend'))

function bench(answers: Partial<Pick<Backend, 'complete' | 'stream'>>, now = november): Bench {
  const settlements: Settlement[] = []
  const reserved: ReserveCall[] = []
  const charged: Array<BilledUsage | undefined> = []
  const metering = createMetering({
    backend: { name: 'fake', headers: [], complete: unasked, stream: unasked, countTokens: unasked, ...answers },
    admission: {
      permit() {},
      authorizeUnknown() {},
      reserve(call) {
        reserved.push(call)
        return { settle: (used) => void charged.push(used) }
      },
    },
    now: () => now,
    onSettled: [(settlement) => settlements.push(settlement)],
  })
  return { metering, settlements, reserved, charged }
}

async function costHeader(call: BackendCall, counts: Partial<Message['usage']>, now?: number): Promise<string> {
  const { metering } = bench({ complete: () => Promise.resolve(message(counts)) }, now)
  const { headers } = await metering.complete(call)
  expect(headers.map(([name]) => name)).toEqual(['x-outcrop-cost'])
  return headers[0]?.[1] ?? ''
}

const marked = (...ttls: ReadonlyArray<'5m' | '1h'>): Partial<BackendCall> => ({
  request: {
    anthropic_version: 'bedrock-2023-05-31',
    max_tokens: 7,
    messages: [
      {
        role: 'user',
        content: ttls.map((ttl) => ({ type: 'text', text: 'x', cache_control: { type: 'ephemeral', ttl } })),
      },
    ],
  },
})

describe('the cost of a whole answer', () => {
  // 1,234 tokens in and 567 out: 3 and 15 dollars a million, a tenth more outside of global.
  it.each([
    ['claude-sonnet-4-5', 'global', '0.012207'],
    ['claude-sonnet-4-5', 'us', '0.0134277'],
    ['claude-sonnet-4-5', 'in-region', '0.0134277'],
    ['claude-sonnet-4', 'global', '0.012207'],
    ['claude-sonnet-4', 'eu', '0.012207'],
  ] as const)('of %s in the scope %s is exact', async (name, scope, expected) => {
    // Before Sonnet 4 came into extended access.
    const now = Date.parse('2026-01-01T00:00:00Z')
    expect(await costHeader(callOf(name, scope), { input_tokens: 1234, output_tokens: 567 }, now)).toBe(expected)
  })

  it.each<readonly [string, Partial<Message['usage']>, string]>([
    ['reads', { cache_read_input_tokens: 100_003 }, '0.03300099'],
    [
      'writes for five minutes',
      {
        cache_creation_input_tokens: 1001,
        cache_creation: { ephemeral_5m_input_tokens: 1001, ephemeral_1h_input_tokens: 0 },
      },
      '0.004129125',
    ],
    [
      'writes for an hour',
      {
        cache_creation_input_tokens: 1001,
        cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 1001 },
      },
      '0.0066066',
    ],
    [
      'both',
      {
        input_tokens: 1,
        output_tokens: 1,
        cache_creation_input_tokens: 3,
        cache_creation: { ephemeral_5m_input_tokens: 1, ephemeral_1h_input_tokens: 2 },
      },
      '0.000037125',
    ],
  ])('counts the cache: %s', async (_, counts, expected) => {
    expect(await costHeader(callOf('claude-sonnet-4-5', 'us'), counts)).toBe(expected)
  })

  it('takes how long the cache keeps it from the request, where the usage does not split', async () => {
    const written = { cache_creation_input_tokens: 1000 }
    const cost = (more: Partial<BackendCall>) => costHeader(callOf('claude-sonnet-4-5', 'global', more), written)
    expect(await cost(marked('5m'))).toBe('0.00375')
    expect(await cost(marked('1h'))).toBe('0.006')
    expect(await cost(marked('1h', '5m'))).toBe(
      'unknown (cacheWrite: the usage does not say how long the cache keeps them)',
    )
  })

  it('halves for a record of a batch, which takes nothing from quotas', async () => {
    const { metering, reserved } = bench({
      complete: () => Promise.resolve(message({ input_tokens: 1000, output_tokens: 100 })),
    })
    const batch = callOf('claude-sonnet-4-5', 'us', { isBatch: true })
    expect((await metering.complete(batch)).headers).toEqual([['x-outcrop-cost', '0.002475']])
    expect(reserved).toEqual([])
    expect(await costHeader(batch, { cache_read_input_tokens: 1 })).toBe(
      'unknown (cacheRead: no source gives a price for batches)',
    )
  })

  it('takes the price of long requests where there is one', async () => {
    const counts = { input_tokens: 100_001, output_tokens: 10 }
    expect(await costHeader(callOf('claude-haiku-5-5', 'global'), counts)).toBe('0.0500255')
    expect(await costHeader(callOf('claude-haiku-5-5', 'global'), { ...counts, input_tokens: 100_000 })).toBe(
      '0.010005',
    )
    expect(await costHeader(callOf('claude-haiku-5-5', 'us'), counts)).toBe(
      'unknown (input, output: no source gives a price for so many input tokens)',
    )
  })

  it.each<readonly [string, Scope, Partial<BackendCall>, string]>([
    ['claude-mythos-5', 'us', {}, 'unknown (input: no source gives a price)'],
    [
      'claude-sonnet-4-5',
      'us',
      { serviceTier: 'flex' },
      'unknown (input: no source gives the prices of this service tier)',
    ],
    [
      'claude-sonnet-4-5',
      'us',
      { latency: 'optimized' },
      'unknown (input: no source gives the prices of this latency)',
    ],
    ['claude-sonnet-4-5', 'us', { serviceTier: 'default', latency: 'standard' }, '0.0000033'],
  ])('of %s in %s with %j is %s', async (name, scope, more, expected) => {
    expect(await costHeader(callOf(name, scope, more), { input_tokens: 1 })).toBe(expected)
  })

  it('is unknown from the day on that a model costs more, by the clock of the endpoint', async () => {
    const opus = callOf('claude-opus-4-1', 'us')
    const counts = { input_tokens: 1 }
    expect(await costHeader(opus, counts, Date.parse('2026-10-08T07:59:59Z'))).toBe('0.000015')
    expect(await costHeader(opus, counts, Date.parse('2026-10-08T08:00:00Z'))).toBe(
      'unknown (input: public extended access costs more, and no source says how much)',
    )
  })
})

describe('a settlement', () => {
  it('says everything of a call, and charges its quotas once', async () => {
    const counts = { input_tokens: 1000, output_tokens: 100 }
    const { metering, settlements, reserved, charged } = bench({ complete: () => Promise.resolve(message(counts)) })
    const application = {
      arn: 'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc',
      tags: { team: 'x' },
    }
    const call = callOf('claude-sonnet-4-5', 'us', { application })
    await metering.complete(call)
    expect(reserved).toMatchObject([{ caller: { user: 'ada' }, scope: 'us', maxTokens: 77 }])
    expect(charged).toEqual([usage(counts)])
    expect(settlements).toEqual([
      {
        requestId: 'r-1',
        at: november,
        caller: call.caller,
        wire: 'invoke',
        modelId: 'anthropic.claude-sonnet-4-5-20250929-v1:0',
        model: call.model,
        scope: 'us',
        application,
        isBatch: false,
        outcome: 'answered',
        usage: usage(counts),
        cost: {
          items: [
            { item: 'input', tokens: 1000, price: { usd: '3.3', source: 'genaiPrices' }, cost: 3_300_000_000n },
            { item: 'output', tokens: 100, price: { usd: '16.5', source: 'genaiPrices' }, cost: 1_650_000_000n },
          ],
          total: { kind: 'known', usd: 4_950_000_000n },
        },
      },
    ])
  })

  it('is that of a failure when the backend throws, before a stream as well', async () => {
    const { metering, settlements, charged } = bench({ complete: broken, stream: broken })
    await expect(metering.complete(callOf('claude-sonnet-4-5', 'us'))).rejects.toThrow('no backend')
    await expect(metering.stream(callOf('claude-sonnet-4-5', 'us'))).rejects.toThrow('no backend')
    const gone = callOf('claude-sonnet-4-5', 'us', { signal: AbortSignal.abort() })
    await expect(metering.complete(gone)).rejects.toThrow('no backend')
    expect(settlements.map(({ outcome, usage: used, cost }) => [outcome, used, cost])).toEqual([
      ['failed', undefined, undefined],
      ['failed', undefined, undefined],
      ['abandoned', undefined, undefined],
    ])
    expect(charged).toEqual([undefined, undefined, undefined])
  })
})

const start: MessageStreamEvent = {
  type: 'message_start',
  message: message({ input_tokens: 1000, cache_read_input_tokens: 500, output_tokens: 1 }),
}
const piece: MessageStreamEvent = {
  type: 'content_block_delta',
  index: 0,
  delta: { type: 'text_delta', text: 'stone ' },
}
const end: MessageStreamEvent = {
  type: 'message_delta',
  delta: { stop_reason: 'end_turn', stop_sequence: null },
  usage: { output_tokens: 100 },
}
const stop: MessageStreamEvent = { type: 'message_stop' }

async function* told(events: readonly (MessageStreamEvent | Error)[]): AsyncGenerator<MessageStreamEvent> {
  for (const event of events) {
    await Promise.resolve()
    if (event instanceof Error) throw event
    yield event
  }
}

async function streamed(
  events: readonly (MessageStreamEvent | Error)[],
  { take = Infinity, fault, ...more }: Partial<BackendCall> & { take?: number } & Pick<ModelEvents, 'fault'> = {},
) {
  const source = told(events)
  const { metering, settlements, charged } = bench({
    stream: () => Promise.resolve(fault === undefined ? source : { fault, [Symbol.asyncIterator]: () => source }),
  })
  const answer = await metering.stream(callOf('claude-sonnet-4-5', 'global', more))
  const seen: string[] = []
  try {
    for await (const { type } of answer.events) {
      if (seen.push(type) >= take) break
    }
  } catch (cause) {
    seen.push(String(cause))
  }
  const [settled] = settlements
  const total = settled?.cost?.total
  return {
    seen,
    headers: answer.headers,
    fault: answer.events.fault,
    count: settlements.length,
    charged,
    outcome: settled?.outcome,
    picos: total?.kind === 'known' ? total.usd : undefined,
    usage: settled?.usage,
  }
}

const header = async (name: string, scope: Scope, more: Partial<BackendCall> = {}, now?: number) => {
  const { metering } = bench({ stream: () => Promise.resolve(told([])) }, now)
  return (await metering.stream(callOf(name, scope, more))).headers[0]?.[1]
}

describe('the metering of a stream', () => {
  const whole = [start, piece, piece, piece, end, stop]

  it('tells prices at its start and settles at its end, with what the model said last', async () => {
    const result = await streamed(whole)
    expect(result.headers).toEqual([
      ['x-outcrop-prices', 'input=3, output=15, cacheWrite5m=3.75, cacheWrite1h=6, cacheRead=0.3'],
    ])
    expect(result.seen).toHaveLength(6)
    // 1,000 at 3, 500 read at 0.3 and 100 written at 15 dollars a million.
    expect(result).toMatchObject({ count: 1, outcome: 'answered', picos: 4_650_000_000n })
    expect(result.charged).toEqual([
      { input_tokens: 1000, cache_creation_input_tokens: 0, cache_read_input_tokens: 500, output_tokens: 100 },
    ])
  })

  it('takes from the end what it says of the input too, and nothing that is null', async () => {
    const late = { ...end, usage: { output_tokens: 100, input_tokens: 2000, cache_read_input_tokens: null } }
    const result = await streamed([start, late as unknown as MessageStreamEvent, stop])
    expect(result.usage).toMatchObject({ input_tokens: 2000, cache_read_input_tokens: 500, output_tokens: 100 })
  })

  it('settles what a caller has taken that leaves: a token at least for each piece', async () => {
    const result = await streamed(whole, { take: 3 })
    expect(result).toMatchObject({ count: 1, outcome: 'abandoned', picos: 3_180_000_000n })
    expect(result.charged).toMatchObject([{ input_tokens: 1000, output_tokens: 2 }])
  })

  it.each<readonly [string, readonly (MessageStreamEvent | Error)[], Partial<BackendCall>, string]>([
    ['that throws', [start, piece, new Error('lost')], {}, 'failed'],
    [
      'that throws because its caller is gone',
      [start, piece, new Error('lost')],
      { signal: AbortSignal.abort() },
      'abandoned',
    ],
    ['that ends before its end', [start, piece], {}, 'failed'],
    [
      'in which the model tells of an error',
      [start, piece, { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }],
      {},
      'failed',
    ],
  ])('settles one %s with what it had used', async (_, events, more, outcome) => {
    const result = await streamed(events, more)
    expect(result).toMatchObject({ count: 1, outcome, usage: { input_tokens: 1000, output_tokens: 1 } })
  })

  it('settles nothing used where nothing was said', async () => {
    expect(await streamed([new Error('lost')])).toMatchObject({ count: 1, outcome: 'failed', charged: [undefined] })
  })

  it('hands on what is to go wrong with its bytes, and takes that for a failure', async () => {
    const fault = { after: 2, breaks: { kind: 'cut' } } as const
    expect(await streamed(whole, { take: 2, fault })).toMatchObject({ fault, outcome: 'failed' })
    const gone = { take: 2, fault, signal: AbortSignal.abort() }
    expect(await streamed(whole, gone)).toMatchObject({ outcome: 'abandoned' })
    const harmless = { after: 2, breaks: { kind: 'bad-crc' } } as const
    expect(await streamed(whole, { fault: harmless })).toMatchObject({ outcome: 'answered' })
  })

  it('tells of every tier and of every price that no source gives', async () => {
    expect(await header('claude-haiku-5-5', 'global')).toBe(
      'input=0.1, output=0.5, cacheWrite5m=0.125, cacheWrite1h=0.2, cacheRead=0.01; above=100000, input=0.5, output=2.5, cacheWrite5m=0.625, cacheWrite1h=unknown, cacheRead=0.05',
    )
    expect(await header('claude-3-haiku', 'us', {}, Date.parse('2025-01-01T00:00:00Z'))).toBe(
      'input=0.25, output=1.25, cacheWrite5m=unknown, cacheWrite1h=unknown, cacheRead=unknown',
    )
    expect(await header('claude-sonnet-4-5', 'us', { isBatch: true })).toBe('batchInput=1.65, batchOutput=8.25')
    expect(await header('claude-sonnet-4-5', 'us', { serviceTier: 'priority' })).toBe(
      'unknown (no source gives the prices of this service tier)',
    )
  })
})
