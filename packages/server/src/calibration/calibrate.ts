import { type TokenizerFamilyName, tokenizerFamilies } from '@outcrop/protocol'
import { createDocumentReader } from '../backends/simulator/media/document-reader.ts'
import type { Calibration } from './calibration.ts'
import { createEvenSample, type EvenSample } from './even-sample.ts'
import { type CountError, type Fit, fitFamily, type MeasuredCall } from './fit.ts'
import { readRealCall } from './read-real-call.ts'

/** What real calls say of the simulator's counts. */
export interface CalibrationReport {
  readonly calibration: Calibration
  readonly families: readonly FamilyReport[]
  /** The lines that could not be used, from 1, and why. */
  readonly unusable: ReadonlyArray<{ readonly line: number; readonly because: string }>
  readonly usable: number
}

/** How well the calls of one family were counted before, and are with what was fitted to them. */
export interface FamilyReport extends Fit {
  readonly name: TokenizerFamilyName
}

export type { CountError }

/**
 * Fits the factor of each family of tokenizers to real calls, a line of JSON each: `{"modelId", "body", "inputTokens"}`.
 * A line that cannot be used is named and left out; `undefined` stands for one that was too long to be read.
 */
export async function calibrate(lines: AsyncIterable<string | undefined>): Promise<CalibrationReport> {
  const documents = createDocumentReader()
  const calls = new Map<TokenizerFamilyName, EvenSample<MeasuredCall>>()
  const unusable: Array<{ readonly line: number; readonly because: string }> = []
  let line = 0
  let usable = 0
  for await (const text of lines) {
    line++
    if (text?.trim() === '') continue
    const read = text === undefined ? tooLong : await readRealCall(text, documents)
    if (read.kind === 'unusable') {
      unusable.push({ line, because: read.because })
      continue
    }
    usable++
    const ofFamily = calls.get(read.family.name) ?? createEvenSample(mostCalls)
    calls.set(read.family.name, ofFamily)
    ofFamily.add(read.call)
  }
  const families = tokenizerFamilies.flatMap((family) => {
    const measured = calls.get(family.name)
    return measured === undefined ? [] : [{ name: family.name, ...fitFamily(measured.items, family) }]
  })
  const calibration = Object.fromEntries(families.map(({ name, family }) => [name, family]))
  return { calibration, families, unusable, usable }
}

/** A family with more calls than this is fitted to an even sample of them: more say nothing new, and take a minute. */
const mostCalls = 50_000

const tooLong = { kind: 'unusable', because: 'the line is longer than any call that Bedrock takes' } as const
