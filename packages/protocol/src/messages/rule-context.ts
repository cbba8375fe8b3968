import type { Fidelity, ModelEntry } from '../catalogue/types.ts'

/** What a rule may ask beside the request. */
export interface RuleContext {
  readonly model: Pick<ModelEntry, 'anthropicName' | 'maxOutputTokens'>
  readonly fidelity: Fidelity
  /** Whether Bedrock's own layer checks the model's requests, which up to 4.6 has texts of its own. */
  readonly byBedrock: boolean
}
