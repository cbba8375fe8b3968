import type { BedrockOptions } from '../options.ts'

/** The options of a client that mean the same at S3: who calls, in which Region, how long and how often. */
type SharedOptions = Pick<
  BedrockOptions,
  | 'awsRegion'
  | 'awsAccessKey'
  | 'awsSecretKey'
  | 'awsSecretAccessKey'
  | 'awsSessionToken'
  | 'awsProfile'
  | 'providerChainResolver'
  | 'skipAuth'
  | 'fips'
  | 'dualStack'
  | 'timeouts'
  | 'maxRetries'
  | 'fetch'
  | 'onWarning'
  | 'now'
  | 'random'
>

/** Where S3 is and who calls it. A Bedrock API key signs nothing at S3, so only AWS keys and the AWS chain are asked. */
export interface S3Options extends SharedOptions {
  /** Where S3 is. Absent: `AWS_ENDPOINT_URL_S3`, `AWS_ENDPOINT_URL`, else the Region's own host; `null` is that host anyway. */
  readonly s3URL?: string | null | undefined
  /** Whether the bucket stands in the path, not in the host's name. Absent: at a custom URL it does, at AWS it does not. */
  readonly pathStyle?: boolean | undefined
}

/** What one call may be given. */
export interface S3Call {
  readonly signal?: AbortSignal | undefined
}
