import type { CitationLocation, ConverseCitation } from '../converse/types.ts'
import type { Citation } from '../messages/types.ts'

type Kind = Citation['type']
type CitationOf<K extends Kind> = Extract<Citation, { readonly type: K }>

// Keys stand in alphabetical order, as on the wire. Page and block ends are exclusive in both languages (WIRE §6.3).
const toLocation: { readonly [K in Kind]: (citation: CitationOf<K>) => CitationLocation } = {
  char_location: ({ document_index, start_char_index, end_char_index }) => ({
    documentChar: { documentIndex: document_index, end: end_char_index, start: start_char_index },
  }),
  page_location: ({ document_index, start_page_number, end_page_number }) => ({
    documentPage: { documentIndex: document_index, end: end_page_number, start: start_page_number },
  }),
  content_block_location: ({ document_index, start_block_index, end_block_index }) => ({
    documentChunk: { documentIndex: document_index, end: end_block_index, start: start_block_index },
  }),
  search_result_location: ({ search_result_index, start_block_index, end_block_index }) => ({
    searchResultLocation: { end: end_block_index, searchResultIndex: search_result_index, start: start_block_index },
  }),
}

/** Whether a citation is of a kind that Converse has a location for. */
export function isConverseCitation(citation: Citation): boolean {
  return Object.hasOwn(toLocation, citation.type)
}

/** Says in Converse's words where a cited text stands. */
export function toConverseCitation<K extends Kind>(citation: CitationOf<K>): ConverseCitation {
  const locate = toLocation[citation.type] as (citation: CitationOf<K>) => CitationLocation
  const title = 'title' in citation ? citation.title : citation.document_title
  return {
    location: locate(citation),
    ...('source' in citation ? { source: citation.source } : {}),
    sourceContent: [{ text: citation.cited_text }],
    ...(title === null ? {} : { title }),
  }
}

/** Says in Messages' words where a cited text stands, or nothing when the location is unknown there (`web`). */
export function fromConverseCitation(citation: Partial<ConverseCitation>): Citation | undefined {
  const { location, title = null, source = '' } = citation
  const cited_text = (citation.sourceContent ?? []).map(({ text }) => text).join('')
  if (location === undefined) return undefined
  if ('documentChar' in location) {
    const { documentIndex: document_index, start: start_char_index, end: end_char_index } = location.documentChar
    return {
      type: 'char_location',
      cited_text,
      document_index,
      document_title: title,
      start_char_index,
      end_char_index,
    }
  }
  if ('documentPage' in location) {
    const { documentIndex: document_index, start: start_page_number, end: end_page_number } = location.documentPage
    return {
      type: 'page_location',
      cited_text,
      document_index,
      document_title: title,
      start_page_number,
      end_page_number,
    }
  }
  if ('documentChunk' in location) {
    const { documentIndex: document_index, start: start_block_index, end: end_block_index } = location.documentChunk
    return {
      type: 'content_block_location',
      cited_text,
      document_index,
      document_title: title,
      start_block_index,
      end_block_index,
    }
  }
  if (!('searchResultLocation' in location)) return undefined
  const { searchResultIndex, start, end } = location.searchResultLocation
  return {
    type: 'search_result_location',
    cited_text,
    search_result_index: searchResultIndex,
    source,
    title,
    start_block_index: start,
    end_block_index: end,
  }
}
