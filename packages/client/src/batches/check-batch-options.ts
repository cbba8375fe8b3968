import { ConfigurationError } from '../configuration-error.ts'
import type { BatchOptions } from '../options.ts'

/** What is wrong with a member, as the end of a sentence; `undefined` when nothing is. */
type Check = (value: unknown) => string | undefined

const matching =
  (pattern: RegExp, what: string): Check =>
  (value) =>
    typeof value === 'string' && pattern.test(value) ? undefined : what

const object: Check = (value) => (typeof value === 'object' && value !== null ? undefined : 'an object')

// The patterns of the service's model; keys that it does not take would be refused after the upload.
const s3Uri = matching(
  /^s3:\/\/[a-z0-9][-.a-z0-9]{1,61}[a-z0-9](?:\/[-!_*'().a-z0-9A-Z]+)*\/?$/,
  "s3://bucket/prefix, whose prefix has letters, digits, / and -!_*'(). alone",
)

const checks: Readonly<Record<keyof BatchOptions, Check>> = {
  s3Uri,
  roleArn: matching(/^arn:aws(?:-[^:]+)?:iam::(?:[0-9]{12})?:role\/.+$/, 'the ARN of a role (arn:aws:iam::…:role/…)'),
  outputS3Uri: s3Uri,
  s3EncryptionKeyId: matching(/^.{1,2048}$/, 'the id or the ARN of a KMS key'),
  s3BucketOwner: matching(/^[0-9]{12}$/, 'the twelve digits of an account'),
  timeoutDurationInHours: (value) =>
    Number.isInteger(value) && Number(value) >= 24 && Number(value) <= 168 ? undefined : '24 to 168 whole hours',
  vpcConfig: object,
  tags: object,
  s3: object,
}

const example = "batches: { s3Uri: 's3://bucket/prefix', roleArn: 'arn:aws:iam::111122223333:role/batch-inference' }"

/** What batches need, checked; throws a `ConfigurationError` that says what to set. */
export function checkBatchOptions(options: BatchOptions | undefined): BatchOptions {
  if (options === undefined || options === null) {
    throw new ConfigurationError(
      `Batches run on Amazon Bedrock as batch inference jobs, which read requests from S3 and write results there. Give the client a bucket and the service role of the jobs: ${example}.`,
    )
  }
  for (const name of ['s3Uri', 'roleArn'] as const) {
    if (options[name] === undefined || options[name] === null) {
      throw new ConfigurationError(`batches.${name} is missing. Give the client ${example}.`)
    }
  }
  for (const [name, value] of Object.entries(options)) {
    const check = Object.hasOwn(checks, name) ? checks[name as keyof BatchOptions] : undefined
    if (check === undefined) {
      throw new ConfigurationError(
        `batches.${name.slice(0, 64)}: there is no such option; there are ${Object.keys(checks).join(', ')}.`,
      )
    }
    const wanted = value === undefined || value === null ? undefined : check(value)
    if (wanted !== undefined) throw new ConfigurationError(`batches.${name}: it has to be ${wanted}.`)
  }
  return options
}
