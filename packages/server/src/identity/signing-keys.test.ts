import { parseCredential } from '@outcrop/protocol'
import { expect, it } from 'vitest'
import { createCaller } from './caller.ts'
import type { KnownKeyPair } from './directory.ts'
import { createSigningKeys, type SigningKeys } from './signing-keys.ts'

const ada: KnownKeyPair = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
  caller: createCaller('ada', '123456789012'),
  region: 'us-east-1',
  tokenDigest: undefined,
}

/** The key that a verification is handed; whether it succeeds is given. */
function keyFor(keys: SigningKeys, scope: string, kind: 'verified' | 'refused' = 'verified', known = ada): Uint8Array {
  const credential = parseCredential(`${known.accessKeyId}/${scope}`)
  if (credential === undefined) throw new Error(scope)
  return keys.use(known, credential, (key) => ({ kind, key })).key
}

const hex = (key: Uint8Array) => Buffer.from(key).toString('hex')

it("derives the key of AWS's published example", () => {
  // AWS General Reference, "Deriving the signing key": 20150830, us-east-1, iam.
  expect(hex(keyFor(createSigningKeys(), '20150830/us-east-1/iam/aws4_request'))).toBe(
    'c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9',
  )
})

it('derives a key once that verified, and again one that did not', () => {
  const keys = createSigningKeys()
  const scope = '20150830/us-east-1/iam/aws4_request'
  const refused = keyFor(keys, scope, 'refused')
  const verified = keyFor(keys, scope)
  expect(verified).not.toBe(refused)
  expect(keyFor(keys, scope)).toBe(verified)
  expect(keyFor(keys, scope, 'refused')).toBe(verified)
})

it('keeps the keys of every day, Region, service and key pair apart', () => {
  const keys = createSigningKeys()
  const grace = { ...ada, accessKeyId: 'AKIDOTHER', secretAccessKey: 'other' }
  const all = [
    keyFor(keys, '20150830/us-east-1/iam/aws4_request'),
    keyFor(keys, '20150831/us-east-1/iam/aws4_request'),
    keyFor(keys, '20150830/us-east-2/iam/aws4_request'),
    keyFor(keys, '20150830/us-east-1/sts/aws4_request'),
    keyFor(keys, '20150830/us-east-1/iam/aws4_request', 'verified', grace),
  ]
  expect(new Set(all.map(hex)).size).toBe(5)
})

it('lets the oldest key go when it holds 1024', () => {
  const keys = createSigningKeys()
  const first = keyFor(keys, '0/us-east-1/iam/aws4_request')
  for (let day = 1; day < 1024; day++) keyFor(keys, `${day}/us-east-1/iam/aws4_request`)
  expect(keyFor(keys, '0/us-east-1/iam/aws4_request')).toBe(first)
  keyFor(keys, '1024/us-east-1/iam/aws4_request')
  expect(keyFor(keys, '0/us-east-1/iam/aws4_request')).not.toBe(first)
})
