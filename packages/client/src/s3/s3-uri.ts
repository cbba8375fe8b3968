import type { S3Place } from './s3-objects.ts'

/**
 * Reads `s3://bucket/key`; undefined for what is none. The key may be empty or end with `/`, and nothing of it is decoded:
 * AWS's own tools write keys as they are.
 */
export function parseS3Uri(uri: string): S3Place | undefined {
  const found = /^s3:\/\/([^/]{1,255})(?:\/(.*))?$/s.exec(uri)
  if (found === null) return undefined
  const [, bucket = '', key = ''] = found
  return isBucketName(bucket) ? { bucket, key } : undefined
}

/** Tells whether a bucket may have this name: as S3 gives them today, and with the capitals and `_` of those of before 2018. */
export function isBucketName(name: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._-]{1,253}[A-Za-z0-9]$/.test(name) && !name.includes('..')
}
