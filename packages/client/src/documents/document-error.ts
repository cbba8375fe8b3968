/** Why a file cannot be sent as a document. */
export type DocumentFault = 'not-a-pdf' | 'too-large' | 'unreachable' | 'refused' | 'not-found' | 'timeout'

/** A document that was not made: nothing was sent; the message says what to do, and `cause` what was behind it. */
export class DocumentError extends Error {
  override readonly name = 'DocumentError'
  readonly fault: DocumentFault

  constructor(fault: DocumentFault, message: string, options?: ErrorOptions) {
    super(message, options)
    this.fault = fault
  }
}
