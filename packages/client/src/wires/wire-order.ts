import type { ClientWire } from '../options.ts'

/**
 * In which order `auto` prefers wires that carry a request equally well: docs/decisions/2026-11-25-wire-auto.md says why.
 */
export const wireOrder = ['invoke', 'runtime-messages', 'converse', 'mantle'] as const satisfies readonly ClientWire[]

/** The host that a wire is spoken to, and with it the IAM action that it needs (WIRE §1.3, §2.7). */
export const planeOf: Readonly<Record<ClientWire, 'runtime' | 'mantle'>> = {
  invoke: 'runtime',
  'runtime-messages': 'runtime',
  converse: 'runtime',
  mantle: 'mantle',
}
