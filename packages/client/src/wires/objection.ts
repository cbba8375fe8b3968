/** What speaks against a wire for one request. */
export interface Objection {
  /** Whether the request cannot be sent on the wire at all, or goes out without something that it asks for. */
  readonly kind: 'cannot' | 'loses'
  /** Completes "the wire …": `has no guardrails`. */
  readonly text: string
}
