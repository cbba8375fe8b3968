import { GatewayError, type Json } from '@outcrop/protocol'
import type { AdminOperation } from './operation.ts'
import type { Snapshot } from './world.ts'

/** All state as one thing: forgotten, saved and brought back. */
export const stateOperations = {
  'POST reset': async ({ services }) => {
    await services.world.reset()
    return {}
  },
  'GET snapshot': ({ services }) => services.world.snapshot(),
  'POST restore': async ({ services, input }) => {
    await services.world.restore(readSnapshot(input))
    return {}
  },
} as const satisfies Readonly<Record<string, AdminOperation>>

function readSnapshot(input: Json | undefined): Snapshot {
  const candidate = input as Partial<Snapshot> | undefined | null
  if (typeof candidate !== 'object' || candidate === null || candidate.outcrop !== 'snapshot/1') {
    throw new GatewayError('validation', 'Expected a snapshot, as GET /admin/snapshot answers it.')
  }
  const { documents = {}, parts = {} } = candidate
  return { outcrop: 'snapshot/1', documents, parts }
}
