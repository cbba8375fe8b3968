import { type TokenRate } from '@outcrop/protocol'
import { type CalibratedFamily, calibrationLimits as limits } from './calibration.ts'

/** What a real call cost, beside what the simulator makes of it. */
export interface MeasuredCall {
  /** Of its text, in the simulator's own estimate. */
  readonly text: number
  /** Of its images and pages. */
  readonly seen: number
  /** What Bedrock charged. */
  readonly inputTokens: number
}

/** How far counts are off, in per cent of the real ones. */
export interface CountError {
  readonly median: number
  readonly p95: number
}

/** What was fitted to the calls of a family, and how far counts are off without and with it. */
export interface Fit {
  readonly family: CalibratedFamily
  readonly before: CountError
  /** Measured on calls that the fit had not seen; absent where all calls are alike. */
  readonly after?: CountError
}

/** Fits a family's factor to real calls, robustly: a few odd calls move neither it nor the frame. */
export function fitFamily(calls: readonly MeasuredCall[], rate: TokenRate): Fit {
  const fitted = fitRate(calls, rate)
  const after = crossValidate(calls, rate)
  return {
    family: {
      multiplier: round(fitted.multiplier, 4),
      ...(fitted.frameTokens === rate.frameTokens ? {} : { frameTokens: fitted.frameTokens }),
      calls: calls.length,
      ...(after === undefined ? {} : { errorPercent: after.median }),
    },
    before: summarize(calls.map((call) => errorOf(call, rate))),
    ...(after === undefined ? {} : { after }),
  }
}

/** From so many calls on the frame is fitted too: with fewer it cannot be told from the factor. */
const callsForFrame = 10
/** As many parts as calls, up to this: each part is judged by a fit to the others. */
const mostFolds = 10

function fitRate(calls: readonly MeasuredCall[], expected: TokenRate): TokenRate {
  let rate = { ...expected, multiplier: fitMultiplier(calls, expected) }
  if (calls.length < callsForFrame) return rate
  const shortest = calls.toSorted((a, b) => a.text - b.text).slice(0, Math.ceil(calls.length / 2))
  // Each is fitted as if the other were known, and a few turns settle both.
  for (let turn = 0; turn < mostTurns; turn++) {
    const { multiplier } = rate
    const rests = shortest.map(({ text, seen, inputTokens }) => inputTokens - seen - text * multiplier)
    const frameTokens = Math.min(limits.mostFrameTokens, Math.max(0, Math.round(medianOf(rests))))
    if (frameTokens === rate.frameTokens) break
    rate = { frameTokens, multiplier: fitMultiplier(calls, { ...expected, frameTokens }) }
  }
  return rate
}

const mostTurns = 20

/** The median of the calls' own factors, each with the weight of its text: short calls say little about it. */
function fitMultiplier(calls: readonly MeasuredCall[], { frameTokens, multiplier }: TokenRate): number {
  const factors = calls
    .filter(({ text }) => text > 0)
    .map(({ text, seen, inputTokens }) => ({ factor: (inputTokens - seen - frameTokens) / text, weight: text }))
    .sort((a, b) => a.factor - b.factor)
  const half = factors.reduce((sum, { weight }) => sum + weight, 0) / 2
  let sum = 0
  for (const { factor, weight } of factors) {
    sum += weight
    if (sum >= half) return Math.min(limits.mostMultiplier, Math.max(limits.leastMultiplier, factor))
  }
  return multiplier // calls of images alone say nothing about text
}

function crossValidate(calls: readonly MeasuredCall[], rate: TokenRate): CountError | undefined {
  const numbers = numberCalls(calls)
  const folds = Math.min(mostFolds, new Set(numbers).size)
  if (folds < 2) return undefined
  const isIn = (fold: number, index: number): boolean => (numbers[index] ?? 0) % folds === fold
  const errors: number[] = []
  for (let fold = 0; fold < folds; fold++) {
    const fitted = fitRate(
      calls.filter((_, index) => !isIn(fold, index)),
      rate,
    )
    for (const [index, call] of calls.entries()) if (isIn(fold, index)) errors.push(errorOf(call, fitted))
  }
  return summarize(errors)
}

/** Numbers calls in turn, equal ones alike: a call that is there twice must not be judged by a fit to itself. */
function numberCalls(calls: readonly MeasuredCall[]): readonly number[] {
  const known = new Map<string, number>()
  return calls.map(({ text, seen, inputTokens }) => {
    const key = `${text} ${seen} ${inputTokens}`
    const number = known.get(key) ?? known.size
    known.set(key, number)
    return number
  })
}

function errorOf({ text, seen, inputTokens }: MeasuredCall, { frameTokens, multiplier }: TokenRate): number {
  const estimate = frameTokens + Math.round(text * multiplier) + seen
  return (Math.abs(estimate - inputTokens) / inputTokens) * 100
}

function summarize(errors: readonly number[]): CountError {
  const sorted = errors.toSorted((a, b) => a - b)
  const p95 = sorted[Math.max(0, Math.ceil(sorted.length * 0.95) - 1)] ?? 0
  return { median: round(medianOf(sorted), 2), p95: round(p95, 2) }
}

function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const [low = 0, high = low] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]]
  return (low + high) / 2
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits))
}
