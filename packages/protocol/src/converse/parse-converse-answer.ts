import { toAnthropicText } from '../shapes/render-violation.ts'
import { findViolations, isObject, type Shape } from '../shapes/shape.ts'
import { converseEventShapes, converseResponseShape } from './answer-shape.ts'
import type { ConverseResponse, ConverseStreamEvent } from './types.ts'

/** An answer that can be read, or what is wrong with it. */
export type ParsedConverseResponse =
  | { readonly kind: 'answer'; readonly response: ConverseResponse }
  | { readonly kind: 'malformed'; readonly text: string }

/** An event that can be read, one that is newer than we are, or what is wrong with it. */
export type ParsedConverseEvent =
  | { readonly kind: 'event'; readonly event: ConverseStreamEvent }
  | { readonly kind: 'unknown'; readonly type: string }
  | { readonly kind: 'malformed'; readonly text: string }

/** Parses the JSON of an answer of Converse, which any server may have sent. */
export function parseConverseResponse(value: unknown): ParsedConverseResponse {
  const text = findFault(converseResponseShape, value)
  if (text !== undefined) return { kind: 'malformed', text }
  return { kind: 'answer', response: value as ConverseResponse } // every member that is read has just been checked
}

const eventShapes: ReadonlyMap<string, Shape> = new Map(Object.entries(converseEventShapes))

/** Parses one event of ConverseStream: its `:event-type` and the JSON of its payload. */
export function parseConverseEvent(type: string, payload: unknown): ParsedConverseEvent {
  const shape = eventShapes.get(type)
  if (shape === undefined) return { kind: 'unknown', type }
  const text = findFault(shape, payload)
  if (text !== undefined) return { kind: 'malformed', text: `${type}: ${text}` }
  return { kind: 'event', event: { type, payload } as ConverseStreamEvent } // likewise
}

function findFault(shape: Shape, value: unknown): string | undefined {
  if (!isObject(value)) return 'The body is no JSON object.'
  const [first] = findViolations(shape, value)
  return first === undefined ? undefined : toAnthropicText(first)
}
