import type { Clock } from '../clock.ts'
import type { Log } from '../log.ts'
import type { Objects } from '../storage/objects.ts'
import type { Store } from '../storage/store.ts'
import type { Gate } from './gate.ts'
import type { BatchLimits } from './input.ts'
import type { AnswerRecord } from './record.ts'
import type { Staging } from './staging.ts'

/** How long a job stays where a real one would wait for its turn, in milliseconds of the endpoint's clock. */
export interface BatchWaits {
  readonly submitMs: number
  readonly validateMs: number
  readonly scheduleMs: number
}

/** What every job works with. */
export interface BatchTools {
  readonly store: Store
  readonly clock: Clock
  readonly objects: Objects
  readonly log: Log
  readonly answerRecord: AnswerRecord
  readonly staging: Staging
  readonly limits: BatchLimits
  readonly waits: BatchWaits
  /** How many records a job has answered at once. */
  readonly concurrency: number
  /** The room for records of all jobs together. */
  readonly records: Gate
  /** The room for jobs in progress. */
  readonly jobs: Gate
}
