import { checkCoralShape, readCoralObject } from '../converse/parse-converse-request.ts'
import { GatewayError } from '../failures/gateway-error.ts'
import { texts } from '../failures/texts.ts'
import { boolean, object, string } from '../shapes/shape.ts'

/** A bucket, and what the names of objects begin with there. */
export interface LogBucket {
  readonly bucketName: string
  /** Without a slash at its end. */
  readonly keyPrefix?: string
}

/** Where an account's invocations are logged in a Region, and what of them (WIRE §7.4). */
export interface LoggingConfig {
  readonly cloudWatchConfig?: {
    readonly logGroupName: string
    readonly roleArn: string
    readonly largeDataDeliveryS3Config?: LogBucket
  }
  readonly s3Config?: LogBucket
  readonly textDataDeliveryEnabled: boolean
  readonly imageDataDeliveryEnabled: boolean
  readonly embeddingDataDeliveryEnabled: boolean
  readonly videoDataDeliveryEnabled: boolean
  readonly audioDataDeliveryEnabled: boolean
}

const bucket = object({
  required: { bucketName: string({ least: 3, most: 63 }) },
  optional: { keyPrefix: string({ most: 1024 }) },
  dropsNull: true,
})

const rolePattern = {
  source: 'arn:aws(-[^:]+)?:iam::([0-9]{12})?:role/.+',
  test: (text: string) => /^arn:aws(?:-[^:]+)?:iam::(?:[0-9]{12})?:role\/.+$/.test(text),
}

const shape = object({
  required: {
    loggingConfig: object({
      optional: {
        cloudWatchConfig: object({
          required: {
            logGroupName: string({ least: 1, most: 512 }),
            roleArn: string({ most: 2048, pattern: rolePattern }),
          },
          optional: { largeDataDeliveryS3Config: bucket },
          dropsNull: true,
        }),
        s3Config: bucket,
        textDataDeliveryEnabled: boolean,
        imageDataDeliveryEnabled: boolean,
        embeddingDataDeliveryEnabled: boolean,
        videoDataDeliveryEnabled: boolean,
        audioDataDeliveryEnabled: boolean,
      },
      dropsNull: true,
    }),
  },
  dropsNull: true,
})

/** Reads the body of PutModelInvocationLoggingConfiguration, with what was left out as it counts; throws Bedrock's refusal. */
export function parsePutLoggingConfiguration(body: Uint8Array): LoggingConfig {
  const value = readCoralObject(body)
  checkCoralShape(shape, value)
  const { loggingConfig } = value as { loggingConfig: Partial<LoggingConfig> }
  const { cloudWatchConfig, s3Config } = loggingConfig
  if (cloudWatchConfig === undefined && s3Config === undefined) {
    throw new GatewayError('validation', texts.loggingNowhere)
  }
  const large = cloudWatchConfig?.largeDataDeliveryS3Config
  // [?] Key order on reading is the service model's; a kind of data of which nothing was said is delivered.
  const { textDataDeliveryEnabled = true, imageDataDeliveryEnabled = true } = loggingConfig
  const { embeddingDataDeliveryEnabled = true, videoDataDeliveryEnabled = true } = loggingConfig
  const { audioDataDeliveryEnabled = true } = loggingConfig
  return {
    ...(cloudWatchConfig !== undefined && {
      cloudWatchConfig: {
        logGroupName: cloudWatchConfig.logGroupName,
        roleArn: cloudWatchConfig.roleArn,
        ...(large !== undefined && { largeDataDeliveryS3Config: toBucket(large) }),
      },
    }),
    ...(s3Config !== undefined && { s3Config: toBucket(s3Config) }),
    textDataDeliveryEnabled,
    imageDataDeliveryEnabled,
    embeddingDataDeliveryEnabled,
    videoDataDeliveryEnabled,
    audioDataDeliveryEnabled,
  }
}

/** The members that it has; a name that no bucket can have is refused here, before it stands in an address. [?] */
function toBucket({ bucketName, keyPrefix }: LogBucket): LogBucket {
  if (!/^[a-z0-9][a-z0-9.-]*[a-z0-9]$/.test(bucketName)) {
    throw new GatewayError('validation', texts.bucketName(bucketName))
  }
  return { bucketName, ...(keyPrefix !== undefined && { keyPrefix }) }
}
