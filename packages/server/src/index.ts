// The door of the package: every name here is a promise.

export type { Identity } from './call.ts'
export { calibrate } from './calibration/calibrate.ts'
export type { CalibrationReport, CountError, FamilyReport } from './calibration/calibrate.ts'
export type { CalibratedFamily, Calibration } from './calibration/calibration.ts'
export { defaultConfig } from './config/config.ts'
export type { Config, CredentialConfig } from './config/config.ts'
export type { S3Config, S3Keys } from './config/s3-config.ts'
export { loadConfig } from './config/load-config.ts'
export type { ConfigFlags, ConfigSources } from './config/load-config.ts'
export { ConfigError } from './config/problem.ts'
export type { Problem } from './config/problem.ts'
export type { Fault, FaultKind, FaultName } from './faults.ts'
export type { Clock } from './clock.ts'
export type { Snapshot } from './admin/snapshot.ts'
export type { World } from './admin/world.ts'
export { createLineLog } from './log.ts'
export type { Log } from './log.ts'
export type { QuotaConfig, QuotaEndpoint, QuotaKind, QuotasConfig } from './quota.ts'
export type { RecordedCall } from './record-calls.ts'
export type {
  Script,
  ScriptBlock,
  ScriptMatch,
  ScriptReply,
  ScriptRequest,
  ScriptToolCall,
  TextMatch,
  TextsMatch,
  ToolResultMatch,
} from './script.ts'
export type { OnSettled, Settlement } from './settlement.ts'
export { startServer } from './start-server.ts'
export type { RunningServer, StartOptions } from './start-server.ts'
