import { fromBase64, toBase64 } from './base64.ts'
import { longTermPrefix } from './prefixes.ts'

/** A long-term key taken apart: the IAM service-specific credential that it spells (WIRE §2.6). */
export interface LongTermKey {
  readonly kind: 'long-term'
  /** `BedrockAPIKey-{suffix}-at-{account}` */
  readonly name: string
  /** Twelve digits; null when the name ends otherwise. */
  readonly account: string | null
  readonly secret: string
}

/** What is wrong with a key whose prefix is right. */
export interface MalformedKey {
  readonly kind: 'malformed'
  readonly because: 'encoding' | 'content'
}

/** Reads a long-term key: `ABSK`, then base64 of a name, a colon and a secret. */
export function parseLongTermKey(token: string): LongTermKey | MalformedKey {
  const text = fromBase64(token.slice(longTermPrefix.length))
  if (text === undefined) return { kind: 'malformed', because: 'encoding' }
  const colon = text.indexOf(':')
  if (colon < 1 || colon === text.length - 1) return { kind: 'malformed', because: 'content' }
  const name = text.slice(0, colon)
  const account = /^\d{12}$/.exec(name.slice(-12))?.[0] ?? null
  return { kind: 'long-term', name, account, secret: text.slice(colon + 1) }
}

/** Spells a long-term key as IAM does, from a suffix and a secret of the caller's making. */
export function mintLongTermKey(suffix: string, account: string, secret: string): string {
  return longTermPrefix + toBase64(`BedrockAPIKey-${suffix}-at-${account}:${secret}`)
}
