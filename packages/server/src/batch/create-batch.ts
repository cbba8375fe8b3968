import { join } from 'node:path'
import type { Fidelity } from '@outcrop/protocol'
import type { Clock } from '../clock.ts'
import type { Log } from '../log.ts'
import type { StatePart } from '../state-part.ts'
import type { JobService } from '../state/jobs.ts'
import type { Objects } from '../storage/objects.ts'
import type { Store } from '../storage/store.ts'
import type { BatchTools, BatchWaits } from './batch-tools.ts'
import { createGate } from './gate.ts'
import type { BatchLimits } from './input.ts'
import type { AnswerRecord, CheckModel } from './record.ts'
import { createBatchState } from './batch-state.ts'
import { createJobRuns } from './job-runs.ts'
import { createJobService } from './job-service.ts'
import { createStaging } from './staging.ts'

/** What an operator sets of batch jobs. */
interface BatchConfig extends BatchWaits, Omit<BatchLimits, 'minimumRecords'> {
  /** 100 in fidelity `aws` when absent, else 1. */
  readonly minimumRecords?: number
  /** How many records are answered at once, over all jobs. */
  readonly concurrency: number
}

/** What batch inference works with. */
export interface BatchOptions {
  readonly store: Store
  readonly clock: Clock
  readonly log: Log
  /** Where inputs are and outputs go; without any, no job can be made. */
  readonly objects: Objects | undefined
  /** The endpoint's data folder; without one, no job outlives the process. */
  readonly data: string | undefined
  readonly config: BatchConfig
  readonly fidelity: Fidelity
  readonly checkModel: CheckModel
  readonly answerRecord: AnswerRecord
}

/** Batch inference as the endpoint has it. */
export interface Batch {
  readonly service: JobService
  readonly statePart: StatePart
  /** Takes up the jobs that an earlier process left. */
  resume(): Promise<void>
  /** Begins no further record and lets those begun finish for up to so many milliseconds; what is left waits for the next start. */
  close(graceMs: number): Promise<void>
}

/** How many jobs are in progress at once; the others wait their turn. */
const jobsAtOnce = 4

/** Opens batch inference over a store; nothing runs before `resume`, or a new job. */
export function createBatch(options: BatchOptions): Batch {
  const { store, log } = options
  const tools = toolsOf(options)
  const runs = createJobRuns(store, log, tools)
  return {
    service: createJobService(options, runs),
    statePart: createBatchState(store, tools?.staging, runs),
    resume: () => runs.resume(),
    close: (graceMs) => runs.close(graceMs),
  }
}

function toolsOf({ objects, config, data, ...rest }: BatchOptions): BatchTools | undefined {
  if (objects === undefined) return undefined
  return {
    store: rest.store,
    clock: rest.clock,
    log: rest.log,
    answerRecord: rest.answerRecord,
    objects,
    staging: createStaging(data === undefined ? undefined : join(data, 'jobs')),
    limits: { ...config, minimumRecords: config.minimumRecords ?? (rest.fidelity === 'aws' ? 100 : 1) },
    waits: config,
    concurrency: config.concurrency,
    records: createGate(config.concurrency),
    jobs: createGate(jobsAtOnce),
  }
}
