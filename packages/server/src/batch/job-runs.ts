import type { Log } from '../log.ts'
import { hasEnded, type Job, listJobs } from '../state/jobs.ts'
import type { Store } from '../storage/store.ts'
import type { BatchTools } from './batch-tools.ts'
import { type JobRun, runJob } from './run-job.ts'
import { addTally, newTally, type Tally } from './tally.ts'

/** The jobs that are on their way in this process. */
export interface JobRuns {
  find(jobId: string): JobRun | undefined
  /** Takes a job up, unless it is on its way already or has ended. */
  start(job: Job): void
  /** Takes up every job that has not ended, and drops what is left of the others. */
  resume(): Promise<void>
  /** Leaves every job as it is, at once. */
  forget(): Promise<void>
  /** Begins no further record and leaves every job once what was begun is finished, or so many milliseconds are over. */
  close(graceMs: number): Promise<void>
}

/** Opens the runs of an endpoint's jobs; without tools to work with, they wait for a process that has them. */
export function createJobRuns(store: Store, log: Log, tools: BatchTools | undefined): JobRuns {
  const runs = new Map<string, JobRun>()
  let isClosed = false

  const allOver = async (): Promise<void> => {
    await Promise.all([...runs.values()].map(({ over }) => over))
  }
  const haltAll = (reason: Parameters<JobRun['halt']>[0]): void => {
    for (const run of runs.values()) run.halt(reason)
  }

  function start(job: Job, done?: Tally): void {
    if (tools === undefined || isClosed || runs.has(job.id) || hasEnded(job)) return
    const run = runJob(job, tools, done)
    runs.set(job.id, run)
    void run.over.then(() => {
      if (runs.get(job.id) === run) runs.delete(job.id)
    })
  }

  /** The counts of a job do not go back to nothing because the endpoint started anew. */
  async function takeStock({ id, files = [], status }: Job): Promise<Tally> {
    const done = newTally()
    if (tools === undefined || (status !== 'InProgress' && status !== 'Stopping')) return done
    for (const index of files.keys()) {
      const staged = await tools.staging.open(id, index)
      await staged.close()
      addTally(done, staged.tally)
    }
    return done
  }

  return {
    find: (jobId) => runs.get(jobId),
    start: (job) => start(job),
    async resume() {
      const left = listJobs(store).filter((job) => !hasEnded(job))
      await tools?.staging.removeAllBut(new Set(left.map(({ id }) => id)))
      if (tools === undefined && left.length > 0) {
        log.warn(`${left.length} batch jobs wait: this endpoint has neither buckets nor folders to work on.`)
      }
      for (const job of left) start(job, await takeStock(job))
    },
    async forget() {
      haltAll('forgotten')
      await allOver()
      runs.clear()
    },
    async close(graceMs) {
      isClosed = true
      for (const run of runs.values()) run.close()
      const timer = setTimeout(() => haltAll('closing'), graceMs)
      await allOver()
      clearTimeout(timer)
      await tools?.staging.close()
    },
  }
}
