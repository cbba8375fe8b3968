import type { DocumentBlock } from '@outcrop/protocol'

import { isBinary, type DocumentFile, type DocumentText, type FileFormat } from './document-file.ts'
import type { DocumentReader, Waiting } from './document-reader.ts'
import { refuseDocument, refuseSource, type RefusalContext } from './refuse-document.ts'

/** The text of a document, by the parts that citations count. */
export interface QuotableText {
  readonly kind: 'characters' | 'pages' | 'blocks'
  readonly units: readonly string[]
}

/** Where a document stands, and what may be spent on it. */
export interface DocumentContext extends RefusalContext {
  /** How many pages the documents before this one have left. */
  readonly pagesLeft: number
  readonly documents: DocumentReader
  readonly call: Waiting
}

/** Reads a document whose text the simulator can quote, or refuses it by name. */
export function readDocument(block: DocumentBlock, context: DocumentContext): QuotableText | Promise<QuotableText> {
  const { source } = block
  if (source.type === 'content') {
    const { content } = source
    if (typeof content === 'string') return { kind: 'blocks', units: [content] }
    return { kind: 'blocks', units: content.map((part) => (part.type === 'text' ? part.text : '')) }
  }
  if (source.type === 'text') {
    if (source.media_type === 'text/html') return readFile(block, asFile('html', source.data, 'utf8', context), context)
    // Only Converse sends files as text: elsewhere it is what the caller has typed.
    if (context.wire === 'converse' && isBinary(source.data)) refuseDocument(block, 'txt', { kind: 'invalid' }, context)
    return { kind: 'characters', units: [source.data] }
  }
  const format = source.type === 'base64' ? formats.get(source.media_type) : undefined
  if (source.type !== 'base64' || format === undefined) refuseSource(context)
  return readFile(block, asFile(format, source.data, 'base64', context), context)
}

const formats: ReadonlyMap<string, FileFormat> = new Map([
  ['application/pdf', 'pdf'],
  ['application/msword', 'doc'],
  ['application/vnd.openxmlformats-officedocument.wordprocessingml.document', 'docx'],
  ['application/vnd.ms-excel', 'xls'],
  ['application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', 'xlsx'],
])

function asFile(
  format: FileFormat,
  data: string,
  encoding: DocumentFile['encoding'],
  { pagesLeft }: DocumentContext,
): DocumentFile {
  return { format, data, encoding, maxPages: format === 'pdf' ? pagesLeft : 0 }
}

async function readFile(block: DocumentBlock, file: DocumentFile, context: DocumentContext): Promise<QuotableText> {
  const text: DocumentText = await context.documents.read(file, context.call)
  if (text.kind !== 'read') refuseDocument(block, file.format, text, context)
  return { kind: file.format === 'pdf' ? 'pages' : 'characters', units: text.units }
}
