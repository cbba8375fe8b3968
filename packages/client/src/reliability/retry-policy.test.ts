import { describe, expect, it } from 'vitest'
import type { BedrockFailure } from './bedrock-failure.ts'
import { isRepeatable, mayFailOver, nextStep, sayTooLong, steering } from './retry-policy.ts'

const failure = (more: Partial<BedrockFailure> = {}): BedrockFailure => ({
  status: 429,
  awsCode: 'ThrottlingException',
  type: 'rate_limit_error',
  message: 'm',
  region: 'us-east-1',
  retryable: true,
  ...more,
})
const most = () => 0.999_999
const half = () => 0.5
const unavailable = failure({ status: 503, awsCode: 'ServiceUnavailableException' })
const notReady = failure({ awsCode: 'ModelNotReadyException' })

describe('isRepeatable', () => {
  it.each([408, 409, 424, 429, 500, 502, 503, 504, 529])('repeats %i', (status) => {
    expect(isRepeatable({ status, message: 'm' })).toBe(true)
  })

  it.each([200, 301, 400, 401, 402, 403, 404, 405, 413, 415, 422, 501, 505])('never repeats %i', (status) => {
    expect(isRepeatable({ status, message: 'm' })).toBe(false)
  })

  it('leaves a day’s quota to another Region', () => {
    const message = 'Too many tokens per day, please wait before trying again.'
    expect(isRepeatable({ status: 429, message })).toBe(false)
    expect(mayFailOver(failure({ message, retryable: false }))).toBe(true)
    expect(mayFailOver(unavailable)).toBe(true)
    expect(mayFailOver(failure({ status: 400, retryable: false }))).toBe(false)
  })
})

const waits = (of: BedrockFailure, random: () => number) =>
  [0, 1, 2, 3, 4, 5, 2_000].map((attempt) => {
    const step = nextStep(of, attempt, random)
    return step.kind === 'repeat' ? step.afterMs : undefined
  })

describe('nextStep', () => {
  it('waits for a throttle up to a whole window of a quota', () => {
    expect(waits(failure(), most)).toEqual([10_000, 20_000, 40_000, 60_000, 60_000, 60_000, 60_000])
    expect(waits(failure(), half)).toEqual([5_000, 10_000, 20_000, 30_000, 30_000, 30_000, 30_000])
  })

  it('waits less for what passes sooner', () => {
    expect(waits(unavailable, most)).toEqual([500, 1_000, 2_000, 4_000, 8_000, 8_000, 8_000])
    expect(waits(notReady, most)).toEqual([2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000])
  })

  it('waits at least a millisecond, since 0 means nothing to Anthropic’s SDKs', () => {
    expect(waits(unavailable, () => 0)).toEqual([1, 1, 1, 1, 1, 1, 1])
    expect(nextStep(failure({ retryAfterMs: 0 }), 0, half)).toEqual({ kind: 'repeat', afterMs: 5_000 })
  })

  it('spreads those who were refused together over the whole wait', () => {
    const dice = [0.01, 0.3, 0.6, 0.99]
    const spread = dice.map((value) => nextStep(failure(), 0, () => value))
    expect(spread.map((step) => step.kind === 'repeat' && step.afterMs)).toEqual([100, 3_000, 6_000, 9_900])
  })

  it('obeys what the server asks, up to a minute', () => {
    expect(nextStep(failure({ retryAfterMs: 7_000.2 }), 0, most)).toEqual({ kind: 'repeat', afterMs: 7_001 })
    expect(nextStep(failure({ retryAfterMs: 60_000 }), 9, most)).toEqual({ kind: 'repeat', afterMs: 60_000 })
  })

  it('tells at once of a server that asks for more', () => {
    const late = failure({ retryAfterMs: 60_001 })
    expect(nextStep(late, 0, most)).toEqual({ kind: 'tell', failure: late })
    expect(sayTooLong(2_147_483_647_000)).toBe(
      'The server asks to wait 2147483647 s, longer than the 60 s that this client waits.',
    )
    expect(sayTooLong(60_000)).toBeUndefined()
  })

  it('tells what cannot be repeated', () => {
    const refused = failure({ status: 400, retryable: false })
    expect(nextStep(refused, 0, most)).toEqual({ kind: 'tell', failure: refused })
  })
})

describe('steering', () => {
  it('tells a caller that repeats by itself when, or that it should not', () => {
    expect(steering(failure(), 1, half)).toEqual({ shouldRetry: true, retryAfterMs: 10_000 })
    expect(steering(failure({ retryAfterMs: 90_000 }), 1, half)).toEqual({ shouldRetry: false })
    expect(steering(failure({ status: 400, retryable: false }), 0, half)).toEqual({ shouldRetry: false })
  })
})
