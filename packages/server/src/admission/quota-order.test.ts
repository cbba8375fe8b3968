import { findModel, type ModelEntry } from '@outcrop/protocol'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Identity } from '../call.ts'
import { Throttled } from '../throttled.ts'
import type { Reservation } from './admission.ts'
import { createQuotas, type Quotas } from './quotas.ts'

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

const haiku3 = modelCalled('claude-3-haiku') // output counts once
const opus = modelCalled('claude-opus-4-6') // output burns five times

/** The reservation of a call; nothing when it was throttled. */
function tryReserve(quotas: Quotas, model: ModelEntry, input: number, maxTokens: number): Reservation | undefined {
  try {
    return quotas.reserve({ caller, model, scope: 'us', endpoint: 'runtime', maxTokens, inputTokens: () => input })
  } catch (error) {
    if (error instanceof Throttled) return undefined
    throw error
  }
}

function sum(amounts: readonly number[]): number {
  return amounts.reduce((total, amount) => total + amount, 0)
}

interface Running {
  readonly reservation: Reservation
  readonly input: number
  readonly output: number
}

/** Quotas, and beside them a plain list of everything that was charged, which is searched anew for every question. */
class Endpoint {
  // Midnight is near.
  now = Date.UTC(2026, 10, 25, 23, 58, 30)
  readonly quotas = createQuotas({
    limits: [{ tokensPerMinute: 1_000, tokensPerDay: 2_000 }],
    retryAfter: false,
    now: () => this.now,
  })
  readonly running: Running[] = []
  readonly charged: Array<{ readonly at: number; readonly tokens: number }> = []

  get held(): number {
    return sum(this.running.map(({ input, output }) => input + output))
  }

  inMinuteUntil(second: number): number {
    const counted = this.charged.filter(({ at }) => {
      const of = Math.floor(at / 1000)
      return of > second - 60 && of <= second
    })
    return sum(counted.map(({ tokens }) => tokens))
  }

  inDayOf(time: number): number {
    const day = Math.floor(time / 86_400_000)
    return sum(this.charged.filter(({ at }) => Math.floor(at / 86_400_000) === day).map(({ tokens }) => tokens))
  }

  /** Begins a call where there is room, by the list and by the quotas alike. */
  reserve(input: number, output: number): void {
    const wanted = this.held + input + output
    const used = this.inMinuteUntil(Math.floor(this.now / 1000))
    const fits = used + wanted <= 1_000 && this.inDayOf(this.now) + wanted <= 2_000
    const reservation = tryReserve(this.quotas, haiku3, input, output)
    if (reservation !== undefined) this.running.push({ reservation, input, output })
    if ((reservation !== undefined) !== fits)
      throw new Error(fits ? 'throttled with room left' : 'admitted without room')
  }

  /** Ends a running call with a share of the output that it asked for; without one, it failed. */
  end(which: number, share: number | undefined): void {
    const [call] = this.running.splice(which % Math.max(1, this.running.length), 1)
    if (call === undefined) return
    const { reservation, input, output } = call
    if (share === undefined) return reservation.settle(undefined)
    const answered = Math.floor(output * share)
    reservation.settle({ input_tokens: input, output_tokens: answered })
    this.charged.push({ at: this.now, tokens: input + answered })
  }
}

type Step = (endpoint: Endpoint) => void

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.tuple(fc.nat(400), fc.nat(400)).map(([input, output]): Step => {
    return (endpoint) => endpoint.reserve(input, output)
  }),
  fc
    .tuple(fc.nat(20), fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: undefined }))
    .map(([which, share]): Step => {
      return (endpoint) => endpoint.end(which, share)
    }),
  // Less than an hour altogether, after which what is held expires.
  fc.nat(25_000).map((ms): Step => {
    return (endpoint) => {
      endpoint.now += ms
    }
  }),
)

describe('whatever the order of calls', () => {
  it('no minute and no day has more than its limit, and a call is throttled for nothing else', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        const endpoint = new Endpoint()
        for (const take of steps) {
          take(endpoint)
          for (const { at } of endpoint.charged) {
            for (let later = 0; later < 60; later += 1) {
              expect(endpoint.inMinuteUntil(Math.floor(at / 1000) + later)).toBeLessThanOrEqual(1_000)
            }
            expect(endpoint.inDayOf(at)).toBeLessThanOrEqual(2_000)
          }
          const minute = endpoint.quotas.inUse()[0]?.quotas[0] ?? { used: 0, reserved: 0 }
          expect(minute).toMatchObject({
            used: endpoint.inMinuteUntil(Math.floor(endpoint.now / 1000)),
            reserved: endpoint.held,
          })
        }
      }),
      { numRuns: 100 },
    )
  })

  it('output that burns more passes the limit by no more than that, and then nothing is admitted', () => {
    const calls = fc.array(fc.tuple(fc.nat(300), fc.nat(300)), { maxLength: 40 })
    fc.assert(
      fc.property(calls, (all) => {
        const quotas = createQuotas({ limits: [{ tokensPerMinute: 1_000 }], retryAfter: false, now: () => 1_000 })
        let used = 0
        let surplus = 0
        for (const [input, output] of all) {
          const reservation = tryReserve(quotas, opus, input, output)
          expect(reservation !== undefined).toBe(used + input + output <= 1_000)
          if (reservation === undefined) continue
          reservation.settle({ input_tokens: input, output_tokens: output })
          used += input + output * 5
          surplus += output * 4
          expect(quotas.inUse()[0]?.quotas[0]?.used).toBe(used)
          expect(used).toBeLessThanOrEqual(1_000 + surplus)
        }
      }),
    )
  })
})
