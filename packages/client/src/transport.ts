export type { BedrockOptions } from './options.ts'
