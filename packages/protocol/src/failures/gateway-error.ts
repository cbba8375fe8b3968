import { failures, type FailureCode, type FailureRow } from './failures.ts'

/** Extra members that a modelled AWS error carries beside its message, such as `originalStatusCode`. */
export type FailureMembers = Readonly<Record<string, string | number>>

/** What a failure carries beside its code and text. */
export interface GatewayErrorOptions {
  readonly members?: FailureMembers
  readonly cause?: unknown
}

/** A failure that the caller is told of: its code is a row of the one table, its message is the caller's text. */
export class GatewayError extends Error {
  override readonly name = 'GatewayError'
  readonly code: FailureCode
  readonly members: FailureMembers

  constructor(code: FailureCode, message: string, options: GatewayErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.members = options.members ?? {}
  }

  /** The row of the table: status, AWS shape, Anthropic type, whether to retry. */
  get row(): FailureRow {
    return failures[this.code]
  }
}
