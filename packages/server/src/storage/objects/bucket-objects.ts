import { ConfigurationError, CredentialError, parseS3Uri, type S3, S3Error, type S3Place } from '@outcrop/client/s3'
import { ObjectError, type Objects } from '../objects.ts'
import { shown } from './file-uri.ts'

/** Objects of an S3 by their `s3:` URIs. */
export function createBucketObjects(s3: S3): Objects {
  return {
    async *read(uri, { start = 0, signal } = {}) {
      try {
        const range = start === 0 ? undefined : { start }
        yield* (await s3.getObject(placeOf(uri), { range, signal })).body
      } catch (cause) {
        // Behind the last byte there is nothing to read, which is no failure.
        if (start > 0 && cause instanceof S3Error && cause.code === 'InvalidRange') return
        throw toObjectError(uri, cause)
      }
    },
    async size(uri, signal) {
      try {
        return (await s3.headObject(placeOf(uri), { signal }))?.size
      } catch (cause) {
        throw toObjectError(uri, cause)
      }
    },
    async *list(prefix, signal) {
      try {
        const { bucket, key } = placeOf(prefix, true)
        for await (const object of s3.listObjectsV2(bucket, { prefix: key, signal })) {
          yield { uri: `s3://${bucket}/${object.key}`, size: object.size }
        }
      } catch (cause) {
        throw toObjectError(prefix, cause)
      }
    },
    async write(uri, body, signal) {
      try {
        return (await s3.putObject(placeOf(uri), body, { signal })).size
      } catch (cause) {
        throw toObjectError(uri, cause)
      }
    },
  }
}

function placeOf(uri: string, isPrefix = false): S3Place {
  const place = parseS3Uri(uri)
  if (place !== undefined && (isPrefix || place.key !== '')) return place
  throw new ObjectError(
    'invalid',
    `${shown(uri)} names no object in a bucket. Write it like s3://bucket/folder/name.jsonl.`,
  )
}

/** What an S3 failed with, as ours; anything else, the reason of a signal too, as it is. */
function toObjectError(uri: string, cause: unknown): unknown {
  if (cause instanceof S3Error) return new ObjectError(kindOf(cause), cause.message, { cause })
  if (cause instanceof CredentialError || cause instanceof ConfigurationError) {
    return new ObjectError('denied', `${shown(uri)}: ${cause.message}`, { cause })
  }
  if (cause instanceof RangeError) return new ObjectError('invalid', `${shown(uri)}: ${cause.message}.`, { cause })
  return cause
}

function kindOf({ status, retryable }: S3Error): ObjectError['kind'] {
  if (status === 404) return 'missing'
  if (status === 401 || status === 403) return 'denied'
  return retryable || status === undefined || status >= 500 ? 'unavailable' : 'invalid'
}
