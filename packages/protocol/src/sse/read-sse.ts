/** One dispatched server-sent event. */
export interface SseEvent {
  /** `message` when the stream named none. */
  readonly event: string
  readonly data: string
  /** The last id seen on the stream, also on an earlier event; `''` before the first. */
  readonly lastEventId: string
}

/** Finds server-sent events in bytes that arrive in any pieces. */
export interface SseReader {
  /** Takes the next bytes and returns the events that they complete. */
  push(chunk: Uint8Array): SseEvent[]
  /** What the stream last asked readers to wait before reconnecting, in milliseconds. */
  readonly retryMs: number | undefined
}

const carriageReturn = 13

/**
 * Creates a reader by the WHATWG rules: lines end in CR, LF or CRLF, one leading BOM and comments are skipped, an event
 * without data or without its final blank line is never dispatched.
 */
export function createSseReader(): SseReader {
  const decoder = new TextDecoder('utf-8')
  // Strings that only grow are ropes in every engine: appending does not copy what is there.
  let line = ''
  let skipLineFeed = false
  let data: string[] = []
  let event = ''
  let lastEventId = ''
  let retryMs: number | undefined

  const fields: Readonly<Record<'data' | 'event' | 'id' | 'retry', (value: string) => void>> = {
    data: (value) => void data.push(value),
    event: (value) => void (event = value),
    id: (value) => void (lastEventId = value.includes('\0') ? lastEventId : value),
    retry: (value) => void (retryMs = /^[0-9]+$/.test(value) ? Number(value) : retryMs),
  }

  function endLine(events: SseEvent[]): void {
    if (line === '') {
      if (data.length > 0) events.push({ event: event === '' ? 'message' : event, data: data.join('\n'), lastEventId })
      data = []
      event = ''
      return
    }
    const colon = line.indexOf(':')
    const name = colon < 0 ? line : line.slice(0, colon)
    if (name === 'data' || name === 'event' || name === 'id' || name === 'retry') {
      const valueAt = colon < 0 ? line.length : colon + (line.startsWith(' ', colon + 1) ? 2 : 1)
      fields[name](line.slice(valueAt))
    }
    line = ''
  }

  return {
    push(chunk) {
      const text = decoder.decode(chunk, { stream: true })
      const events: SseEvent[] = []
      const lineEnds = /[\r\n]/g
      let at = 0
      if (skipLineFeed && text !== '') {
        if (text.startsWith('\n')) at = 1
        skipLineFeed = false
      }
      lineEnds.lastIndex = at
      for (let end = lineEnds.exec(text); end !== null; end = lineEnds.exec(text)) {
        line += text.slice(at, end.index)
        endLine(events)
        at = end.index + 1
        // A CR ends its line at once, so an event is not held back until the next byte tells CR from CRLF.
        if (text.charCodeAt(end.index) === carriageReturn) {
          if (text.startsWith('\n', at)) at += 1
          else skipLineFeed = at === text.length
        }
        lineEnds.lastIndex = at
      }
      line += text.slice(at)
      return events
    },
    get retryMs() {
      return retryMs
    },
  }
}

/** Yields the events of a byte stream of server-sent events. */
export async function* readSse(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<SseEvent> {
  const reader = createSseReader()
  for await (const chunk of chunks) yield* reader.push(chunk)
}
