import {
  GatewayError,
  type LogBucket,
  type LoggingConfig,
  parsePutLoggingConfiguration,
  texts,
} from '@outcrop/protocol'
import { findLoggingConfiguration, logFolderUri, setLoggingConfiguration } from '../state/logging-configuration.ts'
import { ObjectError, type Objects } from '../storage/objects.ts'
import type { ControlServices, Operation } from './control-call.ts'

/** Makes the operations on where invocations are logged (WIRE §7.4). */
export function createLoggingOperations({ store, objects }: Pick<ControlServices, 'store' | 'objects'>) {
  return {
    GetModelInvocationLoggingConfiguration: ({ caller }) => {
      const loggingConfig = findLoggingConfiguration(store, caller)
      return loggingConfig === undefined ? {} : { loggingConfig }
    },
    PutModelInvocationLoggingConfiguration: async ({ caller, body, warn }) => {
      const configuration = parsePutLoggingConfiguration(body)
      for (const target of bucketsOf(configuration)) {
        const isChecked = objects !== undefined && (await checkBucket(objects, target, caller.account))
        if (!isChecked) warn(`the bucket ${target.bucket.bucketName} was not checked: no S3 is configured`)
      }
      const { cloudWatchConfig } = configuration
      if (cloudWatchConfig !== undefined) {
        warn('the log group was not checked: there is no CloudWatch Logs here')
      }
      await store.transact((transaction) => setLoggingConfiguration(transaction, caller, configuration))
      return {}
    },
    DeleteModelInvocationLoggingConfiguration: async ({ caller }) => {
      await store.transact((transaction) => setLoggingConfiguration(transaction, caller))
      return {}
    },
  } as const satisfies Readonly<Record<string, Operation>>
}

interface Target {
  readonly bucket: LogBucket
  /** Who writes there, when it is not the service itself. */
  readonly role?: string
}

function bucketsOf({ s3Config, cloudWatchConfig }: LoggingConfig): readonly Target[] {
  const large = cloudWatchConfig?.largeDataDeliveryS3Config
  return [
    ...(s3Config === undefined ? [] : [{ bucket: s3Config }]),
    ...(cloudWatchConfig === undefined || large === undefined
      ? []
      : [{ bucket: large, role: cloudWatchConfig.roleArn }]),
  ]
}

const patienceMs = 10_000

/**
 * Leaves the empty object that AWS's own check leaves (WIRE §7.4, §8.3); false where there is no S3 to leave it in. Throws AWS's refusal
 * when it cannot.
 */
async function checkBucket(objects: Objects, { bucket, role }: Target, account: string): Promise<boolean> {
  const uri = `${logFolderUri(bucket, account)}/amazon-bedrock-logs-permission-check`
  try {
    await objects.write(uri, new Uint8Array(0), AbortSignal.timeout(patienceMs))
    return true
  } catch (cause) {
    if (cause instanceof ObjectError && cause.kind === 'absent') return false
    const { bucketName } = bucket
    const text = role === undefined ? texts.bucketRefused(bucketName) : texts.bucketRefusedWithRole(bucketName, role)
    // [?] AWS says what to do where the reason stands here.
    const reason = cause instanceof ObjectError ? `. ${cause.message}` : ''
    throw new GatewayError('validation', `${text}${reason}`, { cause })
  }
}
