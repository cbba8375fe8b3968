/** What an image's first bytes say of it. */
export interface ImageHeader {
  /** Also formats that Claude does not take. */
  readonly format: string
  readonly width: number
  readonly height: number
}

/** Reads format and dimensions of an image from its bytes, never from what the caller claims; nothing when they do not say. */
export async function readImageHeader(bytes: Uint8Array): Promise<ImageHeader | undefined> {
  // Only the four formats of Claude reach the library: it reads boxes of AVIF and HEIC too, which nobody here needs.
  if (!beginnings.has(bytes[0])) return undefined
  // Loaded by the first image: most servers never see one.
  const { imageDimensionsFromData } = await import('image-dimensions')
  const found = imageDimensionsFromData(bytes)
  if (found === undefined || found.width === 0 || found.height === 0) return undefined
  return { format: found.type, width: found.width, height: found.height }
}

/** The first bytes of PNG, JPEG, GIF and WebP. */
const beginnings: ReadonlySet<number | undefined> = new Set([0x89, 0xff, 0x47, 0x52])
