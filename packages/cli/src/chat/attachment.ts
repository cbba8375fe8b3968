import { extname } from 'node:path'
import type { ClientWire } from '@outcrop/client/transport'
import type { ContentBlock, DocumentBlock } from '@outcrop/protocol'
import { CommandFailure } from '../failure.ts'

/** Bytes to be shown to the model, and the name that a person gave them. */
export interface Attachment {
  readonly name: string
  readonly bytes: Uint8Array
}

/** Media types of documents by their formats on Converse; those of text stand as text on every other wire. */
const documentTypes = {
  pdf: 'application/pdf',
  doc: 'application/msword',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  xls: 'application/vnd.ms-excel',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  csv: 'text/csv',
  html: 'text/html',
  md: 'text/markdown',
  txt: 'text/plain',
} as const

type ImageFormat = 'png' | 'jpeg' | 'gif' | 'webp'
type DocumentFormat = keyof typeof documentTypes

type Kind =
  | { readonly kind: 'image'; readonly format: ImageFormat }
  | { readonly kind: 'document'; readonly format: DocumentFormat }

// WIRE §6.2 and §6.4: what one Converse message may hold.
const limits = {
  image: { count: 20, bytes: 3_932_160, shown: '3.75 MB' },
  document: { count: 5, bytes: 4_718_592, shown: '4.5 MB' },
} as const

// M12 [?]: base64 makes four bytes of three, and the prompt needs room too.
const maxTotalBytes = 15_000_000

/** Turns files into blocks for a wire; the name of one that cannot be sent is in the `CommandFailure`, with the reason. */
export function toBlocks(attachments: readonly Attachment[], wire: ClientWire | 'auto'): ContentBlock[] {
  const counts = { image: 0, document: 0 }
  const names = new Set<string>()
  let total = 0
  return attachments.map((attachment) => {
    const { name, bytes } = attachment
    const found = detect(attachment)
    const limit = limits[found.kind]
    counts[found.kind] += 1
    total += bytes.length
    if (bytes.length === 0) throw new CommandFailure(`${name}: this file is empty`)
    if (bytes.length > limit.bytes) {
      throw new CommandFailure(
        `${name}: this ${found.kind} is ${megabytes(bytes.length)}, and Bedrock takes at most ${limit.shown}`,
      )
    }
    if (counts[found.kind] > limit.count) {
      throw new CommandFailure(`${name}: Bedrock takes at most ${limit.count} ${found.kind}s in one message`)
    }
    if (total > maxTotalBytes) {
      throw new CommandFailure(
        `${name}: with it the files are ${megabytes(total)}, and one request takes about 15 MB of them`,
      )
    }
    if (found.kind === 'image') {
      return { type: 'image', source: { type: 'base64', media_type: `image/${found.format}`, data: toBase64(bytes) } }
    }
    const title = documentName(name, names)
    return { type: 'document', source: toSource(attachment, found.format, wire), title }
  })
}

function toSource(
  { name, bytes }: Attachment,
  format: DocumentFormat,
  wire: ClientWire | 'auto',
): DocumentBlock['source'] {
  const type = documentTypes[format]
  // Converse reads files of every format; everywhere else Claude takes PDF, and text as text.
  if (wire === 'converse' || format === 'pdf') return { type: 'base64', media_type: type, data: toBase64(bytes) }
  const text = type.startsWith('text/') ? asText(bytes) : undefined
  if (text !== undefined) return { type: 'text', media_type: 'text/plain', data: text }
  if (wire === 'auto') return { type: 'base64', media_type: type, data: toBase64(bytes) }
  throw new CommandFailure(`${name}: Word and Excel files go on the wire "converse" alone: leave --wire out`)
}

function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64')
}

/** Documents first, as Anthropic advises, and the question after them. */
export function content(prompt: string, blocks: readonly ContentBlock[]): ContentBlock[] {
  return [...blocks, { type: 'text', text: prompt }]
}

interface Magic {
  readonly at: number
  readonly text: string
  readonly is: Kind
}

const image = (format: ImageFormat): Kind => ({ kind: 'image', format })
const document = (format: DocumentFormat): Kind => ({ kind: 'document', format })

// What a file begins with says more than its name: phones give a JPEG the name of a PNG.
const magics: readonly Magic[] = [
  { at: 0, text: '\u0089PNG\r\n\u001a\n', is: image('png') },
  { at: 0, text: '\u00ff\u00d8\u00ff', is: image('jpeg') },
  { at: 0, text: 'GIF8', is: image('gif') },
  { at: 8, text: 'WEBP', is: image('webp') },
  { at: 0, text: '%PDF-', is: document('pdf') },
]

/** Formats that only the name tells apart: they begin like every ZIP archive or OLE file, or with anything at all. */
const byName: Readonly<Record<string, { readonly format: DocumentFormat; readonly begins: string }>> = {
  '.docx': { format: 'docx', begins: 'PK' },
  '.xlsx': { format: 'xlsx', begins: 'PK' },
  '.doc': { format: 'doc', begins: '\u00d0\u00cf' },
  '.xls': { format: 'xls', begins: '\u00d0\u00cf' },
  '.csv': { format: 'csv', begins: '' },
  '.html': { format: 'html', begins: '' },
  '.htm': { format: 'html', begins: '' },
  '.md': { format: 'md', begins: '' },
  '.markdown': { format: 'md', begins: '' },
}

function detect({ name, bytes }: Attachment): Kind {
  const head = Buffer.from(bytes.subarray(0, 16)).toString('latin1')
  const magic = magics.find(({ at, text }) => head.startsWith(text, at))
  if (magic !== undefined) return magic.is
  const named = byName[extname(name).toLowerCase()]
  if (named !== undefined && named.begins !== '' && head.startsWith(named.begins)) return document(named.format)
  if (asText(bytes) !== undefined) return document(named?.begins === '' ? named.format : 'txt')
  throw new CommandFailure(
    `${name}: this is no kind of file that Claude reads. It reads PDF, Word and Excel files, PNG, JPEG, GIF and WebP images, and any text`,
  )
}

/** The text that bytes hold, when text is what they are. */
export function asText(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return text.includes('\u0000') ? undefined : text
  } catch {
    return undefined
  }
}

/** A name as Bedrock takes it: letters, digits, single blanks, hyphens and brackets, each only once a request. */
function documentName(file: string, taken: Set<string>): string {
  const stem = file.split(/[/\\]/).at(-1) ?? ''
  const name =
    stem
      .replace(/[^A-Za-z0-9()[\]-]+/g, ' ')
      .trim()
      .slice(0, 190)
      .trim() || 'document'
  let unique = name
  for (let copy = 2; taken.has(unique); copy += 1) unique = `${name} (${copy})`
  taken.add(unique)
  return unique
}

function megabytes(bytes: number): string {
  return `${(bytes / 1_048_576).toFixed(2)} MB`
}
