import { checkCoralShape, readCoralObject } from '../converse/parse-converse-request.ts'
import { batchTexts } from '../failures/batch-texts.ts'
import { GatewayError } from '../failures/gateway-error.ts'
import { checkTagKeys, type Tag, tagList } from './tags.ts'
import { integer, list, object, string, type Shape } from '../shapes/shape.ts'

/** Every status of a batch job, in the service model's order. */
export const jobStatuses = [
  'Submitted',
  'InProgress',
  'Completed',
  'Failed',
  'Stopping',
  'Stopped',
  'PartiallyCompleted',
  'Expired',
  'Validating',
  'Scheduled',
] as const

/** Where a batch job stands. */
export type JobStatus = (typeof jobStatuses)[number]

/** How the records of a batch job are answered. */
export type ModelInvocationType = 'InvokeModel' | 'Converse'

/** An order for a batch job, as CreateModelInvocationJob takes it (WIRE §7.5). */
export interface ModelInvocationJobRequest {
  readonly jobName: string
  readonly roleArn: string
  readonly clientRequestToken?: string
  readonly modelId: string
  readonly inputDataConfig: {
    readonly s3InputDataConfig: {
      readonly s3Uri: string
      readonly s3InputFormat?: 'JSONL'
      readonly s3BucketOwner?: string
    }
  }
  readonly outputDataConfig: {
    readonly s3OutputDataConfig: {
      readonly s3Uri: string
      readonly s3EncryptionKeyId?: string
      readonly s3BucketOwner?: string
    }
  }
  readonly vpcConfig?: { readonly subnetIds: readonly string[]; readonly securityGroupIds: readonly string[] }
  readonly timeoutDurationInHours?: number
  readonly tags?: readonly Tag[]
  readonly modelInvocationType?: ModelInvocationType
}

/** Which batch jobs a caller wants listed, and in which order. */
export interface ModelInvocationJobsQuery {
  /** Milliseconds of the epoch, exclusive. */
  readonly submitTimeAfter: number | undefined
  /** Milliseconds of the epoch, exclusive. */
  readonly submitTimeBefore: number | undefined
  readonly statusEquals: JobStatus | undefined
  readonly nameContains: string | undefined
  readonly sortOrder: 'Ascending' | 'Descending'
  /** 1 to 1000. */
  readonly maxResults: number
  readonly nextToken: string | undefined
}

// A pattern is shown as the service model has it; the test beside it says the same and takes linear time.
const text = (least: number | undefined, most: number | undefined, source: string, test: RegExp): Shape =>
  string({
    ...(least !== undefined && { least }),
    ...(most !== undefined && { most }),
    pattern: { source, test: (value) => test.test(value) },
  })

const struct = (required: Readonly<Record<string, Shape>>, optional: Readonly<Record<string, Shape>> = {}): Shape =>
  object({ required, optional, dropsNull: true })

const namePattern = '[a-zA-Z0-9]{1,63}(-*[a-zA-Z0-9\\+\\-\\.]){0,63}'
const jobName = text(1, 63, namePattern, /^[a-zA-Z0-9][a-zA-Z0-9+\-.]*$/)
const account = text(undefined, undefined, '[0-9]{12}', /^[0-9]{12}$/)

// `file:` is Outcrop's own: a folder of this machine takes the place of a bucket.
const uri = text(
  1,
  1024,
  "s3://[a-z0-9][-.a-z0-9]{1,61}[a-z0-9](?:/[-!_*'().a-z0-9A-Z]+(?:/[-!_*'().a-z0-9A-Z]+)*)?/?",
  /^(?:s3:\/\/[a-z0-9][-.a-z0-9]{1,61}[a-z0-9](?:\/[-!_*'().a-z0-9A-Z]+)*\/?|file:\/\/\/.+)$/,
)

const networkId = text(0, 32, '[-0-9a-zA-Z]+', /^[-0-9a-zA-Z]+$/)

const createShape = struct(
  {
    jobName,
    roleArn: text(
      0,
      2048,
      'arn:aws(-[^:]+)?:iam::([0-9]{12})?:role/.+',
      /^arn:aws(-[^:]+)?:iam::([0-9]{12})?:role\/.+$/,
    ),
    modelId: string({ least: 1, most: 2048 }), // its pattern is the business of routing, which knows every id
    // [?] A union whose one member the model does not require; a job without it could not run.
    inputDataConfig: struct({
      s3InputDataConfig: struct(
        { s3Uri: uri },
        { s3InputFormat: string({ among: ['JSONL'] }), s3BucketOwner: account },
      ),
    }),
    outputDataConfig: struct({
      s3OutputDataConfig: struct(
        { s3Uri: uri },
        {
          s3BucketOwner: account,
          s3EncryptionKeyId: text(
            1,
            2048,
            '(arn:aws(-[^:]+)?:kms:[a-zA-Z0-9-]*:[0-9]{12}:((key/[a-zA-Z0-9-]{36})|(alias/[a-zA-Z0-9-_/]+)))|([a-zA-Z0-9-]{36})|(alias/[a-zA-Z0-9-_/]+)',
            /^(?:(?:arn:aws(?:-[^:]+)?:kms:[a-zA-Z0-9-]*:[0-9]{12}:(?:key\/[a-zA-Z0-9-]{36}|alias\/[a-zA-Z0-9-_/]+))|[a-zA-Z0-9-]{36}|alias\/[a-zA-Z0-9-_/]+)$/,
          ),
        },
      ),
    }),
  },
  {
    clientRequestToken: text(
      1,
      256,
      '[a-zA-Z0-9]{1,256}(-*[a-zA-Z0-9]){0,256}',
      /^[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?$/,
    ),
    vpcConfig: struct({
      subnetIds: list(networkId, { least: 1, most: 16 }),
      securityGroupIds: list(networkId, { least: 1, most: 5 }),
    }),
    timeoutDurationInHours: integer({ least: 24, most: 168 }),
    tags: tagList,
    modelInvocationType: string({ among: ['InvokeModel', 'Converse'] }),
  },
)

/** Parses the body of CreateModelInvocationJob; throws coral's refusal of one that breaks the service model. */
export function parseModelInvocationJobRequest(body: Uint8Array): ModelInvocationJobRequest {
  const value: unknown = readCoralObject(body)
  checkCoralShape(createShape, value)
  const request = value as ModelInvocationJobRequest // every member that the type names has just been checked
  checkTagKeys(request.tags ?? [])
  return request
}

const identifier = struct({
  jobIdentifier: text(
    0,
    1011,
    '((arn:aws(-[^:]+)?:bedrock:[a-z0-9-]{1,20}:[0-9]{12}:model-invocation-job/)?[a-z0-9]{12})',
    /^(?:arn:aws(?:-[^:]+)?:bedrock:[a-z0-9-]{1,20}:[0-9]{12}:model-invocation-job\/)?[a-z0-9]{12}$/,
  ),
})

/** Reads what names a batch job, its ARN or its id of 12 characters; throws coral's refusal of anything else. */
export function parseJobIdentifier(jobIdentifier: string): { readonly id: string; readonly arn: string | undefined } {
  checkCoralShape(identifier, { jobIdentifier })
  return { id: jobIdentifier.slice(-12), arn: jobIdentifier.length === 12 ? undefined : jobIdentifier }
}

const queryShape = struct(
  {},
  {
    statusEquals: string({ among: jobStatuses }),
    nameContains: jobName,
    maxResults: integer({ least: 1, most: 1000 }),
    nextToken: text(1, 2048, '\\S*', /^\S*$/),
    sortBy: string({ among: ['CreationTime'] }),
    sortOrder: string({ among: ['Ascending', 'Descending'] }),
  },
)

/** Reads the query of ListModelInvocationJobs; throws coral's refusal of one that breaks the service model. */
export function parseModelInvocationJobsQuery(query: { get(name: string): string | null }): ModelInvocationJobsQuery {
  const read = (name: string): string | undefined => query.get(name) ?? undefined
  const maxResults = readInteger(read('maxResults'))
  const words = { statusEquals: read('statusEquals'), nameContains: read('nameContains'), nextToken: read('nextToken') }
  const order = { sortBy: read('sortBy'), sortOrder: read('sortOrder') }
  const given = Object.entries({ ...words, maxResults, ...order }).filter(([, value]) => value !== undefined)
  checkCoralShape(queryShape, Object.fromEntries(given))
  return {
    ...words,
    statusEquals: jobStatuses.find((status) => status === words.statusEquals),
    submitTimeAfter: readTime(read('submitTimeAfter')),
    submitTimeBefore: readTime(read('submitTimeBefore')),
    sortOrder: order.sortOrder === 'Ascending' ? 'Ascending' : 'Descending', // [?] without one, the newest job comes first
    maxResults: maxResults ?? 1000,
  }
}

// [?] coral's words for a member of the wrong type; what it says of one in a query is not recorded.
function readInteger(written: string | undefined): number | undefined {
  if (written === undefined) return undefined
  if (/^-?\d{1,9}$/.test(written)) return Number(written)
  throw new GatewayError('serialization', 'STRING_VALUE cannot be converted to Integer')
}

function readTime(written: string | undefined): number | undefined {
  if (written === undefined) return undefined
  const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:?\d\d)$/.test(written)
    ? Date.parse(written)
    : NaN
  if (!Number.isNaN(time)) return time
  throw new GatewayError('serialization', batchTexts.unreadableTimestamp)
}
