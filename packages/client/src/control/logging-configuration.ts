import type { Ask } from './ask.ts'
import type { ControlCall } from './control-call.ts'
import { isRecord, type JsonRecord, textIn } from './json-fields.ts'

/** A bucket, and what the names in it begin with. */
export interface LoggingBucket {
  readonly bucketName: string
  readonly keyPrefix?: string | undefined
}

/** What Bedrock logs of the calls of an account in a Region, and where to (WIRE §7.4). */
export interface LoggingConfig {
  readonly cloudWatchConfig?:
    | {
        readonly logGroupName: string
        readonly roleArn: string
        /** Where bodies over 100 KB go. */
        readonly largeDataDeliveryS3Config?: LoggingBucket | undefined
      }
    | undefined
  readonly s3Config?: LoggingBucket | undefined
  readonly textDataDeliveryEnabled?: boolean | undefined
  readonly imageDataDeliveryEnabled?: boolean | undefined
  readonly embeddingDataDeliveryEnabled?: boolean | undefined
  readonly videoDataDeliveryEnabled?: boolean | undefined
  readonly audioDataDeliveryEnabled?: boolean | undefined
}

/** The configuration of model invocation logging, one for an account in each Region. */
export interface LoggingConfiguration {
  /** Bedrock writes to the bucket or log group at once, and refuses what it cannot write to. */
  putModelInvocationLoggingConfiguration(loggingConfig: LoggingConfig, call?: ControlCall): Promise<void>
  /** `undefined` while nothing is logged. */
  getModelInvocationLoggingConfiguration(call?: ControlCall): Promise<LoggingConfig | undefined>
  deleteModelInvocationLoggingConfiguration(call?: ControlCall): Promise<void>
}

const path = '/logging/modelinvocations'

/** Makes the operations on the configuration of model invocation logging. */
export function createLoggingConfiguration(ask: Ask): LoggingConfiguration {
  return {
    async putModelInvocationLoggingConfiguration(loggingConfig, call = {}) {
      const operation = 'PutModelInvocationLoggingConfiguration'
      await ask({ operation, method: 'PUT', path, body: { loggingConfig }, ...call })
    },
    async getModelInvocationLoggingConfiguration(call = {}) {
      const { answer } = await ask({ operation: 'GetModelInvocationLoggingConfiguration', path, ...call })
      const config = answer['loggingConfig']
      return isRecord(config) ? readConfig(config) : undefined
    },
    async deleteModelInvocationLoggingConfiguration(call = {}) {
      await ask({ operation: 'DeleteModelInvocationLoggingConfiguration', method: 'DELETE', path, ...call })
    },
  }
}

function readConfig(config: JsonRecord): LoggingConfig {
  return {
    cloudWatchConfig: readCloudWatch(config['cloudWatchConfig']),
    s3Config: readBucket(config['s3Config']),
    textDataDeliveryEnabled: flagIn(config, 'textDataDeliveryEnabled'),
    imageDataDeliveryEnabled: flagIn(config, 'imageDataDeliveryEnabled'),
    embeddingDataDeliveryEnabled: flagIn(config, 'embeddingDataDeliveryEnabled'),
    videoDataDeliveryEnabled: flagIn(config, 'videoDataDeliveryEnabled'),
    audioDataDeliveryEnabled: flagIn(config, 'audioDataDeliveryEnabled'),
  }
}

function readCloudWatch(value: unknown): LoggingConfig['cloudWatchConfig'] {
  const logGroupName = isRecord(value) ? textIn(value, 'logGroupName') : undefined
  if (!isRecord(value) || logGroupName === undefined) return undefined
  const largeDataDeliveryS3Config = readBucket(value['largeDataDeliveryS3Config'])
  return { logGroupName, roleArn: textIn(value, 'roleArn') ?? '', largeDataDeliveryS3Config }
}

function readBucket(value: unknown): LoggingBucket | undefined {
  const bucketName = isRecord(value) ? textIn(value, 'bucketName') : undefined
  return isRecord(value) && bucketName !== undefined ? { bucketName, keyPrefix: textIn(value, 'keyPrefix') } : undefined
}

function flagIn(record: JsonRecord, name: string): boolean | undefined {
  const value = record[name]
  return typeof value === 'boolean' ? value : undefined
}
