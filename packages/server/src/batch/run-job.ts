import { batchTexts, type JobStatus } from '@outcrop/protocol'
import { changeJob, findJob, hasEnded, type Job, type RecordCounts } from '../state/jobs.ts'
import { ObjectError } from '../storage/objects.ts'
import { answerRecords } from './answer-records.ts'
import type { BatchTools } from './batch-tools.ts'
import { deliver } from './deliver.ts'
import { Halted, type HaltReason } from './halted.ts'
import { countRecords, findFiles, InputError } from './input.ts'
import { newTally, type Tally } from './tally.ts'
import { waitUntil } from './wait.ts'

/** A job on its way. */
export interface JobRun {
  /** Resolves when the job has ended, or was left for another process. Never rejects. */
  readonly over: Promise<void>
  /** What its records came to by now. */
  counts(job: Job): RecordCounts
  /** Ends it at once. */
  halt(reason: HaltReason): void
  /** Begins no further record; what is being answered is finished. */
  close(): void
}

/** Takes a job from where it stands to its end; `done` is what became of its records in an earlier process. */
export function runJob(start: Job, tools: BatchTools, done: Tally = newTally()): JobRun {
  const run = new Run(start, tools, done)
  return {
    over: run.go(),
    counts: (job) => run.counts(job),
    halt: (reason) => run.halt(reason),
    close: () => run.close(),
  }
}

const working: readonly JobStatus[] = ['Submitted', 'Validating', 'Scheduled', 'InProgress']

class Run {
  readonly #tools: BatchTools
  readonly #tally: Tally
  #job: Job
  #controller = new AbortController()
  #isClosing = false
  #isAnswering = false
  #isDelivering = false
  /** Whether its time ran out while it was in progress. */
  #isPartial = false

  constructor(job: Job, tools: BatchTools, done: Tally) {
    this.#tally = done
    this.#job = job
    this.#tools = tools
  }

  counts({ counts, status }: Job): RecordCounts {
    const { success, error } = this.#tally
    return status === 'InProgress' || status === 'Stopping'
      ? { ...counts, processed: success + error, success, error }
      : counts
  }

  halt(reason: HaltReason): void {
    this.#controller.abort(new Halted(reason))
  }

  close(): void {
    this.#isClosing = true
    if (!this.#isAnswering) this.halt('closing')
  }

  async go(): Promise<void> {
    const { clock, log, staging } = this.#tools
    const noLongerInTime = clock.at(this.#job.expirationTime, () => {
      if (!this.#isDelivering) this.halt('expired')
    })
    try {
      while (!hasEnded(this.#job)) {
        const next = await this.#step()
        if (next === undefined) return
        this.#job = next
      }
      await staging.remove(this.#job.id)
    } catch (cause) {
      log.error(`batch job ${this.#job.id} broke off`, cause)
    } finally {
      noLongerInTime()
    }
  }

  /** Takes the job one status further; gives nothing when it is to be left as it is. */
  async #step(): Promise<Job | undefined> {
    try {
      return await this.#work()
    } catch (cause) {
      const { reason } = this.#controller.signal
      if (reason instanceof Halted) return this.#halted(reason.reason)
      if (!(cause instanceof InputError || cause instanceof ObjectError)) {
        this.#tools.log.error(`batch job ${this.#job.id} broke off`, cause)
      }
      return this.#end('Failed', { message: messageOf(cause), counts: this.counts(this.#job) })
    }
  }

  async #halted(reason: HaltReason): Promise<Job | undefined> {
    if (reason === 'closing' || reason === 'forgotten') return undefined
    this.#controller = new AbortController()
    if (this.#isClosing) return undefined
    if (reason === 'stopped') return this.#refresh()
    if (this.#job.status === 'Stopping') return this.#job
    // Documented: a job that began in time keeps what it has done, and has partially completed.
    if (this.#job.status !== 'InProgress') return this.#end('Expired', { message: batchTexts.expired })
    this.#isPartial = true
    return this.#job
  }

  async #work(): Promise<Job | undefined> {
    const { waits, clock } = this.#tools
    const { signal } = this.#controller
    const job = this.#job
    const { submitMs, validateMs, scheduleMs } = waits
    signal.throwIfAborted()
    switch (job.status) {
      case 'Submitted':
        await waitUntil(clock, job.lastModifiedTime + submitMs, signal)
        return this.#change({ status: 'Validating' })
      case 'Validating': {
        const found = await this.#patiently(() => this.#validate(job, signal))
        await waitUntil(clock, job.lastModifiedTime + validateMs, signal)
        return this.#change({ status: 'Scheduled', ...found })
      }
      case 'Scheduled':
        await waitUntil(clock, job.lastModifiedTime + scheduleMs, signal)
        await this.#inTurn(() => undefined)
        return this.#change({ status: 'InProgress' })
      case 'InProgress':
        if (this.#isPartial) return this.#deliver('PartiallyCompleted', batchTexts.partly)
        await this.#inTurn(() => this.#patiently(() => this.#answer(job, signal)))
        return this.#deliver('Completed')
      default:
        return this.#deliver('Stopped')
    }
  }

  async #validate(job: Job, signal: AbortSignal): Promise<Pick<Job, 'files' | 'counts'>> {
    const { objects, limits } = this.#tools
    const files = await findFiles(objects, job.request.inputDataConfig.s3InputDataConfig.s3Uri, limits, signal)
    const total = await countRecords(objects, files, limits, signal)
    return { files, counts: { total, processed: 0, success: 0, error: 0 } }
  }

  async #answer(job: Job, signal: AbortSignal): Promise<void> {
    this.#isAnswering = true
    try {
      const progress = { signal, isClosing: () => this.#isClosing, tally: this.#tally }
      await answerRecords(job, this.#tools, progress)
    } catch (cause) {
      if (cause instanceof Halted) this.halt(cause.reason)
      throw cause
    } finally {
      this.#isAnswering = false
    }
  }

  async #inTurn<T>(work: () => T | Promise<T>): Promise<T> {
    const leave = await this.#tools.jobs.enter(this.#controller.signal)
    try {
      return await work()
    } finally {
      leave()
    }
  }

  async #deliver(status: JobStatus, message?: string): Promise<Job | undefined> {
    if (this.#job.files === undefined) return this.#end(status, { message })
    this.#isDelivering = true
    const { success, error } = await this.#patiently(() => deliver(this.#job, this.#tools, this.#controller.signal))
    const counts = { total: this.#job.counts.total, processed: success + error, success, error }
    return this.#end(status, { counts, message })
  }

  /** A bucket that is away for a moment does not fail a job. */
  async #patiently<T>(work: () => Promise<T>): Promise<T> {
    const { clock } = this.#tools
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await work()
      } catch (cause) {
        if (!(cause instanceof ObjectError) || cause.kind !== 'unavailable' || attempt >= 4) throw cause
      }
      await waitUntil(clock, clock.now() + 500 * 2 ** attempt, this.#controller.signal)
    }
  }

  #end(status: JobStatus, { message, ...change }: Pick<Partial<Job>, 'counts'> & { message?: string | undefined }) {
    const endTime = this.#tools.clock.now()
    return this.#change({ status, endTime, ...change, ...(message !== undefined && { message }) })
  }

  /** Writes a change, unless the job was stopped or forgotten meanwhile: then it gives what the job has become. */
  async #change(change: Partial<Job>): Promise<Job | undefined> {
    const { store, clock } = this.#tools
    const from = this.#job.status === 'Stopping' ? this.#job.status : working
    const lastModifiedTime = clock.now()
    const changed = await changeJob(store, this.#job, [from].flat(), { lastModifiedTime, ...change })
    return changed ?? this.#refresh()
  }

  #refresh(): Job | undefined {
    const { caller, id } = this.#job
    return findJob(this.#tools.store, caller.account, caller.region, id)
  }
}

/** The model allows 2048 characters. */
function messageOf(cause: unknown): string {
  const isTold = cause instanceof InputError || cause instanceof ObjectError
  return (isTold ? cause.message : batchTexts.defect).slice(0, 2048)
}
