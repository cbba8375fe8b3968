import { GatewayError, type DocumentBlock } from '@outcrop/protocol'

import { htmlToText } from './html-text.ts'
import type { PdfReader } from './pdf-reader.ts'
import { readDocx, readXlsx } from './read-office.ts'

/** The text of a document, by the parts that citations count. */
export interface DocumentText {
  readonly kind: 'characters' | 'pages' | 'blocks'
  readonly units: readonly string[]
}

/** Where a document stands, and what may be spent on it. */
export interface DocumentContext {
  /** Where the block stands, such as `messages.0.content.1`. */
  readonly path: string
  /** How many pages the documents before this one have left. */
  readonly pagesLeft: number
  /** How many pages all documents may have together. */
  readonly pagesAllowed: number
  readonly pdf: PdfReader
}

/** Reads a document whose text the simulator can quote, or refuses it by name. */
export function readDocument(block: DocumentBlock, context: DocumentContext): DocumentText | Promise<DocumentText> {
  const { source } = block
  if (source.type === 'text') return characters(asText(source.media_type, source.data))
  if (source.type === 'content') {
    const { content } = source
    if (typeof content === 'string') return { kind: 'blocks', units: [content] }
    return { kind: 'blocks', units: content.map((part) => (part.type === 'text' ? part.text : '')) }
  }
  if (source.type !== 'base64') {
    throw new GatewayError(
      'validation',
      `${context.path}.document.source: sources of this type are not supported on Amazon Bedrock`,
    )
  }
  const bytes = Buffer.from(source.data, 'base64')
  if (source.media_type === 'application/pdf') return readPdf(bytes, context)
  const office = officeReaders.get(source.media_type)
  if (office !== undefined) return characters(office(bytes) ?? refuseBroken(source.media_type, context.path))
  if (source.media_type.startsWith('text/')) return characters(asText(source.media_type, bytes.toString('utf8')))
  throw new GatewayError(
    'validation',
    `${context.path}.document: this simulator reads pdf, txt, md, csv, html, docx and xlsx documents, not ${source.media_type}.`,
  )
}

const officeReaders: ReadonlyMap<string, (bytes: Buffer) => string | undefined> = new Map([
  ['application/vnd.openxmlformats-officedocument.wordprocessingml.document', readDocx],
  ['application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', readXlsx],
])

const characters = (text: string): DocumentText => ({ kind: 'characters', units: [text] })

function asText(mediaType: string, text: string): string {
  return mediaType === 'text/html' ? htmlToText(text) : text
}

async function readPdf(bytes: Buffer, { path, pagesLeft, pagesAllowed, pdf }: DocumentContext): Promise<DocumentText> {
  const text = await pdf.read(bytes, pagesLeft)
  if (text.kind === 'read') return { kind: 'pages', units: text.pages }
  // [?] Anthropic's texts as its users quote them; what Bedrock says of a bad PDF is not recorded.
  const said = {
    invalid: 'The PDF specified was not valid.',
    encrypted: 'The PDF specified is password protected.',
    'too-long': `A maximum of ${pagesAllowed} PDF pages may be provided.`,
    'timed-out': 'The PDF specified takes too long to read.',
  }[text.kind]
  throw new GatewayError('validation', `${path}.pdf.source.base64.data: ${said}`)
}

function refuseBroken(mediaType: string, path: string): never {
  throw new GatewayError(
    'validation',
    `${path}.document.source.base64.data: The document is not a valid ${mediaType} file.`,
  )
}
