import fc from 'fast-check'
import { once } from 'node:events'
import { connect as connectHttp2 } from 'node:http2'
import { type AddressInfo, createServer } from 'node:net'
import { startServers } from '../endpoint/servers.ts'
import { judge } from '../endpoint/verdict.ts'
import { exchangeBytes, readAnswers } from '../endpoint/wire.ts'
import { byteChanges, changeBytes, cut, places } from '../input/bytes.ts'
import { createTarget } from '../target.ts'

interface Sent {
  readonly bytes: Uint8Array
  readonly cuts: readonly number[]
}

/** Bytes on a connection, hardly ever HTTP: what can be answered is, everything ends, and the endpoint goes on. */
export const connections = createTarget<Sent>({
  name: 'connections',
  runs: 120,
  weight: 2,
  async open() {
    const servers = await startServers({ headersMs: 500, requestMs: 700, idleMs: 200 })
    const [port = 0] = servers.ports
    const seeds = [...http1, await recordHttp2()]
    let sent = 0
    return {
      inputs: fc.record({
        bytes: fc.oneof(
          {
            weight: 8,
            arbitrary: fc
              .tuple(fc.constantFrom(...seeds), byteChanges(4))
              .map(([seed, changes]) => changeBytes(seed, changes)),
          },
          { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }) },
        ),
        cuts: places,
      }),
      async check({ bytes, cuts }) {
        const received = await exchangeBytes(port, cut(bytes, cuts), true)
        servers.throwDefects()
        const text = received.toString('latin1')
        // What is HTTP/2 on our side as well is frames; a connection that broke inside an answer ends inside it.
        if (text.startsWith('HTTP/1.1 ') && !/\r\ntransfer-encoding: chunked/i.test(text)) {
          for (const answer of readAnswers(received)) {
            if (answer.body.length > 0) judge(answer, 'either')
          }
        }
        if (++sent % 20 === 0) await servers.checkHealth()
      },
      show: ({ bytes, cuts }) => `${JSON.stringify(Buffer.from(bytes).toString('latin1'))} cut at ${cuts.join(', ')}`,
      close: () => servers.close(),
    }
  },
})

const body = JSON.stringify({
  anthropic_version: 'bedrock-2023-05-31',
  max_tokens: 8,
  messages: [{ role: 'user', content: 'Hi' }],
})
const post = `POST /model/us.anthropic.claude-opus-4-8/invoke HTTP/1.1\r\nHost: a\r\n`
const whole = `${post}Content-Length: ${body.length}\r\n\r\n${body}`

const http1: readonly Uint8Array[] = [
  whole,
  `GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n${whole}GET /foundation-models HTTP/1.1\r\nHost: a\r\n\r\n`,
  `${post}Transfer-Encoding: chunked\r\n\r\n${body.length.toString(16)};a=b\r\n${body}\r\n0\r\nX-Trailer: a\r\n\r\n`,
  `${post}Expect: 100-continue\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  `${post}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
  `${post}Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\nContent-Length: 0\r\n\r\n`,
  'OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n',
  'CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n',
  'GET http://a/healthz HTTP/1.0\r\n\r\n',
  `GET /${'a'.repeat(20_000)} HTTP/1.1\r\nHost: a\r\n\r\n`,
  `GET / HTTP/1.1\r\nHost: a\r\n${'X-A: b\r\n'.repeat(1_500)}\r\n`,
  // The beginning of TLS, where none is spoken.
  '\x16\x03\x01\x00\x2e\x01\x00\x00\x2a\x03\x03' + 'r'.repeat(32) + '\x00\x00\x02\x13\x01\x01\x00\x00\x00',
].map((text) => Buffer.from(text, 'latin1'))

/** What Node's client sends for one request over HTTP/2, before it hears anything. */
async function recordHttp2(): Promise<Uint8Array> {
  const chunks: Buffer[] = []
  const server = createServer((socket) => void socket.on('data', (chunk) => chunks.push(chunk)).on('error', () => {}))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const session = connectHttp2(`http://127.0.0.1:${port}`)
  session.on('error', () => {})
  const stream = session.request({
    ':method': 'POST',
    ':path': '/model/us.anthropic.claude-opus-4-8/invoke',
    'content-length': body.length,
  })
  stream.on('error', () => {})
  stream.end(body)
  while (!Buffer.concat(chunks).includes('"messages"')) await new Promise((resolve) => setTimeout(resolve, 5))
  session.destroy()
  server.close()
  return Buffer.concat(chunks)
}
