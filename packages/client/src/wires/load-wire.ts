import type { ClientWire } from '../options.ts'
import { invoke } from './invoke.ts'
import { mantle, runtimeMessages } from './messages.ts'
import type { WireAdapter } from './wire-adapter.ts'

/** Gives the adapter of a wire; Converse's is loaded when it is first needed, because its mapping is half of the client. */
export async function loadWire(wire: ClientWire): Promise<WireAdapter> {
  if (wire === 'converse') return (await import('./converse.ts')).converse
  return adapters[wire]
}

const adapters = { invoke, 'runtime-messages': runtimeMessages, mantle } as const satisfies Record<
  Exclude<ClientWire, 'converse'>,
  WireAdapter
>
