import { environmentVariable, type Platform } from '../platform.ts'

/** A worker, an edge or a browser: an environment where there is one, and no AWS credential chain. */
export const platform: Platform = { env: environmentVariable }
