import { geographiesOf, regions } from '@outcrop/protocol'
import { ConfigurationError } from '../configuration-error.ts'
import { checkedRegion } from '../endpoint/resolve-region.ts'
import type { BedrockOptions, TimeLimits } from '../options.ts'
import { readCallOptions } from './read-call-options.ts'

/** What an option has to be, as the end of a sentence; `undefined` where it is. */
type Check = (value: unknown) => string | undefined

const oneOf =
  (...words: readonly string[]): Check =>
  (value) =>
    words.some((word) => word === value) ? undefined : words.map((word) => `"${word}"`).join(' or ')
const anyOf =
  (what: string, ...kinds: readonly string[]): Check =>
  (value) =>
    kinds.includes(typeof value) ? undefined : what

const geography = oneOf(...new Set(regions.flatMap((region) => geographiesOf(region))))

const limits = ['connect', 'firstByte', 'idle', 'total'] as const satisfies ReadonlyArray<keyof TimeLimits>

const checks = {
  models: oneOf('catalogue', 'live'),
  capabilities: oneOf('adapt', 'error', 'send'),
  apiKey: anyOf('a text or a function', 'string', 'function'),
  providerChainResolver: anyOf('a function', 'function'),
  awsProfile: anyOf('a text', 'string'),
  batches: anyOf('an object with s3Uri and roleArn', 'object'),
  skipAuth: anyOf('true or false', 'boolean'),
  failover: (value) => (Array.isArray(value) ? undefined : 'a list of Regions and scopes'),
  residency: (value) => (Array.isArray(value) ? undefined : geography(value)),
  timeouts: (value) => {
    const unknown = Object.keys(Object(value)).find((name) => !limits.some((limit) => limit === name))
    if (unknown !== undefined) return `of ${limits.join(', ')}, and not ${unknown.slice(0, 64)}`
    return limits.every((limit) => isLimit(limitOf(value, limit)))
      ? undefined
      : 'limits in milliseconds, of which 0 is none'
  },
} satisfies Partial<Record<keyof BedrockOptions, Check>>

function limitOf(value: unknown, limit: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, limit) : Number.NaN
}

function isLimit(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === 'number' && value >= 0)
}

/** Checks what TypeScript checks, for those who do not use it: a word that is none would be found out by the first call, or never. */
export function checkOptions(options: BedrockOptions): void {
  for (const [name, check] of Object.entries(checks)) {
    const value: unknown = options[name as keyof typeof checks]
    const wanted = value === undefined || value === null ? undefined : check(value)
    // What was given is not shown: it may be a key in the wrong place.
    if (wanted !== undefined) throw new ConfigurationError(`${name}: it has to be ${wanted}.`)
  }
  const { wire, scope, failover, residency } = options
  const read = readCallOptions({ ...(wire !== undefined && { wire }), ...(scope !== undefined && { scope }) })
  if ('fault' in read) throw new ConfigurationError(read.fault.replace('bedrock.', ''))
  for (const entry of failover ?? []) {
    if (!['global', 'geo', 'in-region'].includes(entry)) checkedRegion(entry, 'An entry of failover')
  }
  for (const entry of typeof residency === 'object' ? (residency ?? []) : [])
    checkedRegion(entry, 'An entry of residency')
}
