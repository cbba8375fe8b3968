import { type Frame, stringHeader } from '@outcrop/protocol'
import { BedrockFailureError } from '../reliability/bedrock-failure.ts'
import { failureOfException } from '../reliability/read-failure.ts'
import type { AnswerContext } from './wire-adapter.ts'

const decoder = new TextDecoder()

/** The failure that a frame tells of, by an exception or an error (WIRE §4.1); nothing when it is an event. */
export function failureOfFrame(frame: Frame, answer: AnswerContext): BedrockFailureError | undefined {
  const exception = stringHeader(frame, ':exception-type')
  const code = exception ?? stringHeader(frame, ':error-code')
  if (code === undefined) return undefined
  // An error frame has its words in a header, and no payload.
  const said = exception === undefined ? stringHeader(frame, ':error-message') : undefined
  return new BedrockFailureError(failureOfException(code, said ?? decoder.decode(frame.payload), answer))
}
