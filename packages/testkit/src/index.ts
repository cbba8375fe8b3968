// The door of the package: every name here is a promise.

export { startOutcrop } from './start-outcrop.ts'
export type { Outcrop, OutcropOptions } from './start-outcrop.ts'
export type { SettledCall } from './settled-call.ts'
export type {
  Fault,
  FaultKind,
  FaultName,
  RecordedCall,
  Script,
  ScriptBlock,
  ScriptMatch,
  ScriptReply,
  ScriptRequest,
  ScriptToolCall,
  TextMatch,
  TextsMatch,
  ToolResultMatch,
} from '@outcrop/server'
