import { GatewayError, type DocumentBlock } from '@outcrop/protocol'

import type { BackendCall } from '../../backend.ts'
import type { DocumentText, FileFormat, FileKind } from './document-file.ts'

/** What a refusal of a document has to know. */
export interface RefusalContext {
  /** Where the block stands, such as `messages.0.content.1`. */
  readonly path: string
  readonly wire: BackendCall['wire']
  /** How many pages all documents may have together. */
  readonly pagesAllowed: number
}

type Fault = Exclude<DocumentText, { readonly kind: 'read' }>

/** Refuses a document by its path, and on Converse by its name too. */
export function refuseDocument(
  block: DocumentBlock,
  format: FileFormat | 'txt',
  fault: Fault,
  context: RefusalContext,
): never {
  const said = format === 'pdf' ? pdfText(fault, context) : officeText(context)
  // [?] AWS names the path alone; the name of the file and what is wrong with it are ours, behind AWS's words.
  const named = context.wire === 'converse' ? ` Document "${block.title ?? ''}": ${explain(format, fault)}.` : ''
  throw new GatewayError('validation', said + named)
}

/** Refuses a source that Bedrock does not know. */
export function refuseSource({ path }: RefusalContext): never {
  throw new GatewayError(
    'validation',
    `${path}.document.source: sources of this type are not supported on Amazon Bedrock`,
  )
}

/** [?] Anthropic's texts as its users quote them; the first is what Bedrock says too (bifrost issue 5472). */
function pdfText(fault: Fault, { path, pagesAllowed }: RefusalContext): string {
  const said = {
    invalid: 'The PDF specified was not valid.',
    empty: 'The PDF specified was not valid.',
    mislabelled: 'The PDF specified was not valid.',
    encrypted: 'The PDF specified is password protected.',
    'too-long': `A maximum of ${pagesAllowed} PDF pages may be provided.`,
    'timed-out': 'The PDF specified takes too long to read.',
  }[fault.kind]
  return `${path}.pdf.source.base64.data: ${said}`
}

/** Recorded of Converse (bifrost issue 5472); [?] for every reason but a wrong format. */
function officeText({ path }: RefusalContext): string {
  return `${path}.source.bytes: The document source bytes could not be parsed as the specified format. If using a text-based format, try source.text instead of source.bytes.`
}

function explain(format: string, fault: Fault): string {
  switch (fault.kind) {
    case 'mislabelled':
      return `it is ${kinds[fault.as]}, not ${format}`
    case 'too-long':
      return `it has ${fault.pages} pages`
    case 'encrypted':
      return 'it is encrypted; send it without a password'
    case 'empty':
      return 'it is empty'
    case 'timed-out':
      return 'it takes too long to read'
    default:
      return `it is no sound ${format} file`
  }
}

const kinds: Readonly<Record<FileKind, string>> = {
  pdf: 'pdf',
  doc: 'doc',
  docx: 'docx',
  xls: 'xls',
  xlsx: 'xlsx',
  rtf: 'rtf',
  image: 'an image',
  zip: 'a zip archive',
  ole: 'a file of another program',
  'text or something else': 'text or something else',
}
