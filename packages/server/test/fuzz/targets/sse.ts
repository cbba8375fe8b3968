import { createSseReader, encodeSseEvent, type SseEvent } from '@outcrop/protocol'
import fc from 'fast-check'
import { deepStrictEqual } from 'node:assert/strict'
import { byteChanges, changeBytes, cut, places } from '../input/bytes.ts'
import { createTarget } from '../target.ts'

/** Server-sent events: any bytes are read, and where the network cuts them changes nothing. */
export const sse = createTarget<{ readonly bytes: Uint8Array; readonly cuts: readonly number[] }>({
  name: 'sse',
  runs: 400,
  weight: 1,
  open: () => ({
    inputs: fc.record({ bytes: fc.oneof(changedEvents, fc.uint8Array({ maxLength: 300 })), cuts: places }),
    check: ({ bytes, cuts }) => {
      const whole = read([bytes])
      deepStrictEqual(read(cut(bytes, cuts)), whole)
      // A NUL is read in a name, and not written into one.
      const plain = whole.events.filter(({ event }) => !event.includes('\0'))
      const written = plain.map(({ event, data, lastEventId }) => encodeSseEvent({ event, data, id: lastEventId }))
      deepStrictEqual(read([new TextEncoder().encode(written.join(''))]).events, plain)
    },
    show: ({ bytes, cuts }) => `${JSON.stringify(Buffer.from(bytes).toString('latin1'))} cut at ${cuts.join(', ')}`,
  }),
})

const line = fc.oneof(
  fc.constantFrom(
    'data: a',
    'data',
    'data:',
    'event: b',
    'id: 7',
    'id',
    'retry: 10',
    'retry: x',
    ': note',
    '',
    '\ufeffdata: c',
  ),
  fc
    .tuple(fc.constantFrom('data:', 'event:', 'id:', 'x:'), fc.string({ unit: 'binary', maxLength: 20 }))
    .map((parts) => parts.join('')),
)
const end = fc.constantFrom('\n', '\r', '\r\n', '\n\n')

const changedEvents = fc
  .tuple(fc.array(fc.tuple(line, end), { maxLength: 20 }), byteChanges(3))
  .map(([lines, changes]) => changeBytes(new TextEncoder().encode(lines.flat().join('')), changes))

function read(chunks: readonly Uint8Array[]): {
  readonly events: readonly SseEvent[]
  readonly retryMs: number | undefined
} {
  const reader = createSseReader()
  const events: SseEvent[] = []
  for (const chunk of chunks) events.push(...reader.push(chunk))
  return { events, retryMs: reader.retryMs }
}
