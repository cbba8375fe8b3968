import { type JsonObject, modelVersion, type NamedModel } from '@outcrop/protocol'
import type { ClientWire } from '../options.ts'
import { messageBlocks, requestParts, type SizedBlock } from './request-blocks.ts'
import { type WireLimits, wireLimits } from './wire-limits.ts'

/** A request that is too large to be sent, and why, in a sentence that names the largest blocks. */
export interface SizeFault {
  readonly status: 413 | 400
  readonly message: string
}

/**
 * Refuses before the network a request that its wire would refuse for its size (M12). `text` is the body as it is sent: it
 * is measured, never made again. `body` is the same in Anthropic's words, by whose paths the caller knows its blocks.
 */
export function checkRequestSize(body: JsonObject, text: string | Uint8Array, wire: ClientWire): SizeFault | undefined {
  const limits = wireLimits[wire]
  const size = sizeIfOver(text, body, limits.request)
  return size === undefined ? undefined : { status: 413, message: sayTooLarge(size, body, limits) }
}

/** Refuses before the network an image that every wire refuses for its size, and on Converse a document, or too many of either. */
export function checkBlockSizes(
  body: JsonObject,
  wire: ClientWire,
  model: NamedModel | undefined,
): SizeFault | undefined {
  const limits = wireLimits[wire]
  const documents: SizedBlock[] = []
  const images = new Map<string, number>()
  for (const block of messageBlocks(body)) {
    if (block.kind === 'image') {
      if (block.isMedia && block.size > limits.image) {
        return tooLarge(block, `an image has at most ${count(limits.image)} bytes as base64: make it smaller`)
      }
      const message = block.path.split('.').slice(0, 2).join('.')
      images.set(message, (images.get(message) ?? 0) + 1)
    }
    if (block.kind !== 'document') continue
    documents.push(block)
    if (isOverDocumentLimit(block, limits, model)) {
      return tooLarge(
        block,
        `a document has at most ${count(limits.document ?? 0)} bytes as a file on Converse: split it, or use another wire`,
      )
    }
  }
  return findCountFault(documents, images, limits)
}

/** [?] AWS lifts the limit for PDFs on Claude 4 and later; the service model knows no exception. */
function isOverDocumentLimit(
  { what, size, isMedia }: SizedBlock,
  { document }: WireLimits,
  model?: NamedModel,
): boolean {
  if (document === undefined || !isMedia) return false
  const isFree = what === 'application/pdf' && (model === undefined || modelVersion(model) >= 400)
  // Two bytes of the last four characters may be padding.
  return !isFree && Math.floor((size * 3) / 4) - 2 > document
}

function findCountFault(
  documents: readonly SizedBlock[],
  images: ReadonlyMap<string, number>,
  { documentsPerRequest = Infinity, imagesPerMessage = Infinity }: WireLimits,
): SizeFault | undefined {
  if (documents.length > documentsPerRequest) {
    const paths = documents.map(({ path }) => path).join(', ')
    return refuse(
      400,
      `Converse takes ${documentsPerRequest} documents a request, and this has ${documents.length}: ${paths}`,
    )
  }
  const crowded = [...images].find(([, many]) => many > imagesPerMessage)
  if (crowded === undefined) return undefined
  return refuse(400, `Converse takes ${imagesPerMessage} images a message, and ${crowded[0]} has ${crowded[1]}`)
}

function tooLarge(block: SizedBlock, rule: string): SizeFault {
  return refuse(413, `${name(block)} is too large: ${rule}`)
}

function refuse(status: SizeFault['status'], sentence: string): SizeFault {
  return { status, message: `${sentence}.` }
}

function sayTooLarge(size: number, body: JsonObject, { who, request }: WireLimits): string {
  const largest = [...requestParts(body)].toSorted((one, other) => other.size - one.size).slice(0, 3)
  const blocks = largest.length === 0 ? '' : ` The largest blocks are ${largest.map(name).join(', ')}.`
  const limit = `${megabytes(request)} (${count(request)} bytes)`
  return `The request has ${megabytes(size)} (${count(size)} bytes), and ${who} takes ${limit}.${blocks} Send fewer or smaller ones.`
}

function name({ path, what, size }: SizedBlock): string {
  return `${path} (${what.slice(0, 60)}, ${megabytes(size)})`
}

function megabytes(bytes: number): string {
  const megas = bytes / 1_048_576
  return megas >= 0.1 ? `${Number(megas.toFixed(1))} MB` : `${bytes} bytes`
}

/** `20,971,520`. */
function count(bytes: number): string {
  return bytes.toLocaleString('en-US')
}

/** The size in UTF-8 where it is over a limit; most requests are known to be under it before anything is measured. */
function sizeIfOver(text: string | Uint8Array, body: JsonObject, limit: number): number | undefined {
  if (typeof text !== 'string') return text.length > limit ? text.length : undefined
  if (text.length <= limit) {
    // Base64 has one byte a character, and nothing has more than three.
    let media = 0
    for (const { isMedia, size } of messageBlocks(body)) if (isMedia) media += size
    if (media + (text.length - media) * 3 <= limit) return undefined
  }
  const size = new TextEncoder().encode(text).length
  return size > limit ? size : undefined
}
