// 1,000 streams at once, each of about 200 events: no error, every stream whole, and the memory back afterwards.
import { connect } from 'node:http2'
import { EventStreamCodec } from '@smithy/eventstream-codec'
import { signedHeaders, startServerProcess } from './lib.js'

const streams = 1000
const sessions = 20
const rounds = 5
const path = '/model/us.anthropic.claude-opus-4-6-v1/invoke-with-response-stream'
const codec = new EventStreamCodec(
  (bytes) => Buffer.from(bytes).toString('utf8'),
  (text) => Buffer.from(text),
)

/** @returns {Promise<string[]>} a table in Markdown */
export async function benchStreams() {
  const server = await startServerProcess('./servers/outcrop.js')
  const lines = [
    `${streams} InvokeModelWithResponseStream calls at once over ${sessions} HTTP/2 connections, ${rounds} times; a stream is whole when it ends with message_stop.`,
    '',
    'Live heap and external bytes are what is held; resident memory also counts the pages that the allocator keeps for later.',
    '',
    '| round | whole streams | events a stream | errors | live heap after (MB) | external after (MB) | connections after | resident after (MB) |',
    '|---|---|---|---|---|---|---|---|',
  ]
  try {
    await round(server.port, 50)
    lines.push(`| before | | | | ${cells(await server.memory())} |`)
    for (let turn = 1; turn <= rounds; turn += 1) {
      const results = await round(server.port, streams)
      const whole = results.filter((result) => result.whole)
      const events = whole.reduce((sum, result) => sum + result.events, 0) / Math.max(1, whole.length)
      const after = cells(await server.memory())
      lines.push(`| ${turn} | ${whole.length} | ${events.toFixed(0)} | ${results.length - whole.length} | ${after} |`)
    }
  } finally {
    await server.stop()
  }
  return lines
}

/** @param {import('./lib.js').Held} held */
function cells({ heap, external, resources, rss }) {
  return [megabytes(heap), megabytes(external), resources['TCPSocketWrap'] ?? 0, megabytes(rss)].join(' | ')
}

const megabytes = (bytes) => (bytes / 1_048_576).toFixed(1)

async function round(port, count) {
  const authority = `127.0.0.1:${port}`
  const body = JSON.stringify({
    anthropic_version: 'bedrock-2023-05-31',
    max_tokens: 195,
    messages: [{ role: 'user', content: 'Count to 500.' }],
  })
  const headers = {
    ':method': 'POST',
    ':path': path,
    ...signedHeaders({ authority, authorityName: ':authority', path, body }),
    'content-length': Buffer.byteLength(body),
  }
  const open = Array.from({ length: sessions }, () => connect(`http://${authority}`))
  const results = await Promise.all(
    Array.from({ length: count }, (_, index) => oneStream(open[index % sessions], headers, body)),
  )
  await Promise.all(open.map((session) => new Promise((resolve) => session.close(resolve))))
  return results
}

function oneStream(session, headers, body) {
  return new Promise((resolve) => {
    const stream = session.request(headers)
    const chunks = []
    stream.on('data', (chunk) => chunks.push(chunk))
    stream.on('error', () => resolve({ whole: false, events: 0 }))
    stream.on('end', () => resolve(inspect(Buffer.concat(chunks))))
    stream.end(body)
  })
}

function inspect(bytes) {
  let events = 0
  let last = ''
  for (let at = 0; at < bytes.length; events += 1) {
    const length = bytes.readUInt32BE(at)
    const { body } = codec.decode(bytes.subarray(at, at + length))
    last = Buffer.from(JSON.parse(Buffer.from(body).toString()).bytes ?? '', 'base64').toString()
    at += length
  }
  return { whole: last.startsWith('{"type":"message_stop"'), events }
}
