import { environmentVariable, type Platform } from '../platform.ts'

/** Node, Deno or Bun. */
export const platform: Platform = { env: environmentVariable }
