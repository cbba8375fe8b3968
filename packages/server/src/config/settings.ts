import { isIP } from 'node:net'
import { allowNames, isAllowEntry, isRegion, nearestWord, regions } from '@outcrop/protocol'
import { type FaultKind, faultKinds, faultNames, findFaultKind } from '../faults.ts'

/** How one setting is read from the characters that its author wrote, in a file or after a flag. */
export interface Setting<T> {
  /** Completes the sentence "expected …". */
  readonly expected: string
  /** The value that the text means, or nothing when it means none. */
  readonly read: (text: string) => T | undefined
  /** A secret is never quoted in a complaint. */
  readonly secret?: true
  /** The words it may be, for a "did you mean". */
  readonly words?: readonly string[]
}

/** One of a few words. */
export function oneOf<const Word extends string>(...words: readonly Word[]): Setting<Word> {
  return { expected: words.join(' or '), words, read: (text) => words.find((word) => word === text) }
}

/** A number without a fraction, between two bounds. */
export function wholeNumber(least: number, most: number, unit = ''): Setting<number> {
  const read = (text: string): number | undefined => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : undefined
    return value !== undefined && value >= least && value <= most ? value : undefined
  }
  return { expected: `a whole number${unit && ` of ${unit}`} from ${least} to ${most}`, read }
}

/** A number, between two bounds. */
export function anyNumber(least: number, most: number): Setting<number> {
  const read = (text: string): number | undefined => {
    const value = /^\d{1,15}(?:\.\d{1,15})?$/.test(text) ? Number(text) : undefined
    return value !== undefined && value >= least && value <= most ? value : undefined
  }
  return { expected: `a number from ${least} to ${most}`, read }
}

const atMost = (length: number, grammar: RegExp): ((text: string) => string | undefined) => {
  return (text) => (text.length <= length && grammar.test(text) ? text : undefined)
}

export const host: Setting<string> = {
  expected: 'an IP address or a host name, such as 127.0.0.1, ::1 or localhost',
  read: (text) => {
    const bare = text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text
    if (isIP(bare) !== 0) return bare
    const named =
      bare.length <= 253 && bare.split('.').every((label) => /^[a-z\d](?:[\w-]{0,61}[a-z\d])?$/i.test(label))
    // What looks like an IPv4 address but is none would be looked up as a name.
    return named && !/^[\d.]+$/.test(bare) ? bare : undefined
  },
}

export const port: Setting<number> = { ...wholeNumber(0, 65_535), expected: 'a port from 0 (any free one) to 65535' }

export const region: Setting<string> = {
  expected: 'an AWS region that serves Claude, such as us-east-1',
  words: regions,
  read: (text) => (isRegion(text) ? text : undefined),
}

export const account: Setting<string> = { expected: 'an AWS account id: 12 digits', read: atMost(12, /^\d{12}$/) }

/** An id, an alias or a name of a model, with `*` for anything. */
export const allowedModel: Setting<string> = {
  expected: 'a model of the catalogue: an id, an alias, an ARN, or a pattern such as anthropic.claude-haiku-*',
  get words() {
    return allowNames()
  },
  read: (text) => (/^[\w.:/* -]{1,2048}$/.test(text) && isAllowEntry(text) ? text : undefined),
}

export const switchedOn: Setting<boolean> = {
  expected: 'true or false',
  words: ['true', 'false'],
  read: (text) => (text === 'true' ? true : text === 'false' ? false : undefined),
}

export const fidelity = oneOf('guide', 'aws')

export const authMode = oneOf('open', 'strict')

export const accessPolicy = oneOf('granted', 'ask', 'admin', 'never')

export const folder: Setting<string> = { expected: 'a folder', read: (text) => text || undefined }

export const calibrationFile: Setting<string> = {
  expected: 'a file that outcrop calibrate wrote',
  read: (text) => text || undefined,
}

export const pemFile: Setting<string> = { expected: 'a file in PEM', read: (text) => text || undefined }

export const origin: Setting<string> = {
  expected: 'an origin of web pages, such as https://app.example or http://localhost:3000 (no path), or *',
  read: (text) =>
    text === '*' || /^https?:\/\/(?:[a-z\d.-]{1,253}|\[[\da-f:.]{2,45}\])(?::\d{1,5})?$/.test(text) ? text : undefined,
}

export const seed: Setting<string> = { expected: 'a word that seeds the answers', read: (text) => text || undefined }

export const pace = wholeNumber(0, 1_000_000, 'tokens a second')

export const firstTokenMs = wholeNumber(0, 3_600_000, 'milliseconds')

export const fault: Setting<FaultKind> = {
  expected: `a fault: an AWS error such as ThrottlingException, or one of ${faultKinds.join(', ')}`,
  words: faultNames,
  read: findFaultKind,
}

export const rate: Setting<number> = {
  expected: 'a share of calls from 0 to 1, such as 0.1',
  read: (text) => (/^(?:0?\.\d{1,9}|[01](?:\.0{1,9})?)$/.test(text) ? Number(text) : undefined),
}

export const user: Setting<string> = {
  // IAM's grammar of user names: the name becomes part of an ARN.
  expected: 'a name of 1 to 64 letters, digits and characters of + = , . @ _ -',
  read: atMost(64, /^[\w+=,.@-]+$/),
}

export const accessKeyId: Setting<string> = {
  // Longer than AWS's own are fine, but a slash, comma or blank would break the Authorization header.
  expected: 'an access key id of 1 to 128 letters, digits and underscores, such as AKIAIOSFODNN7EXAMPLE',
  read: atMost(128, /^\w+$/),
}

export const secretAccessKey: Setting<string> = {
  expected: 'a secret access key of 1 to 256 visible characters (or ${NAME} of an environment variable that holds it)',
  read: atMost(256, /^[!-~]+$/),
  secret: true,
}

export const sessionToken: Setting<string> = {
  expected: 'a session token of 1 to 8192 visible characters (or ${NAME} of an environment variable that holds it)',
  read: atMost(8192, /^[!-~]+$/),
  secret: true,
}

export const bearer: Setting<string> = {
  // WIRE §2.3: Bedrock refuses a bearer value without a known prefix; §2.6: ABSK is the long-term key's.
  expected:
    'a long-term Bedrock API key: ABSK and then base64. Clients must send that prefix. ' +
    '(A short-term key, bedrock-api-key-…, is verified with its key pair and not listed here)',
  read: atMost(4096, /^ABSK[A-Za-z\d+/_-]{8,}={0,2}$/),
  secret: true,
}

/** Says what was written where a setting expected something else; a secret is not quoted. */
export function mismatch(setting: Setting<unknown>, text: string): string {
  if (setting.secret) return `expected ${setting.expected}, found something else`
  const nearest = setting.words && nearestWord(text, setting.words)
  const shown = JSON.stringify(text.length <= 60 ? text : `${text.slice(0, 57)}...`)
  return `expected ${setting.expected}, found ${shown}${nearest === undefined ? '' : `: did you mean ${nearest}?`}`
}
