import { GatewayError, texts } from '@outcrop/protocol'

/** A part of a list, and how to ask for the next one. */
export interface Page<Item> {
  readonly items: readonly Item[]
  /** Opaque to callers; absent on the last page. */
  readonly nextToken: string | undefined
}

const limit = 1000

/** Cuts a list by the query's `maxResults` (1 to 1000) and `nextToken`, as the service's paginators expect. */
export function toPage<Item>(all: readonly Item[], query: URLSearchParams): Page<Item> {
  const size = parseSize(query.get('maxResults'))
  const start = parseToken(query.get('nextToken'))
  const end = start + size
  return { items: all.slice(start, end), nextToken: end < all.length ? toToken(end) : undefined }
}

function parseSize(text: string | null): number {
  if (text === null) return limit
  // [?] coral's words for a member of the wrong type; what it says of one in a query is not recorded.
  if (!/^-?\d{1,9}$/.test(text)) throw new GatewayError('serialization', 'STRING_VALUE cannot be converted to Integer')
  const size = Number(text)
  if (size >= 1 && size <= limit) return size
  const bound = size < 1 ? 'greater than or equal to 1' : `less than or equal to ${limit}`
  const violation = `Value '${text}' at 'maxResults' failed to satisfy constraint: Member must have value ${bound}`
  throw new GatewayError('validation', texts.constraintViolations([violation]))
}

const prefix = 'from:'

function toToken(start: number): string {
  return Buffer.from(`${prefix}${start}`).toString('base64url')
}

function parseToken(text: string | null): number {
  if (text === null) return 0
  const found = /^from:(\d{1,9})$/.exec(Buffer.from(text, 'base64url').toString('latin1'))
  // [?] Bedrock's text for a token that it did not give is not recorded.
  if (found === null) throw new GatewayError('validation', 'The nextToken provided in the request is invalid.')
  return Number(found[1])
}
