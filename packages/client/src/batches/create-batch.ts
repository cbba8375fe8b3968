import { BedrockFailureError } from '../reliability/bedrock-failure.ts'
import { connectionBackoffMs } from '../reliability/retry-policy.ts'
import { sortThrown } from '../reliability/thrown.ts'
import { pause } from '../transport/pause.ts'
import type { ModelInvocationJobs, NewModelInvocationJob } from '../control/model-invocation-jobs.ts'
import { under } from './batch-files.ts'
import { makeJobName } from './batch-id.ts'
import { makeRecords } from './batch-records.ts'
import { readBatchRequests } from './batch-requests.ts'
import type { BatchTools } from './batch-tools.ts'
import { checkBatchOptions } from './check-batch-options.ts'
import { type MessageBatch, toMessageBatch } from './message-batch.ts'
import type { BatchCall } from './read-batch-call.ts'

/** Starts a batch: writes its requests to S3 as the records of a job, and the job over them. */
export async function createBatch(call: BatchCall, tools: BatchTools): Promise<MessageBatch> {
  const { settings, init } = tools
  const {
    s3Uri,
    outputS3Uri = s3Uri,
    s3EncryptionKeyId,
    s3BucketOwner,
    s3: _,
    ...more
  } = checkBatchOptions(settings.options.batches)
  const { lines, region, modelId } = await makeRecords(readBatchRequests(call), settings)
  const token = crypto.randomUUID().replaceAll('-', '')
  const jobName = makeJobName(lines.length, token)
  const inputUri = under(s3Uri, `${jobName}.jsonl`)
  const files = await tools.filesIn(region)
  const signal = init.signal ?? undefined
  await files.write(inputUri, lines, signal)
  const jobs = tools.jobsIn(region)
  const job: NewModelInvocationJob = {
    jobName,
    clientRequestToken: token,
    modelId,
    modelInvocationType: 'InvokeModel',
    input: { s3Uri: inputUri, s3BucketOwner },
    output: { s3Uri: under(outputS3Uri, ''), s3BucketOwner, s3EncryptionKeyId },
    ...more,
  }
  const jobArn = await startJob(jobs, tools, region, job).catch(async (error: unknown) => {
    // Requests that no job reads are of use to nobody. Where it is not known whether there is one, they stay.
    if (isRefusal(error)) await files.remove(inputUri).catch(() => undefined)
    throw error
  })
  // It has been started: whoever cannot look at it yet is to have its id.
  const begun = { ...job, jobArn, status: 'Submitted', submitTime: new Date(settings.now()).toISOString() }
  return toMessageBatch(await jobs.getModelInvocationJob(jobArn).catch(() => begun), call.batchesUrl)
}

function isRefusal(error: unknown): boolean {
  return error instanceof BedrockFailureError && error.failure.status >= 400 && error.failure.status < 500
}

/** Starts a job; a connection that failed is tried again, for the token makes one job of all attempts. */
async function startJob(
  jobs: ModelInvocationJobs,
  { settings, init }: BatchTools,
  region: string,
  job: NewModelInvocationJob,
): Promise<string> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return (await jobs.createModelInvocationJob(job)).jobArn
    } catch (thrown) {
      const { kind, error } = sortThrown(thrown, { region })
      if (kind !== 'connection') throw thrown
      if (attempt >= settings.maxRetries || !error.retryable) throw unknownEnd(error, region, job)
      await pause(connectionBackoffMs(attempt, settings.random), init.signal)
    }
  }
}

/** Not to be repeated by whoever reads it: there may be a job already. */
function unknownEnd(error: Error, region: string, { jobName }: NewModelInvocationJob): BedrockFailureError {
  return new BedrockFailureError(
    {
      status: 502,
      type: 'api_error',
      message: error.message,
      hint: `Whether the job was started is not known: look for ${jobName} with batches.list() before you start it again.`,
      region,
      retryable: false,
    },
    { cause: error },
  )
}
