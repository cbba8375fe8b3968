import type { NamedModel } from './model-version.ts'
import type { Fidelity } from './types.ts'

/**
 * The language that a request travels in: InvokeModel, Converse, Anthropic's Messages on Bedrock's runtime or on mantle;
 * `plain` is Anthropic's own API.
 */
export type Wire = 'invoke' | 'converse' | 'runtime' | 'mantle' | 'plain'

/** Where the question is asked. */
export interface CapabilityContext {
  readonly model: NamedModel
  readonly wire: Wire
  readonly fidelity: Fidelity
  /** Betas that the request names: some lift a refusal. */
  readonly betas?: readonly string[] | undefined
}
