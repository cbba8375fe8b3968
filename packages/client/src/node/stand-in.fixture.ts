import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A request as a stand-in saw it. */
export interface SeenRequest {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

/** What a stand-in answers: a status that is not 200, JSON or text. */
export interface Reply {
  readonly status?: number
  readonly json?: unknown
  readonly text?: string
}

/** A real HTTP server on loopback that stands in for one of AWS's, and keeps what it was asked. */
export async function startStandIn(answer: (request: SeenRequest) => Reply | undefined) {
  const requests: SeenRequest[] = []
  const server = createServer((incoming, outgoing) => {
    void (async () => {
      let body = ''
      for await (const chunk of incoming) body += String(chunk)
      const { method = '', url = '', headers } = incoming
      const seen = { method, url, headers, body }
      requests.push(seen)
      const { status = 200, json, text } = answer(seen) ?? { status: 404 }
      outgoing.writeHead(status, { 'content-type': json === undefined ? 'text/plain' : 'application/json' })
      outgoing.end(json === undefined ? (text ?? '') : JSON.stringify(json))
    })()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    requests,
    close: () => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(resolve))
    },
  }
}

/** STS's answer in the query protocol. */
export function stsAnswer(action: string, accessKeyId: string, expiration: Date): Reply {
  return {
    text:
      `<${action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><${action}Result><Credentials>` +
      `<AccessKeyId>${accessKeyId}</AccessKeyId><SecretAccessKey>secret</SecretAccessKey>` +
      `<SessionToken>token-${accessKeyId}</SessionToken><Expiration>${expiration.toISOString()}</Expiration>` +
      `</Credentials></${action}Result><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></${action}Response>`,
  }
}
