import { isRegion } from '@outcrop/protocol'
import type { S3Error } from './s3-error.ts'
import type { S3Endpoint } from './s3-url.ts'

/** Where buckets turned out to be. */
export interface BucketRegions {
  get(bucket: string): string | undefined
  /** Takes from a refusal where the bucket is; tells whether that is news. */
  learn(bucket: string, refusal: S3Error): boolean
}

const mostBuckets = 1000

/** Remembers buckets that are in other Regions than the one that is called. */
export function createBucketRegions({ isCustom }: Pick<S3Endpoint, 'isCustom'>): BucketRegions {
  const known = new Map<string, string>()
  return {
    get: (bucket) => known.get(bucket),
    learn(bucket, { bucketRegion, region }) {
      if (bucketRegion === undefined || bucketRegion === region) return false
      // It becomes a part of a host name at AWS; elsewhere it is only signed for, and others call their Regions as they like.
      if (!isCustom && !isRegion(bucketRegion)) return false
      if (known.size >= mostBuckets) known.clear()
      known.set(bucket, bucketRegion)
      return true
    },
  }
}
