import { isRecord, type JsonRecord, textIn, wordsIn } from './json-fields.ts'

/** Where a job stands (WIRE §7.5). */
export type ModelInvocationJobStatus =
  | 'Submitted'
  | 'Validating'
  | 'Scheduled'
  | 'InProgress'
  | 'Completed'
  | 'PartiallyCompleted'
  | 'Failed'
  | 'Expired'
  | 'Stopping'
  | 'Stopped'

/** The records of a job: a file of JSON lines, or a prefix under which there are such files. */
export interface JobInput {
  readonly s3Uri: string
  readonly s3InputFormat?: 'JSONL' | (string & {}) | undefined
  /** The account of the bucket, where it is another's. */
  readonly s3BucketOwner?: string | undefined
}

/** The prefix under which a job writes: `{s3Uri}/{job id}/{input file}.out`. */
export interface JobOutput {
  readonly s3Uri: string
  readonly s3EncryptionKeyId?: string | undefined
  readonly s3BucketOwner?: string | undefined
}

/** The network that a job reads and writes its buckets from. */
export interface JobNetwork {
  readonly subnetIds: readonly string[]
  readonly securityGroupIds: readonly string[]
}

/** A batch inference job as the control plane tells of it; what an answer left out is absent, times are ISO 8601. */
export interface ModelInvocationJob {
  readonly jobArn: string
  readonly jobName?: string | undefined
  readonly modelId?: string | undefined
  readonly clientRequestToken?: string | undefined
  readonly roleArn?: string | undefined
  readonly status?: ModelInvocationJobStatus | (string & {}) | undefined
  /** Why it failed. */
  readonly message?: string | undefined
  readonly submitTime?: string | undefined
  readonly lastModifiedTime?: string | undefined
  readonly endTime?: string | undefined
  readonly jobExpirationTime?: string | undefined
  readonly timeoutDurationInHours?: number | undefined
  readonly modelInvocationType?: 'InvokeModel' | 'Converse' | (string & {}) | undefined
  readonly input?: JobInput | undefined
  readonly output?: JobOutput | undefined
  readonly vpcConfig?: JobNetwork | undefined
  readonly totalRecordCount?: number | undefined
  readonly processedRecordCount?: number | undefined
  readonly successRecordCount?: number | undefined
  readonly errorRecordCount?: number | undefined
}

/** Reads one job of an answer, whole or in a list; `undefined` when it does not say which. */
export function parseModelInvocationJob(value: unknown): ModelInvocationJob | undefined {
  const jobArn = isRecord(value) ? textIn(value, 'jobArn') : undefined
  if (!isRecord(value) || jobArn === undefined || jobArn === '') return undefined
  return {
    jobArn,
    jobName: textIn(value, 'jobName'),
    modelId: textIn(value, 'modelId'),
    clientRequestToken: textIn(value, 'clientRequestToken'),
    roleArn: textIn(value, 'roleArn'),
    status: textIn(value, 'status'),
    message: textIn(value, 'message'),
    submitTime: textIn(value, 'submitTime'),
    lastModifiedTime: textIn(value, 'lastModifiedTime'),
    endTime: textIn(value, 'endTime'),
    jobExpirationTime: textIn(value, 'jobExpirationTime'),
    timeoutDurationInHours: countIn(value, 'timeoutDurationInHours'),
    modelInvocationType: textIn(value, 'modelInvocationType'),
    input: inputIn(recordIn(recordIn(value, 'inputDataConfig'), 's3InputDataConfig')),
    output: outputIn(recordIn(recordIn(value, 'outputDataConfig'), 's3OutputDataConfig')),
    vpcConfig: networkIn(recordIn(value, 'vpcConfig')),
    totalRecordCount: countIn(value, 'totalRecordCount'),
    processedRecordCount: countIn(value, 'processedRecordCount'),
    successRecordCount: countIn(value, 'successRecordCount'),
    errorRecordCount: countIn(value, 'errorRecordCount'),
  }
}

function inputIn(input: JsonRecord): JobInput | undefined {
  const s3Uri = textIn(input, 's3Uri')
  if (s3Uri === undefined) return undefined
  return { s3Uri, s3InputFormat: textIn(input, 's3InputFormat'), s3BucketOwner: textIn(input, 's3BucketOwner') }
}

function outputIn(output: JsonRecord): JobOutput | undefined {
  const s3Uri = textIn(output, 's3Uri')
  if (s3Uri === undefined) return undefined
  return {
    s3Uri,
    s3EncryptionKeyId: textIn(output, 's3EncryptionKeyId'),
    s3BucketOwner: textIn(output, 's3BucketOwner'),
  }
}

function networkIn(network: JsonRecord): JobNetwork | undefined {
  const subnetIds = wordsIn(network, 'subnetIds')
  const securityGroupIds = wordsIn(network, 'securityGroupIds')
  return subnetIds.length + securityGroupIds.length === 0 ? undefined : { subnetIds, securityGroupIds }
}

function recordIn(record: JsonRecord, name: string): JsonRecord {
  const value = record[name]
  return isRecord(value) ? value : {}
}

function countIn(record: JsonRecord, name: string): number | undefined {
  const value = record[name]
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined
}
