import { createHmac, timingSafeEqual } from 'node:crypto'

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
