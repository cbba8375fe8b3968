import type { AdminOperation } from './operation.ts'

/** Every quota that a call has taken from, with what is used of it, what running calls hold, and when the first of it is free again. */
export const quotaOperations = {
  'GET quotas': ({ services }) => ({
    quotas: services.quotas.inUse().flatMap(({ key, burndown, quotas }) =>
      quotas.map(({ freesAt, ...quota }) => ({
        ...key,
        burndown,
        ...quota,
        ...(freesAt !== undefined && { freesAt: new Date(freesAt).toISOString() }),
      })),
    ),
  }),
} as const satisfies Readonly<Record<string, AdminOperation>>
