import type { ModelInvocationJob } from '../control/model-invocation-job.ts'
import { countInName, toBatchId } from './batch-id.ts'

/** Anthropic's `MessageBatch`, and the job that it is on Bedrock. */
export interface MessageBatch {
  readonly id: string
  readonly type: 'message_batch'
  readonly processing_status: 'in_progress' | 'canceling' | 'ended'
  readonly request_counts: RequestCounts
  readonly created_at: string
  readonly expires_at: string
  readonly ended_at: string | null
  readonly cancel_initiated_at: string | null
  readonly archived_at: null
  readonly results_url: string | null
  readonly 'amazon-bedrock-job': ModelInvocationJob
}

/** How many requests came to what; their sum is that of all. */
interface RequestCounts {
  readonly processing: number
  readonly succeeded: number
  readonly errored: number
  readonly canceled: number
  readonly expired: number
}

/** What came of the requests of an ended job that it has no record of. */
export type Unanswered = 'errored' | 'canceled' | 'expired'

const ended: ReadonlyMap<string | undefined, Unanswered> = new Map([
  ['Completed', 'errored'],
  ['Failed', 'errored'],
  ['Stopped', 'canceled'],
  ['Expired', 'expired'],
  // Not all records could be processed in time.
  ['PartiallyCompleted', 'expired'],
])

/** What became of requests without a record; `undefined` while the job is not at its end. */
export function unansweredOf({ status }: ModelInvocationJob): Unanswered | undefined {
  return ended.get(status)
}

/** How many requests a job has; a job that has not been looked at counts none, but one of ours says it in its name. */
export function totalOf({ totalRecordCount, jobName }: ModelInvocationJob): number | undefined {
  return totalRecordCount === undefined || totalRecordCount === 0 ? countInName(jobName) : totalRecordCount
}

/** Says a job as the batch that it is; `batchesUrl` is where Anthropic's API would have batches. */
export function toMessageBatch(job: ModelInvocationJob, batchesUrl: string): MessageBatch {
  const id = toBatchId(job.jobArn)
  const isEnded = unansweredOf(job) !== undefined
  const createdAt = job.submitTime ?? new Date(0).toISOString()
  const lastAt = job.endTime ?? job.lastModifiedTime ?? createdAt
  const isCanceled = job.status === 'Stopping' || job.status === 'Stopped'
  return {
    id,
    type: 'message_batch',
    processing_status: isEnded ? 'ended' : job.status === 'Stopping' ? 'canceling' : 'in_progress',
    request_counts: countRequests(job),
    created_at: createdAt,
    expires_at: job.jobExpirationTime ?? hoursAfter(createdAt, job.timeoutDurationInHours ?? usualHours),
    ended_at: isEnded ? lastAt : null,
    // Bedrock does not keep when it was asked: the last change is the nearest that it tells.
    cancel_initiated_at: isCanceled ? (job.lastModifiedTime ?? lastAt) : null,
    archived_at: null,
    results_url: isEnded ? `${batchesUrl}/${encodeURIComponent(id)}/results` : null,
    'amazon-bedrock-job': job,
  }
}

const usualHours = 24

function hoursAfter(time: string, hours: number): string {
  const from = Date.parse(time)
  return Number.isNaN(from) ? time : new Date(from + hours * 3_600_000).toISOString()
}

/** As Anthropic counts: all requests are processing until the whole batch has ended; the job itself counts as it goes. */
function countRequests(job: ModelInvocationJob): RequestCounts {
  const total = totalOf(job) ?? 0
  const counts = { processing: 0, succeeded: 0, errored: 0, canceled: 0, expired: 0 }
  const unanswered = unansweredOf(job)
  if (unanswered === undefined) return { ...counts, processing: total }
  // A job that is complete and does not say how many records failed has answered them.
  const isUncounted = job.status === 'Completed' && job.successRecordCount === undefined
  const errored = job.errorRecordCount ?? 0
  const succeeded = isUncounted ? Math.max(0, total - errored) : (job.successRecordCount ?? 0)
  counts.succeeded = succeeded
  counts.errored = errored
  counts[unanswered] += Math.max(0, total - succeeded - errored)
  return counts
}
