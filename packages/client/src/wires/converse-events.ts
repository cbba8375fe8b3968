import {
  createFrameDecoder,
  createMessagesStream,
  type Frame,
  type MessagesStream,
  parseConverseEvent,
  stringHeader,
} from '@outcrop/protocol'
import { BedrockFailureError } from '../reliability/bedrock-failure.ts'
import { failureOfException } from '../reliability/read-failure.ts'
import { sayConverseRest } from './converse-rest.ts'
import { answerOptions, unreadable } from './read-converse.ts'
import type { AnswerContext, WireEvent } from './wire-adapter.ts'

/** Reads the frames of ConverseStream as Messages events (WIRE §4.4); an exception frame is thrown (WIRE §4.1). */
export async function* readConverseEvents(
  chunks: AsyncIterable<Uint8Array>,
  answer: AnswerContext,
): AsyncGenerator<WireEvent> {
  const decoder = createFrameDecoder()
  let firstByteAt: number | undefined
  const stream = createMessagesStream({
    ...answerOptions(answer),
    firstByteMs: () => (firstByteAt ?? answer.sentAt) - answer.sentAt,
  })
  for await (const chunk of chunks) {
    firstByteAt ??= answer.now()
    for (const frame of decoder.push(chunk)) yield* translate(frame, stream, answer)
  }
  decoder.end()
}

function* translate(frame: Frame, stream: MessagesStream, answer: AnswerContext): Generator<WireEvent> {
  const payload = payloadDecoder.decode(frame.payload)
  const type = stringHeader(frame, ':event-type')
  if (type === undefined) throw new BedrockFailureError(failureOf(frame, payload, answer))
  const parsed = parseConverseEvent(type, parseJson(payload, answer))
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

function failureOf(frame: Frame, payload: string, answer: AnswerContext) {
  const exception = stringHeader(frame, ':exception-type')
  if (exception !== undefined) return failureOfException(exception, payload, answer)
  const code = stringHeader(frame, ':error-code') ?? 'internalServerException'
  return failureOfException(code, stringHeader(frame, ':error-message') ?? payload, answer)
}

function parseJson(payload: string, answer: AnswerContext): unknown {
  try {
    return JSON.parse(payload)
  } catch (cause) {
    throw unreadable('The payload of an event is no JSON.', answer, { cause })
  }
}
