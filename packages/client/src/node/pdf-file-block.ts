import { readFile as read, stat } from 'node:fs/promises'
import { DocumentError } from '../documents/document-error.ts'
import { maxPdfBytes, pdfBlock, type PdfBlock, type PdfOptions } from '../documents/pdf-block.ts'

/** Makes a document block of a PDF file, by its path or `file:` URL; throws a `DocumentError` for what is none. */
export async function pdfFileBlock(
  path: string | URL,
  options: Omit<PdfOptions, 'fetch' | 'timeoutMs' | 'signal'> = {},
): Promise<PdfBlock> {
  return pdfBlock(await readFile(path, options.maxBytes ?? maxPdfBytes), options)
}

async function readFile(path: string | URL, maxBytes: number): Promise<Uint8Array> {
  const name = String(path)
  try {
    // Looked at before it is opened: a pipe that nobody writes to would never open.
    const stats = await stat(path)
    if (!stats.isFile()) throw new DocumentError('not-found', `${name} is no file.`)
    if (stats.size > maxBytes) {
      const message = `${name} has ${stats.size} bytes, and at most ${maxBytes} are sent: split it.`
      throw new DocumentError('too-large', message)
    }
    return await read(path)
  } catch (error) {
    if (error instanceof DocumentError) throw error
    throw new DocumentError('not-found', `${name} cannot be read.`, { cause: error })
  }
}
