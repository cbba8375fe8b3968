import type { WireEvent } from '../wires/wire-adapter.ts'
import { BedrockFailureError } from './bedrock-failure.ts'

/** What is known of the call whose answer streams. */
export interface StreamSource {
  readonly region: string
  readonly requestId?: string | undefined
}

// Signs of life come a few at a time before the content; more than this is no model's.
const mostHeld = 64

/**
 * Waits for the first event that is content, and gives all events from the beginning. What the stream throws before, and an end
 * before it, is thrown here: nothing has been told to the caller, so the call can be repeated elsewhere (DESIGN, decision 4).
 * Leaving the loop over the events closes the stream.
 */
export async function holdUntilContent(
  events: AsyncIterable<WireEvent>,
  source: StreamSource,
): Promise<AsyncIterableIterator<WireEvent, undefined>> {
  const iterator = events[Symbol.asyncIterator]()
  const held: WireEvent[] = []
  for (;;) {
    const next = await iterator.next()
    if (next.done === true) throw new BedrockFailureError(endedEarly(source))
    const { name, data } = next.value
    if (name === 'error') {
      const { failureOfException } = await import('./read-failure.ts')
      throw new BedrockFailureError(failureOfException('error', data, source))
    }
    // A ping tells who waits that we live; who reads a whole answer at once has no use for it.
    if (name !== 'ping') held.push(next.value)
    if (isContent(next.value) || held.length >= mostHeld) break
  }
  const replay: AsyncIterableIterator<WireEvent, undefined> = {
    async next() {
      const first = held.shift()
      if (first !== undefined) return { done: false, value: first }
      const next = await iterator.next()
      return next.done === true ? { done: true, value: undefined } : next
    },
    async return() {
      held.length = 0
      await iterator.return?.()
      return { done: true, value: undefined }
    },
    [Symbol.asyncIterator]: () => replay,
  }
  return replay
}

/** Tells whether a caller has been told something of the answer once this event has left. */
export function isContent({ name, data }: WireEvent): boolean {
  if (name === 'message_start' || name === 'ping') return false
  if (name !== 'content_block_start') return true
  // The start of a block of text says nothing yet; that of a tool names it, and that of thinking tells that the model thinks.
  return !/"type"\s*:\s*"text"/.test(data) || !/"text"\s*:\s*""/.test(data)
}

/** The failure of a stream that said nothing: it may be repeated. */
export function endedEarly({ region, requestId }: StreamSource) {
  return {
    status: 502,
    type: 'api_error',
    message: 'The stream ended before its first content.',
    requestId,
    region,
    retryable: true,
  } as const
}
