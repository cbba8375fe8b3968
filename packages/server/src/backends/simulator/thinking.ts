import { createCipheriv, createDecipheriv, createHash, createHmac, timingSafeEqual } from 'node:crypto'

/** Signs a thinking text, so that the same simulator knows it again when it comes back in a later turn. */
export function signThinking(seed: string, thinking: string): string {
  return Buffer.concat([marker, macOf(seed, thinking)]).toString('base64')
}

/** Whether a simulator with this seed thought exactly this text. */
export function isThinkingSignature(seed: string, thinking: string, signature: string): boolean {
  const bytes = Buffer.from(signature, 'base64')
  const expected = Buffer.concat([marker, macOf(seed, thinking)])
  return bytes.length === expected.length && timingSafeEqual(bytes, expected)
}

/** Whether a signature is one of a simulator's, whatever it signed. */
export function isSimulatorSignature(signature: string): boolean {
  const bytes = Buffer.from(signature, 'base64')
  return bytes.length === marker.length + macBytes && bytes.subarray(0, marker.length).equals(marker)
}

/** Tells our signatures from Claude's, which are opaque too. */
const marker = Buffer.from('outcrop-simulator-thinking-1:')

const macBytes = 32

function macOf(seed: string, thinking: string): Buffer {
  return createHmac('sha256', `outcrop thinking ${seed}`).update(thinking).digest()
}

/** Seals a thought that its caller must not read, so that the same simulator knows it again when it comes back. */
export function sealThinking(seed: string, thinking: string): string {
  // The text decides the nonce, so that equal answers stay equal and no two texts ever share one.
  const nonce = macOf(seed, `sealed ${thinking}`).subarray(0, nonceBytes)
  const cipher = createCipheriv('aes-256-gcm', keyOf(seed), nonce)
  const sealed = Buffer.concat([cipher.update(thinking), cipher.final()])
  return Buffer.concat([sealMarker, nonce, sealed, cipher.getAuthTag()]).toString('base64')
}

/** Whether a simulator with this seed sealed just this: one bit changed, and it did not. */
export function isSealedThinking(seed: string, data: string): boolean {
  const bytes = Buffer.from(data, 'base64')
  // Base64 forgives what does not belong to it, and a seal that was altered so was altered all the same.
  if (bytes.toString('base64') !== data) return false
  const start = sealMarker.length + nonceBytes
  const end = bytes.length - tagBytes
  if (end < start || !bytes.subarray(0, sealMarker.length).equals(sealMarker)) return false
  const decipher = createDecipheriv('aes-256-gcm', keyOf(seed), bytes.subarray(sealMarker.length, start))
  decipher.setAuthTag(bytes.subarray(end))
  try {
    decipher.update(bytes.subarray(start, end))
    decipher.final()
    return true
  } catch {
    return false // the tag does not fit
  }
}

const sealMarker = Buffer.from('outcrop-simulator-redacted-1:')
const nonceBytes = 12
const tagBytes = 16

function keyOf(seed: string): Buffer {
  return createHash('sha256').update(`outcrop redacted thinking ${seed}`).digest()
}
