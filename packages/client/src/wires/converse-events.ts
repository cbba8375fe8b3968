import {
  createMessagesStream,
  type Frame,
  type MessagesStream,
  parseConverseEvent,
  stringHeader,
} from '@outcrop/protocol'
import { sayConverseRest } from './converse-rest.ts'
import { failureOfFrame } from './frame-failure.ts'
import { answerOptions, unreadable } from './read-converse.ts'
import { readFrames } from './read-frames.ts'
import type { AnswerContext, WireEvent } from './wire-adapter.ts'

/** Reads the frames of ConverseStream as Messages events (WIRE §4.4); an exception frame is thrown (WIRE §4.1). */
export async function* readConverseEvents(
  chunks: AsyncIterable<Uint8Array>,
  answer: AnswerContext,
): AsyncGenerator<WireEvent> {
  let firstByteAt: number | undefined
  const stream = createMessagesStream({
    ...answerOptions(answer),
    firstByteMs: () => (firstByteAt ?? answer.sentAt) - answer.sentAt,
  })
  for await (const frames of readFrames(chunks)) {
    firstByteAt ??= answer.now()
    for (const frame of frames) yield* translate(frame, stream, answer)
  }
}

function* translate(frame: Frame, stream: MessagesStream, answer: AnswerContext): Generator<WireEvent> {
  const failure = failureOfFrame(frame, answer)
  if (failure !== undefined) throw failure
  const type = stringHeader(frame, ':event-type') ?? 'An event'
  const parsed = parseConverseEvent(type, parseJson(payloadDecoder.decode(frame.payload), answer))
  if (parsed.kind === 'malformed') throw unreadable(parsed.text, answer)
  if (parsed.kind === 'unknown') {
    answer.warn?.(`${type}: Messages has no event of this kind: it was left out.`)
    return
  }
  for (const event of stream.next(parsed.event)) {
    const end = event.type === 'message_stop' ? stream.end() : undefined
    const said = end?.kind === 'complete' ? { ...event, ...sayConverseRest(end.rest) } : event
    yield { name: event.type, data: JSON.stringify(said) }
  }
}

const payloadDecoder = new TextDecoder()

function parseJson(payload: string, answer: AnswerContext): unknown {
  try {
    return JSON.parse(payload)
  } catch (cause) {
    throw unreadable('The payload of an event is no JSON.', answer, { cause })
  }
}
