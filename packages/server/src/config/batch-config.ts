/** How batch jobs go, and what they may have (WIRE §10). */
export interface BatchConfig {
  /** How long a job is Submitted before it is validated. */
  readonly submitMs: number
  /** How long it is Validating, at least. */
  readonly validateMs: number
  /** How long it is Scheduled, at least. */
  readonly scheduleMs: number
  /** How many records are answered at once, over all jobs. */
  readonly concurrency: number
  /** How few records a job may have; when absent, 100 where `fidelity` is `aws`, else 1. */
  readonly minimumRecords?: number
  readonly maximumRecords: number
  /** The most bytes that one file of the input may have. */
  readonly fileBytes: number
  /** The most bytes that all of them may have together. */
  readonly jobBytes: number
  /** The most bytes that one record may have. */
  readonly recordBytes: number
  /**
   * The folders whose files jobs may read and write, as absolute paths. When absent: the working directory and the system's folder for
   * temporary files where `auth.mode` is `open` and only this machine can call, else none.
   */
  readonly folders?: readonly string[]
}

/** [?] The numbers of Bedrock's quotas differ by model and are not published; these are common ones. */
export const defaultBatch: BatchConfig = {
  submitMs: 100,
  validateMs: 200,
  scheduleMs: 200,
  concurrency: 8,
  maximumRecords: 50_000,
  fileBytes: 1_073_741_824,
  jobBytes: 5_368_709_120,
  recordBytes: 26_214_400,
}
