import type { Json, JsonObject } from '@outcrop/protocol'

import type { Hints } from '../hints.ts'
import type { Random } from '../random.ts'
import { excerpt, sharedWords, subjectWords } from '../words.ts'
import { formats } from './formats.ts'
import { makeMatching } from './make-pattern.ts'
import type { PatternMeter } from './match-pattern.ts'
import { numberAt, own } from './schema.ts'

/** Where in a generated value a scalar stands, and what may go there. */
export interface Spot {
  /** The name of the member that it is, `''` at the top. */
  readonly name: string
  /** Tells the items of a list apart, and one attempt from the next. */
  readonly variation: number
  readonly hints: Hints
  readonly random: Random
}

/** Makes a string by pattern, format, what the prompt offers, or the member's name; fitted to the length allowed. */
export function makeString(schema: JsonObject, spot: Spot, meter: PatternMeter): string {
  const min = Math.min(numberAt(schema, 'minLength') ?? 0, longestString)
  const max = numberAt(schema, 'maxLength') ?? longestString
  const pattern = own(schema, 'pattern')
  if (typeof pattern === 'string') {
    const made = makeMatching(pattern, min, max, spot.random, meter)
    if (made !== undefined) return made
  }
  const format = own(schema, 'format')
  const maker = typeof format === 'string' ? formats.get(format) : undefined
  if (maker !== undefined)
    return (spot.variation === 0 ? hintedFormat(format, spot.hints) : undefined) ?? maker(spot.random, spot.variation)
  const base = plainString(schema, spot)
  return fitLength(spot.variation === 0 ? base : `${base} ${spot.variation + 1}`, min, max, spot.variation)
}

const longestString = 20_000

function hintedFormat(format: Json | undefined, hints: Hints): string | undefined {
  if (format === 'date') return hints.dates[0]
  if (format === 'email' || format === 'idn-email') return hints.emails[0]
  return format === 'uri' || format === 'url' || format === 'iri' ? hints.urls[0] : undefined
}

function plainString(schema: JsonObject, { name, hints, variation }: Spot): string {
  const words = subjectWords(name)
  for (const [names, value] of byName)
    if (sharedWords(words, names) > 0) return value(hints) ?? fallback(schema, name, hints)
  return hints.quoted[variation] ?? hints.quoted[0] ?? fallback(schema, name, hints)
}

const names = (list: string): ReadonlySet<string> => subjectWords(list)

/** What members of a certain name usually hold; the first row whose name fits decides. */
const byName: ReadonlyArray<readonly [ReadonlySet<string>, (hints: Hints) => string | undefined]> = [
  [
    names('city location place town destination origin country region address area'),
    ({ places, quoted }) => places[0] ?? quoted[0] ?? 'Paris',
  ],
  [names('email mail'), ({ emails }) => emails[0] ?? 'ada@example.com'],
  [names('url uri link href website'), ({ urls }) => urls[0] ?? 'https://example.com/simulated'],
  [names('path file filename folder directory'), ({ paths, quoted }) => paths[0] ?? quoted[0] ?? '/tmp/simulated.txt'],
  [names('date day'), ({ dates }) => dates[0] ?? '2026-01-15'],
  [names('command cmd'), ({ quoted }) => quoted[0] ?? 'echo simulated'],
  [names('expression equation formula'), ({ text, quoted }) => quoted[0] ?? arithmetic(text)],
  [
    names('query question prompt search keyword topic text input message content'),
    ({ text, quoted }) => quoted[0] ?? (text.trim() === '' ? undefined : excerpt(text, 120)),
  ],
  [names('currency'), () => 'USD'],
  [names('language locale'), () => 'en'],
  [names('timezone'), () => 'UTC'],
]

/** The first run of numbers and operators in a prompt. */
function arithmetic(text: string): string | undefined {
  return /\d[\d\s.]{0,30}(?:[-+*/x×^%][\s\d.()]{1,30}){1,8}/.exec(text)?.[0].trim()
}

function fallback(schema: JsonObject, name: string, hints: Hints): string {
  const title = own(schema, 'title')
  const said = hints.quoted[0] ?? (name === '' && typeof title === 'string' ? title : name)
  return said === ''
    ? 'simulated'
    : said.startsWith('simulated') || said === hints.quoted[0]
      ? said
      : `simulated ${said}`
}

/** Cuts or pads by code points, as JSON Schema counts; variations stay different at their end. */
function fitLength(text: string, min: number, max: number, variation: number): string {
  if (text.length >= min && text.length <= max) {
    const isPlain = !/[\uD800-\uDFFF]/.test(text)
    if (isPlain) return text
  }
  const points = Array.from(text)
  const missing = min - points.length
  const padded = missing > 0 ? text + padding(points.length, missing) : text
  if (points.length + Math.max(0, missing) <= max) return padded
  const mark = variation === 0 ? '' : String(variation)
  return (
    Array.from(padded)
      .slice(0, Math.max(0, max - mark.length))
      .join('') + mark
  ).slice(0, max)
}

/** What goes on as if `simulated ` had been repeated from the start. */
function padding(from: number, length: number): string {
  const start = from % 10
  return 'simulated '.repeat(Math.ceil((start + length) / 10)).slice(start, start + length)
}

/** Makes a number: one that the prompt offers when it fits, else a small one within the bounds. */
export function makeNumber(schema: JsonObject, { hints, variation }: Spot, isInteger: boolean): number {
  const bounds = boundsOf(schema, isInteger)
  const { step, low, high } = bounds
  if (variation === 0) {
    const hinted = hints.numbers.find((number) => number >= low && number <= high && isOnStep(number, step))
    if (hinted !== undefined) return hinted
  }
  return numberAtVariation(bounds, variation)
}

interface Bounds {
  readonly low: number
  readonly high: number
  /** 0 where any number will do. */
  readonly step: number
}

function boundsOf(schema: JsonObject, isInteger: boolean): Bounds {
  const multipleOf = numberAt(schema, 'multipleOf') ?? 0
  const step = multipleOf > 0 ? wholeStep(multipleOf, isInteger) : isInteger ? 1 : 0
  const [minimum, openMinimum] = edge(schema, 'minimum', 'exclusiveMinimum', -Infinity)
  const [maximum, openMaximum] = edge(schema, 'maximum', 'exclusiveMaximum', Infinity)
  const nudge = step > 0 ? step : openNudge(minimum, maximum)
  let low = step > 0 ? Math.ceil(minimum / step - 1e-9) * step : minimum
  let high = step > 0 ? Math.floor(maximum / step + 1e-9) * step : maximum
  if (openMinimum && low <= minimum) low = tidy(low + nudge)
  if (openMaximum && high >= maximum) high = tidy(high - nudge)
  return { low: tidy(low), high: tidy(high), step }
}

/** Drafts before 6 spell exclusive bounds as flags beside the bound. */
function edge(schema: JsonObject, name: string, exclusive: string, none: number): readonly [number, boolean] {
  const inclusive = numberAt(schema, name) ?? none
  const open = numberAt(schema, exclusive)
  if (open === undefined) return [inclusive, own(schema, exclusive) === true]
  const isTighter = none < 0 ? open >= inclusive : open <= inclusive
  return isTighter ? [open, true] : [inclusive, false]
}

const openNudge = (low: number, high: number): number =>
  Number.isFinite(low) && Number.isFinite(high) ? (high - low) / 4 : 0.5

function wholeStep(multipleOf: number, isInteger: boolean): number {
  if (!isInteger || Number.isInteger(multipleOf)) return multipleOf
  for (let times = 1; times <= 1_000; times++)
    if (isOnStep(multipleOf * times, 1)) return Math.round(multipleOf * times)
  return 1
}

function numberAtVariation({ low, high, step }: Bounds, variation: number): number {
  const start = low > 1 ? low : high < 1 ? high : 1
  const first = step > 0 && low <= 1 && high >= 1 ? Math.min(step * Math.ceil(1 / step), Math.max(high, low)) : start
  if (variation === 0) return tidy(first)
  // Where nothing asks for whole numbers, variations are fractions too: a branch for integers then refuses some.
  const isBounded = Number.isFinite(low) && Number.isFinite(high) && high >= low
  const move = step > 0 ? step : isBounded ? (high - low) / 997 : 1.5
  if (!isBounded)
    return tidy(low === -Infinity && high < Infinity ? first - move * variation : first + move * variation)
  if (move === 0) return tidy(low)
  const count = Math.floor((high - low) / move + 1e-9) + 1
  return tidy(low + move * ((Math.round((first - low) / move) + variation) % count))
}

function isOnStep(number: number, step: number): boolean {
  return step === 0 || Math.abs(number / step - Math.round(number / step)) < 1e-9
}

/** Takes the noise of binary fractions off: 0.30000000000000004 is meant as 0.3. */
function tidy(number: number): number {
  return Number.isFinite(number) ? Number(number.toPrecision(15)) : number
}
