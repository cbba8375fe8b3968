import { hash } from 'node:crypto'
import { createRequire } from 'node:module'
import { Worker } from 'node:worker_threads'

import { pdfWorkerProgram } from './pdf-worker.ts'

/** What a PDF turned out to be. */
type PdfText =
  | { readonly kind: 'read'; readonly pages: readonly string[] }
  | { readonly kind: 'too-long'; readonly pages: number }
  | { readonly kind: 'encrypted' }
  | { readonly kind: 'invalid' }
  | { readonly kind: 'timed-out' }

/** Reads the text of PDFs away from the event loop. */
export interface PdfReader {
  read(bytes: Buffer, maxPages: number): Promise<PdfText>
}

/** How long a PDF may take, and what is kept of it. */
export interface PdfReaderOptions {
  /** A PDF that takes longer is given up: a hostile one must not keep others waiting. */
  readonly timeoutMs?: number
  /** How long the thread outlives its last PDF. */
  readonly idleMs?: number
  /** How many characters of recent PDFs are remembered, so that a conversation about one parses it once. */
  readonly rememberedCharacters?: number
}

/** Creates a reader whose thread, and the library in it, are loaded by the first PDF and let go when none come. */
export function createPdfReader(options: PdfReaderOptions = {}): PdfReader {
  const { timeoutMs = 20_000, idleMs = 30_000, rememberedCharacters = 4_000_000 } = options
  const thread = createThread(timeoutMs, idleMs)
  const memory = createMemory(rememberedCharacters)
  let queue: Promise<unknown> = Promise.resolve()
  return {
    async read(bytes, maxPages) {
      const key = `${maxPages}:${hash('sha256', bytes)}`
      const known = memory.get(key)
      if (known !== undefined) return known
      // Marked once before the thread is troubled at all: no PDF is without its header near the start (ISO 32000, 7.5.2).
      if (!bytes.subarray(0, 1_024).includes('%PDF-')) return { kind: 'invalid' }
      const turn = queue.then(() => thread.run(bytes, maxPages))
      queue = turn
      const text = await turn
      if (text.kind !== 'timed-out') memory.set(key, text)
      return text
    },
  }
}

interface Thread {
  run(bytes: Buffer, maxPages: number): Promise<PdfText>
}

/** One thread, one PDF at a time; a thread that fails or hangs is thrown away, and the next PDF starts another. */
function createThread(timeoutMs: number, idleMs: number): Thread {
  let worker: Worker | undefined
  let idle: NodeJS.Timeout | undefined
  let settle: ((text: PdfText, keep: boolean) => void) | undefined
  const stop = (): void => {
    void worker?.terminate()
    worker = undefined
  }
  const start = (): Worker => {
    const started = startWorker()
    // What a thread says after it was thrown away belongs to nobody.
    const fail = (): void => {
      if (worker !== started) return
      if (settle === undefined) worker = undefined
      else settle({ kind: 'invalid' }, false)
    }
    started.on('message', (text: PdfText) => {
      if (worker === started) settle?.(text, true)
    })
    started.on('error', fail)
    started.on('exit', fail)
    return started
  }
  return {
    run: (bytes, maxPages) =>
      new Promise((resolve) => {
        clearTimeout(idle)
        worker ??= start()
        const current = worker
        current.ref()
        const limit = setTimeout(() => settle?.({ kind: 'timed-out' }, false), timeoutMs)
        settle = (text, keep) => {
          settle = undefined
          clearTimeout(limit)
          current.unref()
          if (keep) idle = setTimeout(stop, idleMs).unref()
          else stop()
          resolve(text)
        }
        // A copy goes over: small buffers share their memory with others.
        const copy = Uint8Array.from(bytes)
        current.postMessage({ bytes: copy, maxPages }, [copy.buffer])
      }),
  }
}

function startWorker(): Worker {
  return new Worker(pdfWorkerProgram, {
    eval: true,
    workerData: createRequire(import.meta.url).resolve('unpdf'),
    // A PDF that unpacks without end takes its thread down, never the process.
    resourceLimits: { maxOldGenerationSizeMb: 384 },
    stdout: true,
    stderr: true,
  })
}

interface Memory {
  get(key: string): PdfText | undefined
  set(key: string, text: PdfText): void
}

/** Remembers the most recently read PDFs up to so many characters. */
function createMemory(limit: number): Memory {
  const entries = new Map<string, PdfText>()
  let characters = 0
  const forget = (key: string): void => {
    const text = entries.get(key)
    if (text === undefined) return
    entries.delete(key)
    characters -= sizeOf(text)
  }
  return {
    get(key) {
      const text = entries.get(key)
      if (text === undefined) return undefined
      entries.delete(key)
      entries.set(key, text)
      return text
    },
    set(key, text) {
      forget(key)
      if (sizeOf(text) > limit) return
      entries.set(key, text)
      characters += sizeOf(text)
      for (const oldest of entries.keys()) {
        if (characters <= limit) break
        forget(oldest)
      }
    },
  }
}

function sizeOf(text: PdfText): number {
  if (text.kind !== 'read') return 100
  return text.pages.reduce((sum, page) => sum + page.length, 100)
}
