import type { Job } from '../state/jobs.ts'
import type { BatchTools } from './batch-tools.ts'
import { addTally, newTally, type Tally } from './tally.ts'

/** Writes what a job has done to where its caller wants it, and the manifest last; done again, it writes the same bytes. */
export async function deliver(job: Job, tools: BatchTools, signal: AbortSignal): Promise<Tally> {
  const { objects, staging } = tools
  const { s3Uri } = job.request.outputDataConfig.s3OutputDataConfig
  const folder = `${s3Uri.endsWith('/') ? s3Uri.slice(0, -1) : s3Uri}/${job.id}`
  const tally = newTally()
  for (const [index, { name }] of (job.files ?? []).entries()) {
    const staged = await staging.open(job.id, index)
    await staged.close()
    addTally(tally, staged.tally)
    await objects.write(`${folder}/${name}.out`, staging.read(job.id, index), signal)
  }
  await objects.write(`${folder}/manifest.json.out`, Buffer.from(`${JSON.stringify(manifestOf(job, tally))}\n`), signal)
  return tally
}

function manifestOf({ counts }: Job, { success, error, inputTokens, outputTokens }: Tally): object {
  return {
    totalRecordCount: counts.total,
    processedRecordCount: success + error,
    successRecordCount: success,
    errorRecordCount: error,
    inputTokenCount: inputTokens,
    outputTokenCount: outputTokens,
  }
}
