// The other side of a client's bench, as cheap as can be: it throws bodies away unread, answers InvokeModel and Messages alike
// with bytes made before, and streams as many events as the path says (`/events/10000/…`), in frames or as server-sent events.
import { createServer } from 'node:http'
import { once } from 'node:events'
import { EventStreamCodec } from '@smithy/eventstream-codec'
import { answerQuestions } from '../lib.js'

const message = {
  id: 'msg_01',
  type: 'message',
  role: 'assistant',
  model: 'claude-opus-4-6',
  content: [],
  stop_reason: null,
  stop_sequence: null,
  usage: { input_tokens: 9, output_tokens: 1 },
}
const whole = JSON.stringify({
  ...message,
  content: [{ type: 'text', text: 'It ground more grain.' }],
  stop_reason: 'end_turn',
})
const text = (index) => ({
  type: 'content_block_delta',
  index: 0,
  delta: { type: 'text_delta', text: ` grain of mill ${index}` },
})
const head = [
  { type: 'message_start', message },
  { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
]
const tail = [
  { type: 'content_block_stop', index: 0 },
  { type: 'message_delta', delta: { stop_reason: 'end_turn', stop_sequence: null }, usage: { output_tokens: 9 } },
  { type: 'message_stop' },
]

const codec = new EventStreamCodec(
  (bytes) => Buffer.from(bytes).toString('utf8'),
  (value) => Buffer.from(value, 'utf8'),
)
const string = (value) => ({ type: 'string', value })

/** As InvokeModelWithResponseStream has it, padding included. */
const toFrame = (event) =>
  codec.encode({
    headers: {
      ':event-type': string('chunk'),
      ':content-type': string('application/json'),
      ':message-type': string('event'),
    },
    body: Buffer.from(
      JSON.stringify({ bytes: Buffer.from(JSON.stringify(event)).toString('base64'), p: 'abcdefghijklmnopqrstuvwx' }),
    ),
  })
const toServerSentEvent = (event) => Buffer.from(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)

const atATime = 100
const prepare = (encode) => ({
  head: Buffer.concat(head.map(encode)),
  some: Buffer.concat(Array.from({ length: atATime }, (_, index) => encode(text(index)))),
  tail: Buffer.concat(tail.map(encode)),
})
const frames = prepare(toFrame)
const serverSentEvents = prepare(toServerSentEvent)

const server = createServer((request, response) => {
  request.resume()
  request.once('end', () => {
    const events = /^\/events\/(\d+)\//.exec(request.url)?.[1]
    if (events !== undefined) return void stream(request.url.endsWith('-stream'), Number(events), response)
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': whole.length })
    response.end(whole)
  })
})

async function stream(isBinary, events, response) {
  const bytes = isBinary ? frames : serverSentEvents
  response.writeHead(200, {
    'content-type': isBinary ? 'application/vnd.amazon.eventstream' : 'text/event-stream',
  })
  response.write(bytes.head)
  for (let sent = 0; sent < events; sent += atATime) if (!response.write(bytes.some)) await once(response, 'drain')
  response.end(bytes.tail)
}

server.keepAliveTimeout = 60_000
server.listen(0, '127.0.0.1', () => answerQuestions(server.address().port))
