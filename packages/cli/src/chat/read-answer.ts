import { type BilledUsage, decodeFrames, type Frame, FrameError, stringHeader } from '@outcrop/protocol'
import { isRecord } from '../endpoint/call-endpoint.ts'
import { CommandFailure } from '../failure.ts'
import { printable } from '../io.ts'

/** What a person sees of a streamed answer. */
export type AnswerEvent =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'stop'; readonly reason: string }
  | { readonly kind: 'usage'; readonly usage: BilledUsage; readonly latency: string | null }

/** Reads a ConverseStream answer; an exception frame, damage, or an end before `messageStop` is a `CommandFailure`. */
export async function* readAnswer(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<AnswerEvent> {
  let stopped = false
  try {
    for await (const frame of decodeFrames(chunks)) {
      const event = readFrame(frame)
      if (event?.kind === 'stop') stopped = true
      if (event !== undefined) yield event
    }
  } catch (cause) {
    if (cause instanceof CommandFailure) throw cause
    const what = cause instanceof FrameError ? `it is damaged (${cause.message})` : 'the connection was cut'
    throw new CommandFailure(`the answer broke off: ${what}`, { cause })
  }
  if (!stopped) throw new CommandFailure('the answer broke off: the stream ended before it was complete')
}

type Payload = Readonly<Record<string, unknown>>

// WIRE §4.4; an event of a later kind is passed over.
const table: Readonly<Record<string, (payload: Payload) => AnswerEvent | undefined>> = {
  contentBlockDelta: ({ delta }) => {
    const text = isRecord(delta) ? delta['text'] : undefined
    return typeof text === 'string' ? { kind: 'text', text } : undefined
  },
  messageStop: ({ stopReason }) => ({ kind: 'stop', reason: typeof stopReason === 'string' ? stopReason : 'unknown' }),
  metadata: ({ usage, serviceTier, performanceConfig }) => {
    const counts = readUsage(usage)
    if (counts === undefined) return undefined
    const latency = textIn(performanceConfig, 'latency')
    return { kind: 'usage', usage: { ...counts, service_tier: textIn(serviceTier, 'type') }, latency }
  },
}

// A map, because its keys come from outside and must never meet a prototype.
const readers = new Map(Object.entries(table))

function readFrame(frame: Frame): AnswerEvent | undefined {
  const kind = stringHeader(frame, ':message-type')
  if (kind === 'event') return readers.get(stringHeader(frame, ':event-type') ?? '')?.(readPayload(frame))
  const code = stringHeader(frame, kind === 'exception' ? ':exception-type' : ':error-code')
  const told = kind === 'exception' ? readPayload(frame)['message'] : stringHeader(frame, ':error-message')
  const message = typeof told === 'string' ? told : 'no message'
  throw new CommandFailure(printable(`the answer broke off: ${code || 'unknown error'}: ${message}`))
}

function readPayload(frame: Frame): Payload {
  try {
    const payload: unknown = JSON.parse(new TextDecoder().decode(frame.payload))
    return isRecord(payload) ? payload : {}
  } catch (cause) {
    throw new CommandFailure('the answer broke off: an event of the stream is not JSON', { cause })
  }
}

/** Brings Converse's counts to Messages' fields (WIRE §6.3); `undefined` where one is no count: none is taken for zero. */
function readUsage(usage: unknown): BilledUsage | undefined {
  if (!isRecord(usage)) return undefined
  const { inputTokens, outputTokens, cacheReadInputTokens = 0, cacheWriteInputTokens = 0, cacheDetails = [] } = usage
  const written = { '5m': 0, '1h': 0 }
  for (const detail of Array.isArray(cacheDetails) ? cacheDetails : []) {
    if (!isRecord(detail) || !isCount(detail['inputTokens'])) return undefined
    const { ttl } = detail
    if (ttl === '5m' || ttl === '1h') written[ttl] += detail['inputTokens']
  }
  if (!isCount(written['5m']) || !isCount(written['1h'])) return undefined
  if (!isCount(inputTokens) || !isCount(outputTokens)) return undefined
  if (!isCount(cacheReadInputTokens) || !isCount(cacheWriteInputTokens)) return undefined
  return {
    input_tokens: inputTokens,
    output_tokens: outputTokens,
    cache_read_input_tokens: cacheReadInputTokens,
    cache_creation_input_tokens: cacheWriteInputTokens,
    cache_creation: { ephemeral_5m_input_tokens: written['5m'], ephemeral_1h_input_tokens: written['1h'] },
  }
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

function textIn(value: unknown, key: string): string | null {
  const text = isRecord(value) ? value[key] : undefined
  return typeof text === 'string' ? text : null
}
