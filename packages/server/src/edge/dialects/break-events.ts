import type { GatewayError } from '@outcrop/protocol'
import { dropMidway, type StreamFault } from '../../faults.ts'

/** Lets `after` server-sent events through and then breaks the stream as asked: what each fault is without frames. */
export async function* breakEvents(
  chunks: AsyncIterable<Uint8Array>,
  { after, breaks }: StreamFault,
  toErrorEvent: (error: GatewayError) => Uint8Array,
): AsyncGenerator<Uint8Array> {
  let sent = 0
  for await (const chunk of chunks) {
    for (const event of splitEvents(chunk)) {
      if (sent++ !== after) {
        yield event
        continue
      }
      switch (breaks.kind) {
        case 'drop':
          return dropMidway('close')
        case 'reset':
          return dropMidway('reset')
        case 'cut':
          return
        case 'half-frame':
          yield event.subarray(0, event.length >> 1)
          return
        case 'exception':
          yield toErrorEvent(breaks.error)
          return
        case 'malformed-json':
        case 'bad-crc': // without checksums, what a reader notices of damage is that the JSON is broken
          yield Buffer.from(
            Buffer.from(event)
              .toString()
              .replace(/\}\n\n$/, ']\n\n'),
          )
          continue
        case 'stall':
          await breaks.wait()
          break
        case 'unknown-event':
          yield Buffer.from('event: outcrop_unknown_event\ndata: {"type":"outcrop_unknown_event"}\n\n')
          break
        case 'empty-block-start':
          yield Buffer.from('event: content_block_start\ndata: {"type":"content_block_start","index":0}\n\n')
          break
      }
      yield event
    }
  }
}

function* splitEvents(chunk: Uint8Array): Generator<Uint8Array> {
  const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
  for (let at = 0; at < bytes.length;) {
    const blank = bytes.indexOf('\n\n', at)
    const end = blank < 0 ? bytes.length : blank + 2
    yield bytes.subarray(at, end)
    at = end
  }
}
