import { readRetryAfter } from '../reliability/retry-after.ts'
import { S3Error } from './s3-error.ts'
import { childText, readXml, type XmlElement } from './read-xml.ts'

/** What was called, for messages: an operation and the bucket or object it was for. */
export interface S3Subject {
  /** AWS's name: `GetObject`. */
  readonly operation: string
  readonly bucket: string
  readonly key?: string | undefined
}

/** An answer that is no success, as far as it was read. */
interface RefusedAnswer {
  readonly status: number
  readonly headers: Pick<Headers, 'get'>
  /** Empty where the answer has no body, as after HEAD. */
  readonly text: string
  readonly region: string
  readonly nowMs: number
}

/** A refusal, and how long S3 asks to wait before the next attempt. */
export interface ReadRefusal {
  readonly error: S3Error
  readonly retryAfterMs: number | undefined
}

/** Reads what S3 refused a call with, in its header or its XML. */
export function readRefusal(subject: S3Subject, answer: RefusedAnswer): ReadRefusal {
  const { status, headers, region, nowMs } = answer
  const xml = errorElement(answer.text)
  const code = (xml && childText(xml, 'Code')) ?? codeOfStatus[status] ?? `Http${status}`
  const said = xml && childText(xml, 'Message')
  const bucketRegion = headers.get('x-amz-bucket-region') ?? (xml && childText(xml, 'Region')) ?? undefined
  const failure = {
    status,
    code: clean(code, 64),
    requestId: headers.get('x-amz-request-id') ?? (xml && childText(xml, 'RequestId')) ?? undefined,
    hostId: headers.get('x-amz-id-2') ?? (xml && childText(xml, 'HostId')) ?? undefined,
    region,
    bucketRegion: isRegionName(bucketRegion) ? bucketRegion : undefined,
    retryable: isRepeatable(status, code),
  }
  const words = said === undefined || said.trim() === '' ? `status ${status}` : clean(said, 512)
  const hint = hints[code]?.({ ...subject, region, bucketRegion: failure.bucketRegion })
  const message = `${sayCall(subject)} was refused: ${failure.code}: ${words}`
  return {
    error: new S3Error(
      hint === undefined ? message : `${message}${/[.!?]$/.test(message) ? '' : '.'} ${hint}`,
      failure,
    ),
    retryAfterMs: readRetryAfter(headers, nowMs),
  }
}

/** The `Error` that an answer's text is, as S3 may send it under status 200 too. */
export function errorElement(text: string): XmlElement | undefined {
  try {
    const root = readXml(text)
    return root.name === 'Error' ? root : undefined
  } catch {
    return undefined // A proxy's page: the status says what there is to say.
  }
}

/** What was called, as the beginning of a sentence. */
export function sayCall({ operation, bucket, key }: S3Subject): string {
  return `${operation} of s3://${clean(bucket, 64)}${key === undefined ? '' : `/${clean(key, 256)}`}`
}

/** Text of others on one line, no longer than it is worth. */
function clean(text: string, most: number): string {
  // oxlint-disable-next-line no-control-regex -- exactly these would break a line of a log or colour it
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ').slice(0, most)
}

/** Names of Regions, those of other makers of S3 among them. */
function isRegionName(name: string | undefined): name is string {
  return name !== undefined && /^[a-z0-9][a-z0-9-]{0,31}$/.test(name)
}

// Where there is no body, as after HEAD.
const codeOfStatus: Readonly<Record<number, string>> = {
  301: 'PermanentRedirect',
  400: 'BadRequest',
  403: 'AccessDenied',
  404: 'NotFound',
  412: 'PreconditionFailed',
  416: 'InvalidRange',
  503: 'SlowDown',
}

// The first two are no 5xx; the rest S3 sends under status 200 too, in the body of CompleteMultipartUpload.
const repeatableCodes: ReadonlySet<string> = new Set([
  'RequestTimeout',
  'OperationAborted',
  'InternalError',
  'ServiceUnavailable',
  'SlowDown',
])

function isRepeatable(status: number, code: string): boolean {
  return repeatableCodes.has(code) || status === 429 || (status >= 500 && status !== 501 && status !== 505)
}

type Hint = (call: S3Subject & { readonly region: string; readonly bucketRegion: string | undefined }) => string

const elsewhere: Hint = ({ bucket, region, bucketRegion }) =>
  `The bucket ${clean(bucket, 64)} is not in ${region}${bucketRegion === undefined ? ': give the Region it is in' : `: it is in ${bucketRegion}`}.`
const wrongKeys: Hint = () => 'Check the access key id and the secret: this S3 knows other ones.'
const expired: Hint = () => 'The session token is no longer valid: get new credentials.'

const hints: Readonly<Record<string, Hint>> = {
  NoSuchBucket: ({ bucket }) => `Create the bucket ${clean(bucket, 64)}, or check its name and where S3 is (s3URL).`,
  NoSuchKey: () => 'Check the key: capitals, slashes and blanks count.',
  NoSuchUpload: () =>
    'The upload was aborted or ended by someone else, such as a lifecycle rule: put the object again.',
  // The answer to HEAD has no words: wrong keys look the same.
  AccessDenied: ({ operation }) =>
    `${operation.startsWith('Head') ? 'Check the keys, and allow' : 'Allow'} ${permissions[operation] ?? 'it'} to these credentials, in their policy and the bucket's.`,
  PermanentRedirect: elsewhere,
  TemporaryRedirect: elsewhere,
  AuthorizationHeaderMalformed: elsewhere,
  IllegalLocationConstraintException: elsewhere,
  InvalidAccessKeyId: wrongKeys,
  SignatureDoesNotMatch: wrongKeys,
  ExpiredToken: expired,
  InvalidToken: expired,
  RequestTimeTooSkewed: () => "This machine's clock is wrong: set it.",
  SlowDown: () => 'S3 was asked too much at once: call it less often, or raise maxRetries.',
}

/** What a policy has to allow, where it has another name than the operation. */
const permissions: Readonly<Record<string, string>> = {
  GetObject: 's3:GetObject',
  HeadObject: 's3:GetObject (and s3:ListBucket, to be told what is missing)',
  PutObject: 's3:PutObject',
  CreateMultipartUpload: 's3:PutObject',
  UploadPart: 's3:PutObject',
  CompleteMultipartUpload: 's3:PutObject',
  AbortMultipartUpload: 's3:AbortMultipartUpload',
  DeleteObject: 's3:DeleteObject',
  ListObjectsV2: 's3:ListBucket',
  HeadBucket: 's3:ListBucket',
  CreateBucket: 's3:CreateBucket',
  GetBucketLifecycleConfiguration: 's3:GetLifecycleConfiguration',
  PutBucketLifecycleConfiguration: 's3:PutLifecycleConfiguration',
}
