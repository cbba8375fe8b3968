import { parseLongTermKey, type LongTermKey } from './long-term-key.ts'
import { parseShortTermKey, type ShortTermKey } from './short-term-key.ts'
import { longTermPrefix, shortTermPrefix } from './prefixes.ts'

/** A bearer value as Bedrock tells them apart: by prefix, then by what is inside. Nothing of it is verified. */
export type BedrockKey =
  | ShortTermKey
  | LongTermKey
  | {
      readonly kind: 'malformed'
      /** `prefix`: none that Bedrock knows; otherwise the prefix is right and what follows is not. */
      readonly because: 'prefix' | 'encoding' | 'content'
    }

/** Reads a Bedrock API key of either kind (WIRE §2.5, §2.6). */
export function parseBedrockKey(token: string): BedrockKey {
  if (token.startsWith(shortTermPrefix)) return parseShortTermKey(token)
  if (token.startsWith(longTermPrefix)) return parseLongTermKey(token)
  return { kind: 'malformed', because: 'prefix' }
}
