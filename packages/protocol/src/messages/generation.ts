import type { ModelEntry } from '../catalogue/types.ts'

/**
 * Whether Bedrock's own JSON-schema layer checks a model's requests, as it does up to 4.6; later models are passed to
 * Anthropic's own stack, which refuses in its own words (WIRE §5.1).
 */
export function isCheckedByBedrock(model: Pick<ModelEntry, 'modelId'>): boolean {
  // Up to 4.6 ids carry an ARN version; Sonnet 4.6 is the one that does not.
  return /-v\d+(?::\d+)?$/.test(model.modelId) || model.modelId === 'anthropic.claude-sonnet-4-6'
}
