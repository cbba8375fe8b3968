import type { BedrockFailure } from '../reliability/bedrock-failure.ts'
import { type Steering, steering } from '../reliability/retry-policy.ts'
import type { AnthropicCall } from './anthropic-call.ts'
import type { Settings } from './settings.ts'

/** What the caller of a call that failed is told about repeating it: whoever repeats by itself when, everybody else that it was done. */
export function steer(
  failure: BedrockFailure,
  { repeat }: AnthropicCall,
  { random }: Pick<Settings, 'random'>,
): Steering {
  return repeat === undefined ? { shouldRetry: false } : steering(failure, repeat, random)
}
