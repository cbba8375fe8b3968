import type { Handle, HeaderMap, Reply } from '../exchange.ts'

/** Pages of these origins may call, such as `https://app.example`; `*` lets pages of every origin. */
export type AllowedOrigins = readonly string[]

/**
 * Lets web pages of some origins read what a handler answers, and answers their preflight requests. Cookies are never
 * allowed (`Access-Control-Allow-Credentials`): callers are known by a header that their own code sets.
 */
export function withCors(handle: Handle, origins: AllowedOrigins): Handle {
  if (origins.length === 0) return handle
  const allowed = new Set(origins)
  return async (exchange) => {
    const origin = exchange.headers['origin']
    if (origin === undefined) return handle(exchange)
    const answerTo = allowed.has('*') ? '*' : allowed.has(origin) ? origin : undefined
    if (answerTo === undefined) return withHeaders(await handle(exchange), [varies])
    if (isPreflight(exchange.method, exchange.headers)) return preflightReply(answerTo, exchange.headers)
    return withHeaders(await handle(exchange), [
      ['Access-Control-Allow-Origin', answerTo],
      // Without credentials the star means every header: request ids, error types and token counts.
      ['Access-Control-Expose-Headers', '*'],
      varies,
    ])
  }
}

type Header = Reply['headers'][number]

const varies: Header = ['Vary', 'Origin']

function isPreflight(method: string, headers: HeaderMap): boolean {
  return method === 'OPTIONS' && headers['access-control-request-method'] !== undefined
}

function preflightReply(origin: string, headers: HeaderMap): Reply {
  const asked = headers['access-control-request-headers'] ?? ''
  const lines: Header[] = [
    ['Access-Control-Allow-Origin', origin],
    ['Access-Control-Allow-Methods', 'GET, HEAD, POST'],
    ['Access-Control-Max-Age', '600'],
    ['Vary', 'Origin, Access-Control-Request-Headers'],
  ]
  // `Authorization` has to be named, a star does not cover it; what a page may ask for is only ever a list of names.
  if (/^[\w\-, ]{1,2000}$/.test(asked)) lines.push(['Access-Control-Allow-Headers', asked])
  // Chrome asks whether a public page may reach a private address, which is what the operator has just allowed.
  if (headers['access-control-request-private-network'] === 'true') {
    lines.push(['Access-Control-Allow-Private-Network', 'true'])
  }
  return { status: 204, headers: lines, body: new Uint8Array(0) }
}

function withHeaders(reply: Reply, extra: readonly Header[]): Reply {
  return { ...reply, headers: [...reply.headers, ...extra] }
}
