import type { ContentBlock, DocumentBlock, ImageBlock, MessagesRequest, SearchResultBlock } from '@outcrop/protocol'

import { countTokens } from '../tokens.ts'
import { noMedia, type Media, type ReadDocument, type ReadImage } from './media.ts'
import type { PdfReader } from './pdf-reader.ts'
import { readDocument } from './read-document.ts'
import { checkManyImages, imageTokens, readImage } from './read-image.ts'

/** What decides how documents and images of a request are read. */
export interface MediaContext {
  /** Anthropic's name of the model: it decides what an image costs. */
  readonly model: string
  readonly contextWindow: number | null
  readonly documentMode: 'visual' | 'per-citations'
  readonly pdf: PdfReader
}

/** Reads every document and image of a request, or refuses the first that Claude would refuse. */
export function readMedia(request: MessagesRequest, context: MediaContext): Media | Promise<Media> {
  const found: FoundBlock[] = []
  for (const [index, { content }] of request.messages.entries()) {
    if (typeof content !== 'string') collect(content, `messages.${index}.content`, found)
  }
  return found.length === 0 ? noMedia : readFound(found, context)
}

interface FoundBlock {
  readonly path: string
  readonly block: DocumentBlock | ImageBlock | SearchResultBlock
}

/** Results of tools hold blocks too, but no results of their own. */
function collect(blocks: readonly ContentBlock[], path: string, found: FoundBlock[], isNested = false): void {
  for (const [index, block] of blocks.entries()) {
    const here = `${path}.${index}`
    if (block.type === 'image' || block.type === 'document' || block.type === 'search_result') {
      found.push({ path: here, block })
    } else if (block.type === 'tool_result' && typeof block.content === 'object' && !isNested) {
      collect(block.content, `${here}.tool_result.content`, found, true)
    }
  }
}

/** A PDF may have 600 pages where the context holds a million tokens, else 100 (WIRE §6.4). */
const pagesFor = (contextWindow: number | null): number => ((contextWindow ?? 0) >= 1_000_000 ? 600 : 100)

/** Seeing a page costs about this much beside its text: 7,000 tokens for three pages against 1,000 (M10). */
const visualTokensPerPage = 2_000
/** What a document costs beside its text: its frame and title. */
const documentFrameTokens = 8

async function readFound(found: readonly FoundBlock[], context: MediaContext): Promise<Media> {
  const documents: ReadDocument[] = []
  const images: Array<{ readonly image: ReadImage; readonly path: string }> = []
  let searchResults = 0
  let tokens = 0
  const pagesAllowed = pagesFor(context.contextWindow)
  let pagesLeft = pagesAllowed
  const take = (document: ReadDocument): void => {
    documents.push(document)
    tokens += documentFrameTokens + countTokens(document.title ?? '')
    for (const unit of document.units) tokens += countTokens(unit)
  }
  for (const { path, block } of found) {
    if (block.type === 'image') {
      images.push({ image: readImage(block, path), path })
    } else if (block.type === 'search_result') {
      take(readSearchResult(block, searchResults++))
    } else {
      const text = await readDocument(block, { path, pagesLeft, pagesAllowed, pdf: context.pdf })
      const citations = block.citations?.enabled === true
      if (text.kind === 'pages') {
        pagesLeft -= text.units.length
        if (citations || context.documentMode === 'visual') tokens += visualTokensPerPage * text.units.length
      }
      take({ ...text, title: block.title ?? null, source: '', citations, index: documents.length - searchResults })
      tokens += countTokens(block.context ?? '')
      collectInnerImages(block, path, images)
    }
  }
  checkManyImages(images)
  for (const { image } of images) tokens += imageTokens(image, context.model)
  return { documents, images: images.map(({ image }) => image), tokens }
}

/** Images inside a document of content blocks are seen too. */
function collectInnerImages(
  block: DocumentBlock,
  path: string,
  images: Array<{ image: ReadImage; path: string }>,
): void {
  if (block.source.type !== 'content' || typeof block.source.content === 'string') return
  for (const [index, part] of block.source.content.entries()) {
    const here = `${path}.document.source.content.${index}`
    if (part.type === 'image') images.push({ image: readImage(part, here), path: here })
  }
}

function readSearchResult(block: SearchResultBlock, index: number): ReadDocument {
  return {
    kind: 'search',
    title: block.title,
    source: block.source,
    units: block.content.map(({ text }) => text),
    citations: block.citations?.enabled === true,
    index,
  }
}
