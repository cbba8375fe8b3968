/** What the clients of the AWS SDK ask of the HTTP they are given. */
interface SmithyRequest {
  readonly method: string
  readonly protocol: string
  readonly hostname: string
  readonly port?: number | undefined
  readonly path: string
  readonly query?: Readonly<Record<string, string | readonly string[] | null>> | undefined
  readonly headers: Readonly<Record<string, string>>
  readonly body?: unknown
}

interface SmithyResponse {
  readonly statusCode: number
  readonly headers: Record<string, string>
  readonly body: Uint8Array
}

/** A request handler of the AWS SDK over a `fetch`: its clients then go the way that the calls to Bedrock go. */
export interface FetchHandler {
  handle(request: SmithyRequest, options?: { readonly abortSignal?: unknown }): Promise<{ response: SmithyResponse }>
  readonly metadata: { readonly handlerProtocol: string }
  destroy(): void
  updateHttpClientConfig(): void
  httpHandlerConfigs(): Record<string, never>
}

// STS and SSO answer within a second or not at all.
const limitMs = 10_000

/** Creates it; a credential call that is not answered in time is given up. */
export function createFetchHandler(fetch: (url: string, init: RequestInit) => Promise<Response>): FetchHandler {
  return {
    metadata: { handlerProtocol: 'http/1.1' },
    destroy() {},
    updateHttpClientConfig() {},
    httpHandlerConfigs: () => ({}),
    async handle(request) {
      const { host: _, 'content-length': __, ...headers } = request.headers
      const answer = await fetch(urlOf(request), {
        method: request.method,
        headers,
        signal: AbortSignal.timeout(limitMs),
        redirect: 'manual',
        ...(hasBody(request.body) && { body: request.body }),
      })
      return {
        response: {
          statusCode: answer.status,
          headers: Object.fromEntries(answer.headers),
          body: new Uint8Array(await answer.arrayBuffer()),
        },
      }
    },
  }
}

function urlOf({ protocol, hostname, port, path, query = {} }: SmithyRequest): string {
  const parts: string[] = []
  for (const [name, values] of Object.entries(query)) {
    for (const value of Array.isArray(values) ? (values as readonly string[]) : [values as string | null]) {
      parts.push(value === null ? encode(name) : `${encode(name)}=${encode(value)}`)
    }
  }
  const search = parts.length === 0 ? '' : `?${parts.join('&')}`
  return `${protocol}//${hostname}${port === undefined ? '' : `:${port}`}${path}${search}`
}

/** As the SDK's signer encodes. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
}

function hasBody(body: unknown): body is string | Uint8Array<ArrayBuffer> {
  return (typeof body === 'string' && body !== '') || body instanceof Uint8Array
}
