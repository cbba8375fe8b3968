import { countText, type MessagesRequest, toFamily, type TokenRate } from '@outcrop/protocol'

import { noMedia, type Media, type MediaCost } from './media/media.ts'

/**
 * Estimates the tokens of a request by the family of its model: its texts, tools and media, and the frame that Claude's
 * prompt puts around them. Equal requests count equal, and a request that says more never counts less.
 */
export function countInputTokens(request: MessagesRequest, rate: TokenRate, media: Media = noMedia): number {
  const { text, seen } = costOf(request, media)
  return rate.frameTokens + toFamily(text, rate) + seen
}

/** What a request costs beside its frame: its text in the common estimate, and what is seen. */
export function costOf(request: MessagesRequest, media: Media): MediaCost {
  return { text: media.cost.text + countText(request), seen: media.cost.seen }
}
