import { S3Error } from './s3-error.ts'
import { sayCall, type S3Subject } from './s3-failure.ts'

/** The ETag of an uploaded part, without which an upload cannot be completed. */
export function checkedTag(tag: string | null, subject: S3Subject, region: string): string {
  if (tag !== null && tag !== '') return tag
  const message = `${sayCall(subject)}: the answer has no ETag. Does something on the way take headers out?`
  throw new S3Error(message, { code: 'InvalidAnswer', region, retryable: false })
}
