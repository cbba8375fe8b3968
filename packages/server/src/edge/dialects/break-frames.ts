import {
  createFrameDecoder,
  encodeFrame,
  type GatewayError,
  stringHeader,
  type StreamOperation,
  toExceptionFrame,
} from '@outcrop/protocol'
import { dropMidway, type StreamFault } from '../../faults.ts'
import { withoutEnd } from './break-body.ts'

/** Lets `after` frames through and then breaks the stream as asked: LOCAL.md §0.4 says what each does to real clients. */
export async function* breakFrames(
  chunks: AsyncIterable<Uint8Array>,
  { after, breaks }: StreamFault,
  operation: StreamOperation,
): AsyncGenerator<Uint8Array> {
  let sent = 0
  for await (const chunk of chunks) {
    for (const frame of splitFrames(chunk)) {
      if (sent++ !== after) {
        yield frame
        continue
      }
      switch (breaks.kind) {
        case 'drop':
          return dropMidway('close')
        case 'reset':
          return dropMidway('reset')
        case 'cut':
          return
        case 'malformed-json':
          yield malformed(frame, operation)
          continue
        case 'half-frame':
          yield frame.subarray(0, frame.length >> 1)
          return
        case 'exception':
          yield encodeException(breaks.error, operation)
          return
        case 'bad-crc':
          yield corrupted(frame)
          continue
        case 'stall':
          await breaks.wait()
          break
        case 'unknown-event':
          yield encodeEvent('outcropUnknownEvent', '{"outcrop":"an event that no client knows"}')
          break
        case 'empty-block-start':
          yield emptyBlockStart[operation]
          break
      }
      yield frame
    }
  }
}

const jsonType = [':content-type', 'application/json'] as const

/** An exception in a stream that has begun (WIRE §4.1). */
export function encodeException(error: GatewayError, operation: StreamOperation): Uint8Array {
  const { exceptionType, payload } = toExceptionFrame(error, operation)
  return encodeFrame(
    [[':exception-type', exceptionType], jsonType, [':message-type', 'exception']],
    Buffer.from(payload),
  )
}

function encodeEvent(type: string, payload: string | Uint8Array): Uint8Array {
  return encodeFrame([[':event-type', type], jsonType, [':message-type', 'event']], Buffer.from(payload))
}

/** A whole frame around JSON that nobody can read: on InvokeModel the model's own event, inside of the chunk. */
function malformed(frame: Uint8Array, operation: StreamOperation): Uint8Array {
  const [whole] = createFrameDecoder().push(frame)
  if (whole === undefined) return frame
  const type = stringHeader(whole, ':event-type') ?? ''
  if (operation === 'ConverseStream') return encodeEvent(type, withoutEnd(whole.payload))
  const chunk = JSON.parse(Buffer.from(whole.payload).toString()) as { readonly bytes: string }
  const bytes = Buffer.from(withoutEnd(Buffer.from(chunk.bytes, 'base64'))).toString('base64')
  return encodeEvent(type, JSON.stringify({ ...chunk, bytes }))
}

/** An event whose one necessary member is missing, as other emulators send it (LOCAL.md §0.4, §1). */
const emptyBlockStart: Readonly<Record<StreamOperation, Uint8Array>> = {
  ConverseStream: encodeEvent('contentBlockStart', '{"contentBlockIndex":0,"start":{}}'),
  InvokeModelWithResponseStream: encodeEvent('chunk', '{}'),
}

function* splitFrames(chunk: Uint8Array): Generator<Uint8Array> {
  const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength)
  for (let at = 0; at < chunk.length;) {
    const size = view.getUint32(at)
    yield chunk.subarray(at, at + size)
    at += size
  }
}

function corrupted(frame: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(frame)
  const last = copy.length - 1
  copy[last] = (copy[last] ?? 0) ^ 0xff
  return copy
}
