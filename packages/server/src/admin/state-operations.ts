import type { AdminOperation } from './operation.ts'

/** All state as one thing: forgotten, saved and brought back. */
export const stateOperations = {
  'POST reset': async ({ services }) => {
    await services.world.reset()
    return {}
  },
  'GET snapshot': ({ services }) => services.world.snapshot(),
  'POST restore': async ({ services, input }) => {
    await services.world.restore(input)
    return {}
  },
} as const satisfies Readonly<Record<string, AdminOperation>>
