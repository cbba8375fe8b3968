import { nodeHasher } from '../node/node-hasher.ts'
import { environmentVariable, type Platform } from '../platform.ts'

/** Node, Deno or Bun; what only they have is loaded when first needed. */
export const platform: Platform = {
  env: environmentVariable,
  hasher: nodeHasher,
  loadCredentialChain: async (options) => (await import('../node/credential-chain.ts')).nodeCredentialChain(options),
  readConfigRegion: async (profile) => (await import('../node/config-region.ts')).readConfigRegion(profile),
  loadDispatcher: async () => (await import('../node/proxy-dispatcher.ts')).loadProxyDispatcher(),
}
