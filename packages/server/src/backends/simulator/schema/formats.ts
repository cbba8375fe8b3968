import type { Random } from '../random.ts'

/** Makes a string of a JSON Schema format; `variation` tells several of them apart. */
export type FormatMaker = (random: Random, variation: number) => string

const two = (value: number): string => String(value).padStart(2, '0')

const date: FormatMaker = (random, variation) =>
  `20${20 + random.below(8)}-${two(1 + ((random.below(12) + variation) % 12))}-${two(1 + random.below(28))}`
const time: FormatMaker = (random, variation) =>
  `${two(random.below(24))}:${two((random.below(60) + variation) % 60)}:${two(random.below(60))}Z`
const numbered =
  (before: string, after: string): FormatMaker =>
  (_random, variation) =>
    `${before}${variation === 0 ? '' : variation + 1}${after}`
const hex = (random: Random, length: number): string => {
  let text = ''
  for (let at = 0; at < length; at++) text += random.below(16).toString(16)
  return text
}
const uri: FormatMaker = (_random, variation) =>
  `https://example.com/${variation === 0 ? 'simulated' : `simulated-${variation + 1}`}`

/** The formats that schemas name, by their names; formats that are not here are plain strings. */
export const formats: ReadonlyMap<string, FormatMaker> = new Map([
  ['date', date],
  ['time', time],
  ['date-time', (random, variation) => `${date(random, variation)}T${time(random, 0)}`],
  ['duration', (random, variation) => `PT${1 + random.below(50) + variation}M`],
  ['email', numbered('ada', '@example.com')],
  ['idn-email', numbered('ada', '@example.com')],
  ['hostname', numbered('host', '.example.com')],
  ['idn-hostname', numbered('host', '.example.com')],
  ['ipv4', (random, variation) => `192.0.2.${(random.below(200) + variation) % 255}`],
  ['ipv6', (random, variation) => `2001:db8::${(1 + random.below(9_000) + variation).toString(16)}`],
  ['uri', uri],
  ['url', uri],
  ['iri', uri],
  ['uri-reference', uri],
  ['iri-reference', uri],
  ['uri-template', uri],
  ['uuid', (random) => `${hex(random, 8)}-${hex(random, 4)}-4${hex(random, 3)}-a${hex(random, 3)}-${hex(random, 12)}`],
  ['json-pointer', numbered('/simulated', '')],
  ['relative-json-pointer', (_random, variation) => String(variation)],
  ['regex', numbered('^simulated', '$')],
  ['byte', (random) => Buffer.from(hex(random, 6)).toString('base64')],
])
