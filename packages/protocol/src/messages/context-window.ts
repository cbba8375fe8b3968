import { modelVersion } from '../catalogue/model-version.ts'
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

/** Where a prompt is sent, with which betas, and how long its answer may be. */
export interface ContextCall {
  readonly model: Pick<ModelEntry, 'modelId' | 'anthropicName' | 'contextBeta' | 'contextWindow'>
  readonly betas: readonly string[] | undefined
  /** Anthropic's own routes answer in Anthropic's words, whatever the model. */
  readonly isAnthropicRoute: boolean
  readonly maxTokens: number
}

/** Looks whether a prompt is too long for its model, alone or with its answer, and says so as the generation does (WIRE §5.5). */
export function findContextFault(tokens: number, call: ContextCall): ContextFault | undefined {
  const { model, betas, isAnthropicRoute, maxTokens } = call
  const most = contextWindowOf(model, betas)
  if (most === null) return undefined
  if (tokens > most) {
    return !isAnthropicRoute && tellsNoNumbers(model)
      ? { text: texts.inputTooLong, isToldInStream: true }
      : { text: texts.promptTooLong(tokens, most), isToldInStream: false }
  }
  if (tokens + maxTokens <= most || !countsAnswer(model)) return undefined
  return { text: texts.contextExceeded(tokens, maxTokens, most), isToldInStream: false }
}

/** How many tokens are left for an answer, and why it ends when they are used up. */
export interface AnswerRoom {
  readonly tokens: number
  readonly stopReason: 'max_tokens' | 'model_context_window_exceeded'
}

/** What the window leaves for an answer to a prompt that fits: models from 4.5 on write until it is full, and say so. */
export function answerRoom(
  tokens: number,
  { model, betas, maxTokens }: Omit<ContextCall, 'isAnthropicRoute'>,
): AnswerRoom {
  const most = contextWindowOf(model, betas)
  if (most === null || tokens + maxTokens <= most) return { tokens: maxTokens, stopReason: 'max_tokens' }
  // Anthropic's documentation; what Claude 3 and 3.5 say when they are cut there is [?].
  const stopReason = modelVersion(model) >= 405 ? 'model_context_window_exceeded' : 'max_tokens'
  return { tokens: Math.max(0, most - tokens), stopReason }
}

/**
 * Users measured Sonnet 4.5 without numbers and Haiku 4.5 with them; [?] of the others up to 4.6 the line is drawn where the
 * other texts change.
 */
function tellsNoNumbers(model: ContextCall['model']): boolean {
  return isCheckedByBedrock(model) && !model.anthropicName.startsWith('claude-haiku-4-5')
}

/** Claude 3.7 to 4.1 refuse an answer that might not fit: before and after, answers are cut (Anthropic's documentation). */
function countsAnswer(model: ContextCall['model']): boolean {
  const version = modelVersion(model)
  return version >= 307 && version < 405
}
