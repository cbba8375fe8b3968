/** What is known of a call that S3 refused or did not answer. */
export interface S3Failure {
  /** Absent where there was no answer. */
  readonly status?: number | undefined
  /** S3's own name: `NoSuchKey`, `AccessDenied`; ours are `ConnectionFailed`, `TimedOut` and `InvalidAnswer`. */
  readonly code: string
  readonly requestId?: string | undefined
  /** The second name of a request, which AWS's support asks for. */
  readonly hostId?: string | undefined
  /** The Region that was called. */
  readonly region: string
  /** Where the bucket is, when S3 told that it is elsewhere. */
  readonly bucketRegion?: string | undefined
  /** Whether the same call may succeed in a minute. */
  readonly retryable: boolean
}

/** A call that S3 refused, or that got no answer; the message says what was called, what S3 said and what to do. */
export class S3Error extends Error implements S3Failure {
  override readonly name = 'S3Error'
  readonly status: number | undefined
  readonly code: string
  readonly requestId: string | undefined
  readonly hostId: string | undefined
  readonly region: string
  readonly bucketRegion: string | undefined
  readonly retryable: boolean

  constructor(message: string, failure: S3Failure, options?: ErrorOptions) {
    super(message, options)
    this.status = failure.status
    this.code = failure.code
    this.requestId = failure.requestId
    this.hostId = failure.hostId
    this.region = failure.region
    this.bucketRegion = failure.bucketRegion
    this.retryable = failure.retryable
  }
}
