import { platform } from '#platform'
import type { BedrockOptions } from '../options.ts'
import { createTransport } from './create-transport.ts'

/**
 * Makes a `fetch` that takes requests of Anthropic's API (`/v1/messages`, `/v1/messages/count_tokens`, `/v1/models`) and
 * asks Claude on Bedrock: any library that takes a `fetch` becomes a Bedrock client. Hosts, keys and
 * `authorization` of the request are ignored. Failures are answered as Anthropic answers them; what is thrown is what
 * `fetch` throws, and `CredentialError`.
 */
export function createBedrockFetch(options: BedrockOptions = {}): typeof globalThis.fetch {
  const transport = createTransport(options, platform)
  return async (input, init) => {
    const request = input instanceof Request ? input : undefined
    const { method, headers, body, signal, ...rest } = init ?? {}
    return transport.send(
      {
        method: method ?? request?.method ?? 'GET',
        url: input instanceof Request ? input.url : input.toString(),
        headers: new Headers(headers ?? request?.headers),
        body: await readRequestBody(body ?? request?.body),
      },
      { ...rest, signal: signal ?? request?.signal ?? null },
    )
  }
}

async function readRequestBody(body: BodyInit | null | undefined): Promise<string | Uint8Array | undefined> {
  if (body === null || body === undefined) return undefined
  if (typeof body === 'string' || body instanceof Uint8Array) return body
  return new Response(body).text()
}
