import { createHash } from 'node:crypto'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { batchTexts, type GatewayError, toGatewayError } from '@outcrop/protocol'
import { AskedFailure } from '../faults.ts'
import type { Job } from '../state/jobs.ts'
import type { BatchTools } from './batch-tools.ts'
import { Halted } from './halted.ts'
import { InputError, type InputRecord, readRecords } from './input.ts'
import type { StagedFile, StagedRecord } from './staging.ts'
import { addTally, newTally, type Tally } from './tally.ts'
import { waitUntil } from './wait.ts'

/** How a job in progress is watched and ended. */
export interface Progress {
  /** Aborts with a `Halted`: what is being answered is left. */
  readonly signal: AbortSignal
  /** Whether no further record is to be begun. */
  readonly isClosing: () => boolean
  /** What became of the records so far, for whoever asks. */
  readonly tally: Tally
}

/** Answers every record of a job that is not done yet, in the order of the input; throws `Halted` when it had to end before. */
export async function answerRecords(job: Job, tools: BatchTools, progress: Progress): Promise<void> {
  const { files = [] } = job
  const { tally, signal } = progress
  const opened: StagedFile[] = []
  try {
    const before = newTally()
    for (const index of files.keys()) {
      const staged = await tools.staging.open(job.id, index)
      opened.push(staged)
      addTally(before, staged.tally)
    }
    Object.assign(tally, before)
    for (const [index, staged] of opened.entries()) {
      signal.throwIfAborted()
      await answerFile(job, index, staged, tools, progress)
    }
  } finally {
    for (const staged of opened) await staged.close()
  }
}

async function answerFile(
  job: Job,
  index: number,
  staged: StagedFile,
  tools: BatchTools,
  progress: Progress,
): Promise<void> {
  const { objects, limits, concurrency } = tools
  const { signal, isClosing } = progress
  const file = job.files?.[index]
  if (file === undefined) return
  if ((await objects.size(file.uri, signal)) !== file.size) throw new InputError(batchTexts.inputChanged(file.name))
  const done = staged.tally.success + staged.tally.error
  const running: Array<Promise<StagedRecord | undefined>> = []
  const writeFirst = async (): Promise<boolean> => {
    const record = await running.shift()
    if (record === undefined) return false
    await staged.append(record)
    addTally(progress.tally, { ...record, success: record.ok ? 1 : 0, error: record.ok ? 0 : 1 })
    return true
  }
  try {
    for await (const record of readRecords(objects, { jobId: job.id, index, file }, limits, signal, done)) {
      if (isClosing()) break
      if (running.length >= concurrency && !(await writeFirst())) break
      running.push(answerRecord(job, `${index}/${record.number}`, record, tools, signal))
      await nextTurn() // calls that wait for their answers come first
    }
  } catch (cause) {
    if (!signal.aborted) {
      await Promise.all(running)
      throw cause
    }
  }
  await writeRest(running, writeFirst, signal)
  signal.throwIfAborted()
  if (isClosing()) throw new Halted('closing')
}

/** A job that goes on later needs its records without a gap; of one that ends here, every answer counts. */
async function writeRest(
  running: readonly unknown[],
  writeFirst: () => Promise<boolean>,
  signal: AbortSignal,
): Promise<void> {
  let isWhole = true
  while (running.length > 0) {
    const goesOn =
      signal.reason instanceof Halted && signal.reason.reason !== 'stopped' && signal.reason.reason !== 'expired'
    if (!isWhole && goesOn) {
      await Promise.all(running)
      return
    }
    if (!(await writeFirst())) isWhole = false
  }
}

/** Gives nothing when the job had to end; it never rejects. */
async function answerRecord(
  job: Job,
  place: string,
  { recordId, modelInput }: InputRecord,
  tools: BatchTools,
  signal: AbortSignal,
): Promise<StagedRecord | undefined> {
  const { request, caller } = job
  const input = JSON.stringify(modelInput)
  const start = `{"recordId":${JSON.stringify(recordId)},"modelInput":${input},`
  const call = {
    requestId: toUuid(`${job.id}/${place}`),
    caller,
    modelId: request.modelId,
    type: request.modelInvocationType ?? 'InvokeModel',
    body: Buffer.from(input),
    signal,
  } as const
  for (let attempt = 0; ; attempt += 1) {
    let leave: (() => void) | undefined
    try {
      leave = await tools.records.enter(signal)
      const { output, inputTokens, outputTokens } = await tools.answerRecord(call)
      return { line: `${start}"modelOutput":${JSON.stringify(output)}}`, ok: true, inputTokens, outputTokens }
    } catch (cause) {
      if (signal.aborted) return undefined
      const error = toGatewayError(cause)
      if (error.code === 'internal' && !(error instanceof AskedFailure)) {
        tools.log.error(`record ${place} of batch job ${job.id} failed`, cause)
      }
      if (!error.row.retryable || attempt >= retries) return { ...failed(start, error), ok: false }
    } finally {
      leave?.()
    }
    const again = tools.clock.now() + retryMs * 2 ** attempt
    const waited = await waitUntil(tools.clock, again, signal).catch(() => 'halted' as const)
    if (waited === 'halted') return undefined
  }
}

/** [?] How often Bedrock asks a model again that is throttled or broken, before the record has failed. */
const retries = 2
const retryMs = 100

function failed(start: string, error: GatewayError): Pick<StagedRecord, 'line' | 'inputTokens' | 'outputTokens'> {
  const told = { errorCode: error.row.status, errorMessage: error.message }
  return { line: `${start}"error":${JSON.stringify(told)}}`, inputTokens: 0, outputTokens: 0 }
}

/** The same record has the same id in every process, so that whoever counts usage can tell that it is the same. */
function toUuid(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
