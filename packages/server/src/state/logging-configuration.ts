import type { LogBucket, LoggingConfig } from '@outcrop/protocol'
import { collection, type Reader, type Transaction } from '../storage/store.ts'
import type { Owner } from './tags.ts'

const configurations = collection<LoggingConfig>('logging-configurations')

/** Finds where an account's invocations are logged in a Region; `undefined` when nobody has said. */
export function findLoggingConfiguration(reader: Reader, { account, region }: Owner): LoggingConfig | undefined {
  return reader.get(configurations, [account, region])
}

/** Says where an account's invocations are logged in a Region; nowhere without a configuration. */
export function setLoggingConfiguration(
  transaction: Transaction,
  { account, region }: Owner,
  configuration?: LoggingConfig,
): void {
  if (configuration === undefined) transaction.delete(configurations, [account, region])
  else transaction.put(configurations, [account, region], configuration)
}

/** The folder of an account's logs in a bucket, as a URI without a slash at its end (WIRE §8.3). */
export function logFolderUri({ bucketName, keyPrefix = '' }: LogBucket, account: string): string {
  const prefix = keyPrefix === '' || keyPrefix.endsWith('/') ? keyPrefix : `${keyPrefix}/`
  return `s3://${bucketName}/${prefix}AWSLogs/${account}/BedrockModelInvocationLogs`
}
