import { GatewayError } from '@outcrop/protocol'

import type { DocumentFile, DocumentText } from './document-file.ts'
import { createThread, type DocumentThread } from './document-thread.ts'

/** What threads may take. */
export interface ThreadOptions {
  /** How many documents are read at once. */
  readonly threads: number
  /** A document that takes longer is given up: a hostile one must not keep others waiting. */
  readonly timeoutMs: number
  /** The same for all but PDFs: they are smaller, and a library that takes longer than this goes in circles. */
  readonly officeTimeoutMs: number
  /** How long a thread outlives its last document. */
  readonly idleMs: number
  /** How many documents may wait for a thread, and for how long. */
  readonly mostWaiting: number
  readonly longestWaitMs: number
}

/** A document to read, and for whom. */
interface DocumentJob {
  readonly file: DocumentFile
  readonly signal: AbortSignal
  /** What is known of it by now: another caller may have had it read. */
  known(): DocumentText | undefined
}

/** Reads documents in a few threads, first come first served. */
export interface DocumentThreads {
  run(job: DocumentJob): Promise<DocumentText>
}

interface Entry {
  readonly job: DocumentJob
  readonly resolve: (text: DocumentText) => void
  readonly reject: (error: Error) => void
}

/** Creates the threads, none of which runs before there is something to read. */
export function createDocumentThreads(options: Partial<ThreadOptions>): DocumentThreads {
  const { threads = 2, timeoutMs = 20_000, officeTimeoutMs = 8_000, idleMs = 30_000 } = options
  const { mostWaiting = 64, longestWaitMs = 45_000 } = options
  const free = Array.from({ length: threads }, () => createThread({ timeoutMs, officeTimeoutMs, idleMs }))
  const waiting = new Set<Entry>()
  const pump = (): void => {
    for (const entry of waiting) {
      const known = entry.job.known()
      const thread = known === undefined ? free.pop() : undefined
      if (known === undefined && thread === undefined) break
      waiting.delete(entry)
      if (known !== undefined) entry.resolve(known)
      else if (thread !== undefined) void start(thread, entry)
    }
  }
  const start = async (thread: DocumentThread, { job, resolve, reject }: Entry): Promise<void> => {
    await thread.read(job.file, job.signal).then(resolve, reject)
    free.push(thread)
    pump()
  }
  return {
    async run(job) {
      if (waiting.size >= mostWaiting) throw busy('too many documents wait to be read')
      return new Promise((resolve, reject) => {
        const entry = createEntry(job, { resolve, reject }, waiting, longestWaitMs)
        if (job.signal.aborted) entry.reject(reasonOf(job.signal))
        else pump()
      })
    },
  }
}

/** Puts a job at the end of those that wait, from where it goes when it is settled, whatever settles it. */
function createEntry(
  job: DocumentJob,
  caller: Pick<Entry, 'resolve' | 'reject'>,
  waiting: Set<Entry>,
  longestWaitMs: number,
): Entry {
  const { signal } = job
  const settle = (): void => {
    clearTimeout(limit)
    signal.removeEventListener('abort', leave)
    waiting.delete(entry)
  }
  const entry: Entry = {
    job,
    resolve(text) {
      settle()
      caller.resolve(text)
    },
    reject(error) {
      settle()
      caller.reject(error)
    },
  }
  const leave = (): void => entry.reject(reasonOf(signal))
  // Only the wait is limited here; a thread has its own clock, which starts when it does.
  const limit = setTimeout(() => {
    if (waiting.has(entry)) entry.reject(busy('the documents before this one take too long'))
  }, longestWaitMs)
  signal.addEventListener('abort', leave)
  waiting.add(entry)
  return entry
}

function busy(why: string): GatewayError {
  return new GatewayError('unavailable', `The service is unavailable: ${why}. Try your request again later.`)
}

/** What an aborted signal is rejected with. */
function reasonOf(signal: AbortSignal): Error {
  const reason: unknown = signal.reason
  return reason instanceof Error ? reason : new Error('The call was aborted', { cause: reason })
}
