import { findCalledModel } from '@outcrop/protocol'
import { isRecord, type JsonRecord, textIn } from '../control/json-fields.ts'
import type { ModelInvocationJob } from '../control/model-invocation-job.ts'
import { parseJson } from '../control/read-text.ts'
import { BedrockFailureError } from '../reliability/bedrock-failure.ts'
import { type BatchFiles, under } from './batch-files.ts'
import { jobIdOf, toBatchId } from './batch-id.ts'
import { BatchRefusal } from './batch-refusal.ts'
import type { FoundJob } from './batch-tools.ts'
import { totalOf, unansweredOf } from './message-batch.ts'
import { readLines } from './read-lines.ts'
import { errored, type IndividualResponse, toIndividualResponse } from './record-result.ts'

/**
 * What came of each request of a job that has ended, as fast as it is read: its records, then the requests that it has no record
 * of. At any time one record is in memory, and the ids of all where some are missing.
 */
export async function* readResults(
  { job, region }: FoundJob,
  files: BatchFiles,
  signal?: AbortSignal,
): AsyncGenerator<IndividualResponse, void> {
  if (unansweredOf(job) === undefined) {
    const status = job.status ?? 'not told'
    throw new BatchRefusal(409, `${toBatchId(job.jobArn)} has no results yet: its job is at work (${status}).`)
  }
  const modelId = job.modelId ?? ''
  const context = { region, modelId, anthropicName: findCalledModel(modelId)?.model.anthropicName }
  const answered = hasGaps(job) ? new Set<string>() : undefined
  let outputs = 0
  for await (const uri of files.list(outputOf(job), signal)) {
    if (!uri.endsWith('.jsonl.out')) continue
    outputs += 1
    for await (const record of readRecords(uri, files, region, signal)) {
      const response = toIndividualResponse(record, context)
      answered?.add(response.custom_id)
      yield response
    }
  }
  if (outputs === 0 && answered === undefined && job.totalRecordCount !== 0) {
    throw new BatchRefusal(404, `There are no results under ${outputOf(job)}: they were deleted, or moved elsewhere.`)
  }
  if (answered !== undefined) yield* readUnanswered(job, answered, files, region, signal)
}

/** Where a job writes. */
export function outputOf({ output, jobArn }: ModelInvocationJob): string {
  return under(under(output?.s3Uri ?? '', jobIdOf(jobArn)), '')
}

/** Whether there are requests that the job may have no record of. */
function hasGaps(job: ModelInvocationJob): boolean {
  const { status, successRecordCount, errorRecordCount = 0 } = job
  const total = totalOf(job)
  if (total === undefined || successRecordCount === undefined) return status !== 'Completed'
  return successRecordCount + errorRecordCount < total
}

/** The requests of the input that the output has nothing of. */
async function* readUnanswered(
  job: ModelInvocationJob,
  answered: ReadonlySet<string>,
  files: BatchFiles,
  region: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<IndividualResponse, void> {
  const because = unansweredOf(job) ?? 'errored'
  const input = job.input?.s3Uri ?? ''
  const why = job.message ?? `The job ended (${job.status ?? ''}) without a record of this request.`
  for await (const uri of input.endsWith('.jsonl') ? [input] : files.list(under(input, ''), signal)) {
    if (!uri.endsWith('.jsonl')) continue
    for await (const record of readRecords(uri, files, region, signal)) {
      const custom_id = textIn(record, 'recordId') ?? ''
      if (answered.has(custom_id)) continue
      yield { custom_id, result: because === 'errored' ? errored('api_error', why) : { type: because } }
    }
  }
}

async function* readRecords(
  uri: string,
  files: BatchFiles,
  region: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<JsonRecord, void> {
  let at = 0
  for await (const line of readLines(files.read(uri, signal))) {
    at += 1
    const record = parseJson(line)
    if (!isRecord(record)) {
      const message = `Line ${at} of ${uri} is no JSON object: is it the file of a batch?`
      throw new BedrockFailureError({ status: 502, type: 'api_error', message, region, retryable: false })
    }
    yield record
  }
}
