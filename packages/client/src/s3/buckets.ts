import { S3Error } from './s3-error.ts'
import type { S3Call } from './s3-options.ts'
import type { S3Sender } from './send-s3.ts'

/** Tells whether there is such a bucket. */
export async function hasBucket(sender: S3Sender, bucket: string, { signal }: S3Call = {}): Promise<boolean> {
  try {
    await sender.send({ operation: 'HeadBucket', method: 'HEAD', bucket, signal })
    return true
  } catch (error) {
    if (error instanceof S3Error && error.status === 404) return false
    throw error
  }
}

/** Creates a bucket in the Region of the client; one that these credentials have already is no failure. */
export async function createBucket(sender: S3Sender, bucket: string, { signal }: S3Call = {}): Promise<void> {
  const region = await sender.regionOf(bucket)
  // us-east-1 is S3's first Region, and the one that may not be named.
  const xml =
    region === 'us-east-1'
      ? undefined
      : `<CreateBucketConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><LocationConstraint>${region}</LocationConstraint></CreateBucketConfiguration>`
  const headers = xml === undefined ? {} : { 'content-type': 'application/xml' }
  const body = xml === undefined ? undefined : new TextEncoder().encode(xml)
  try {
    await sender.sendForText({ operation: 'CreateBucket', method: 'PUT', bucket, headers, body, signal })
  } catch (error) {
    if (!(error instanceof S3Error && error.code === 'BucketAlreadyOwnedByYou')) throw error
  }
}
