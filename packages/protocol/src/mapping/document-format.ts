import type { DocumentFormat } from '../converse/types.ts'

/**
 * Says how Messages carries each of Converse's formats. Office formats have no Anthropic equivalent: their bytes go on
 * under their own type for a backend that can read them.
 */
export const documentMediaTypes = {
  pdf: { encoding: 'bytes', type: 'application/pdf' },
  doc: { encoding: 'bytes', type: 'application/msword' },
  docx: { encoding: 'bytes', type: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document' },
  xls: { encoding: 'bytes', type: 'application/vnd.ms-excel' },
  xlsx: { encoding: 'bytes', type: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet' },
  csv: { encoding: 'text', type: 'text/plain' },
  html: { encoding: 'text', type: 'text/html' }, // kept apart, so that a backend may take the tags away
  md: { encoding: 'text', type: 'text/plain' },
  txt: { encoding: 'text', type: 'text/plain' },
} as const satisfies Record<DocumentFormat, { readonly encoding: 'bytes' | 'text'; readonly type: string }>

// The formats that share `text/plain` differ in nothing that Messages says; the plainest stands for them. Callers who know
// Converse's formats have types of their own for the other two.
const formats: ReadonlyMap<string, DocumentFormat> = new Map([
  ...Object.entries(documentMediaTypes).map(([format, { type }]) => [type, format as DocumentFormat] as const),
  ['text/csv', 'csv'],
  ['text/markdown', 'md'],
])

/** Says which of Converse's formats a media type is, or nothing when it has no word for it. */
export function toDocumentFormat(mediaType: string): DocumentFormat | undefined {
  return formats.get(mediaType)
}
