import { deriveSigningKey, type SigV4Credential } from '@outcrop/protocol'
import type { KnownKeyPair } from './directory.ts'
import { nodeHasher } from './hashing.ts'

const capacity = 1024

/** Signing keys by key pair, day, Region and service: deriving one costs four HMACs, checking a signature one. */
export interface SigningKeys {
  /** Verifies with the signing key of a scope, and keeps it when `verify` succeeds. */
  use<Verdict extends { readonly kind: 'verified' | 'refused' }>(
    known: KnownKeyPair,
    credential: SigV4Credential,
    verify: (signingKey: Uint8Array) => Verdict,
  ): Verdict
}

/** Creates a bounded cache. Only a signature that verifies earns a place, so nobody can fill it with made-up scopes. */
export function createSigningKeys(): SigningKeys {
  const keys = new Map<string, Uint8Array>()
  return {
    use(known, credential, verify) {
      const name = `${known.accessKeyId}/${credential.scope}`
      const kept = keys.get(name)
      if (kept !== undefined) return verify(kept)
      const { date, region, service } = credential
      const derived = deriveSigningKey(nodeHasher, known.secretAccessKey, date, region, service)
      const verdict = verify(derived)
      if (verdict.kind === 'verified') {
        // The oldest entry goes first: it is the likeliest to be of a day that has passed.
        const oldest = keys.size < capacity ? undefined : keys.keys().next().value
        if (oldest !== undefined) keys.delete(oldest)
        keys.set(name, derived)
      }
      return verdict
    },
  }
}
