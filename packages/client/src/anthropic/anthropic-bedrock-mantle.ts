import { platform } from '#platform'
import { AnthropicError } from '@anthropic-ai/sdk/core/error'
import { readEnv } from '../platform.ts'
import { AnthropicBedrock } from './anthropic-bedrock.ts'
import type { ClientOptions } from './client-options.ts'

/** The options of `AnthropicBedrockMantle`. */
export type BedrockMantleClientOptions = Omit<ClientOptions, 'wire'>

/** `AnthropicBedrock` on the wire `mantle`, by the name and with the Region that Anthropic's own class has: one has to be said. */
export class AnthropicBedrockMantle extends AnthropicBedrock {
  constructor(options: BedrockMantleClientOptions = {}) {
    const awsRegion = options.awsRegion ?? readEnv(platform, 'AWS_REGION') ?? readEnv(platform, 'AWS_DEFAULT_REGION')
    const baseURL = options.baseURL ?? readEnv(platform, 'ANTHROPIC_BEDROCK_MANTLE_BASE_URL')
    if (awsRegion === undefined && baseURL === undefined) {
      throw new AnthropicError(
        'No AWS Region and no URL: give `awsRegion`, or set AWS_REGION, AWS_DEFAULT_REGION or ANTHROPIC_BEDROCK_MANTLE_BASE_URL.',
      )
    }
    super({ ...options, awsRegion, wire: 'mantle' })
  }
}
