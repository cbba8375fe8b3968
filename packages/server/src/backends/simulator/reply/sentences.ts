import type { ReadDocument } from '../media/media.ts'
import { sharedWords, subjectWords } from '../words.ts'

/** A sentence of a document, and where it stands: `[start, end)` in UTF-16 units of the document's unit. */
export interface Quote {
  readonly document: ReadDocument
  readonly unit: number
  readonly start: number
  readonly end: number
  readonly text: string
}

/** A quotation is never longer than this. */
const longest = 300
/** So many sentences are compared with a prompt, over all documents: enough to find the place, and bounded. */
const mostCompared = 2_000

/** Finds the sentence that shares most words with a prompt; without any, the first that is more than a heading. */
export function findQuote(documents: readonly ReadDocument[], prompt: string): Quote | undefined {
  const wanted = subjectWords(prompt.slice(-2_000))
  let best: Quote | undefined
  let bestScore = -1
  let compared = 0
  for (const document of documents) {
    for (const [unit, text] of document.units.entries()) {
      for (const { start, end } of sentencesOf(text)) {
        if (++compared > mostCompared) return best
        const sentence = text.slice(start, end)
        const score = sharedWords(wanted, subjectWords(sentence)) * 2 + (sentence.includes(' ') ? 1 : 0)
        if (score <= bestScore) continue
        bestScore = score
        best = { document, unit, start, end, text: sentence }
      }
    }
  }
  return best
}

/** The sentences of a text in order, trimmed, by one scan. */
function* sentencesOf(text: string): Generator<{ readonly start: number; readonly end: number }> {
  let start = 0
  for (let at = 0; at <= text.length; at++) {
    if (at < text.length && !endsSentence(text, at)) continue
    const trimmed = trim(text, start, Math.min(at + 1, text.length))
    if (trimmed.end > trimmed.start) yield trimmed
    start = at + 1
  }
}

function endsSentence(text: string, at: number): boolean {
  const code = text.charCodeAt(at)
  if (code === 10 || code === 0x3002) return true
  // A full stop, an exclamation mark or a question mark, with a blank or the end behind it.
  return (code === 46 || code === 33 || code === 63) && (at + 1 === text.length || isBlank(text.charCodeAt(at + 1)))
}

function trim(text: string, from: number, to: number): { readonly start: number; readonly end: number } {
  let start = from
  let end = to
  while (start < end && isBlank(text.charCodeAt(start))) start++
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--
  if (end - start > longest) {
    end = start + longest
    // Never between the halves of a surrogate pair.
    const last = text.charCodeAt(end - 1)
    if (last >= 0xd800 && last < 0xdc00) end--
  }
  return { start, end }
}

const isBlank = (code: number): boolean => code <= 32 || code === 0xa0 || code === 0xfeff
