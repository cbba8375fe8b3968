import { partitionOf } from '@outcrop/protocol'

/** A job, and the Region that it is in. */
export interface JobPlace {
  readonly region: string
  /** What the control plane finds it by. */
  readonly jobIdentifier: string
}

const jobArn = /^arn:aws(?:-[^:]+)?:bedrock:([a-z0-9-]{1,20}):([0-9]{12}):model-invocation-job\/([a-z0-9]{12})$/
const batchId = /^msgbatch_([a-z]{2,5}(?:-[a-z]{1,16}){1,3}-\d{1,2})_([0-9]{12})_([a-z0-9]{12})$/

/**
 * The id of the batch that a job is: Region, account and job in Anthropic's manner (`msgbatch_us-west-2_111122223333_a1b2c3d4e5f6`),
 * so that another process, and one of another Region, finds the job by it.
 */
export function toBatchId(arn: string): string {
  const [, region, account, job] = jobArn.exec(arn) ?? []
  return job === undefined ? arn : `msgbatch_${region}_${account}_${job}`
}

/** The job that an id means: one of `toBatchId`, the ARN of a job, or the end of one, which is in `ownRegion`. */
export function readBatchId(id: string, ownRegion: string): JobPlace | undefined {
  const arn = jobArn.exec(id)
  if (arn !== null) return { region: arn[1] ?? ownRegion, jobIdentifier: id }
  const [, region, account, job] = batchId.exec(id) ?? []
  if (region !== undefined) {
    return {
      region,
      jobIdentifier: `arn:${partitionOf(region)}:bedrock:${region}:${account}:model-invocation-job/${job}`,
    }
  }
  return /^[a-z0-9]{12}$/.test(id) ? { region: ownRegion, jobIdentifier: id } : undefined
}

/** The last part of a job's ARN, which is the folder of its results. */
export function jobIdOf(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1)
}

const nameStart = 'message-batch-'

/** Makes the name of a new job: it says how many requests there are, which the service knows only once it has read them. */
export function makeJobName(requests: number, token: string): string {
  return `${nameStart}${requests}-${token}`
}

/** What the names of our jobs have in common. */
export { nameStart as jobNameStart }

/** How many requests a job of ours was started with. */
export function countInName(name: string | undefined): number | undefined {
  const count = /^message-batch-(\d{1,9})-/.exec(name ?? '')?.[1]
  return count === undefined ? undefined : Number(count)
}
