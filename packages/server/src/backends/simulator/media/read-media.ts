import {
  type ContentBlock,
  countTokens,
  type DocumentBlock,
  type ImageBlock,
  type MessagesRequest,
  type SearchResultBlock,
} from '@outcrop/protocol'

import type { BackendCall } from '../../backend.ts'
import { createPause } from './breathe.ts'
import type { DocumentReader, Waiting } from './document-reader.ts'
import { noMedia, type Media, type MediaCost, type ReadDocument, type ReadImage } from './media.ts'
import { readDocument } from './read-document.ts'
import { checkManyImages, imageTokens, readImage } from './read-image.ts'

/** What decides how documents and images of a request are read. */
export interface MediaContext {
  /** Anthropic's name of the model: it decides what an image costs. */
  readonly model: string
  readonly contextWindow: number | null
  readonly documentMode: 'visual' | 'per-citations'
  /** The language of the caller: it decides how a refusal names a document. */
  readonly wire: BackendCall['wire']
  readonly documents: DocumentReader
  readonly call: Waiting
}

/** Reads every document and image of a request, or refuses the first that Claude would refuse. */
export function readMedia(request: MessagesRequest, context: MediaContext): Media | Promise<Media> {
  const found: FoundBlock[] = []
  for (const [index, { content }] of request.messages.entries()) {
    if (typeof content !== 'string') collect(content, index, found)
  }
  return found.length === 0 ? noMedia : readFound(found, context)
}

interface FoundBlock {
  readonly path: string
  readonly block: DocumentBlock | ImageBlock | SearchResultBlock
}

/** Results of tools hold blocks too, but no results of their own. */
function collect(blocks: readonly ContentBlock[], message: number, found: FoundBlock[], outer?: number): void {
  for (const [index, block] of blocks.entries()) {
    if (block.type === 'image' || block.type === 'document' || block.type === 'search_result') {
      const inside = outer === undefined ? index : `${outer}.tool_result.content.${index}`
      found.push({ path: `messages.${message}.content.${inside}`, block })
    } else if (block.type === 'tool_result' && typeof block.content === 'object' && outer === undefined) {
      collect(block.content, message, found, index)
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
  const images: FoundImage[] = []
  let searchResults = 0
  const costs = new Map<ContentBlock, MediaCost>()
  const charge = (block: ContentBlock, { text = 0, seen = 0 }: Partial<MediaCost>): void => {
    const before = costs.get(block)
    costs.set(block, { text: (before?.text ?? 0) + text, seen: (before?.seen ?? 0) + seen })
  }
  const pagesAllowed = pagesFor(context.contextWindow)
  let pagesLeft = pagesAllowed
  const pause = createPause()
  const take = async (block: ContentBlock, document: ReadDocument): Promise<void> => {
    documents.push(document)
    charge(block, { text: documentFrameTokens + countTokens(document.title ?? '') })
    for (const unit of document.units) {
      await pause()
      charge(block, { text: countTokens(unit) })
    }
    await pause()
  }
  for (const { path, block } of found) {
    if (block.type === 'image') {
      images.push({ image: await readImage(block, path), path, block })
    } else if (block.type === 'search_result') {
      await take(block, readSearchResult(block, searchResults++))
    } else {
      const { wire, call, documents: reader } = context
      const text = await readDocument(block, { path, pagesLeft, pagesAllowed, wire, call, documents: reader })
      const citations = block.citations?.enabled === true
      const isSeen = text.kind === 'pages' && (citations || context.documentMode === 'visual')
      if (text.kind === 'pages') {
        pagesLeft -= text.units.length
        if (isSeen) charge(block, { seen: visualTokensPerPage * text.units.length })
      }
      await take(block, {
        ...text,
        title: block.title ?? null,
        source: '',
        citations,
        isSeen,
        index: documents.length - searchResults,
      })
      charge(block, { text: countTokens(block.context ?? '') })
      await collectInnerImages(block, path, images)
    }
  }
  checkManyImages(images)
  for (const { image, block } of images) charge(block, { seen: imageTokens(image, context.model) })
  let [text, seen] = [0, 0]
  for (const cost of costs.values()) {
    text += cost.text
    seen += cost.seen
  }
  return { documents, images: images.map(({ image }) => image), cost: { text, seen }, costs }
}

/** An image and the block that it costs: itself, or the document that it is in. */
interface FoundImage {
  readonly image: ReadImage
  readonly path: string
  readonly block: ContentBlock
}

/** Images inside a document of content blocks are seen too. */
async function collectInnerImages(block: DocumentBlock, path: string, images: FoundImage[]): Promise<void> {
  if (block.source.type !== 'content' || typeof block.source.content === 'string') return
  for (const [index, part] of block.source.content.entries()) {
    const here = `${path}.document.source.content.${index}`
    if (part.type === 'image') images.push({ image: await readImage(part, here), path: here, block })
  }
}

function readSearchResult(block: SearchResultBlock, index: number): ReadDocument {
  return {
    kind: 'search',
    title: block.title,
    source: block.source,
    units: block.content.map(({ text }) => text),
    citations: block.citations?.enabled === true,
    isSeen: false,
    index,
  }
}
