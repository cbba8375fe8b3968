/** Has the objects under a prefix expire. */
export interface ExpirationRule {
  /** At most 255 characters; no two rules of a bucket have the same. */
  readonly id: string
  /** Empty for every object of the bucket. */
  readonly prefix: string
  /** After how many days, 1 or more. */
  readonly days: number
}

/** A rule that a bucket has. */
export interface LifecycleRule {
  readonly id?: string | undefined
  readonly isEnabled: boolean
  /** Absent where the rule chooses by tags or sizes, or by several of these. */
  readonly prefix?: string | undefined
  /** After how many days current objects expire; absent where they do not. */
  readonly expirationDays?: number | undefined
  /** The whole rule as the bucket has it, so that what is not read here can be put back. */
  readonly xml: string
}
