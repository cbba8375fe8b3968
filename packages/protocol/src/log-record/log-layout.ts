/** Where the log of an account in a Region lies in its bucket. */
export interface LogPlace {
  readonly keyPrefix?: string | undefined
  /** Twelve digits. */
  readonly account: string
  readonly region: string
}

/** What the keys of every Region's log of an account begin with; ends with a slash (WIRE §8.3). */
export function accountLogPrefix({ keyPrefix, account }: Omit<LogPlace, 'region'>): string {
  return `${keyPrefix === undefined || keyPrefix === '' ? '' : `${keyPrefix}/`}AWSLogs/${account}/BedrockModelInvocationLogs/`
}

/** What the keys of one UTC hour begin with; ends with a slash (WIRE §8.3). `at` is in milliseconds of the epoch. */
export function hourLogPrefix(place: LogPlace, at: number): string {
  const [year, month, day, hour] = new Date(at).toISOString().split(/[-T:]/)
  return `${accountLogPrefix(place)}${place.region}/${year}/${month}/${day}/${hour}/`
}

/** The empty object that Bedrock writes to see whether it may (WIRE §8.3). */
export function permissionCheckKey(place: Omit<LogPlace, 'region'>): string {
  return `${accountLogPrefix(place)}amazon-bedrock-logs-permission-check`
}
