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
