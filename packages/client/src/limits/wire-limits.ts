import type { ClientWire } from '../options.ts'

/** What a wire takes; sizes in bytes, those of images as base64, those of documents as files. */
export interface WireLimits {
  /** Who takes it, as a sentence names it. */
  readonly who: string
  readonly request: number
  readonly image: number
  readonly document?: number
  /** PDFs have no limit of their own for Claude 4 and later [?]. */
  readonly documentsPerRequest?: number
  readonly imagesPerMessage?: number
}

const image = 5_242_880 // WIRE §10: 3.75 MB of a file on Converse; the same on mantle, and Anthropic's own 5 MB of base64
const runtime = { who: "Bedrock's runtime", request: 20_971_520, image } // M12: 20 MB [?]; the service model says 25,000,000

/** CLIENTS §4.5, WIRE §10. */
export const wireLimits: Readonly<Record<ClientWire, WireLimits>> = {
  invoke: runtime,
  'runtime-messages': runtime,
  converse: { ...runtime, document: 4_718_592, documentsPerRequest: 5, imagesPerMessage: 20 }, // [?] 4.5 MB of 1,048,576 bytes
  // [?] 32 MB is Anthropic's own limit; of mantle only is known that it refuses 39 MB.
  mantle: { who: 'Mantle', request: 33_554_432, image },
}
