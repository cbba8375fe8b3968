import { type Tags, toTagList } from './application-profiles.ts'
import type { Ask } from './ask.ts'
import type { ControlCall } from './control-call.ts'
import { textIn } from './json-fields.ts'
import {
  type JobInput,
  type JobNetwork,
  type JobOutput,
  type ModelInvocationJob,
  type ModelInvocationJobStatus,
  parseModelInvocationJob,
} from './model-invocation-job.ts'
import { pathLabel } from './path-label.ts'

/** A new batch inference job. */
export interface NewModelInvocationJob {
  /** 1 to 63 letters, digits, `-`, `+` and `.`; a letter or a digit comes first. */
  readonly jobName: string
  /** The service role that reads the input and writes the output. */
  readonly roleArn: string
  readonly modelId: string
  readonly input: JobInput
  readonly output: JobOutput
  /** Bodies of InvokeModel unless told otherwise. */
  readonly modelInvocationType?: 'InvokeModel' | 'Converse' | undefined
  /** 24 to 168; 24 unless told otherwise `[?]`. */
  readonly timeoutDurationInHours?: number | undefined
  readonly vpcConfig?: JobNetwork | undefined
  readonly tags?: Tags | undefined
  /** Made up unless given: a call that is repeated makes one job. */
  readonly clientRequestToken?: string | undefined
}

/** Which jobs to list, in which order, and how many a page. */
export interface ModelInvocationJobFilters {
  readonly submitTimeAfter?: Date | undefined
  readonly submitTimeBefore?: Date | undefined
  readonly statusEquals?: ModelInvocationJobStatus | undefined
  readonly nameContains?: string | undefined
  /** 1 to 1000. */
  readonly maxResults?: number | undefined
  /** By the time of their making. */
  readonly sortOrder?: 'Ascending' | 'Descending' | undefined
}

/** Batch inference jobs over files of S3 (WIRE §7.5); `client.messages.batches` is made of these. */
export interface ModelInvocationJobs {
  createModelInvocationJob(input: NewModelInvocationJob, call?: ControlCall): Promise<{ readonly jobArn: string }>
  /** By a job's ARN or the twelve characters at its end. */
  getModelInvocationJob(jobIdentifier: string, call?: ControlCall): Promise<ModelInvocationJob>
  /** Page after page, as they are asked for; at most ten thousand are followed. */
  listModelInvocationJobs(
    filters?: ModelInvocationJobFilters,
    call?: ControlCall,
  ): AsyncGenerator<readonly ModelInvocationJob[], void, undefined>
  /** Has a job end early: it is `Stopping`, then `Stopped`, and what it has done so far is kept. */
  stopModelInvocationJob(jobIdentifier: string, call?: ControlCall): Promise<void>
}

/** Makes the operations on batch inference jobs. */
export function createModelInvocationJobs(ask: Ask): ModelInvocationJobs {
  return {
    listModelInvocationJobs: (filters, call) => listJobs(ask, filters, call),
    async createModelInvocationJob(input, call = {}) {
      const question = { operation: 'CreateModelInvocationJob', method: 'POST', path: '/model-invocation-job' } as const
      const { answer, refuse } = await ask({ ...question, body: toBody(input), ...call })
      const jobArn = textIn(answer, 'jobArn')
      if (jobArn === undefined) throw refuse('answered without jobArn')
      return { jobArn }
    },
    async getModelInvocationJob(jobIdentifier, call = {}) {
      const path = `/model-invocation-job/${pathLabel('jobIdentifier', jobIdentifier)}`
      const { answer, refuse } = await ask({ operation: 'GetModelInvocationJob', path, ...call })
      const job = parseModelInvocationJob(answer)
      if (job === undefined) throw refuse('answered without jobArn')
      return job
    },
    async stopModelInvocationJob(jobIdentifier, call = {}) {
      const path = `/model-invocation-job/${pathLabel('jobIdentifier', jobIdentifier)}/stop`
      await ask({ operation: 'StopModelInvocationJob', method: 'POST', path, ...call })
    },
  }
}

function toBody(input: NewModelInvocationJob): object {
  const { input: read, output, tags, clientRequestToken = crypto.randomUUID(), ...rest } = input
  return {
    ...rest,
    clientRequestToken,
    inputDataConfig: { s3InputDataConfig: { s3InputFormat: 'JSONL', ...read } },
    outputDataConfig: { s3OutputDataConfig: output },
    tags: tags && toTagList(tags),
  }
}

/** A server that hands out tokens for ever is not followed for ever. */
const mostPages = 10_000

async function* listJobs(ask: Ask, filters: ModelInvocationJobFilters = {}, call: ControlCall = {}) {
  const { submitTimeAfter, submitTimeBefore, statusEquals, nameContains, maxResults, sortOrder } = filters
  let nextToken: string | undefined
  for (let page = 0; page < mostPages; page += 1) {
    const query = {
      submitTimeAfter: submitTimeAfter?.toISOString(),
      submitTimeBefore: submitTimeBefore?.toISOString(),
      statusEquals,
      nameContains,
      maxResults: maxResults === undefined ? undefined : String(maxResults),
      sortBy: sortOrder === undefined ? undefined : 'CreationTime',
      sortOrder,
      nextToken,
    }
    const { answer, refuse } = await ask({
      operation: 'ListModelInvocationJobs',
      path: '/model-invocation-jobs',
      query,
      ...call,
    })
    const summaries: unknown = answer['invocationJobSummaries']
    if (!Array.isArray(summaries)) throw refuse('answered without invocationJobSummaries')
    yield summaries.flatMap((summary: unknown) => parseModelInvocationJob(summary) ?? [])
    const token = textIn(answer, 'nextToken')
    if (token === undefined || token === '') return
    if (token === nextToken) throw refuse('answered with pages that do not end: one names itself as the next')
    nextToken = token
  }
}
