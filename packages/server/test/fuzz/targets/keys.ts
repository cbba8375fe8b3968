import { mintLongTermKey, mintShortTermKey, parseBedrockKey } from '@outcrop/protocol'
import fc from 'fast-check'
import { deepStrictEqual, ok } from 'node:assert/strict'
import { nodeHasher } from '../../../src/identity/hashing.ts'
import { type ByteChanges, byteChanges, changeText } from '../input/bytes.ts'
import { createTarget } from '../target.ts'

/** Bedrock API keys of both kinds: read back when minted here, else read or named malformed. */
export const keys = createTarget<string>({
  name: 'keys',
  runs: 600,
  weight: 1,
  open: () => ({
    inputs: fc.oneof(
      fc.tuple(fc.constantFrom(...minted), byteChanges(3)).map(([key, changes]) => changeText(key, changes)),
      // Changed inside its base64, where the parts of a key are.
      fc.tuple(fc.constantFrom(...minted), byteChanges(3)).map(([key, changes]) => changeInside(key, changes)),
      fc.string({ unit: 'binary', maxLength: 60 }),
    ),
    check: (token) => {
      const key = parseBedrockKey(token)
      if (key.kind === 'long-term') {
        deepStrictEqual(token, `ABSK${Buffer.from(`${key.name}:${key.secret}`, 'latin1').toString('base64')}`)
      } else if (key.kind === 'short-term') {
        ok(key.expiresSeconds >= 1 && key.expiresSeconds <= 43_200)
        ok(key.credential.service === 'bedrock' && !key.signedQuery.includes('X-Amz-Signature='))
      }
    },
    show: (token) => JSON.stringify(token),
  }),
})

const shortTermPrefix = 'bedrock-api-key-'
const minted = [
  mintLongTermKey('dev', '123456789012', 'hush'),
  mintShortTermKey(nodeHasher, {
    keys: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret', sessionToken: 'a/b+c=' },
    region: 'us-west-2',
    now: Date.UTC(2026, 10, 25),
  }),
]

function changeInside(key: string, changes: ByteChanges): string {
  const prefix = key.startsWith(shortTermPrefix) ? shortTermPrefix : 'ABSK'
  const inside = Buffer.from(key.slice(prefix.length), 'base64').toString('latin1')
  return prefix + Buffer.from(changeText(inside, changes), 'latin1').toString('base64')
}
