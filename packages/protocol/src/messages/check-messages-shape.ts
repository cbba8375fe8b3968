import { createMessagesShape } from './shape.ts'
import { findViolations } from '../shapes/shape.ts'
import type { MessagesRequest } from './types.ts'
import { violationText } from './violation-text.ts'

/** A body of the shape of a Messages request, or what is wrong with it in Anthropic's words. */
export type CheckedShape =
  | { readonly kind: 'request'; readonly request: MessagesRequest }
  | { readonly kind: 'malformed'; readonly text: string }

/**
 * Checks the shape of a Messages body for whoever translates it, and none of what its model judges. Documents may be of any
 * type, because other languages than Messages have formats for more of them.
 */
export function checkMessagesShape(body: Readonly<Record<string, unknown>>): CheckedShape {
  const violations = findViolations(shape, body)
  if (violations.length > 0) return { kind: 'malformed', text: violationText(violations, false) }
  return { kind: 'request', request: body as MessagesRequest } // every member that the type names has just been checked
}

const shape = createMessagesShape({
  isClosed: false,
  versions: ['bedrock-2023-05-31', '2026-10-21', '2023-06-01'],
  takesAnyDocument: true,
})
