import { batchTexts, GatewayError, type ModelInvocationJobRequest } from '@outcrop/protocol'
import type { Identity } from '../call.ts'
import type { Clock } from '../clock.ts'
import { addJob, changeJob, findJob, type Job, type JobService } from '../state/jobs.ts'
import { newResourceId } from '../state/resource-id.ts'
import type { Objects } from '../storage/objects.ts'
import type { Store } from '../storage/store.ts'
import type { JobRuns } from './job-runs.ts'
import type { CheckModel } from './record.ts'

/** What making and ending jobs needs. */
export interface ServiceOptions {
  readonly store: Store
  readonly clock: Clock
  readonly objects: Objects | undefined
  readonly checkModel: CheckModel
}

const hourMs = 3_600_000

/** Makes what the control plane asks of the jobs. */
export function createJobService({ store, clock, objects, checkModel }: ServiceOptions, runs: JobRuns): JobService {
  return {
    async create(caller, request) {
      const { s3Uri } = request.inputDataConfig.s3InputDataConfig
      if (objects === undefined) throw new GatewayError('validation', batchTexts.storageClosed(s3Uri))
      checkModel(request.modelId, caller)
      const job = await addJob(store, newJob(caller, request, clock.now()), request.tags)
      runs.start(job)
      return job
    },
    async stop(job) {
      const from = ['Submitted', 'Validating', 'Scheduled', 'InProgress'] as const
      const changed = await changeJob(store, job, from, { status: 'Stopping', lastModifiedTime: clock.now() })
      const { status } = changed ?? findJob(store, job.caller.account, job.caller.region, job.id) ?? job
      // [?] Stopped twice, a job is stopped once.
      if (status !== 'Stopping') throw new GatewayError('conflict', batchTexts.jobEnded(status))
      if (changed !== undefined) runs.find(job.id)?.halt('stopped')
    },
    counts: (job) => runs.find(job.id)?.counts(job) ?? job.counts,
  }
}

function newJob(caller: Identity, { tags: _tags, ...request }: ModelInvocationJobRequest, now: number): Job {
  return {
    id: newResourceId(),
    caller,
    request: { ...request, timeoutDurationInHours: request.timeoutDurationInHours ?? 24 },
    status: 'Submitted',
    submitTime: now,
    lastModifiedTime: now,
    expirationTime: now + (request.timeoutDurationInHours ?? 24) * hourMs,
    counts: { total: 0, processed: 0, success: 0, error: 0 },
  }
}
