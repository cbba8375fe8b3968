import type { AwsKeys, ProfileScope } from '@outcrop/protocol'
import type { JobNetwork } from './control/model-invocation-job.ts'
import type { AnswerReport } from './cost/answer-report.ts'

/** AWS keys, and until when they hold; keys without `expiration` hold until they are replaced. */
export interface AwsCredentials extends AwsKeys {
  readonly expiration?: Date | undefined
}

/**
 * Finds AWS credentials; called again when those it gave are about to expire or were refused, and then asked for others
 * than it may have kept. The providers of the AWS SDK are such functions.
 */
export type CredentialProvider = (options?: { readonly forceRefresh?: boolean }) => Promise<AwsCredentials>

/** Gives a Bedrock API key for a Region; called for every request, so it keeps what it gives, but for `forceRefresh`. */
export type ApiKeyProvider = (options?: {
  readonly region?: string
  /** The key it gave before was refused as expired. */
  readonly forceRefresh?: boolean
}) => string | Promise<string>

/** The language that a call travels in; the names of DESIGN's *wire*. */
export type ClientWire = 'invoke' | 'runtime-messages' | 'mantle' | 'converse'

/** Where a call may be answered: anywhere, inside the caller's geography, or inside the called Region. */
export type ScopePreference = 'global' | 'geo' | 'in-region'

/** Where data may be processed: nothing, neither a scope nor a failover, leaves it. A geography (`eu`) or Regions. */
export type Residency = Exclude<ProfileScope, 'global'> | readonly string[]

/** The four limits on waiting, in milliseconds; `0` or `Infinity` is no limit. */
export interface TimeLimits {
  /** To a connection. Where the platform does not tell, it is part of `firstByte`. */
  readonly connect?: number | undefined
  /** From the request to the first byte of the answer's body; streams only: a whole answer waits for `total`. */
  readonly firstByte?: number | undefined
  /** Between two bytes of a streamed answer. */
  readonly idle?: number | undefined
  /** From the call to the last byte, every attempt included. */
  readonly total?: number | undefined
}

/** What a call may ask of Bedrock beside Anthropic's own parameters: `bedrock` in the body of a request. */
export interface BedrockCallOptions {
  readonly guardrail?:
    | {
        readonly identifier: string
        readonly version: string
        readonly streamProcessingMode?: 'sync' | 'async' | undefined
      }
    | undefined
  readonly serviceTier?: 'default' | 'priority' | 'flex' | 'reserved' | undefined
  readonly latency?: 'standard' | 'optimized' | undefined
  readonly requestMetadata?: Readonly<Record<string, string>> | undefined
  readonly trace?: 'enabled' | 'disabled' | 'enabled_full' | undefined
  /** Overrides what the client was made with, for this call. */
  readonly wire?: ClientWire | 'auto' | undefined
  readonly scope?: readonly ScopePreference[] | undefined
}

/** What the client tells of a call as it goes; no body and no secret is in it. */
export interface CallReport {
  readonly wire: ClientWire
  /** Why `auto` chose this wire, or `asked`. */
  readonly because: string
  readonly region: string
  readonly modelId: string
  readonly attempt: number
  readonly status: number | undefined
  readonly requestId: string | undefined
  /** From the request to the answer's headers. */
  readonly headersMs: number
  readonly warnings: readonly string[]
}

/** Where the S3 of batches is and who calls it, where that is another than Bedrock's own. */
export interface BatchS3Options extends Pick<
  BedrockOptions,
  'awsAccessKey' | 'awsSecretKey' | 'awsSessionToken' | 'awsProfile' | 'providerChainResolver'
> {
  /** Absent: `AWS_ENDPOINT_URL_S3`, `AWS_ENDPOINT_URL`, else the Region's own host. */
  readonly s3URL?: string | undefined
  /** Whether the bucket stands in the path, not in the host's name. Absent: at a custom URL it does, at AWS it does not. */
  readonly pathStyle?: boolean | undefined
}

/** What batches need beside what every call needs: Bedrock runs them as jobs that read and write S3 (WIRE §7.5). */
export interface BatchOptions {
  /** The prefix under which requests are written: `s3://bucket/prefix`, in the Region that is called. */
  readonly s3Uri: string
  /** The service role by which Bedrock reads the requests and writes the results. */
  readonly roleArn: string
  /** The prefix under which results come; that of the requests unless told otherwise. */
  readonly outputS3Uri?: string | undefined
  /** The KMS key that results are encrypted by. */
  readonly s3EncryptionKeyId?: string | undefined
  /** The account of the bucket, where it is another's. */
  readonly s3BucketOwner?: string | undefined
  /** 24 to 168: what has not been answered by then is expired. 24 unless told otherwise `[?]`. */
  readonly timeoutDurationInHours?: number | undefined
  readonly vpcConfig?: JobNetwork | undefined
  /** Tags of each job. */
  readonly tags?: Readonly<Record<string, string>> | undefined
  readonly s3?: BatchS3Options | undefined
}

/**
 * How to call Claude on Bedrock. Names that Anthropic's `AnthropicBedrock` or `AnthropicBedrockMantle` has mean what they
 * mean there; whatever is absent comes from the environment, and what is given wins over it.
 */
export interface BedrockOptions {
  /** A Region, or `'auto'` for the whole AWS chain. Absent: `AWS_REGION`, else `us-east-1` (M6). */
  readonly awsRegion?: string | undefined
  readonly awsAccessKey?: string | null | undefined
  readonly awsSecretKey?: string | null | undefined
  /** The spelling of `AnthropicBedrockMantle`; the same as `awsSecretKey`. */
  readonly awsSecretAccessKey?: string | null | undefined
  readonly awsSessionToken?: string | null | undefined
  /** A profile of `~/.aws`, on Node. */
  readonly awsProfile?: string | undefined
  /** Gives the provider that finds credentials; it is called once and what it finds is kept until it expires. */
  readonly providerChainResolver?: (() => Promise<CredentialProvider>) | null | undefined
  /** A Bedrock API key, or a function that gives one; `null` ignores `AWS_BEARER_TOKEN_BEDROCK`. */
  readonly apiKey?: string | ApiKeyProvider | null | undefined
  /** Sends the request without any credential, for a proxy that adds its own. */
  readonly skipAuth?: boolean | undefined
  /** Where the runtime is. Absent: see `endpoint/`. */
  readonly baseURL?: string | undefined
  readonly fips?: boolean | undefined
  readonly dualStack?: boolean | undefined
  /** `invoke` unless told otherwise. */
  readonly wire?: ClientWire | 'auto' | undefined
  /** In which order scopes are tried: `['global', 'geo', 'in-region']` unless told otherwise (M13). */
  readonly scope?: readonly ScopePreference[] | undefined
  readonly residency?: Residency | undefined
  /** Regions to try after `awsRegion`, before the first content only and inside `residency`. */
  readonly failover?: readonly string[] | undefined
  /** Where model ids are resolved: in the catalogue, or live from ListInferenceProfiles. */
  readonly models?: 'catalogue' | 'live' | undefined
  /** What to do with what the model does not take: `adapt` moves and strips with a warning, `error` refuses, `send` sends. */
  readonly capabilities?: 'adapt' | 'error' | 'send' | undefined
  readonly timeouts?: TimeLimits | undefined
  /** Where batches are written, and whose service role runs them. */
  readonly batches?: BatchOptions | undefined
  /** Repeats of a call that may succeed the next time; a caller that repeats by itself is told how instead. */
  readonly maxRetries?: number | undefined
  readonly fetch?: typeof globalThis.fetch | undefined
  /** Told of every attempt. */
  readonly onCall?: ((report: CallReport) => void) | undefined
  /** Told of every answer, once it is whole: what it took and what that costs. */
  readonly onAnswer?: ((report: AnswerReport) => void) | undefined
  /** Told once of each thing that was stripped or moved; `console.warn` unless told otherwise. */
  readonly onWarning?: ((warning: string) => void) | undefined
  /** Milliseconds of the epoch; the clock of tests. */
  readonly now?: (() => number) | undefined
  /** A value of [0, 1) for backoff; the dice of tests. */
  readonly random?: (() => number) | undefined
}
