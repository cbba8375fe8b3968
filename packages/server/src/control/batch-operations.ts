import {
  batchTexts,
  GatewayError,
  type ModelInvocationJobsQuery,
  parseJobIdentifier,
  parseModelInvocationJobRequest,
  parseModelInvocationJobsQuery,
} from '@outcrop/protocol'
import { arnOf, findJob, type Job, type JobService, listJobs, type RecordCounts } from '../state/jobs.ts'
import type { ControlCall, ControlServices, Operation } from './control-call.ts'

/** Makes the operations on batch jobs (WIRE §7.5). */
export function createBatchOperations({ store, jobs }: ControlServices) {
  const service = (): JobService => {
    if (jobs === undefined) throw new GatewayError('unserved', 'This endpoint has no batch inference.')
    return jobs
  }
  const find = ({ identifier, caller }: ControlCall): Job => {
    const { id, arn } = parseJobIdentifier(identifier)
    const job = findJob(store, caller.account, caller.region, id)
    // A job of another account or Region is none of this caller's.
    if (job !== undefined && (arn === undefined || arn === arnOf(job))) return job
    throw new GatewayError('notFound', batchTexts.jobNotFound(identifier))
  }
  return {
    CreateModelInvocationJob: async ({ body, caller }) => {
      const job = await service().create(caller.identity, parseModelInvocationJobRequest(body))
      return { jobArn: arnOf(job) }
    },
    GetModelInvocationJob: (call) => {
      const job = find(call)
      return toDetails(job, service().counts(job))
    },
    StopModelInvocationJob: async (call) => {
      await service().stop(find(call))
      return {}
    },
    ListModelInvocationJobs: ({ query, caller }) => {
      const asked = parseModelInvocationJobsQuery(query)
      const { page, nextToken } = cut(select(listJobs(store, [caller.account, caller.region]), asked), asked)
      const summaries = page.map((job) => toDetails(job, service().counts(job)))
      return { invocationJobSummaries: summaries, ...(nextToken !== undefined && { nextToken }) }
    },
  } as const satisfies Readonly<Record<string, Operation>>
}

function toDetails(job: Job, { total, processed, success, error }: RecordCounts): object {
  const { request, status, message, submitTime, lastModifiedTime, endTime, expirationTime } = job
  return {
    ...request,
    jobArn: arnOf(job),
    modelInvocationType: request.modelInvocationType ?? 'InvokeModel',
    status,
    ...(message !== undefined && { message }),
    submitTime: toTime(submitTime),
    lastModifiedTime: toTime(lastModifiedTime),
    ...(endTime !== undefined && { endTime: toTime(endTime) }),
    jobExpirationTime: toTime(expirationTime),
    totalRecordCount: total,
    processedRecordCount: processed,
    successRecordCount: success,
    errorRecordCount: error,
  }
}

function toTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString()
}

function select(jobs: readonly Job[], asked: ModelInvocationJobsQuery): readonly Job[] {
  const { submitTimeAfter = -Infinity, submitTimeBefore = Infinity, statusEquals, nameContains = '' } = asked
  const found = jobs.filter(
    ({ submitTime, status, request }) =>
      submitTime > submitTimeAfter &&
      submitTime < submitTimeBefore &&
      (statusEquals === undefined || status === statusEquals) &&
      request.jobName.includes(nameContains), // [?] whether capitals matter
  )
  const sign = asked.sortOrder === 'Ascending' ? 1 : -1
  return found.sort((a, b) => sign * compare(placeOf(a), placeOf(b)))
}

/** Where a job stands among the others for ever: a page begins behind the last job of the one before, whatever was added. */
function placeOf({ submitTime, id }: Job): string {
  return `${String(submitTime).padStart(16, '0')}:${id}`
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}

function cut(jobs: readonly Job[], { nextToken, sortOrder, maxResults }: ModelInvocationJobsQuery) {
  const behind = nextToken === undefined ? undefined : readToken(nextToken)
  const sign = sortOrder === 'Ascending' ? 1 : -1
  const rest = behind === undefined ? jobs : jobs.filter((job) => sign * compare(placeOf(job), behind) > 0)
  const page = rest.slice(0, maxResults)
  const last = page.at(-1)
  const isWhole = last === undefined || page.length === rest.length
  return { page, nextToken: isWhole ? undefined : Buffer.from(placeOf(last)).toString('base64url') }
}

function readToken(token: string): string {
  const place = Buffer.from(token, 'base64url').toString('latin1')
  if (/^\d{16}:[a-z0-9]{12}$/.test(place)) return place
  throw new GatewayError('validation', batchTexts.invalidNextToken)
}
