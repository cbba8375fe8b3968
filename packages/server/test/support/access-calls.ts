import { defaultConfig } from '../../src/config/config.ts'
import { type RunningServer, startServer, type StartOptions } from '../../src/start-server.ts'
import type { Config } from '../../src/config/config.ts'

/** Starts an endpoint on a free port of loopback that says nothing. */
export function startQuietly(config: Partial<Config> = {}, options: StartOptions = {}): Promise<RunningServer> {
  const quiet = { info: () => {}, warn: () => {}, error: (text: string, cause?: unknown) => console.error(text, cause) }
  return startServer(
    { ...defaultConfig, listen: { host: '127.0.0.1', port: 0 }, ...config },
    { log: quiet, ...options },
  )
}

/** An answer, with its body read as JSON. */
export interface JsonAnswer {
  readonly status: number
  readonly errorType: string | null
  readonly body: unknown
}

/** Asks an endpoint in a Region, as a client that signs for it without keys would: an open endpoint believes the Region. */
export async function ask(
  { url }: Pick<RunningServer, 'url'>,
  method: string,
  path: string,
  body?: unknown,
  region = 'us-east-1',
): Promise<JsonAnswer> {
  const answer = await fetch(`${url}${path}`, {
    method,
    headers: {
      authorization: `AWS4-HMAC-SHA256 Credential=ada/20261125/${region}/bedrock/aws4_request, SignedHeaders=host, Signature=${'0'.repeat(64)}`,
      'content-type': 'application/json',
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const text = await answer.text()
  return {
    status: answer.status,
    errorType: answer.headers.get('x-amzn-errortype')?.replace(/:.*/, '') ?? null,
    body: text === '' ? undefined : (JSON.parse(text) as unknown),
  }
}
