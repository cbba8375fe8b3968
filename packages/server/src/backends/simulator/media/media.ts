import type { ContentBlock } from '@outcrop/protocol'

/** A document as the simulator can quote it. */
export interface ReadDocument {
  readonly title: string | null
  /** How a citation points into it: by characters, pages, content blocks, or as a search result. */
  readonly kind: 'characters' | 'pages' | 'blocks' | 'search'
  /** Its place among all documents of the request, or among all search results. */
  readonly index: number
  /** Where a search result was found. */
  readonly source: string
  /** The whole text, or one text a page or block. */
  readonly units: readonly string[]
  readonly citations: boolean
  /** Whether Claude would see its pages as pictures too; nobody here can read what is only in those. */
  readonly isSeen: boolean
}

/** An image, as far as its first bytes tell. */
export interface ReadImage {
  readonly format: string
  readonly width: number
  readonly height: number
}

/** Tokens by what they stand for: text, which every family of tokenizers counts its own way, and what is seen. */
export interface MediaCost {
  readonly text: number
  readonly seen: number
}

/** The documents and images of a request, read, and what they cost together. */
export interface Media {
  readonly documents: readonly ReadDocument[]
  readonly images: readonly ReadImage[]
  readonly cost: MediaCost
  /** What each document, image and search result has of it. */
  readonly costs: ReadonlyMap<ContentBlock, MediaCost>
}

/** A request without documents and images has this; it costs nothing. */
export const noMedia: Media = { documents: [], images: [], cost: { text: 0, seen: 0 }, costs: new Map() }
