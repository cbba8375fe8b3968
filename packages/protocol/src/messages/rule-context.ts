import type { Wire } from '../catalogue/capability-context.ts'
import type { Fidelity, ModelEntry } from '../catalogue/types.ts'

/** What a rule may ask beside the request. */
export interface RuleContext {
  readonly model: Pick<ModelEntry, 'anthropicName' | 'maxOutputTokens'>
  readonly fidelity: Fidelity
  readonly wire: Wire
  /** Whether Bedrock's own layer checks the model's requests, which up to 4.6 has texts of its own. */
  readonly byBedrock: boolean
  /** Hears of what is taken and has no effect. */
  readonly warn?: Warn | undefined
}

/** Hears, in a sentence, of something in a request that has no effect. */
export type Warn = (warning: string) => void
