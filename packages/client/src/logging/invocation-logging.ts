import { accountLogPrefix, type LogPlace, type ModelInvocationLog } from '@outcrop/protocol'
import { ConfigurationError } from '../configuration-error.ts'
import type { ControlCall } from '../control/control-call.ts'
import { createControl } from '../control/control.ts'
import { getCallerIdentity } from '../control/get-caller-identity.ts'
import type { LoggingConfig } from '../control/logging-configuration.ts'
import { createRegionResolver } from '../endpoint/resolve-region.ts'
import type { BedrockOptions } from '../options.ts'
import { platform as ownPlatform } from '#platform'
import { createS3 } from '../s3/create-s3.ts'
import { type LogRange, readLogs } from './read-logs.ts'

/** Where and how, beside the options of a client. */
export interface InvocationLoggingOptions extends BedrockOptions {
  /** Where S3 is. Absent: `AWS_ENDPOINT_URL_S3`, `AWS_ENDPOINT_URL`, else the Region's own host. */
  readonly s3URL?: string | undefined
  /** Where STS is, which is asked for the account unless that is given. Absent: as for `getCallerIdentity`. */
  readonly stsURL?: string | undefined
  /** Twelve digits: whose log it is. Absent: that of whoever calls. */
  readonly accountId?: string | undefined
}

/** What is logged, where to and for how long. */
export interface InvocationLoggingInput {
  readonly bucketName: string
  readonly keyPrefix?: string | undefined
  /** After how many days records expire; 30 unless told otherwise (M8: at least a 30-day rolling basis). */
  readonly retentionDays?: number | undefined
  /** Whether what models are asked and answer is logged, or their counts alone; text and images unless told otherwise. */
  readonly text?: boolean | undefined
  readonly images?: boolean | undefined
  /** A log group beside the bucket, and the role that writes to it. */
  readonly cloudWatch?: { readonly logGroupName: string; readonly roleArn: string } | undefined
}

/** Logging as it was turned on. */
export interface InvocationLoggingState {
  readonly loggingConfig: LoggingConfig
  /** What the keys of records begin with, in every Region of the account. */
  readonly prefix: string
  readonly retentionDays: number
  /** Other rules of the bucket that have records expire before that; nothing was done about them. */
  readonly warnings: readonly string[]
}

/** Bedrock's log of every call of an account in a Region: turned on and off, and read. */
export interface InvocationLogging {
  /**
   * Turns it on: gives the bucket a lifecycle rule, beside those that it has, and Bedrock the configuration, in this order, so that
   * no record outlives its days. Again changes what differs. The bucket's policy has to let Bedrock write.
   */
  enable(input: InvocationLoggingInput, call?: ControlCall): Promise<InvocationLoggingState>
  /** Turns it off; records that were written, and the rule that has them expire, stay. */
  disable(call?: ControlCall): Promise<void>
  /**
   * The records of a time, as they lie in the bucket; those of a file come together, in no order of time. Throws a
   * `ConfigurationError` where nothing is logged to a bucket.
   */
  records(range: LogRange, call?: ControlCall): AsyncGenerator<ModelInvocationLog, void, undefined>
}

const usualDays = 30

/** Opens the log of an account's calls in one Region. */
export function createInvocationLogging(options: InvocationLoggingOptions = {}): InvocationLogging {
  const control = createControl(options)
  const s3 = createS3(options)
  const regionOf = createRegionResolver(options, ownPlatform)

  async function accountOf(call: ControlCall): Promise<string> {
    if (options.accountId !== undefined) return options.accountId
    return (await getCallerIdentity(options, call)).account
  }

  return {
    async enable(input, call = {}) {
      const { bucketName, keyPrefix, retentionDays = usualDays } = input
      const prefix = accountLogPrefix({ keyPrefix, account: await accountOf(call) })
      const rules = await s3.getBucketLifecycleConfiguration(bucketName, call)
      // One for every prefix: two accounts may log to one bucket.
      const id = `invocation-logs ${prefix}`.slice(0, 255)
      const warnings = rules
        .filter((rule) => rule.isEnabled && rule.id !== id && (rule.expirationDays ?? Infinity) < retentionDays)
        .filter((rule) => rule.prefix !== undefined && prefix.startsWith(rule.prefix))
        .map((rule) => `the rule ${rule.id ?? 'without an id'} has records expire after ${rule.expirationDays} days`)
      await s3.addExpirationRule(bucketName, { id, prefix, days: retentionDays }, call)
      const loggingConfig = toConfig(input)
      await control.putModelInvocationLoggingConfiguration(loggingConfig, call)
      return { loggingConfig, prefix, retentionDays, warnings }
    },
    disable: (call) => control.deleteModelInvocationLoggingConfiguration(call),
    async *records(range, call = {}) {
      const bucket = (await control.getModelInvocationLoggingConfiguration(call))?.s3Config
      if (bucket === undefined) {
        throw new ConfigurationError(
          'Calls are not logged to a bucket here: turn it on with enable({bucketName}). Records that only CloudWatch has are read there.',
        )
      }
      const { bucketName, keyPrefix } = bucket
      const place: LogPlace = { keyPrefix, account: await accountOf(call), region: await regionOf() }
      yield* readLogs({ s3, bucket: bucketName, place, range, signal: call.signal })
    },
  }
}

function toConfig({
  bucketName,
  keyPrefix,
  text = true,
  images = true,
  cloudWatch,
}: InvocationLoggingInput): LoggingConfig {
  const s3Config = { bucketName, ...(keyPrefix !== undefined && { keyPrefix }) }
  return {
    s3Config,
    ...(cloudWatch !== undefined && {
      cloudWatchConfig: { ...cloudWatch, largeDataDeliveryS3Config: s3Config },
    }),
    textDataDeliveryEnabled: text,
    imageDataDeliveryEnabled: images,
    embeddingDataDeliveryEnabled: false,
  }
}
