import type { Citation } from '@outcrop/protocol'

import type { ReadDocument } from '../media/media.ts'
import type { Quote } from './sentences.ts'

/** Says where a quotation stands, in the way its kind of document is cited (WIRE §6.3). */
export function toCitation(quote: Quote): Citation {
  return citations[quote.document.kind](quote)
}

const citations: Readonly<Record<ReadDocument['kind'], (quote: Quote) => Citation>> = {
  characters: ({ document, start, end, text }) => {
    const unit = document.units[0] ?? ''
    // [?] Characters are code points, as Anthropic's servers count them; equal to UTF-16 units in most texts.
    const startIndex = codePoints(unit.slice(0, start))
    return {
      type: 'char_location',
      cited_text: text,
      document_index: document.index,
      document_title: document.title,
      start_char_index: startIndex,
      end_char_index: startIndex + codePoints(unit.slice(start, end)),
    }
  },
  pages: ({ document, unit, text }) => ({
    type: 'page_location',
    cited_text: text,
    document_index: document.index,
    document_title: document.title,
    start_page_number: unit + 1,
    end_page_number: unit + 2,
  }),
  // Blocks are cited whole: a caller of custom content has chosen what a citable piece is.
  blocks: ({ document, unit }) => ({
    type: 'content_block_location',
    cited_text: document.units[unit] ?? '',
    document_index: document.index,
    document_title: document.title,
    start_block_index: unit,
    end_block_index: unit + 1,
  }),
  search: ({ document, unit }) => ({
    type: 'search_result_location',
    cited_text: document.units[unit] ?? '',
    search_result_index: document.index,
    source: document.source,
    title: document.title,
    start_block_index: unit,
    end_block_index: unit + 1,
  }),
}

function codePoints(text: string): number {
  let count = text.length
  for (let at = 0; at < text.length - 1; at++) {
    const high = text.charCodeAt(at)
    if (high < 0xd800 || high >= 0xdc00) continue
    const low = text.charCodeAt(at + 1)
    if (low >= 0xdc00 && low < 0xe000) {
      count--
      at++
    }
  }
  return count
}
