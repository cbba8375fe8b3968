import type { ConverseStopReason } from '../converse/types.ts'
import type { StopReason } from '../messages/types.ts'

const toConverse = {
  end_turn: 'end_turn',
  max_tokens: 'max_tokens',
  model_context_window_exceeded: 'model_context_window_exceeded',
  pause_turn: 'end_turn', // [?] Converse has no word for a pause
  refusal: 'content_filtered',
  stop_sequence: 'stop_sequence',
  tool_use: 'tool_use',
} as const satisfies Record<StopReason, ConverseStopReason>

const names: ReadonlyMap<string, ConverseStopReason> = new Map(Object.entries(toConverse))

/** Says in Converse's words why an answer ended (WIRE §6.3). */
export function toConverseStopReason(reason: StopReason | null): ConverseStopReason {
  // A reason newer than this table still is an end that the model chose.
  return (reason === null ? undefined : names.get(reason)) ?? 'end_turn'
}

/** Whether a value is one of Messages' words for why an answer ended. */
export function isStopReason(value: unknown): value is StopReason {
  return typeof value === 'string' && names.has(value)
}

// Both of Converse's words for a refusal, and Messages' nearest word for an answer that came out broken.
const toMessages: Readonly<Record<ConverseStopReason, StopReason>> = {
  end_turn: 'end_turn',
  tool_use: 'tool_use',
  max_tokens: 'max_tokens',
  stop_sequence: 'stop_sequence',
  model_context_window_exceeded: 'model_context_window_exceeded',
  content_filtered: 'refusal',
  guardrail_intervened: 'refusal', // [?] what InvokeModel says then
  malformed_model_output: 'end_turn',
  malformed_tool_use: 'end_turn', // `tool_use` would promise a call that can be made
}

const words: ReadonlyMap<string, StopReason> = new Map(Object.entries(toMessages))

/**
 * Says in Messages' words why an answer of Converse ended, or nothing when the reason is unknown there; the model's own
 * reason is taken where it was asked for and says the same more precisely.
 */
export function fromConverseStopReason(reason: string, own?: StopReason): StopReason | undefined {
  if (own !== undefined && toConverseStopReason(own) === reason) return own
  return words.get(reason)
}
