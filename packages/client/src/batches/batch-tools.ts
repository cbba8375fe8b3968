import { type ModelInvocationJobs, createModelInvocationJobs } from '../control/model-invocation-jobs.ts'
import type { ModelInvocationJob } from '../control/model-invocation-job.ts'
import type { Settings } from '../transport/settings.ts'
import { askAt } from './ask-at.ts'
import { readBatchId } from './batch-id.ts'
import type { BatchFiles } from './batch-files.ts'
import { BatchRefusal } from './batch-refusal.ts'
import type { BatchCall } from './read-batch-call.ts'

/** What the operations on batches work with. */
export interface BatchTools {
  readonly settings: Settings
  readonly init: RequestInit
  /** The control plane of a Region, asked as the client asks everything. */
  readonly jobsIn: (region: string) => ModelInvocationJobs
  /** The files that the jobs of a Region read and write. */
  readonly filesIn: (region: string) => Promise<BatchFiles>
}

/** Makes the tools of one request. */
export function createBatchTools(call: BatchCall, settings: Settings, init: RequestInit): BatchTools {
  // A job that is being made is repeated here, by its token: the core would write its requests anew.
  const maxRepeats = call.operation === 'create' || call.repeat === undefined ? settings.maxRetries : 0
  return {
    settings,
    init,
    jobsIn: (region) => createModelInvocationJobs(askAt(region, { ...settings, maxRepeats }, init)),
    filesIn: async (region) => (await import('./s3-files.ts')).createS3Files(region, settings.options),
  }
}

/** A job, and the Region that it is in. */
export interface FoundJob {
  readonly job: ModelInvocationJob
  readonly region: string
  readonly jobIdentifier: string
}

/** Finds the job that an id means. */
export async function findJob(id: string, { settings, jobsIn }: BatchTools): Promise<FoundJob> {
  const place = readBatchId(id, await settings.regionFor(''))
  if (place === undefined) {
    throw new BatchRefusal(
      404,
      `${JSON.stringify(id.slice(0, 100))} is no id of a batch on Bedrock: those begin with msgbatch_ and name Region, account and job; the ARN of a job is one too.`,
    )
  }
  return { ...place, job: await jobsIn(place.region).getModelInvocationJob(place.jobIdentifier) }
}
