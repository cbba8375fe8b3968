import { GatewayError, texts } from '@outcrop/protocol'

/** A part of a list, and how to ask for the next one. */
export interface Page<Item> {
  readonly items: readonly Item[]
  /** Opaque to callers; absent on the last page. */
  readonly nextToken: string | undefined
}

const limit = 1000

/**
 * Cuts a list by the query's `maxResults` (1 to 1000) and `nextToken`, as the service's paginators expect. A list whose items come
 * and go is sorted by `orderOf`, which is another for each item, and goes on behind the last item that was seen.
 */
export function toPage<Item>(
  all: readonly Item[],
  query: URLSearchParams,
  orderOf?: (item: Item) => string,
): Page<Item> {
  const size = parseSize(query.get('maxResults'))
  const token = query.get('nextToken')
  const start = orderOf === undefined ? parseToken(token) : findStart(all, token, orderOf)
  const items = all.slice(start, start + size)
  const last = items.at(-1)
  if (last === undefined || start + size >= all.length) return { items, nextToken: undefined }
  return { items, nextToken: toToken(orderOf === undefined ? `${from}${start + size}` : `${after}${orderOf(last)}`) }
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

const from = 'from:'
const after = 'after:'

function toToken(text: string): string {
  return Buffer.from(text).toString('base64url')
}

function findStart<Item>(all: readonly Item[], token: string | null, orderOf: (item: Item) => string): number {
  if (token === null) return 0
  const text = Buffer.from(token, 'base64url').toString()
  if (!text.startsWith(after)) return parseToken(token) // of an endpoint that counted positions
  const seen = text.slice(after.length)
  const start = all.findIndex((item) => orderOf(item) > seen)
  return start < 0 ? all.length : start
}

function parseToken(text: string | null): number {
  if (text === null) return 0
  const found = /^from:(\d{1,9})$/.exec(Buffer.from(text, 'base64url').toString('latin1'))
  if (found === null) throw badToken()
  return Number(found[1])
}

/** [?] Bedrock's text for a token that it did not give is not recorded. */
function badToken(): GatewayError {
  return new GatewayError('validation', 'The nextToken provided in the request is invalid.')
}
