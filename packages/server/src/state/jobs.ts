import { type JobStatus, type ModelInvocationJobRequest, modelInvocationJobArn, type Tag } from '@outcrop/protocol'
import type { Identity } from '../call.ts'
import { collection, type Key, type Reader, type Store } from '../storage/store.ts'
import { putTags } from './tags.ts'

/** How many records a job has, and what became of them. */
export interface RecordCounts {
  readonly total: number
  readonly processed: number
  readonly success: number
  readonly error: number
}

/** A file of a job's input, as validation found it. */
export interface JobFile {
  readonly uri: string
  /** Behind the job's `s3Uri`, or the last part of it: what its output is called by. */
  readonly name: string
  /** In bytes. */
  readonly size: number
}

/** A batch job as the store keeps it; times are milliseconds of the epoch. */
export interface Job {
  readonly id: string
  /** Who made it: its records are answered as calls of this caller. */
  readonly caller: Identity
  readonly request: Omit<ModelInvocationJobRequest, 'tags'>
  readonly status: JobStatus
  readonly message?: string
  readonly submitTime: number
  readonly lastModifiedTime: number
  readonly endTime?: number
  readonly expirationTime: number
  /** Known once the input was validated. */
  readonly files?: readonly JobFile[]
  readonly counts: RecordCounts
}

/** What the control plane asks of the jobs beside reading them. */
export interface JobService {
  /** Begins a job; throws Bedrock's refusal of a model that the caller may not use. */
  create(caller: Identity, request: ModelInvocationJobRequest): Promise<Job>
  /** Ends a job; throws when it has ended already. */
  stop(job: Job): Promise<void>
  /** What the job's records came to by now. */
  counts(job: Job): RecordCounts
}

const jobs = collection<Job>('jobs')
/** The ids of the jobs that were ordered with a client's token. */
const tokens = collection<string>('job-tokens')

/** A job is found by the account and Region that it belongs to, and its id. */
function keyOf({ id, caller }: Pick<Job, 'id' | 'caller'>): Key {
  return [caller.account, caller.region, id]
}

/** The ARN by which callers know a job. */
export function arnOf({ id, caller }: Pick<Job, 'id' | 'caller'>): string {
  return modelInvocationJobArn(caller.region, caller.account, id)
}

/** Whether nothing more happens to a job. */
export function hasEnded({ status }: Pick<Job, 'status'>): boolean {
  return ends.has(status)
}

const ends: ReadonlySet<JobStatus> = new Set<JobStatus>([
  'Completed',
  'PartiallyCompleted',
  'Failed',
  'Stopped',
  'Expired',
])

/** Keeps a new job; gives the job that its client's token stands for already, where there is one. */
export function addJob(store: Store, job: Job, tags: readonly Tag[] = []): Promise<Job> {
  const token = job.request.clientRequestToken
  const { account, region } = job.caller
  return store.transact((transaction) => {
    const before = token === undefined ? undefined : transaction.get(tokens, [account, region, token])
    const known = before === undefined ? undefined : transaction.get(jobs, [account, region, before])
    if (known !== undefined) return known
    transaction.put(jobs, keyOf(job), job)
    putTags(transaction, { account, region, arn: arnOf(job) }, tags)
    if (token !== undefined) transaction.put(tokens, [account, region, token], job.id)
    return job
  })
}

/** Finds a job of an account in a Region. */
export function findJob(store: Reader, account: string, region: string, id: string): Job | undefined {
  return store.get(jobs, [account, region, id])
}

/** The jobs of an account in a Region; of everybody without them. */
export function listJobs(store: Reader, owner: readonly string[] = []): readonly Job[] {
  return store.list(jobs, owner).map(([, job]) => job)
}

/** Changes a job whose status is still the one named, and gives it as it is then; `undefined` when it is another or gone. */
export function changeJob(
  store: Store,
  job: Pick<Job, 'id' | 'caller'>,
  from: readonly JobStatus[],
  change: Partial<Job>,
): Promise<Job | undefined> {
  return store.transact((transaction) => {
    const found = transaction.get(jobs, keyOf(job))
    if (found === undefined || !from.includes(found.status)) return undefined
    const changed: Job = { ...found, ...change }
    transaction.put(jobs, keyOf(job), changed)
    return changed
  })
}
