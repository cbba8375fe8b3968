/** What can be wrong with bytes that should be frames; the first check that fails names it. */
export type FrameFault =
  | 'preludeChecksum'
  | 'messageChecksum'
  /** The lengths contradict each other: shorter than a frame can be, or headers longer than their frame. */
  | 'length'
  | 'headersTooLong'
  | 'payloadTooLong'
  | 'frameTooLong'
  | 'header'
  | 'duplicateHeader'
  /** The bytes ended inside a frame. */
  | 'truncated'

/** Bytes that are not the frames they should be; `reason` says which rule they break. */
export class FrameError extends Error {
  override readonly name = 'FrameError'
  readonly reason: FrameFault

  constructor(reason: FrameFault, message: string, options?: ErrorOptions) {
    super(message, options)
    this.reason = reason
  }
}
