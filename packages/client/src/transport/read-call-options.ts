import type { Json, JsonObject } from '@outcrop/protocol'
import { nearestWord } from '@outcrop/protocol'
import type { BedrockCallOptions } from '../options.ts'

/** What is wrong with a member, as the end of a sentence; `undefined` when nothing is. */
type Check = (value: Json) => string | undefined

const oneOf = (...words: readonly string[]): Check => {
  const known: ReadonlySet<Json> = new Set(words)
  return (value) => (known.has(value) ? undefined : `has to be ${words.map((word) => `"${word}"`).join(' or ')}`)
}

const text: Check = (value) => (typeof value === 'string' && value !== '' ? undefined : 'has to be a text')

const texts: Check = (value) =>
  isObject(value) && Object.values(value).every((one) => typeof one === 'string')
    ? undefined
    : 'has to be an object of texts'

const scopes: Check = (value) => {
  const known = oneOf('global', 'geo', 'in-region')
  return Array.isArray(value) && value.length > 0 && value.every((one: Json) => known(one) === undefined)
    ? undefined
    : 'has to be a list of "global", "geo" and "in-region"'
}

const checks: Readonly<Record<keyof BedrockCallOptions, Check>> = {
  guardrail: (value) => (isObject(value) ? findFault(value, guardrailChecks) : 'has to be an object'),
  serviceTier: oneOf('default', 'priority', 'flex', 'reserved'),
  latency: oneOf('standard', 'optimized'),
  requestMetadata: texts,
  trace: oneOf('enabled', 'disabled', 'enabled_full'),
  wire: oneOf('invoke', 'runtime-messages', 'mantle', 'converse', 'auto'),
  scope: scopes,
}

const guardrailChecks: Readonly<Record<string, Check>> = {
  identifier: text,
  version: text,
  streamProcessingMode: oneOf('sync', 'async'),
}

/** Reads `bedrock` of a request; a member that is unknown or cannot be meant is a fault, for it would have no effect unsaid. */
export function readCallOptions(value: Json | undefined): BedrockCallOptions | { readonly fault: string } {
  if (value === undefined || value === null) return {}
  if (!isObject(value)) return { fault: 'bedrock: it has to be an object.' }
  const fault = findFault(value, checks)
  return fault === undefined ? value : { fault: `bedrock${fault.startsWith('.') ? '' : ': it '}${fault}.` }
}

function findFault(value: JsonObject, known: Readonly<Record<string, Check>>): string | undefined {
  for (const [name, member] of Object.entries(value)) {
    const check = Object.hasOwn(known, name) ? known[name] : undefined
    if (check === undefined) {
      const near = nearestWord(name, Object.keys(known))
      const instead = near === undefined ? Object.keys(known).join(', ') : `did you mean ${near}?`
      return `.${name.slice(0, 64)}: there is no such option; ${near === undefined ? `there are ${instead}` : instead.slice(0, -1)}`
    }
    const fault = member === undefined ? undefined : check(member)
    if (fault !== undefined) return `.${name}${fault.startsWith('.') ? '' : ': it '}${fault}`
  }
  if (known === guardrailChecks && !('identifier' in value && 'version' in value)) {
    return 'has to have identifier and version'
  }
  return undefined
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
