/** The formats that a thread reads; plain text needs none. */
export type FileFormat = 'pdf' | 'doc' | 'docx' | 'xls' | 'xlsx' | 'html'

/** A document as it came: its bytes in base64, or text that is to be read as a page. */
export interface DocumentFile {
  readonly format: FileFormat
  readonly data: string
  readonly encoding: 'base64' | 'utf8'
  /** How many pages it may have. */
  readonly maxPages: number
}

/** What bytes turned out to be, as far as a refusal can name it. */
export type FileKind =
  'pdf' | 'doc' | 'docx' | 'xls' | 'xlsx' | 'zip' | 'ole' | 'image' | 'rtf' | 'text or something else'

/** What a document turned out to be. */
export type DocumentText =
  | { readonly kind: 'read'; readonly units: readonly string[] }
  | { readonly kind: 'too-long'; readonly pages: number }
  | { readonly kind: 'mislabelled'; readonly as: FileKind }
  | { readonly kind: 'encrypted' | 'invalid' | 'timed-out' | 'empty' }

/** Says what bytes are by how they begin, where that is not what the format begins with; no thread is troubled then. */
export function findWrongFile({ format, data, encoding }: DocumentFile): DocumentText | undefined {
  if (data === '') return { kind: 'empty' }
  if (encoding === 'utf8') return undefined
  const as = kindOf(Buffer.from(data.slice(0, beginning), 'base64'))
  return beginnings[format].includes(as) ? undefined : { kind: 'mislabelled', as }
}

/** Whether what was sent as text is the file of some program instead. */
export function isBinary(text: string): boolean {
  return text.startsWith('%PDF-') || text.startsWith('PK\x03\x04') || text.includes('\0')
}

/** Enough base64 for the 1,024 bytes in which a PDF must begin. */
const beginning = 1_368

const beginnings: Readonly<Record<FileFormat, readonly FileKind[]>> = {
  pdf: ['pdf'],
  docx: ['zip', 'ole'], // An encrypted one is a container of the old kind.
  xlsx: ['zip', 'ole'],
  doc: ['ole'],
  xls: ['ole'],
  html: ['text or something else'],
}

function kindOf(bytes: Buffer): FileKind {
  const found = magics.find(({ magic }) => bytes.subarray(0, magic.length).equals(magic))
  if (found !== undefined) return found.kind
  // A PDF may have its header anywhere near the start (ISO 32000, 7.5.2).
  return bytes.includes('%PDF-') ? 'pdf' : 'text or something else'
}

const magics: ReadonlyArray<{ readonly kind: FileKind; readonly magic: Buffer }> = [
  { kind: 'zip', magic: Buffer.from('PK\x03\x04', 'latin1') },
  { kind: 'zip', magic: Buffer.from('PK\x05\x06', 'latin1') },
  { kind: 'ole', magic: Buffer.from('d0cf11e0a1b11ae1', 'hex') },
  { kind: 'image', magic: Buffer.from('\x89PNG', 'latin1') },
  { kind: 'image', magic: Buffer.from('ffd8ff', 'hex') },
  { kind: 'image', magic: Buffer.from('GIF8', 'latin1') },
  { kind: 'image', magic: Buffer.from('RIFF', 'latin1') },
  { kind: 'rtf', magic: Buffer.from('{\\rtf', 'latin1') },
]
