import { hash } from 'node:crypto'

import { breathe } from './breathe.ts'
import { findWrongFile, type DocumentFile, type DocumentText } from './document-file.ts'
import { createDocumentMemory } from './document-memory.ts'
import { createDocumentThreads, type ThreadOptions } from './document-threads.ts'

/** Reads the text of documents away from the event loop. */
export interface DocumentReader {
  /** Resolves with what the document is; rejects when too many wait already, and when nobody waits for this one any more. */
  read(file: DocumentFile, call: Waiting): Promise<DocumentText>
}

/** Who waits; its signal is only asked for when there is a wait. */
export interface Waiting {
  readonly signal: AbortSignal
}

/** How documents are read, and what is kept of them. */
export interface DocumentReaderOptions extends Partial<ThreadOptions> {
  /** How many characters of recent documents are remembered, so that a conversation about one parses it once. */
  readonly rememberedCharacters?: number
}

/** From so many characters on, a document is worth a turn of the event loop for each step. */
const large = 256 * 1024

/** Creates a reader whose threads, and the libraries in them, are loaded by the first document and let go when none come. */
export function createDocumentReader(options: DocumentReaderOptions = {}): DocumentReader {
  const threads = createDocumentThreads(options)
  const memory = createDocumentMemory(options.rememberedCharacters ?? 4_000_000)
  return {
    async read(file, call) {
      const wrong = findWrongFile(file)
      if (wrong !== undefined) return wrong
      // Megabytes were parsed in this turn; to hash them is work for the next, and to decode them and hand them over for the one after.
      const isLarge = file.data.length > large
      if (isLarge) await breathe()
      const key = `${file.format}:${file.maxPages}:${hash('sha256', file.data)}`
      const known = memory.get(key)
      if (known !== undefined) return known
      if (isLarge) await breathe()
      // Whoever waits with the same document has it read once.
      const text = await threads.run({ file, signal: call.signal, known: () => memory.get(key) })
      if (text.kind !== 'timed-out') memory.set(key, text)
      return text
    },
  }
}
