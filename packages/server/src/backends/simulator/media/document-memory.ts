import type { DocumentText } from './document-file.ts'

/** Remembers the most recently read documents. */
export interface DocumentMemory {
  get(key: string): DocumentText | undefined
  set(key: string, text: DocumentText): void
}

/** Creates an empty memory of so many characters; past them it forgets what was used longest ago. */
export function createDocumentMemory(limit: number): DocumentMemory {
  const entries = new Map<string, DocumentText>()
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

function sizeOf(text: DocumentText): number {
  return text.kind === 'read' ? text.units.reduce((sum, unit) => sum + unit.length, 100) : 100
}
