import type { ModelEntry } from '../catalogue/types.ts'
import { texts } from '../failures/texts.ts'
import { isCheckedByBedrock } from './generation.ts'

/** The most input tokens that a model takes: a beta lifts it where the model has one (M11); null where no source says. */
export function contextWindowOf(
  { contextBeta, contextWindow }: Pick<ModelEntry, 'contextBeta' | 'contextWindow'>,
  betas: readonly string[] | undefined,
): number | null {
  const isLifted = contextBeta !== undefined && betas?.includes(contextBeta.beta) === true
  return isLifted ? contextBeta.contextWindow : contextWindow
}

/** A prompt that its model cannot take, in the model's words. */
export interface ContextFault {
  readonly text: string
  /** Whether a stream tells of it in an exception frame, after the status line (WIRE §4.5, §5.5). */
  readonly isToldInStream: boolean
}

/** Looks whether a prompt is too long for its model, and says so as the model's generation does (WIRE §5.5). */
export function findContextFault(
  tokens: number,
  { model, betas, isAnthropicRoute }: ContextCall,
): ContextFault | undefined {
  const most = contextWindowOf(model, betas)
  if (most === null || tokens <= most) return undefined
  // [?] The two texts are recorded without the models that say them; the line is drawn where the other texts change.
  const isLegacy = !isAnthropicRoute && isCheckedByBedrock(model)
  return isLegacy
    ? { text: texts.inputTooLong, isToldInStream: true }
    : { text: texts.promptTooLong(tokens, most), isToldInStream: false }
}

/** Where a prompt is sent, and with which betas. */
export interface ContextCall {
  readonly model: Pick<ModelEntry, 'modelId' | 'contextBeta' | 'contextWindow'>
  readonly betas: readonly string[] | undefined
  /** Anthropic's own routes answer in Anthropic's words, whatever the model. */
  readonly isAnthropicRoute: boolean
}
