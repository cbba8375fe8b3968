/** A failure as Bedrock told it, in whichever place: a status, a frame of a stream, or a body under HTTP 200. */
export interface BedrockFailure {
  /** The HTTP status, or that which the exception of a frame would have had. */
  readonly status: number
  /** AWS's own name: `ThrottlingException`; absent where Anthropic's dialect is spoken. */
  readonly awsCode?: string | undefined
  /** Anthropic's name: `rate_limit_error`. */
  readonly type: string
  /** What Bedrock said. */
  readonly message: string
  /** What to do next, where we know. */
  readonly hint?: string | undefined
  readonly requestId?: string | undefined
  readonly region: string
  readonly retryable: boolean
  /** What the server asked for, unbounded. */
  readonly retryAfterMs?: number | undefined
}

/** Carries a failure out of where it was found, such as the middle of a stream. */
export class BedrockFailureError extends Error {
  override readonly name: string = 'BedrockFailureError'
  readonly failure: BedrockFailure

  constructor(failure: BedrockFailure, options?: ErrorOptions) {
    super(sayFailure(failure), options)
    this.failure = failure
  }
}

/** What a failure says in one text: Bedrock's words, then what to do. */
export function sayFailure({ message, hint }: BedrockFailure): string {
  if (hint === undefined) return message
  return `${message}${/[.!?:]$/.test(message) ? '' : '.'} ${hint}`
}
