import { createServer, type Server } from 'node:http'
import { once } from 'node:events'
import { AnthropicBedrock, type ClientOptions } from '@outcrop/client'
import { type Outcrop, type OutcropOptions, startOutcrop } from '@outcrop/testkit'

/** An endpoint as strict as AWS, and the keys that it knows. */
export async function startStrict(options: OutcropOptions = {}): Promise<Outcrop> {
  return startOutcrop({ auth: 'strict', fidelity: 'aws', ...options })
}

/** A client of an endpoint, with its keys and nothing of this machine's environment. */
export function clientOf({ url, env }: Outcrop, options: ClientOptions = {}): AnthropicBedrock {
  return new AnthropicBedrock({
    baseURL: url,
    awsRegion: 'us-east-1',
    awsAccessKey: env['AWS_ACCESS_KEY_ID'],
    awsSecretKey: env['AWS_SECRET_ACCESS_KEY'],
    ...options,
  })
}

/** What a server of a test is asked. */
export interface Asked {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly body: string
}

/** What it answers. */
export interface Reply {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
}

/** A server that answers as a test says and keeps what it was asked. */
export interface Scripted extends AsyncDisposable {
  readonly url: string
  readonly asked: readonly Asked[]
}

export async function startScripted(reply: (asked: Asked, index: number) => Reply): Promise<Scripted> {
  const asked: Asked[] = []
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { method = '', url: path = '', headers } = request
      const call: Asked = { method, path, headers, body: Buffer.concat(chunks).toString() }
      asked.push(call)
      const answer = reply(call, asked.length - 1)
      response.writeHead(answer.status ?? 200, { 'content-type': 'application/json', ...answer.headers })
      response.end(answer.body)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

/** Where nothing listens any more. */
export async function closedUrl(): Promise<string> {
  const server = await startScripted(() => ({}))
  await server[Symbol.asyncDispose]()
  return server.url
}

/** A Message as InvokeModel answers it. */
export const message = {
  id: 'msg_bdrk_1',
  type: 'message',
  role: 'assistant',
  model: 'claude-opus-4-6',
  content: [{ type: 'text', text: 'Hello.' }],
  stop_reason: 'end_turn',
  stop_sequence: null,
  usage: { input_tokens: 3, output_tokens: 2 },
}
