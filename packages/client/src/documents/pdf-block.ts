import { bytesToBase64 } from './bytes-to-base64.ts'
import { DocumentError } from './document-error.ts'
import { fetchDocument, type FetchDocumentOptions } from './fetch-document.ts'

/** A PDF as a block of a message: what `messages[].content` takes. */
export interface PdfBlock {
  readonly type: 'document'
  readonly source: { readonly type: 'base64'; readonly media_type: 'application/pdf'; readonly data: string }
  readonly title?: string
  readonly context?: string
  readonly citations?: { readonly enabled: true }
}

/** How a PDF is sent. */
export interface PdfOptions extends FetchDocumentOptions {
  /** What the model knows it by, and cites it as. */
  readonly title?: string | undefined
  /** What the model should know about it, such as where it comes from; it is not cited. */
  readonly context?: string | undefined
  /**
   * Has the answer cite pages. On Converse it also decides how a PDF is read: with citations the pages are seen, about 7,000
   * tokens for three; without, only their text is read, about 1,000, charts and scans unseen (WIRE §6.4). InvokeModel and
   * the Messages wires always see the pages.
   */
  readonly citations?: boolean | undefined
}

/**
 * Makes a document block of a PDF: of bytes, a file of the platform's (`Blob`, `File`), or an `http:`, `https:` or `data:`
 * URL, which is fetched here because Bedrock fetches none (WIRE §5.1). Files by path are `pdfFileBlock` of
 * `@outcrop/client/node`.
 *
 * A URL is fetched from where this program runs, wherever it leads, redirects included: check URLs that come from your users
 * first, or give a `fetch` that refuses addresses of your own network.
 *
 * Throws a `DocumentError` for what is no PDF, too large, or not to be had.
 */
export async function pdfBlock(
  source: Uint8Array | ArrayBuffer | Blob | URL | string,
  options: PdfOptions = {},
): Promise<PdfBlock> {
  const { title, context, citations, maxBytes = maxPdfBytes } = options
  const bytes = await readSource(source, { ...options, maxBytes })
  checkPdf(bytes, maxBytes)
  return {
    type: 'document',
    source: { type: 'base64', media_type: 'application/pdf', data: bytesToBase64(bytes) },
    ...(title === undefined ? {} : { title }),
    ...(context === undefined ? {} : { context }),
    ...(citations === true ? { citations: { enabled: true } } : {}),
  }
}

/** The largest file whose base64 fits into a request of 20 MB [?] with 64 KB to spare for everything else. */
export const maxPdfBytes = ((20_971_520 - 65_536) / 4) * 3

async function readSource(
  source: Uint8Array | ArrayBuffer | Blob | URL | string,
  options: FetchDocumentOptions & { readonly maxBytes: number },
): Promise<Uint8Array> {
  if (source instanceof Uint8Array) return source
  if (source instanceof ArrayBuffer) return new Uint8Array(source)
  if (source instanceof Blob) {
    if (source.size > options.maxBytes) throw tooLarge(source.size, options.maxBytes)
    return new Uint8Array(await source.arrayBuffer())
  }
  return fetchDocument(toUrl(source), options)
}

function toUrl(source: URL | string): URL {
  const url = source instanceof URL ? source : parseUrl(source)
  if (url !== undefined && ['http:', 'https:', 'data:'].includes(url.protocol)) return url
  const given = JSON.stringify(String(source).slice(0, 100))
  throw new DocumentError(
    'not-found',
    `${given} is no http:, https: or data: URL: read files with pdfFileBlock of @outcrop/client/node, and give bytes as a Uint8Array.`,
  )
}

function parseUrl(text: string): URL | undefined {
  try {
    return new URL(text)
  } catch {
    return undefined
  }
}

/** The mark of a PDF has to be in its first kilobyte; some writers put a few bytes before it. */
function checkPdf(bytes: Uint8Array, maxBytes: number): void {
  if (bytes.length > maxBytes) throw tooLarge(bytes.length, maxBytes)
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, 1_024))
  if (head.includes('%PDF-')) return
  const found = bytes.length === 0 ? 'it is empty' : 'it does not begin as one'
  throw new DocumentError(
    'not-a-pdf',
    `The file is no PDF: ${found}. Send text as a text block, and images as image blocks.`,
  )
}

function tooLarge(size: number, maxBytes: number): DocumentError {
  return new DocumentError(
    'too-large',
    `The PDF has ${size} bytes, and at most ${maxBytes} are sent: split it. A request to Bedrock has 20 MB, and base64 makes a file a third larger.`,
  )
}
