import { jobIdOf, jobNameStart, toBatchId } from './batch-id.ts'
import { BatchRefusal } from './batch-refusal.ts'
import { type BatchTools, findJob } from './batch-tools.ts'
import { outputOf } from './batch-results.ts'
import { unansweredOf } from './message-batch.ts'
import type { BatchCall } from './read-batch-call.ts'

/**
 * Deletes what a batch has left in S3, its requests and its results. Bedrock keeps jobs and has nothing to delete one by: the
 * batch is still retrieved and listed, without results.
 */
export async function deleteBatch(call: BatchCall, tools: BatchTools) {
  const { job, region } = await findJob(call.id, tools)
  const id = toBatchId(job.jobArn)
  const signal = tools.init.signal ?? undefined
  if (unansweredOf(job) === undefined) {
    throw new BatchRefusal(400, `${id} is being processed (${job.status ?? ''}): cancel it first, or wait for its end.`)
  }
  const input = job.input?.s3Uri
  const isOurs = job.jobName?.startsWith(jobNameStart) === true && input?.endsWith(`/${job.jobName}.jsonl`) === true
  if (!isOurs || input === undefined || jobIdOf(job.jobArn) === '') {
    throw new BatchRefusal(
      400,
      `${id} was not started by this client, and its files may be needed: delete them yourself.`,
    )
  }
  const files = await tools.filesIn(region)
  for await (const uri of files.list(outputOf(job), signal)) await files.remove(uri, signal)
  await files.remove(input, signal)
  return { id, type: 'message_batch_deleted' } as const
}
