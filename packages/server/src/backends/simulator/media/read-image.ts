import { GatewayError, type ImageBlock } from '@outcrop/protocol'

import { readImageHeader, type ImageHeader } from './image-header.ts'
import type { ReadImage } from './media.ts'

/** Enough base64 for the header of any image without a large colour profile or preview. */
const headerLength = 64 * 1024
const longestSide = 8_000
const longestSideOfMany = 2_000
/** From this many images on, each may only be 2,000 pixels on a side (LOCAL §4). */
const many = 21

/** Reads an image's size from its bytes, and refuses what Claude refuses: another format than claimed, too many pixels. */
export async function readImage(block: ImageBlock, path: string): Promise<ReadImage> {
  const { media_type: claimed, data } = block.source
  const header = await readHeader(data)
  // [?] This text is from the Anthropic API of 2026; on Bedrock it is not recorded.
  if (header !== undefined && `image/${header.format}` !== claimed) {
    throw new GatewayError(
      'validation',
      `${path}.image.source.base64: The image was specified using the ${claimed} media type, but the image appears to be a image/${header.format} image`,
    )
  }
  if (header === undefined) throw new GatewayError('validation', 'Could not process image')
  refuseLongSide(header, path, longestSide, '')
  return header
}

/** Refuses images that only a request with few images may hold. */
export function checkManyImages(images: ReadonlyArray<{ readonly image: ReadImage; readonly path: string }>): void {
  if (images.length < many) return
  for (const { image, path } of images) refuseLongSide(image, path, longestSideOfMany, ' for many-image requests')
}

/** What an image costs, by the tiles of 28 pixels that are left after Claude has scaled it down (LOCAL §4). */
export function imageTokens(image: { readonly width: number; readonly height: number }, model: string): number {
  const tier = largeImages.test(model) ? largeTier : smallTier
  const scale = Math.min(1, tier.side / Math.max(image.width, image.height))
  const tiles = tilesOf(image, scale)
  return tiles <= tier.tokens ? tiles : Math.min(tier.tokens, tilesOf(image, scale * Math.sqrt(tier.tokens / tiles)))
}

const smallTier = { side: 1_568, tokens: 1_568 }
// [?] The larger tier takes 1080p whole (2,691 tokens); its own limits are Anthropic's published ones.
const largeTier = { side: 2_576, tokens: 4_784 }
const largeImages = /^claude-[a-z]+-(?:4-[7-9]|[5-9])(?:-|$)/

function tilesOf({ width, height }: { readonly width: number; readonly height: number }, scale: number): number {
  return Math.max(1, Math.ceil((width * scale) / 28)) * Math.max(1, Math.ceil((height * scale) / 28))
}

async function readHeader(data: string): Promise<ImageHeader | undefined> {
  const start = await readImageHeader(Buffer.from(data.slice(0, headerLength), 'base64'))
  // A JPEG may have a long preview before its size.
  if (start !== undefined || data.length <= headerLength || !data.startsWith('/9j/')) return start
  return readImageHeader(Buffer.from(data, 'base64'))
}

function refuseLongSide(
  size: { readonly width: number; readonly height: number },
  path: string,
  limit: number,
  where: string,
): void {
  if (size.width <= limit && size.height <= limit) return
  throw new GatewayError(
    'validation',
    `${path}.image.source.base64.data: At least one of the image dimensions exceed max allowed size${where}: ${limit} pixels`,
  )
}
