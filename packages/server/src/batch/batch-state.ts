import type { Json } from '@outcrop/protocol'
import type { StatePart } from '../state-part.ts'
import { hasEnded, listJobs } from '../state/jobs.ts'
import type { Store } from '../storage/store.ts'
import type { JobRuns } from './job-runs.ts'
import type { Staging } from './staging.ts'

/**
 * What unfinished jobs have done already, as a part of the endpoint's state: it is in no document. Jobs stand still once it is
 * loaded, until `resume`: a reset forgets their documents after it, and they are not to begin again meanwhile.
 */
export function createBatchState(store: Store, staging: Staging | undefined, runs: JobRuns): StatePart {
  return {
    name: 'batch',
    async save() {
      const saved: Record<string, Json> = {}
      if (staging === undefined) return saved
      for (const job of listJobs(store)) if (!hasEnded(job)) saved[job.id] = await staging.save(job.id)
      return saved
    },
    async load(saved) {
      await runs.forget()
      await staging?.removeAllBut(new Set())
      for (const [id, files] of entriesOf(saved)) await staging?.load(checkId(id), textsOf(files))
    },
  }
}

function entriesOf(saved: Json | undefined): ReadonlyArray<readonly [string, Json | undefined]> {
  return typeof saved === 'object' && saved !== null && !Array.isArray(saved) ? Object.entries(saved) : []
}

function checkId(id: string): string {
  if (/^[a-z0-9]{12}$/.test(id)) return id
  throw new Error('The snapshot names a batch job by something that is no id of one.')
}

function textsOf(files: Json | undefined): Record<string, string> {
  const texts = entriesOf(files).flatMap(([name, text]) => (typeof text === 'string' ? [[name, text] as const] : []))
  return Object.fromEntries(texts)
}
