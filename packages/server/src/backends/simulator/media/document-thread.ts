import { createRequire } from 'node:module'
import { Worker } from 'node:worker_threads'

import type { DocumentFile, DocumentText, FileKind } from './document-file.ts'
import { documentWorkerProgram } from './document-worker.ts'

/** A thread that reads one document at a time. */
export interface DocumentThread {
  /** Never rejects for what a document is; a caller who leaves takes the thread along. */
  read(file: DocumentFile, signal: AbortSignal): Promise<DocumentText>
}

/** How long a document may take, and how long the thread outlives it. */
interface ThreadLimits {
  readonly timeoutMs: number
  readonly officeTimeoutMs: number
  readonly idleMs: number
}

/** Loading a library is the machine's time, not the document's; this long it may take on a busy one. */
const longestLoadMs = 60_000

/** What the program of the thread says. */
type Said =
  | { readonly event: 'loaded' }
  | { readonly event: 'unloadable'; readonly reason: string }
  | { readonly event: 'read'; readonly text: DocumentText | { readonly kind: FileKind } }

/** Creates a thread that starts with its first document; one that fails or hangs is thrown away and started anew. */
export function createThread({ timeoutMs, officeTimeoutMs, idleMs }: ThreadLimits): DocumentThread {
  let worker: Worker | undefined
  let idle: NodeJS.Timeout | undefined
  const stop = (): void => {
    void worker?.terminate()
    worker = undefined
  }
  return {
    read: (file, signal) =>
      new Promise((resolve, reject) => {
        clearTimeout(idle)
        worker ??= startWorker()
        const current = worker
        current.ref()
        let limit = setTimeout(() => end('discard', () => reject(new Error('A library did not load'))), longestLoadMs)
        const end = (fate: 'keep' | 'discard', tell: () => void): void => {
          clearTimeout(limit)
          signal.removeEventListener('abort', leave)
          current.off('message', hear).off('exit', fail)
          current.unref()
          if (fate === 'discard') stop()
          else idle = setTimeout(stop, idleMs).unref()
          tell()
        }
        const leave = (): void => end('discard', () => resolve({ kind: 'timed-out' }))
        // Memory that runs out, and whatever else takes a thread down, is the document's doing.
        const fail = (): void => end('discard', () => resolve({ kind: 'invalid' }))
        const hear = (said: Said): void => {
          if (said.event === 'loaded') {
            clearTimeout(limit)
            limit = setTimeout(leave, file.format === 'pdf' ? timeoutMs : officeTimeoutMs)
          } else if (said.event === 'unloadable') {
            end('discard', () => reject(new Error(`A library for documents did not load: ${said.reason}`)))
          } else {
            end('keep', () => resolve(named(said.text)))
          }
        }
        current.on('message', hear).on('exit', fail)
        signal.addEventListener('abort', leave)
        send(current, file)
      }),
  }
}

function send(worker: Worker, { format, data, encoding, maxPages }: DocumentFile): void {
  const decoded = Buffer.from(data, encoding)
  // The bytes move over; small buffers share their memory with others, and are copied.
  const bytes = decoded.byteLength === decoded.buffer.byteLength ? decoded : new Uint8Array(decoded)
  worker.postMessage({ format, bytes, maxPages }, [bytes.buffer])
}

/** A reader that found another kind of file than its own answers with that kind. */
function named(text: DocumentText | { readonly kind: FileKind }): DocumentText {
  return isFault(text) ? text : { kind: 'mislabelled', as: text.kind }
}

function isFault(text: DocumentText | { readonly kind: FileKind }): text is DocumentText {
  return faults.has(text.kind)
}

const faults: ReadonlySet<string> = new Set<DocumentText['kind']>(['read', 'too-long', 'encrypted', 'invalid'])

function startWorker(): Worker {
  const { resolve } = createRequire(import.meta.url)
  const worker = new Worker(documentWorkerProgram, {
    eval: true,
    workerData: {
      pdf: resolve('unpdf'),
      docx: resolve('mammoth'),
      doc: resolve('word-extractor'),
      sheets: resolve('@e965/xlsx'),
      html: resolve('html-to-text'),
      archives: resolve('fflate'),
    },
    // A document that unpacks without end takes its thread down, never the process.
    // A young generation of the usual size would take as much memory as the documents, twice.
    resourceLimits: { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 8 },
    stdout: true,
    stderr: true,
  })
  // Whatever takes a thread down ends it: that is heard of by its end.
  worker.on('error', () => {})
  return worker
}
