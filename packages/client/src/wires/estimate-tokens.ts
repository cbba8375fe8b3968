import {
  base64ToBytes,
  checkMessagesShape,
  countText,
  countTokens,
  type JsonObject,
  type NamedModel,
  toFamily,
  tokenizerFamilyOf,
} from '@outcrop/protocol'
import { blocksOf, isJsonObject, objectsIn } from './request-parts.ts'
import { WireRefusal } from './wire-adapter.ts'

/** A count that nobody confirmed. */
export interface TokenEstimate {
  readonly input_tokens: number
  /** How good it is, as the header `x-outcrop-token-estimate` says it: `v5; error=20%`. */
  readonly quality: string
}

/**
 * Estimates what a request counts, where nobody counts it: text by the family of the model's tokenizer, whose error is known as
 * a rule, images and pages by flat rates, whose error is not. Throws `WireRefusal` for what is no request.
 */
export function estimateTokens(body: JsonObject, model: NamedModel): TokenEstimate {
  const checked = checkMessagesShape({ anthropic_version: 'bedrock-2023-05-31', max_tokens: 1, ...body })
  if (checked.kind === 'malformed') throw new WireRefusal(checked.text)
  const family = tokenizerFamilyOf(model)
  const media = countMedia(body)
  const text = toFamily(countText(checked.request) + media.text, family)
  const error = media.seen > 0 ? 'unknown' : `${family.errorPercent}%`
  return { input_tokens: family.frameTokens + text + media.seen, quality: `${family.name}; error=${error}` }
}

/** What Anthropic documents as the most of an image of usual size. */
const imageTokens = 1_600
/** A page that is seen, its text included: 7,000 tokens for three (WIRE §6.4). */
const pageTokens = 2_350

/** Tokens of files: those that are read, in the common estimate, and those that are seen. */
function countMedia(body: JsonObject): { readonly text: number; readonly seen: number } {
  let text = 0
  let seen = 0
  for (const block of blocksOf(body)) {
    if (block['type'] === 'image') seen += imageTokens
    if (block['type'] === 'search_result') text += countWords(block['title']) + countBlocks(block)
    if (block['type'] !== 'document' || !isJsonObject(block['source'])) continue
    text += countWords(block['title']) + countWords(block['context'])
    const { source } = block
    if (source['type'] === 'base64') seen += pageTokens * countPages(source['data'])
    else if (source['type'] === 'text') text += countWords(source['data'])
    else {
      text += countWords(source['content']) + countBlocks(source)
      seen += imageTokens * objectsIn(source['content']).filter(({ type }) => type === 'image').length
    }
  }
  return { text, seen }
}

function countBlocks({ content }: JsonObject): number {
  return objectsIn(content).reduce((sum, { text }) => sum + countWords(text), 0)
}

function countWords(value: JsonObject[string]): number {
  return typeof value === 'string' ? countTokens(value) : 0
}

/** The pages that a PDF names outside of compressed objects; where it names none, a page for each 100 KB. */
function countPages(base64: JsonObject[string]): number {
  if (typeof base64 !== 'string') return 0
  const bytes = base64ToBytes(base64)
  const found = new TextDecoder('latin1').decode(bytes).match(/\/Type\s{0,8}\/Page(?![A-Za-z])/g)?.length ?? 0
  return found > 0 ? found : Math.max(1, Math.ceil(bytes.length / 100_000))
}
