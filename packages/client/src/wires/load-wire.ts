import type { ClientWire } from '../options.ts'
import { invoke } from './invoke.ts'
import type { WireAdapter } from './wire-adapter.ts'

/** Gives the adapter of a wire; those that are not asked for are not loaded, and Converse's mapping is half of the client. */
export async function loadWire(wire: ClientWire): Promise<WireAdapter> {
  return loaders[wire]()
}

const loaders: Readonly<Record<ClientWire, () => WireAdapter | Promise<WireAdapter>>> = {
  invoke: () => invoke,
  'runtime-messages': async () => (await import('./messages.ts')).runtimeMessages,
  mantle: async () => (await import('./messages.ts')).mantle,
  converse: async () => (await import('./converse.ts')).converse,
}
