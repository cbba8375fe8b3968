import {
  estimateInputTokens,
  type MessagesRequest,
  type ModelEntry,
  type TokenizerFamily,
  tokenizerFamilyOf,
} from '@outcrop/protocol'

const families = new WeakMap<ModelEntry, TokenizerFamily>()

/** The tokens that a request is taken to have before anybody counted them: an estimate of a few microseconds. */
export function inputTokensOf({
  model,
  request,
}: {
  readonly model: ModelEntry
  readonly request: MessagesRequest
}): number {
  let family = families.get(model)
  if (family === undefined) families.set(model, (family = tokenizerFamilyOf(model)))
  return estimateInputTokens(request, family)
}
